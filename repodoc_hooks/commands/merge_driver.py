"""Merge one page, for git (`merge.repodoc.driver`); see gitattributes(5), "Defining a custom merge driver"."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """%O %A %B %P: base, ours (also the result), theirs, and the page's path."""
    for name in ("base", "ours", "theirs"):
        parser.add_argument(name, type=Path)
    parser.add_argument("path", nargs="?", default="")


def run(args: argparse.Namespace) -> int:
    """Write the merge over `ours`; 1 when a conflict is left in it."""
    from repodoc_hooks.git.merge_driver import merge

    text, conflict = merge(args.base.read_bytes(), args.ours.read_bytes(), args.theirs.read_bytes())
    args.ours.write_bytes(text)
    return int(conflict)
