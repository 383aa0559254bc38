"""`repodoc check` with current pages: beside `repodoc --version` and `git status`, and in a fresh clone."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.subjects import Subject, document, generated
from benchmarks.timing import Run, Spread, paired, ratio

_READ = (
    "git ls-tree -r --full-tree HEAD >.git/tree.txt"
    " && grep docs/repodoc/ .git/tree.txt | cut -c13-52 | git cat-file --batch >.git/pages.txt"
)
"""What git alone takes to hand out the tree and all pages."""
_ASKED = (
    "repodoc --version && git rev-parse --absolute-git-dir && git diff --quiet --no-ext-diff && git write-tree"
    " && git ls-files -z --others -- docs/repodoc"
)
"""A start, and what git has to be asked to know that the work tree is the tree that was found current."""


def _check(subject: Subject) -> Run:
    return subject.time("repodoc", "check")


def _cold_check(subject: Subject) -> Run:
    shutil.rmtree(subject.path / ".git" / "repodoc", ignore_errors=True)
    return _check(subject)


def _status(subject: Subject) -> Run:
    return subject.time("git", "status", "--porcelain")


def _version(subject: Subject) -> Run:
    return subject.time("repodoc", "--version")


def _shallow(subject: Subject, name: str) -> Subject:
    """A clone of the last commit alone, as CI services make it."""
    path = subject.path.with_name(name)
    source = subject.path.as_uri()
    command = ["git", "clone", "-q", "--depth", "1", source, str(path)]
    subprocess.run(command, env=dict(subject.env), check=True)
    return Subject(path, subject.env)


def check(context: Context) -> Iterator[Figure]:
    """Of a tree found current before, and in a clone without a cache, on three repositories."""
    rounds = context.rounds(11)
    for sources, others in ((5_000, 0), (10_000, 0), (2_000, 8_000)):
        name = f"{(sources + others) // 1000}k" + ("-mixed" if others else "")
        subject = document(generated(context, name, context.size(sources), context.size(others)))
        sizes = f"{context.size(sources)} sources, {context.size(others)} other files"
        warm, version, status = (partial(step, subject) for step in (_check, _version, _status))
        noise = ratio(*paired(rounds, version, version), of="cpu")
        runs = paired(rounds, warm, version)
        beside = ratio(*paired(rounds, warm, status))
        floor = ratio(*paired(rounds, partial(subject.time, "sh", "-c", _ASKED), version), of="cpu")
        yield Figure(
            f"check:{name}:warm",
            f"`repodoc check` / `repodoc --version`, processor time, {sizes}, found current before",
            ratio(*runs, of="cpu"),
            1.3,
            noise=noise,
            limit=f"`--version` and the git commands it needs {floor.median:.2f}; "
            f"check / `git status` in wall time {beside.median:.1f}",
        )
        yield from _cold(context, _shallow(subject, f"{name}-clone"), name, sizes)


def _cold(context: Context, clone: Subject, name: str, sizes: str) -> Iterator[Figure]:
    """In a clone of depth 1 that has no cache: nothing is parsed, but every page is read."""
    pages = len(clone.git("ls-files", "docs/repodoc").splitlines())
    reading = partial(clone.time, "sh", "-c", _READ)
    runs, floor = paired(context.rounds(11), partial(_cold_check, clone), reading)
    start = [_version(clone).cpu for _ in range(3)]
    limit = (
        f"git's reading of tree and pages {Spread.of([run.cpu for run in floor]).median:.2f} s, "
        f"`repodoc --version` {Spread.of(start).median:.2f} s of processor time; {pages} pages"
    )
    what = f"`repodoc check` in a fresh clone of depth 1, {sizes}"
    seconds = {of: Spread.of([getattr(run, of) for run in runs]) for of in ("wall", "cpu")}
    yield Figure(f"check:{name}:cold", what, seconds["wall"], 0.5, unit="s", limit=limit)
    yield Figure(f"check:{name}:cold-cpu", f"{what}: processor time", seconds["cpu"], unit="s", limit=limit)


BENCHMARKS: dict[str, Benchmark] = {"check": check}
