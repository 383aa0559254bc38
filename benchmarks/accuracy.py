"""How true the analysis of the given repositories is, as figures; `benchmarks.truth` shows the differences."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.timing import Spread
from benchmarks.truth import Agreement, ctags_agreements, python_agreements

_PYTHON, _OTHERS = 0.99, 0.97


def _packages(top: Path) -> Iterator[Path]:
    """The Python packages at the top, or under `src`."""
    for folder in (top, top / "src"):
        yield from sorted(
            file.parent for file in folder.glob("*/__init__.py") if not file.parent.name.startswith("test")
        )


def _figures(agreement: Agreement, target: float) -> Iterator[Figure]:
    name = f"truth:{agreement.subject}:{agreement.language}:{agreement.what}"
    what = f"{agreement.what} in {agreement.language} of {agreement.subject} ({agreement.theirs} by the other tool)"
    for measure, value in (("precision", agreement.precision), ("recall", agreement.recall)):
        yield Figure(
            f"{name}:{measure}", f"{what}: {measure}", Spread.exact(value), target, "higher", unit=""
        )


def accuracy(context: Context) -> Iterator[Figure]:
    """Python beside griffe and grimp; the other languages beside universal-ctags, where it is installed."""
    if not context.repositories:
        print("truth: passed over, it needs real repositories: --repo PATH_OR_URL", file=sys.stderr)
        return
    for path in context.repositories.values():
        for package in _packages(path):
            for agreement in python_agreements(package):
                yield from _figures(agreement, _PYTHON)
        if shutil.which("ctags", path=context.env["PATH"]):
            for agreement in ctags_agreements(path):
                yield from _figures(agreement, _OTHERS)


BENCHMARKS: dict[str, Benchmark] = {"truth": accuracy}
