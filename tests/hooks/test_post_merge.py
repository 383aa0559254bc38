"""Where the pages go that a merge made stale, by the configuration."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from repodoc_hooks.git import merge_commit
from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import post_merge
from tests.repos import Repo


@pytest.fixture
def diverged(project: Repo) -> Repo:
    """Both sides changed one file, one of them without its pages."""
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set repodoc up", hooks=False)
    project.git("checkout", "-qb", "side")
    project.replace("src/core/text.py", "def whisper", "def murmur")
    project.commit("Side", hooks=False)
    project.git("checkout", "-q", "-")
    project.replace("src/core/text.py", "Text helpers.", "Helpers for text.")
    project.repodoc("update")
    project.commit("Main", hooks=False)
    return project


def merge(repo: Repo, apply: str = "") -> tuple[str, str]:
    """Merge the side; the commit that git makes, and HEAD after the hook, which runs before git has ended."""
    if apply:
        settings = (repo.path / ".repodoc.yaml").read_text() + f"post_merge: {{apply: {apply}}}\n"
        repo.write(".repodoc.yaml", settings)
        repo.commit("Settings", hooks=False)
    repo.git("merge", "-q", "--no-edit", "side")
    head, side = (repo.git("rev-parse", name).strip() for name in ("HEAD", "side"))
    repo.write(".git/MERGE_HEAD", f"{side}\n")
    assert post_merge.run(Git.discover(repo.path), ["0"]) == 0
    (repo.path / ".git/MERGE_HEAD").unlink()
    return head, repo.git("rev-parse", "HEAD").strip()


def parents(repo: Repo, commit: str) -> list[str]:
    return repo.git("rev-list", "--no-walk", "--parents", commit).split()[1:]


def is_current(repo: Repo, rev: str) -> bool:
    return repo.repodoc("check", "--rev", rev, "--full", check=False).returncode == 0


def test_they_go_into_the_merge_commit(diverged: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = merge(diverged, "merge")
    assert before != after
    assert parents(diverged, before) == parents(diverged, after)
    assert not is_current(diverged, before)
    assert is_current(diverged, after)
    assert diverged.git("status", "--porcelain") == ""
    assert "refreshed in the merge commit" in capsys.readouterr().err
    assert "murmur" in diverged.git("notes", "--ref", "repodoc", "show", after)


def test_they_go_into_a_commit_of_their_own(diverged: Repo) -> None:
    before, after = merge(diverged, "commit")
    assert parents(diverged, after) == [before]
    assert is_current(diverged, after)
    assert diverged.git("status", "--porcelain") == ""


def test_they_go_into_the_work_tree_by_default(diverged: Repo) -> None:
    before, after = merge(diverged)
    assert before == after
    assert diverged.git("status", "--porcelain").strip() == "M docs/repodoc/src/core/README.md"


def test_they_are_left(diverged: Repo) -> None:
    before, after = merge(diverged, "none")
    assert before == after
    assert diverged.git("status", "--porcelain") == ""


def test_a_signed_commit_stays_as_it_is(diverged: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_commit, "is_signed", lambda git, commit: True)
    before, after = merge(diverged, "merge")
    assert before == after
    assert diverged.git("status", "--porcelain").strip() == "M docs/repodoc/src/core/README.md"


def test_what_somebody_has_staged_meanwhile_is_not_committed(diverged: Repo) -> None:
    hook = diverged.write(".git/hooks/pre-merge-commit", "#!/bin/sh\necho x >x.txt\ngit add x.txt\n")
    hook.chmod(0o755)
    before, after = merge(diverged, "merge")
    assert before == after
    assert "x.txt" not in diverged.git("ls-tree", "-r", "--name-only", "HEAD")


def test_both_ways_in_which_branches_use_each_other_are_told(make_repo: Callable[..., Repo]) -> None:
    repo = make_repo("circle")
    repo.write("pyproject.toml", "[project]\nname = 'circle'\n")
    for name in ("one", "two"):
        repo.write(f"{name}/__init__.py", f'"""Package {name}."""\n')
        repo.write(f"{name}/core.py", f'"""Core of {name}."""\n\n\ndef {name}(): ...\n')
    repo.repodoc("init", "--yes")
    repo.commit("Set repodoc up")
    repo.git("checkout", "-qb", "side")
    repo.write("one/core.py", "from two.core import two\n" + repo.read("one/core.py"))
    repo.commit("Use two")
    repo.git("checkout", "-q", "-")
    repo.write("two/core.py", "from one.core import one\n\n\ndef other(): ...\n")
    repo.commit("Use one")
    merge(repo, "merge")
    for page in ("docs/repodoc/one/README.md", "docs/repodoc/two/README.md"):
        assert "### Uses\n" in repo.read(page) and "### Used by\n" in repo.read(page)
    assert is_current(repo, "HEAD")
