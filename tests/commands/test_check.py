"""`repodoc check` beside what git is in the middle of: what has to be done, and in which order."""

from __future__ import annotations

import pytest

from tests.repos import Repo

TEXT = "src/core/text.py"
PAGE = "docs/repodoc/src/core/README.md"


@pytest.fixture
def documented(project: Repo) -> Repo:
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Pages")
    return project


def branches(repo: Repo, *, pages: bool) -> None:
    """Two branches that give one function different names; `side` is merged into `main`, in conflict."""
    repo.git("config", "--remove-section", "merge.repodoc")
    repo.git("branch", "side")
    for branch, name in (("main", "left"), ("side", "right")):
        repo.git("checkout", "-q", branch)
        repo.replace(TEXT, "def whisper", f"def {name}")
        if pages:
            repo.repodoc("update", "-q")
        repo.commit(name)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "side", check=False)


def test_conflicts_in_source_come_first(documented: Repo) -> None:
    branches(documented, pages=False)
    said = documented.repodoc("check", check=False).stdout
    assert f"note: in conflict, to be resolved first: {TEXT}\n" in said
    assert "run: repodoc update\n" in said
    assert TEXT in documented.repodoc("update", check=False).stderr.splitlines()[0]
    assert TEXT in documented.repodoc("check", "--staged", check=False).stderr


def test_then_pages_are_merged_and_made_anew(documented: Repo) -> None:
    branches(documented, pages=True)
    said = documented.repodoc("check", check=False).stdout
    assert TEXT in said
    assert "run: repodoc resolve && repodoc update\n" in said
    documented.git("checkout", "--theirs", TEXT)
    documented.git("add", TEXT)
    said = documented.repodoc("check", check=False).stdout
    assert "to be resolved first" not in said
    assert "run: repodoc resolve && repodoc update\n" in said
    documented.repodoc("resolve")
    documented.repodoc("update")
    documented.commit("Merge")
    documented.repodoc("check", "--full")


def test_a_branch_that_is_not_checked_out_gets_its_pages_by_name(documented: Repo) -> None:
    """As tools do that make commits without hooks: a commit by plumbing, on a branch beside."""
    documented.replace(TEXT, "def whisper", "def murmur")
    documented.git("add", TEXT)
    tree = documented.git("write-tree")
    documented.git("reset", "-q", "--hard")
    documented.git("branch", "topic", documented.git("commit-tree", tree, "-p", "HEAD", "-m", "Topic"))
    said = documented.repodoc("check", "--rev", "topic", check=False).stdout
    assert "run: repodoc update --rev topic --commit\n" in said
    assert "run: repodoc update\n" in documented.repodoc("check", "--rev", tree, check=False).stdout
    documented.repodoc("update", "--rev", "topic", "--commit")
    documented.repodoc("check", "--full", "--rev", "topic")
    assert documented.is_clean()


def test_lines_that_could_not_be_read(documented: Repo) -> None:
    documented.write(TEXT, documented.read(TEXT) + "\n\ndef broken(:\n\n\ndef fine() -> None: ...\n")
    said = documented.repodoc("update").stderr
    shown = documented.repodoc("check").stdout
    words = next(line for line in shown.splitlines() if "could not be read" in line).strip()
    assert f"{TEXT}: line " in words
    assert words in said
