"""Watch runs, pages, sessions, queue and budgets in the terminal; attaches to whatever runs in this repository."""

from __future__ import annotations

import argparse
import sys

from repodoc_hooks.commands._shared import open_git
from repodoc_hooks.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The TUI has no flags of its own."""


def run(args: argparse.Namespace) -> int:
    """Open the TUI."""
    git = open_git(args)
    if not (sys.stdin.isatty() and sys.__stderr__ is not None and sys.__stderr__.isatty()):
        raise UsageError("the TUI needs a terminal", fix="use `repodoc status`, or `repodoc update --stream`")
    try:
        from repodoc_hooks.tui.app import RepodocApp
        from repodoc_hooks.tui.sources import Repository
    except ImportError:
        from repodoc_hooks.extras import install_command

        raise UsageError("the TUI is not installed", fix=f"run: {install_command('tui')}") from None
    return int(RepodocApp(Repository(git)).run() or 0)
