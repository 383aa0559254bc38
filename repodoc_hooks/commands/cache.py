"""The cache of model answers and parsed files, shared by all worktrees: stats, clear."""

from __future__ import annotations

import argparse
import json
from contextlib import closing

from msgspec.structs import asdict

from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.reports.console import emit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `repodoc cache`."""
    parser.add_argument("action", nargs="?", default="stats", choices=("stats", "clear"))
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Print what is in the cache, or empty it; losing it costs time, never correctness."""
    from repodoc_hooks.store.cache import open_cache

    git = open_git(args)
    with closing(open_cache(git.state_dir, config_of(git, args))) as cache:
        removed = cache.clear() if args.action == "clear" else 0
        stats = cache.stats()
    if args.json:
        emit(json.dumps({"schema": 1, "removed": removed, **asdict(stats)}) + "\n")
    elif args.action == "clear":
        emit(f"removed {removed} entries\n")
    elif not stats.path:
        emit("the cache is switched off\n")
    else:
        size = f"{stats.bytes / 1_048_576:.1f} of {stats.limit_bytes / 1_048_576:.0f} MB"
        emit(f"{stats.entries} entries, {size}, in {stats.path}\n")
    return EXIT_OK
