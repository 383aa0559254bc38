"""Install the native git hooks, chained with what is there and exactly reversible."""

from __future__ import annotations

import argparse

from repodoc_hooks.commands._shared import open_git
from repodoc_hooks.reports.console import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No flags."""


def run(args: argparse.Namespace) -> int:
    """Install, and say what was done."""
    from repodoc_hooks.git.install import install

    for line in install(open_git(args)):
        tell(f"repodoc: {line}")
    return 0
