"""The tree of the work tree, however it differs from the index."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from repodoc_hooks.git.process import Git
from repodoc_hooks.git.snapshot import worktree_tree
from tests.repos import Repo

PAGE = "docs/repodoc/README.md"
TEXT = "src/core/text.py"
Change = Callable[[Repo], object]


def touch(repo: Repo) -> None:
    os.utime(repo.path / TEXT, (1_000_000_000, 1_000_000_000))


def same_length(repo: Repo) -> None:
    """A change that only the content shows: size and time stay as the index knows them."""
    file = repo.path / TEXT
    times = file.stat()
    repo.replace(TEXT, "upper()", "lower()")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def windows_lines(repo: Repo) -> None:
    """Lines end as they would after a checkout on Windows, which is no change to git."""
    repo.git("config", "core.autocrlf", "true")
    repo.write(TEXT, repo.read(TEXT).replace("\n", "\r\n"))


def symlink(repo: Repo) -> None:
    (repo.path / TEXT).unlink()
    (repo.path / TEXT).symlink_to("__init__.py")


def staged(repo: Repo) -> None:
    repo.replace(TEXT, "upper()", "title()")
    repo.git("add", TEXT)


def edited_at_once(repo: Repo) -> None:
    """As large as what was staged, and in the same moment: only the content tells (git's racy entries)."""
    repo.replace(TEXT, "upper()", "title()")
    repo.git("add", TEXT)
    repo.replace(TEXT, "title()", "lower()")


CHANGES: dict[str, Change] = {
    "nothing": lambda repo: None,
    "touched": touch,
    "edited": lambda repo: repo.replace(TEXT, "upper()", "title()"),
    "same length": same_length,
    "deleted": lambda repo: (repo.path / TEXT).unlink(),
    "executable": lambda repo: (repo.path / TEXT).chmod(0o755),
    "symlink": symlink,
    "CRLF": windows_lines,
    "staged": staged,
    "edited at once": edited_at_once,
    "intent to add": lambda repo: (repo.write("new.py", "x = 1\n"), repo.git("add", "-N", "new.py")),
    "untracked source": lambda repo: repo.write("new.py", "x = 1\n"),
    "untracked page": lambda repo: repo.write("docs/repodoc/new.md", "# New\n"),
    "ignored page": lambda repo: (repo.write(".git/info/exclude", "docs\n"), repo.write(PAGE, "# Other\n")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_is_what_adding_everything_tracked_and_the_pages_would_commit(
    project: Repo, change: Change
) -> None:
    project.write(PAGE, "# Pages\n")
    project.commit("Add a page")
    project.git("update-index", "--refresh")
    change(project)
    index = (project.path / ".git/index").read_bytes()
    found = worktree_tree(Git.discover(project.path), "docs/repodoc")
    assert (project.path / ".git/index").read_bytes() == index
    project.git("add", "--update")
    project.git("add", "--force", "docs/repodoc")
    assert found == project.git("write-tree")


def test_work_inside_a_submodule_is_not_ours_but_its_new_commit_is(
    project: Repo, make_repo: Callable[..., Repo]
) -> None:
    other = make_repo("other")
    other.write("a.txt", "a\n")
    other.commit("Start")
    project.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "part")
    project.commit("Add a submodule")
    before = project.git("rev-parse", "HEAD^{tree}")
    part = Repo(project.path / "part")
    part.write("a.txt", "b\n")
    assert worktree_tree(Git.discover(project.path), "docs/repodoc") == before
    part.commit("Go on")
    project.git("add", "--update")
    after = project.git("write-tree")
    project.git("reset", "-q")
    assert worktree_tree(Git.discover(project.path), "docs/repodoc") == after != before


@pytest.mark.parametrize("place", ["/no/such/folder", "/dev/null", "/proc"])
def test_a_place_for_temporary_files_that_is_none(
    project: Repo, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("TMPDIR", place)
    git = Git.discover(project.path)
    assert worktree_tree(git, "docs/repodoc") == project.git("rev-parse", "HEAD^{tree}")
