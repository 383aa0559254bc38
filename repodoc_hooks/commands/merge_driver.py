"""Merge one page, for git (`merge.repodoc.driver`); see gitattributes(5), "Defining a custom merge driver"."""

from __future__ import annotations

import argparse
from pathlib import Path

from repodoc_hooks.errors import EXIT_OK, EXIT_REFUSED
from repodoc_hooks.private import replace_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """%O %A %B %P: base, ours (also the result), theirs, and the page's path; `jj resolve` has an output of its own."""
    for name in ("base", "ours", "theirs"):
        parser.add_argument(name, type=Path)
    parser.add_argument("path", nargs="?", default="")
    parser.add_argument("-o", "--output", type=Path)


def run(args: argparse.Namespace) -> int:
    """Replace `ours` (or `--output`) with the merge; a code of its own when a conflict is left in it.

    After every other end of this program the command that git runs merges the text by git-merge-file(1).
    """
    from repodoc_hooks.git.merge_driver import merge

    text, conflict = merge(args.base.read_bytes(), args.ours.read_bytes(), args.theirs.read_bytes())
    replace_file(args.output or args.ours, text)
    return EXIT_REFUSED if conflict else EXIT_OK
