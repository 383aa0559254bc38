"""Take a coding agent's answers to tasks: checked as a model's are, and put on their pages; 1 if one was refused."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.errors import EXIT_OK, EXIT_STALE, UsageError
from repodoc_hooks.reports.console import emit
from repodoc_hooks.reports.escaping import printable

if TYPE_CHECKING:
    from repodoc_hooks.agents.answers import Verdict
    from repodoc_hooks.pipeline.config_source import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc answer`."""
    parser.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar="FILE",
        help="the answers as JSON; - (default) is standard input",
    )
    parser.add_argument(
        "--staged", action="store_true", help="put the pages into the index, for what is staged"
    )
    parser.add_argument("--json", action="store_true", help="what became of each answer as JSON on stdout")


def run(args: argparse.Namespace) -> int:
    """Check and write."""
    from repodoc_hooks.agents.answers import hand_in, read_answers
    from repodoc_hooks.agents.hosts import agent_at_hand

    git = open_git(args)
    answers = read_answers(_text(args.file), agent_at_hand())
    source: Source = "staged" if args.staged else "worktree"
    verdicts = hand_in(git, config_of(git, args, source), answers, source)
    emit(_as_json(verdicts) if args.json else _as_text(verdicts))
    return EXIT_OK if all(verdict.accepted for verdict in verdicts) else EXIT_STALE


def _text(file: str) -> str:
    from repodoc_hooks.agents.answers import MOST_CHARACTERS

    most = 4 * MOST_CHARACTERS
    try:
        if file == "-":
            data = sys.stdin.buffer.read(most)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(most)
    except OSError as error:
        raise UsageError(error.strerror or str(error), where=file, fix="name a readable file") from error
    return data.decode("utf-8", "replace")


def _as_json(verdicts: Sequence[Verdict]) -> str:
    return json.dumps({"schema": 1, "answers": [verdict.as_json() for verdict in verdicts]}, indent=2) + "\n"


def _as_text(verdicts: Sequence[Verdict]) -> str:
    lines = []
    for verdict in verdicts:
        word = "accepted" if verdict.accepted else "refused"
        lines.append(printable(f"{verdict.id}: {word}: {verdict.why}"))
        if verdict.task is not None:
            lines.append(printable(f"  owed now: {verdict.task.id}"))
    good = sum(verdict.accepted for verdict in verdicts)
    return "\n".join([*lines, f"{good} accepted, {len(verdicts) - good} refused"]) + "\n"
