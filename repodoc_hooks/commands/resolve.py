"""Mend pages that a merge left in conflict."""

from __future__ import annotations

import argparse
import os

from repodoc_hooks import CONFIG_NAME
from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.reports.console import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No flags."""


def run(args: argparse.Namespace) -> int:
    """Merge every conflicting page by its regions and stage the result; 1 when people's text still conflicts.

    Where the merge or revert takes the configuration away, the pages go with it.
    """
    from repodoc_hooks.git.merge_driver import resolve

    git = open_git(args)
    left = 0
    maintained = bool(args.config_file) or os.path.lexists(git.top / CONFIG_NAME)
    docs_dir = config_of(git, args, "worktree" if maintained else "rev").docs_dir
    found = resolve(git, docs_dir, maintained=maintained)
    if not found:
        tell("repodoc: no page is in conflict")
    for path, fixed in found:
        what = "merged" if (git.top / path).exists() else f"removed, as {CONFIG_NAME} is"
        tell(
            f"repodoc: {path}: {what if fixed else 'the text of people in it conflicts; edit it, then git add'}"
        )
        left += not fixed
    return int(left > 0)
