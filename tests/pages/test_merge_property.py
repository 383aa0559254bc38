"""Documentation merges whenever the code merges: random branches of random edits, merged by plain git."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline.plan import FAILING_STATES
from tests.repos import Repo

PACKAGES = ("alpha", "beta", "gamma")
MODULES = ("one", "two", "three")
CONFIG = Config()


class Edit(Protocol):
    """A change of the work tree; some do nothing where they do not fit."""

    def apply(self, repo: Repo) -> None:
        """Make the change."""


def module(package: str, name: str) -> str:
    """Path of a module."""
    return f"src/{package}/{name}.py"


@dataclass(frozen=True)
class AddFunction:
    """A new public function at the end of a module."""

    package: str
    module: str
    name: str

    def apply(self, repo: Repo) -> None:
        path = module(self.package, self.module)
        if repo.exists(path):
            repo.write(
                path,
                repo.read(path)
                + f'\n\ndef {self.name}(value):\n    """Do {self.name}."""\n    return value\n',
            )


@dataclass(frozen=True)
class Replace:
    """Another signature, body, docstring or form of the first function."""

    package: str
    module: str
    old: str
    new: str

    def apply(self, repo: Repo) -> None:
        path = module(self.package, self.module)
        if repo.exists(path) and self.old in repo.read(path):
            repo.replace(path, self.old, self.new)


@dataclass(frozen=True)
class AddModule:
    """A new module that imports another one."""

    package: str
    name: str
    imported: str

    def apply(self, repo: Repo) -> None:
        text = f'"""Module {self.name}."""\n\nfrom {self.imported}.one import first\n\nLIMIT = 1\n'
        repo.write(module(self.package, self.name), text)


@dataclass(frozen=True)
class RemoveModule:
    """A module is gone."""

    package: str
    name: str

    def apply(self, repo: Repo) -> None:
        (repo.path / module(self.package, self.name)).unlink(missing_ok=True)


packages = st.sampled_from(PACKAGES)
replacements = st.sampled_from(
    [
        ("def first(value):", "def first(value, more=None):"),
        ("    return value + 1", "    return value + 2"),
        ("The first of", "The very first of"),
        ("    return value + 1", "    # one more\n    return value + 1"),
    ]
)


def branches(known: Sequence[str], fresh: Sequence[str]) -> st.SearchStrategy[list[Edit]]:
    """Edits of the modules `known`, and new modules with the names `fresh`."""
    modules = st.sampled_from(known)
    kinds: list[st.SearchStrategy[Edit]] = [
        st.builds(AddFunction, packages, modules, st.sampled_from(["run", "stop", "apply"])),
        st.builds(lambda p, m, r: Replace(p, m, *r), packages, modules, replacements),
    ]
    if fresh:
        kinds.append(st.builds(AddModule, packages, st.sampled_from(fresh), packages))
    if removable := [name for name in known if name != "one"]:
        kinds.append(st.builds(RemoveModule, packages, st.sampled_from(removable)))
    return st.lists(st.one_of(kinds), min_size=1, max_size=3)


def start(folder: Path) -> Repo:
    """Three packages with three modules each, and their pages."""
    repo = Repo.init(folder)
    for package in PACKAGES:
        repo.write(f"src/{package}/__init__.py", f'"""Counts what {package} needs."""\n')
        for name in MODULES:
            head = f'"""Module {name} of {package}."""\n\n\n'
            body = f'def first(value):\n    """The first of {name}."""\n    return value + 1\n'
            repo.write(module(package, name), head + body)
    commit(repo, "Start")
    return repo


def commit(repo: Repo, message: str) -> None:
    """What `git commit` does with our hook, in this process."""
    repo.git("add", "-A")
    with Engine.open(Git.discover(repo.path), CONFIG) as engine:
        engine.run(Request(origin="pre-commit", source="staged", apply="index"))
    repo.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)


def work(repo: Repo, branch: str, changes: Sequence[Edit]) -> None:
    """A branch off `main` with one commit for every edit."""
    repo.git("checkout", "-q", "-b", branch, "main")
    for change in changes:
        change.apply(repo)
        commit(repo, str(change))


def merge(folder: Path, ours: Sequence[Edit], theirs: Sequence[Edit]) -> Repo | list[str]:
    """The merged repository, or the paths in conflict."""
    repo = start(folder)
    work(repo, "ours", ours)
    work(repo, "theirs", theirs)
    merged = repo.run("git", "merge", "--no-verify", "-q", "-m", "Merge", "ours", check=False)
    return repo if merged.returncode == 0 else repo.git("diff", "--name-only", "--diff-filter=U").split()


def current_and_fresh(repo: Repo) -> bool:
    """The merged pages are what a fresh rendering gives, or are said to be stale (False)."""
    with Engine.open(Git.discover(repo.path), CONFIG, cached=False) as engine:
        plan = engine.plan(engine.tree("rev"))
        if any(section.state in FAILING_STATES for section in plan.sections):
            return False
        fresh = engine.rehearse(Request(origin="check", source="rev", all=True, apply="none"))
    assert fresh.texts == {}
    return True


@settings(max_examples=20)
@given(ours=branches(MODULES, ["four", "zero"]), theirs=branches(MODULES, ["four", "zero"]))
def test_a_clean_merge_is_a_fresh_rendering_or_said_to_be_stale(
    tmp_path_factory: pytest.TempPathFactory, ours: Sequence[Edit], theirs: Sequence[Edit]
) -> None:
    merged = merge(tmp_path_factory.mktemp("merge") / "repo", ours, theirs)
    if isinstance(merged, list):
        event(
            "conflict in code"
            if any(not p.startswith("docs/") for p in merged)
            else "conflict in pages alone"
        )
    else:
        event("current" if current_and_fresh(merged) else "said to be stale")


@settings(max_examples=20)
@given(ours=branches(["one"], ["four"]), theirs=branches(["two", "three"], []))
def test_branches_that_touch_different_files_merge_and_are_current(
    tmp_path_factory: pytest.TempPathFactory, ours: Sequence[Edit], theirs: Sequence[Edit]
) -> None:
    merged = merge(tmp_path_factory.mktemp("merge") / "repo", ours, theirs)
    assert isinstance(merged, Repo), merged
    event("current" if current_and_fresh(merged) else "said to be stale")
