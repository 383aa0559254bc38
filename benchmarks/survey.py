"""The first look at a repository: files parsed per second, memory, and the first pages."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.generate import sources
from benchmarks.subjects import Subject, generated
from benchmarks.timing import Run, Spread

_SCRIPT = """
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine

if __name__ == "__main__":
    with Engine.open(Git.discover(), bulk=True) as engine:
        survey = engine.survey(engine.tree("rev"))
        paths = list(survey.paths)
        with survey.reading_many():
            for first in range(0, len(paths), 1000):
                survey.load(paths[first : first + 1000])
                survey.relieve()
"""


def _cold(subject: Subject, script: Path) -> Run:
    shutil.rmtree(subject.path / ".git" / "repodoc", ignore_errors=True)
    return subject.time(sys.executable, script)


def survey(context: Context) -> Iterator[Figure]:
    """All source files parsed with nothing cached, 100k files in the tree."""
    script = context.work / "cold_survey.py"
    script.write_text(_SCRIPT)
    count, others = context.size(20_000), context.size(80_000)
    subject = generated(context, "large", count, others)
    runs = [_cold(subject, script) for _ in range(context.rounds(3))]
    read = sum(len(text) for _, text in sources(count))
    size = f"{count} sources ({read / 1e6:.0f} MB) among {count + others} files"
    what = f"cold survey, files parsed per second, {size}"
    yield Figure(
        "survey:rate", what, Spread.of([count / r.wall for r in runs]), 1000, "higher", unit="files/s"
    )
    memory = Spread.of([r.rss / 1e6 for r in runs])
    yield Figure("survey:memory", f"cold survey, greatest process, {size}", memory, 300, unit="MB")
    first = subject.time("repodoc", "init", "--yes")
    what = f"`repodoc init --yes`, source files documented per second, {size}"
    yield Figure("init:rate", what, Spread.exact(count / first.wall), better="higher", unit="files/s")
    yield Figure(
        "init:memory", f"`repodoc init --yes`, {size}", Spread.exact(first.rss / 1e6), 300, unit="MB"
    )


BENCHMARKS: dict[str, Benchmark] = {"survey": survey}
