"""The commit that `git merge` has just made."""

from __future__ import annotations

import pytest

from repodoc_hooks.git import merge_commit
from repodoc_hooks.git.process import Git
from tests.repos import Repo


@pytest.fixture
def merged(repo: Repo) -> Repo:
    """HEAD is a merge of `side`, and git has ended it."""
    repo.write("a.txt", "a\n")
    repo.git("add", "-A")
    repo.git("commit", "-qm", "Begin")
    repo.git("checkout", "-qb", "side")
    repo.write("b.txt", "b\n")
    repo.git("add", "-A")
    repo.git("commit", "-qm", "Side")
    repo.git("tag", "-am", "Tag", "v1")
    repo.git("checkout", "-q", "-")
    repo.git("merge", "-q", "--no-ff", "-m", "Täg\n\nWith words.", "v1")
    return repo


def begun(repo: Repo, *heads: str) -> str:
    """What is found while git says that it merges these."""
    names = [repo.git("rev-parse", head).strip() for head in heads]
    repo.write(".git/MERGE_HEAD", "".join(f"{name}\n" for name in names))
    return merge_commit.just_made(Git.discover(repo.path))


def test_a_merge_under_way_has_made_head(merged: Repo) -> None:
    head = merged.git("rev-parse", "HEAD").strip()
    assert begun(merged, "side") == head
    assert begun(merged, "v1") == head


def test_a_merge_that_has_ended_or_made_nothing_has_made_no_commit(merged: Repo) -> None:
    assert merge_commit.just_made(Git.discover(merged.path)) == ""
    assert begun(merged, "HEAD^") == ""
    assert begun(merged) == ""


def test_the_commit_keeps_all_but_its_tree(merged: Repo) -> None:
    git = Git.discover(merged.path)
    head, tree = merged.git("rev-parse", "HEAD", "side^^{tree}").split()
    new = merge_commit.with_tree(git, head, tree)
    before, after = (merged.git("cat-file", "commit", name) for name in (head, new))
    assert after == before.replace(merged.git("rev-parse", f"{head}^{{tree}}").strip(), tree)
    assert merge_commit.move_head(git, head, new)
    assert not merge_commit.move_head(git, head, new)
    assert merged.git("symbolic-ref", "HEAD").strip() != ""
    assert merged.git("rev-parse", "HEAD").strip() == new


@pytest.mark.parametrize("header", ["gpgsig", "gpgsig-sha256"])
def test_a_signature_is_seen(merged: Repo, header: str) -> None:
    git = Git.discover(merged.path)
    plain = merged.git("cat-file", "commit", "HEAD")
    assert not merge_commit.is_signed(git, "HEAD")
    signed = plain.replace("\n\n", f"\n{header} -----BEGIN\n x\n -----END\n\n", 1)
    made = git.run("hash-object", "-t", "commit", "-w", "--stdin", input=signed.encode()).decode().strip()
    assert merge_commit.is_signed(git, made)
