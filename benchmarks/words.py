"""What pages say first, to be judged by eye: the first sentence of each overview and of each component's summary.

    python -m benchmarks.words REPOSITORY ... > benchmarks/words.md

For each repository its pages are made without a model, in memory; the last column is left to the reader.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.subjects import documented
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.prose import written


def sentences(source: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """(component, first sentence) of the index and of all components."""
    with documented(source, folder) as run:
        for id_, page in sorted(run.pages.items()):
            if id_ == "." or id_ in run.survey.components:
                yield id_, _first(page)


def _first(page: Page) -> str:
    regions = [page.regions[kind].body for kind in ("overview", "summary") if kind in page.regions]
    lines = [line for body in regions for line in written(body).split("\n") if line]
    return lines[0] if lines else ""


def main(arguments: Sequence[str]) -> int:
    """Print a table, a page a line."""
    print("| repository | component | first sentence | judged |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for source in map(Path, arguments):
            for id_, sentence in sentences(source.resolve(), Path(folder)):
                print(f"| {source.name} | {id_} | {sentence.replace('|', '&#124;')} | |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
