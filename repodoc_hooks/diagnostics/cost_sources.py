"""Where rows of costs come from in a repository: notes, ledger, journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.reports.costs import CostRow, NotedCommit, collect
from repodoc_hooks.reports.run_view import RunView, fold
from repodoc_hooks.store.journal import journal_dir, read_run, run_files

if TYPE_CHECKING:
    from repodoc_hooks.store.ledger import LedgerEntry


def gather(git: Git, complain: Callable[[str], None] = lambda _: None) -> list[CostRow]:
    """All rows that this clone knows of; what cannot be read is left out and complained about."""
    return collect(noted_commits(git), ledger_entries(git, complain), journal_runs(git))


def noted_commits(git: Git, revisions: str = "--all") -> Iterator[NotedCommit]:
    """The commits of a range that have a note, newest first; none without notes."""
    if not git.line("rev-parse", "--verify", "--quiet", notes.REF):
        return
    times = dict(
        line.split(" ") for line in git.run("log", "--format=%H %ct", revisions).decode().splitlines()
    )
    for note in notes.log(git, revisions):
        yield NotedCommit(note.commit, float(times[note.commit]), note.lines)


def ledger_entries(git: Git, complain: Callable[[str], None] = lambda _: None) -> list[LedgerEntry]:
    """The calls that this clone paid for; none without a ledger, or with a damaged one."""
    from repodoc_hooks.store.ledger import LEDGER_NAME, Ledger

    path = git.state_dir / LEDGER_NAME
    if not path.exists():
        return []
    try:
        with closing(Ledger(path)) as ledger:
            return list(ledger.entries())
    except (OSError, sqlite3.Error) as error:
        complain(f"the ledger cannot be read and is left out: {error}")
        return []


def journal_runs(git: Git) -> list[RunView]:
    """The runs in the journal, oldest first."""
    views: dict[str, RunView] = {}
    for path in run_files(journal_dir(git.state_dir)):
        fold(read_run(path), views)
    return list(views.values())
