"""What a coding agent may write: prose that is owed, each task with all that is needed for it, most wanted first."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from repodoc_hooks.commands._shared import config_of, open_git, repository_paths, whole_number
from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.reports.console import emit, tell

if TYPE_CHECKING:
    from repodoc_hooks.agents.owed import Owed
    from repodoc_hooks.pipeline.config_source import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc tasks`."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="components, source files or pages; default: all"
    )
    parser.add_argument("--deep", action="store_true", help="design and walkthrough, too")
    parser.add_argument("--staged", action="store_true", help="for what is staged, not the work tree")
    parser.add_argument(
        "--limit", type=whole_number, metavar="N", help="at most N tasks (default: 10; with --list: all)"
    )
    parser.add_argument(
        "--take",
        metavar="NAME",
        help="take them for NAME: for a quarter of an hour nobody else is given them",
    )
    parser.add_argument("--list", action="store_true", help="ids and reasons alone, without the material")
    parser.add_argument("--json", action="store_true", help="the tasks as JSON on stdout")


def run(args: argparse.Namespace) -> int:
    """Print the tasks."""
    from repodoc_hooks.agents.leases import others, take
    from repodoc_hooks.agents.owed import LIMIT, agent_config, find_owed
    from repodoc_hooks.incremental_engine import Engine

    git = open_git(args)
    source: Source = "staged" if args.staged else "worktree"
    config = agent_config(config_of(git, args, source), deep=args.deep)
    paths = repository_paths(git, args.directory, args.paths)
    with Engine.open(git, config) as engine:
        debt = find_owed(engine, source, deep=args.deep, paths=paths)
    taken = others(git, args.take or "")
    free = [task for task in debt.owed if task.id not in taken]
    limit = args.limit if args.limit is not None else len(free) if args.list else LIMIT
    shown = free[:limit]
    if args.take:
        mine = set(take(git, args.take, [task.id for task in shown]))
        shown = [task for task in shown if task.id in mine]
    emit(_as_json(shown, brief=args.list) if args.json else _as_text(shown, brief=args.list))
    if len(shown) < len(debt.owed):
        others_at = (
            f", {len(debt.owed) - len(free)} of them taken by others" if len(free) < len(debt.owed) else ""
        )
        tell(f"{len(debt.owed)} tasks are owed{others_at}; these are {len(shown)}")
    return EXIT_OK


def _as_json(tasks: Sequence[Owed], *, brief: bool) -> str:
    found = [task.as_json() for task in tasks]
    if brief:
        found = [{name: each[name] for name in ("id", "page", "section", "why", "tokens")} for each in found]
    return json.dumps({"schema": 1, "tasks": found}, indent=2) + "\n"


def _as_text(tasks: Sequence[Owed], *, brief: bool) -> str:
    if not tasks:
        return "no prose is owed\n"
    lines = []
    for number, task in enumerate(tasks, 1):
        told = task.as_json()
        lines.append(f"{number}. {told['id']}  (about {told['tokens']:,} tokens)")
        lines += [f"   page: {told['page']}", f"   why: {told['why']}"]
        if not brief:
            lines += [f"   wanted: {told['wanted']}", f"   form: {told['form']}", "", told["material"], ""]
    lines.append(
        'answer with: repodoc answer - <<< \'{"author": "NAME", "answers": [{"id": ID, "text": [...]}]}\''
    )
    return "\n".join(lines) + "\n"
