"""What readers stumble over on the pages of real repositories: dead links, empty sections, titles that two pages have,
pages that are too long."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.timing import Spread
from repodoc_hooks.config import default
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pages.room import MOST_LINES
from tests.pages.reading import stumbles


def figures(name: str, path: Path, context: Context) -> Iterator[Figure]:
    """Document one work tree and read its pages."""
    with Engine.open(Git.discover(path, context.env), default()) as engine:
        engine.run(Request(origin="update", source="staged", apply="index"))
    found = stumbles(path)
    for each in found:
        print(f"reading: {name}: {each}", file=sys.stderr)
    pages = [page.read_bytes().count(b"\n") for page in (path / default().docs_dir).rglob("*.md")]
    what = f"{len(pages)} pages of {name}"
    yield Figure(
        f"reading:{name}:stumbles", f"{what}: what readers stumble over", Spread.exact(len(found)), 0, unit=""
    )
    yield Figure(
        f"reading:{name}:longest",
        f"{what}: lines of the longest, stamps included",
        Spread.exact(max(pages)),
        MOST_LINES,
        unit="",
    )


def reading(context: Context) -> Iterator[Figure]:
    """All repositories that were named and of which every file is there."""
    if not context.repositories:
        print("reading: passed over, it needs real repositories: --repo PATH_OR_URL", file=sys.stderr)
    for name, source in context.repositories.items():
        path = context.work / f"{name}-read"
        env = dict(context.env)
        subprocess.run(["git", "clone", "-q", str(source), str(path)], check=False, env=env)
        status = ["git", "status", "--porcelain", "--untracked-files=no"]
        if subprocess.run(status, cwd=path, env=env, capture_output=True, check=True).stdout:
            print(f"reading: {name} passed over, files of it are missing", file=sys.stderr)
            continue
        yield from figures(name, path, context)


BENCHMARKS: dict[str, Benchmark] = {"reading": reading}
