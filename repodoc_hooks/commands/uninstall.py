"""Take back what `init` and `install` set: hooks, merge driver, attributes, refspecs; what was there comes back."""

from __future__ import annotations

import argparse

from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.config import default
from repodoc_hooks.errors import ConfigError
from repodoc_hooks.git.process import Git
from repodoc_hooks.reports.console import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No flags."""


def run(args: argparse.Namespace) -> int:
    """Uninstall, and say what was done."""
    from repodoc_hooks.git.install import uninstall
    from repodoc_hooks.setup.undo import leftovers, undo_setup

    git = open_git(args)
    for line in (*uninstall(git), *undo_setup(git)):
        tell(f"repodoc: {line}")
    if left := leftovers(git, _docs_dir(git, args)):
        tell(f"repodoc: left in place: {', '.join(left)}")
    return 0


def _docs_dir(git: Git, args: argparse.Namespace) -> str:
    """Where the pages stand; a broken configuration stops nobody from leaving."""
    try:
        return config_of(git, args).docs_dir
    except ConfigError:
        return default().docs_dir
