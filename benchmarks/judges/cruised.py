"""What JavaScript and TypeScript files import beside dependency-cruiser, a second judge beside TypeScript's resolver.

    python -m benchmarks.judges.cruised DEPCRUISE REPOSITORY...

DEPCRUISE is the program of an installed `dependency-cruiser` with `typescript` beside it, a REPOSITORY has its work
tree and, where its packages import each other, its links (`npm install --ignore-scripts`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine

Edge = tuple[str, str]
_SCRIPTED = frozenset({"javascript", "typescript", "tsx"})
_FOR_TYPES = frozenset({"type-only", "type-import"})
_AT_ONCE = 800
_SHOWN = 8


def cruised_agreements(top: Path, program: Path) -> Iterator[Agreement]:
    """Imports among the documented files, and those at run time alone."""
    with Engine.open(Git.discover(top), Config(), cached=False, bulk=True) as engine:
        survey = engine.survey(engine.tree("rev", "HEAD"))
        files = [f.path for c in survey.components.values() for f in c.files if f.language in _SCRIPTED]
        survey.load(files)
        ours = {(a, b) for a in files for b, uses in survey.uses(a).items() if set(uses) - {"through"}}
        at_run_time = {(a, b) for a in files for b in survey.imports(a)}
    known = {*files}
    told = {edge: use for edge, use in _cruised(top, program, files) if edge[1] in known}
    yield agreement(top.name, "javascript", "imports", sorted(ours), sorted(told))
    theirs = {edge for edge, for_types in told.items() if not for_types}
    yield agreement(top.name, "javascript", "imports at run time", sorted(at_run_time), sorted(theirs))


def _cruised(top: Path, program: Path, files: Sequence[str]) -> Iterator[tuple[Edge, bool]]:
    """The imports that dependency-cruiser finds, each with whether all of them are for type checkers."""
    found: dict[Edge, bool] = {}
    config = ("--ts-config", "tsconfig.json") if (top / "tsconfig.json").is_file() else ()
    for start in range(0, len(files), _AT_ONCE):
        command = [str(program.resolve()), "--no-config", "--ts-pre-compilation-deps", *config]
        command += [
            "--exclude",
            "(^|/)node_modules/",
            "--output-type",
            "json",
            *files[start : start + _AT_ONCE],
        ]
        done = subprocess.run(command, cwd=top, capture_output=True, text=True, check=True)
        for module in json.loads(done.stdout)["modules"]:
            for each in module["dependencies"]:
                edge = module["source"], each["resolved"]
                for_types = not _FOR_TYPES.isdisjoint(each["dependencyTypes"])
                if edge[0] != edge[1]:
                    found[edge] = for_types and found.get(edge, True)
    wanted = {*files}
    yield from ((edge, for_types) for edge, for_types in found.items() if edge[0] in wanted)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreements of the repositories given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judges.cruised")
    parser.add_argument("depcruise", type=Path)
    parser.add_argument("repositories", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    for top in options.repositories:
        for found in cruised_agreements(top.resolve(), options.depcruise):
            for line in found.lines(_SHOWN):
                print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
