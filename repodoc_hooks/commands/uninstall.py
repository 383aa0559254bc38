"""Remove the native git hooks; what stood there before comes back byte for byte."""

from __future__ import annotations

import argparse

from repodoc_hooks.commands._shared import open_git
from repodoc_hooks.reports.console import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No flags."""


def run(args: argparse.Namespace) -> int:
    """Uninstall, and say what was done."""
    from repodoc_hooks.git.install import uninstall

    for line in uninstall(open_git(args)):
        tell(f"repodoc: {line}")
    return 0
