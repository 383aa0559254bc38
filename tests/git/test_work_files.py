"""The one door to the work tree: never through a link, never outside, in one step."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from repodoc_hooks.errors import RepositoryError
from repodoc_hooks.git.work_files import put_file, refuse_outside
from repodoc_hooks.repository_paths import is_inside
from tests.repos import CommandError, Repo

REFUSED = [
    *("", "/x", "a//b", "./a", "a/../b", "..", "a/.", ".git", ".git/x", "a/.git/x", "a/.GIT", ".Git/hooks/x"),
    *(
        ".git ",
        ".git.",
        ".git . .",
        "a/.git ./x",
        ".git::$INDEX_ALLOCATION/x",
        "git~1",
        "GIT~1/x",
        "a/git~1.",
    ),
    *(".g\u200cit", ".\u200dgit/x", "\ufeff.git", ".gi\u206ft", "a/.git\u202e/x"),
]


@pytest.mark.parametrize("path", REFUSED)
def test_paths_that_git_refuses(path: str, tmp_path: Path) -> None:
    assert not is_inside(path)
    with pytest.raises(RepositoryError, match="git takes no such path"):
        put_file(tmp_path, path, b"x")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("path", [path for path in REFUSED if path and not path.startswith("/")])
def test_git_itself_refuses_them(repo: Repo, path: str) -> None:
    repo.git("config", "core.protectNTFS", "true")
    repo.git("config", "core.protectHFS", "true")
    blob = repo.git("hash-object", "-w", "--stdin", input="x")
    with pytest.raises(CommandError):
        repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}/page.md")


@pytest.mark.parametrize(
    "path", ["a", ".gitx", "git", "git~2", "x.git", ".github/x", "a/...", "docs/ .git x"]
)
def test_paths_that_git_takes(repo: Repo, path: str) -> None:
    assert is_inside(path)
    blob = repo.git("hash-object", "-w", "--stdin", input="x")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    top, outside = tmp_path / "top", tmp_path / "outside"
    top.mkdir()
    outside.mkdir()
    (outside / "file").write_bytes(b"theirs")
    (top / "folder").symlink_to(outside)
    (top / "file").symlink_to(outside / "file")
    (top / "dangling").symlink_to(outside / "new")
    with pytest.raises(RepositoryError, match="folder is a symlink"):
        put_file(top, "folder/file", b"ours")
    with pytest.raises(RepositoryError, match="folder is a symlink"):
        refuse_outside(top, "folder/deep/file")
    put_file(top, "file", b"ours")
    put_file(top, "dangling", b"ours")
    assert (outside / "file").read_bytes() == b"theirs"
    assert os.listdir(outside) == ["file"]
    assert (top / "file").read_bytes() == (top / "dangling").read_bytes() == b"ours"
    assert not (top / "file").is_symlink()


def test_mode_is_kept_and_no_draft_is_left(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    (tmp_path / "x").chmod(0o755)
    put_file(tmp_path, "x", b"new")
    put_file(tmp_path, "a/b/y", b"new", executable=True)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o755
    assert (tmp_path / "a/b/y").stat().st_mode & 0o100
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "b", "x", "y"]
    put_file(tmp_path, "a/b/y", None)
    assert sorted(os.listdir(tmp_path)) == ["x"]
