"""Notes under the native hooks: whatever becomes of a commit, its note is found on what it became."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from repodoc_hooks.git import install, notes
from repodoc_hooks.git.process import Git
from tests.repos import Repo


@pytest.fixture
def hooked(project: Repo) -> Repo:
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Pages")
    install.install(Git.discover(project.path))
    return project


def runs(repo: Repo, commit: str = "HEAD") -> set[str]:
    """The runs that the note on exactly this commit tells of."""
    note = notes.read_nearest(Git.discover(repo.path), commit, limit=1)
    lines: list[dict[str, Any]] = note.lines if note else []
    return {str(line["run_id"]) for line in lines if line["kind"] == "run"}


def edited(repo: Repo, old: str, new: str, path: str = "src/core/text.py") -> set[str]:
    """Commit an edit; its runs."""
    repo.replace(path, old, new)
    repo.git("commit", "-qam", f"{old} to {new}")
    found = runs(repo)
    assert found
    return found


def amend(repo: Repo) -> None:
    repo.git("commit", "-q", "--amend", "-m", "Other words")


def rebase(repo: Repo) -> None:
    repo.git("rebase", "-q", "main")


def cherry_pick(repo: Repo) -> None:
    repo.git("checkout", "-q", "main")
    repo.git("cherry-pick", "side")


def squash(repo: Repo) -> None:
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "side")
    repo.git("commit", "-qm", "Squashed")


@pytest.mark.parametrize("change", [amend, rebase, cherry_pick, squash])
def test_notes_follow(hooked: Repo, change: Callable[[Repo], None]) -> None:
    hooked.git("checkout", "-qb", "side")
    first = edited(hooked, "def whisper", "def murmur")
    second = edited(hooked, "def shout", "def cry")
    hooked.git("checkout", "-q", "main")
    hooked.write("notes.txt", "x\n")
    hooked.commit("Main")
    hooked.git("checkout", "-q", "side")
    change(hooked)
    assert second <= runs(hooked)
    if change is squash:
        assert first <= runs(hooked)


def test_an_aborted_squash_is_forgotten(hooked: Repo) -> None:
    hooked.git("checkout", "-qb", "side")
    first = edited(hooked, "def whisper", "def murmur")
    hooked.git("checkout", "-q", "main")
    hooked.git("merge", "-q", "--squash", "side")
    hooked.run("git", "commit", "-q", check=False)  # the editor leaves no message
    hooked.git("reset", "-q", "--hard")
    assert not first & edited(hooked, "Till", "Cash", "src/shop/till.py")
