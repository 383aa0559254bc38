"""Mend pages that a merge left in conflict."""

from __future__ import annotations

import argparse

from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.reports.console import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No flags."""


def run(args: argparse.Namespace) -> int:
    """Merge every conflicting page by its regions and stage the result; 1 when people's text still conflicts."""
    from repodoc_hooks.git.merge_driver import resolve

    git = open_git(args)
    left = 0
    found = resolve(git, config_of(git, args).docs_dir)
    if not found:
        tell("repodoc: no page is in conflict")
    for path, fixed in found:
        what = "merged" if fixed else "the text of people in it still conflicts; edit it, then git add"
        tell(f"repodoc: {path}: {what}")
        left += not fixed
    return int(left > 0)
