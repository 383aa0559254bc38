"""`python -m benchmarks [NAME ...]`: measure, and print one table (or one JSON object)."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.timing import Spread
from tests.isolation import isolated

MODULES = (
    "hooks",
    "growth",
    "checking",
    "survey",
    "sizes",
    "replay",
    "quiet",
    "churn",
    "reading",
    "merges",
    "accuracy",
    "jobs",
    "models",
    "prose",
    "faults",
)
"""Modules of this package with figures: each has `BENCHMARKS`, names to functions of a Context."""


def registry() -> dict[str, Benchmark]:
    """All benchmarks by name, in the order in which they run."""
    found: dict[str, Benchmark] = {}
    for module in MODULES:
        found.update(importlib.import_module(f"benchmarks.{module}").BENCHMARKS)
    return found


def clone(source: str, folder: Path, env: Mapping[str, str]) -> tuple[str, Path]:
    """Clone a path or URL into `folder`; its name and where it is.

    A stored snapshot may lack its largest files: what can be checked out is.
    """
    parts = [part for part in source.rstrip("/").removesuffix(".git").split("/") if part not in ("", "repo")]
    name = parts[-1].split("+")[-1]
    path = folder / name
    subprocess.run(["git", "clone", "-q", "--no-checkout", source, str(path)], check=True, env=dict(env))
    subprocess.run(["git", "checkout", "-q", "-f"], cwd=path, check=False, env=dict(env))
    return name, path


def run(
    names: Sequence[str], sources: Sequence[str], *, work: Path, quick: bool, seeds: int = 5
) -> Iterator[Figure]:
    """The figures of the named benchmarks (all if there are none)."""
    env = isolated(work / "home")
    (work / "repositories").mkdir()
    repositories = dict(clone(source, work / "repositories", env) for source in sources)
    benchmarks = registry()
    for name in names or benchmarks:
        folder = work / name
        folder.mkdir()
        yield from benchmarks[name](Context(folder, env, repositories, quick, seeds))


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    load = os.getloadavg()[0]
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "git": git,
        "load": round(load, 2),
    }


def spread(value: Spread) -> str:
    """`median (min-max, n)`, or the bare number when there is one measurement."""
    if value.n == 1:
        return f"{value.median:.4g}"
    return f"{value.median:.3g} ({value.min:.3g}-{value.max:.3g}, n={value.n})"


def row(figure: Figure) -> str:
    """One line of the table."""
    sign = "<=" if figure.better == "lower" else ">="
    target = "-" if figure.target is None else f"{sign} {figure.target:g}"
    verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
    noise = spread(figure.noise) if figure.noise else "-"
    measured = f"{spread(figure.value)} {figure.unit}"
    return (
        "| " + " | ".join((figure.name, figure.what, measured, target, verdict, noise, figure.limit)) + " |"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmarks; 1 if a figure misses its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="benchmarks to run (all); --list shows them")
    parser.add_argument("--list", action="store_true", help="show the benchmarks' names")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller repositories")
    parser.add_argument("--repo", action="append", default=[], help="a real repository (path or URL)")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="random runs (`faults`)")
    args = parser.parse_args(argv)
    if args.list:
        print("\n".join(registry()))
        return 0
    unknown = [name for name in args.names if name not in registry()]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; --list shows them")
    figures: list[Figure] = []
    if not args.json:
        print(f"{machine()}\n\n| figure | what | measured | target | | noise | limit |\n{'|---' * 7}|")
    with tempfile.TemporaryDirectory(
        prefix="repodoc-benchmarks-",
        ignore_cleanup_errors=True,  # a worker of a push may still write
    ) as work:
        for figure in run(args.names, args.repo, work=Path(work), quick=args.quick, seeds=args.seeds):
            figures.append(figure)
            if not args.json:
                print(row(figure), flush=True)
    if args.json:
        report = {"schema": 1, "machine": machine(), "figures": [figure.as_json() for figure in figures]}
        json.dump(report, sys.stdout, indent=1)
        print()
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
