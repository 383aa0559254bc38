"""`repodoc check` with current pages against `git status` in the same repository."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.subjects import Subject, document, generated
from benchmarks.timing import Run, paired, ratio


def _check(subject: Subject) -> Run:
    return subject.time("repodoc", "check")


def _cold_check(subject: Subject) -> Run:
    shutil.rmtree(subject.path / ".git" / "repodoc", ignore_errors=True)
    return _check(subject)


def _status(subject: Subject) -> Run:
    return subject.time("git", "status", "--porcelain")


def check(context: Context) -> Iterator[Figure]:
    """Warm and with an emptied private folder, on three repositories."""
    rounds = context.rounds(11)
    for sources, others, target in ((5_000, 0, 5.0), (10_000, 0, 2.0), (2_000, 8_000, 2.0)):
        name = f"{(sources + others) // 1000}k" + ("-mixed" if others else "")
        subject = document(generated(context, name, context.size(sources), context.size(others)))
        status = partial(_status, subject)
        noise = ratio(*paired(rounds, status, status))
        start = subject.time("repodoc", "--version").wall / status().wall
        limit = f"`repodoc --version` {start:.2f}"
        for state, step in (("warm", _check), ("cold", _cold_check)):
            runs = paired(rounds, partial(step, subject), status)
            what = f"`repodoc check` / `git status`, {sources} sources, {others} other files, {state}"
            yield Figure(f"check:{name}:{state}", what, ratio(*runs), target, noise=noise, limit=limit)


BENCHMARKS: dict[str, Benchmark] = {"check": check}
