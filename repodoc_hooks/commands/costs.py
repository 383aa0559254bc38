"""What models cost: tokens, money and time, from the notes on commits, the ledger and the journal of this clone."""

from __future__ import annotations

import argparse
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

from repodoc_hooks.commands._shared import emit, open_git, tell
from repodoc_hooks.cost_monitor import LEDGER_NAME, Ledger, LedgerEntry
from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.reports.costs import BY, CostRow, NotedCommit, collect, moment, within
from repodoc_hooks.reports.run_view import RunView, fold
from repodoc_hooks.store.journal import journal_dir, read_run, run_files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc costs`."""
    parser.add_argument("--since", metavar="DATE", help="from 2026-01-31, today, yesterday or 7d on")
    parser.add_argument("--until", metavar="DATE", help="up to and with that day")
    parser.add_argument(
        "--by", choices=BY, default="day", help="what a line stands for (default: %(default)s)"
    )
    parser.add_argument("--breakdown", action="store_true", help="each line by model, too")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, with OpenTelemetry's names")
    form.add_argument("--html", metavar="FILE", help="as one page with charts")


def run(args: argparse.Namespace) -> int:
    """Gather the rows and tell them."""
    from repodoc_hooks.reports import costs_table

    now = time.time()
    since = moment(args.since, now) if args.since else None
    until = moment(args.until, now, end=True) if args.until else None
    git = open_git(args)
    rows = within(gather(git), since, until)
    if args.html:
        from repodoc_hooks.reports.html import as_html

        made = time.strftime("Made on %Y-%m-%d %H:%M UTC", time.gmtime(now))
        emit(as_html(rows, git.common_dir.parent.name, made), args.html)
        tell(f"{len(rows):,} rows are in {args.html}")
    elif args.json:
        emit(costs_table.as_json(rows, args.by, breakdown=args.breakdown))
    else:
        emit(costs_table.as_table(rows, args.by, breakdown=args.breakdown))
    return EXIT_OK


def gather(git: Git) -> list[CostRow]:
    """All rows that this clone knows of."""
    return collect(noted_commits(git), ledger_entries(git), journal_runs(git))


def noted_commits(git: Git, revisions: str = "--all") -> Iterator[NotedCommit]:
    """The commits of a range that have a note, newest first; none without notes."""
    if not git.line("rev-parse", "--verify", "--quiet", notes.REF):
        return
    times = dict(
        line.split(" ") for line in git.run("log", "--format=%H %ct", revisions).decode().splitlines()
    )
    for note in notes.log(git, revisions):
        yield NotedCommit(note.commit, float(times[note.commit]), note.lines)


def ledger_entries(git: Git) -> list[LedgerEntry]:
    """The calls that this clone paid for; none without a ledger, or with a damaged one."""
    path = git.state_dir / LEDGER_NAME
    if not path.exists():
        return []
    try:
        with closing(Ledger(path)) as ledger:
            return list(ledger.entries())
    except (OSError, sqlite3.Error) as error:
        tell(f"repodoc: the ledger cannot be read and is left out: {error}")
        return []


def journal_runs(git: Git) -> list[RunView]:
    """The runs in the journal, oldest first."""
    views: dict[str, RunView] = {}
    for path in run_files(journal_dir(git.state_dir)):
        fold(read_run(path), views)
    return list(views.values())
