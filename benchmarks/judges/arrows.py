"""What the pages draw between files, for the judges to compare with what builds and compilers say."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.analysis.languages import language_of
from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine

Edge = tuple[str, str]


def arrows(top: Path, languages: frozenset[str]) -> dict[str, frozenset[str]]:
    """What each documented file of some languages imports at run time, as the pages draw it."""
    with Engine.open(Git.discover(top), Config(), cached=False, bulk=True) as engine:
        survey = engine.survey(engine.tree("rev", "HEAD"))
        files = [p for p in survey.paths if language_of(p) in languages]
        survey.load(files)
        return {path: survey.imports(path) for path in files}


def compared(top: Path, language: str, what: str, ours: Iterable[Edge], theirs: Iterable[Edge]) -> Agreement:
    return agreement(top.name, language, what, sorted(set(ours)), sorted(set(theirs)))


def run(command: Sequence[str], directory: Path, given: str = "", **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=directory,
        input=given,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return done.stdout


def tracked(top: Path, *suffixes: str) -> list[str]:
    listed = run(["git", "ls-files", "-z"], top).split("\0")
    return sorted(p for p in listed if p.endswith(suffixes) and (top / p).is_file())


def pairs(found: Mapping[str, frozenset[str]]) -> set[Edge]:
    return {(a, b) for a, targets in found.items() for b in targets if b in found}
