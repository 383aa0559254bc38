"""Repositories under test: generated or cloned, documented, and what is done to them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Context
from benchmarks.generate import repository
from benchmarks.timing import Run, measure
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline.config_source import read_config
from repodoc_hooks.pipeline.run_state import RunState

EDITED = "src/pkg_00003/mod_00.py"
"""A module that no other one imports."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A repository on disk and the environment for programs in it."""

    path: Path
    env: Mapping[str, str]

    def git(self, *args: str) -> str:
        """Run git, which must succeed; its output without the last newline."""
        done = subprocess.run(
            ["git", *args],
            cwd=self.path,
            env=dict(self.env),
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return done.stdout.removesuffix("\n")

    def time(self, *command: str | Path, expect: tuple[int, ...] = (0,)) -> Run:
        """Measure a program at the top."""
        return measure(command, cwd=self.path, env=self.env, expect=expect)

    def clone(self, name: str) -> Subject:
        """A clone beside it, which has no hooks."""
        path = self.path.with_name(name)
        self.git("clone", "-q", str(self.path), str(path))
        return Subject(path, self.env).settled()

    def settled(self) -> Subject:
        """The same, with an index younger than its files: else git hashes them again and again (racy-git)."""
        time.sleep(1.1)
        self.git("read-tree", "HEAD")
        self.git("update-index", "-q", "--refresh")
        return self

    def commit_note(self, number: int) -> Run:
        """Time a commit that concerns no documentation: a text file changes."""
        (self.path / "notes.txt").write_text(f"note {number}\n")
        self.git("add", "notes.txt")
        return self.time("git", "commit", "-q", "-m", f"Note {number}")

    def commit_edit(self, number: int, path: str = EDITED) -> Run:
        """Time a commit that gives one function of one file a new signature and docstring."""
        file = self.path / path
        lines = [
            line for line in file.read_text().splitlines() if "_probe" not in line and "Probe no." not in line
        ]
        lines += [f"def step_probe(total: int, by_{number}: int = 0) -> int:  # _probe"]
        lines += [f'    """Probe no. {number}."""', "    return total  # _probe"]
        file.write_text("\n".join(lines) + "\n")
        self.git("add", path)
        return self.time("git", "commit", "-q", "-m", f"Edit {number}")


def generated(context: Context, name: str, sources: int, others: int = 0) -> Subject:
    """A generated repository without documentation."""
    path = repository(context.work / name, sources, others, env=context.env)
    subject = Subject(path, context.env)
    (path / "notes.txt").write_text("note\n")
    subject.git("add", "notes.txt")
    subject.git("commit", "-q", "-m", "Start")
    return subject


def document(subject: Subject) -> Subject:
    """Set up repodoc with native hooks and commit the first pages."""
    subject.time("repodoc", "init", "--yes")
    subject.git("add", "-A")
    subject.git("commit", "-q", "-m", "Document")
    return subject.settled()


def with_hooks(other: Subject, subject: Subject, text: str) -> Subject:
    """Give a repository the same hooks by name as another one, each with the same text."""
    folder = subject.path / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    for hook in installed(other):
        (folder / hook).write_text(text)
        (folder / hook).chmod(0o755)
    return subject


def installed(subject: Subject) -> list[str]:
    """The names of the hooks that a repository has."""
    folder = subject.path / ".git" / "hooks"
    return [file.name for file in folder.iterdir() if file.suffix != ".sample" and file.is_file()]


def rounds_of(action: Callable[[int], Run]) -> Callable[[], Run]:
    """The action with a number that grows from call to call."""
    number = 0

    def step() -> Run:
        nonlocal number
        number += 1
        return action(number)

    return step


@contextmanager
def documented(source: Path, folder: Path) -> Iterator[RunState]:
    """The run that documents a clone of a repository, which is left in a folder; no model, nothing written."""
    clone = folder / source.name
    subprocess.run(["git", "clone", "-q", str(source), str(clone)], check=True)
    git = Git.discover(clone)
    with Engine.open(git, read_config(git)) as engine:
        yield engine.rehearse(
            Request(origin="update", source="rev", all=True, apply="none", backend="offline")
        )
