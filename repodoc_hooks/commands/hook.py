"""Run what a git hook runs (for the shims in the hooks folder and for hook frameworks)."""

from __future__ import annotations

import argparse

from repodoc_hooks.hooks import run_hook
from repodoc_hooks.shims import HOOKS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME and git's own arguments."""
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(HOOKS)}")
    parser.add_argument("args", nargs=argparse.REMAINDER, help="what git gives the hook")


def run(args: argparse.Namespace) -> int:
    """The hook's exit code."""
    return run_hook(args.name, args.args, args.directory)
