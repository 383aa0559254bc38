"""The hook killed before each of its effects in turn: nothing half done is left, no edit is lost."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from repodoc_hooks.git import staging
from repodoc_hooks.git.process import Git
from tests.git.hook_stage import kill_before
from tests.git.test_staging import AFTER, BEFORE, NEW, PAGE, edited, hook
from tests.repos import Repo

EDITED = "docs/repodoc/edited.md"
GONE = "docs/repodoc/gone/old.md"
PAGES = {PAGE: AFTER, EDITED: AFTER, NEW: "new\n", GONE: None}
MINE = edited(BEFORE, 15, "mine")


def prepared(repo: Repo) -> None:
    """A page to change, one with an edit of the user's, one to add, one to remove; an edit to commit."""
    repo.write_all({"code.py": "x = 1\n", PAGE: BEFORE, EDITED: BEFORE, GONE: BEFORE})
    repo.commit("Start")
    repo.write("code.py", "x = 2\n")
    repo.git("add", "code.py")
    repo.write(EDITED, MINE)


def state(repo: Repo) -> tuple[str, list[str], dict[str, str]]:
    """Index, status and files of a repository."""
    files = {str(file.relative_to(repo.path)): file.read_text() for file in repo.path.rglob("*.md")}
    return repo.git("ls-files", "-s"), repo.status(), files


def killed(repo: Repo, number: int) -> bool:
    """Write the pages in a process that dies before its `number`-th effect; False if it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            git = Git.discover(repo.path)
            kill_before(number)
            pages = {path: None if text is None else text.encode() for path, text in PAGES.items()}
            staging.write_pages(git, pages, "index")
            os._exit(0)
        finally:
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL)
    return status != 0


def victims(repo: Repo, folder: Path) -> Iterator[tuple[int, Repo]]:
    """Copies of a prepared repository, each with a write killed one effect later, until one is not."""
    prepared(repo)
    for number in count(1):
        victim = Repo(folder / f"victim{number}")
        shutil.copytree(repo.path, victim.path, symlinks=True)
        if not killed(victim, number):
            assert number > 20
            return
        yield number, victim


def test_killed_anywhere_and_repaired(repo: Repo, tmp_path: Path) -> None:
    outcomes = set()
    complete = Repo(tmp_path / "complete")
    for number, victim in victims(repo, tmp_path):
        if number == 1:
            shutil.copytree(repo.path, complete.path, symlinks=True)
            assert not killed(complete, 1000)
        repaired = bool(staging.repair(Git.discover(victim.path)))
        outcomes.add((repaired, state(victim) == state(complete)))
        assert state(victim) in (state(repo), state(complete)), f"killed before effect {number}"
        assert staging.repair(Git.discover(victim.path)) == ()
    # Before the first change, half way and taken back, and after the last change.
    assert outcomes == {(False, False), (True, False), (False, True)}


@pytest.mark.parametrize("what", [(), ("code.py",)], ids=["staged", "path"])
def test_commit_killed_and_made_again(repo: Repo, tmp_path: Path, what: tuple[str, ...]) -> None:
    prepared(repo)
    before = state(repo)
    for number in (36, 40, 43, 47):
        victim = Repo(tmp_path / f"victim{number}")
        shutil.copytree(repo.path, victim.path, symlinks=True)
        victim.git("status")
        hook(victim, PAGES, kill=number)
        assert victim.run("git", "commit", "-qm", "Edit", *what, check=False).returncode != 0
        assert staging.repair(Git.discover(victim.path)) != ()
        assert state(victim) == before
        hook(victim, PAGES)
        victim.git("commit", "-qm", "Edit", *what)
        _assert_complete(victim)


def _assert_complete(repo: Repo) -> None:
    assert repo.changed() == sorted(["code.py", PAGE, EDITED, NEW, GONE])
    assert repo.at("HEAD", EDITED).decode() == AFTER
    assert repo.read(EDITED) == edited(AFTER, 15, "mine")
    assert repo.status() == [f" M {EDITED}"]


def test_killed_and_committed_without_hooks(repo: Repo, tmp_path: Path) -> None:
    """What the user commits after a crash is not taken back by the repair."""
    for number, victim in victims(repo, tmp_path):
        victim.git("commit", "-qam", "All of it")
        staging.repair(Git.discover(victim.path))
        assert victim.git("status", "--porcelain", "-uno") == "", f"killed before effect {number}"


def test_edits_made_after_a_crash_are_kept(repo: Repo, tmp_path: Path) -> None:
    for number, victim in victims(repo, tmp_path):
        later = {path: victim.read(path) + "later\n" for path in (PAGE, EDITED)}
        victim.write_all(later)
        staging.repair(Git.discover(victim.path))
        assert {path: victim.read(path) for path in later} == later, f"killed before effect {number}"
