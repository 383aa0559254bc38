"""Working copies as jj lays them out, made by hand: `benchmarks/jujutsu.py` has the real program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from repodoc_hooks.errors import RepositoryError
from repodoc_hooks.git.process import Git
from repodoc_hooks.git.snapshot import worktree_tree
from tests.repos import PYTHON_PROJECT, Repo

PAGES = "docs/repodoc"
FRESH = "src/core/fresh.py"


def colocated(repo: Repo) -> None:
    """`.jj` beside `.git`, as `jj git init` leaves it."""
    repo.write(".jj/.gitignore", "/*\n")
    repo.write(".jj/repo/store/git_target", "../../../.git")


@pytest.fixture
def alone(tmp_path: Path) -> Repo:
    """`jj git init --no-colocate`: the git repository is inside `.jj`, bare and without a commit."""
    work = Repo(tmp_path / "alone")
    Repo.init(work.path / ".jj" / "repo" / "store" / "git", "--bare")
    work.write(".jj/repo/store/git_target", "git")
    work.write_all(PYTHON_PROJECT)
    return work


def further(repo: Repo, path: Path) -> Repo:
    """`jj workspace add`: `repo` is a file that leads to the first workspace's."""
    work = Repo(path)
    leads = os.path.relpath(repo.path / ".jj" / "repo", path / ".jj")
    work.write(".jj/repo", leads)
    work.write_all(PYTHON_PROJECT)
    return work


def names(git: Git, tree: str) -> set[str]:
    return set(git.run("ls-tree", "-r", "--name-only", tree).decode().split())


def test_new_files_belong_to_a_colocated_work_tree(project: Repo) -> None:
    colocated(project)
    project.write(".gitignore", "*.log\n")
    project.write(FRESH, "")
    project.write("run.log", "")
    project.write("large.bin", b"x" * ((1 << 20) + 1))
    Repo.init(project.path / "nested").write("inner.py", "")
    further(project, project.path / "workspaces" / "other")
    git = Git.discover(project.path)
    index = (git.git_dir / "index").read_bytes()
    assert names(git, worktree_tree(git, PAGES)) == {*PYTHON_PROJECT, ".gitignore", FRESH}
    assert (git.git_dir / "index").read_bytes() == index


def test_pages_of_a_repository_that_git_knows_nothing_of(alone: Repo) -> None:
    said = alone.repodoc("init").stderr
    assert "jj runs no hooks" in said
    assert "git add" not in said
    assert not (alone.path / ".jj/repo/store/git/hooks/pre-commit").exists()
    alone.repodoc("check", "--full")
    alone.write(FRESH, '"""Fresh."""\n')
    assert f"{FRESH} is new" in alone.repodoc("check", check=False).output
    alone.repodoc("update")
    alone.repodoc("check", "--full")
    assert "jj runs none" in alone.repodoc("status").output
    assert "jj run" in alone.repodoc("doctor", check=False).output


def test_a_further_workspace_has_its_own_files(project: Repo, tmp_path: Path) -> None:
    colocated(project)
    other = further(project, tmp_path / "other")
    other.write(FRESH, "")
    git = Git.discover(other.path / "src" / "core")
    assert (git.top, git.git_dir) == (other.path, project.path / ".git")
    assert FRESH in names(git, worktree_tree(git, PAGES))
    other.repodoc("update", "-q")
    assert other.exists(f"{PAGES}/src/core/README.md")
    assert not project.exists(PAGES)
    assert "by hand" not in other.repodoc("update", "--all").output


def test_the_working_copies_of_jj_run(project: Repo) -> None:
    colocated(project)
    for number in ("1", "2"):
        work = Repo(project.path / ".jj" / "run" / "default" / number / "working_copy")
        work.write_all(PYTHON_PROJECT)
        work.write(f"src/core/{number}.py", "")
        env = {"JJ_WORKSPACE_ROOT": str(work.path), "JJ_COMMIT_ID": project.head()}
        work.repodoc("update", "-q", env=env)
        assert f"{number}.py" in work.read(f"{PAGES}/src/core/README.md")
        work.repodoc("check", "--full", env=env)
    assert not project.exists(PAGES)
    assert project.is_clean()


def test_a_folder_that_a_repository_brings_along_is_not_believed(project: Repo) -> None:
    """Its git directory could name programs in its configuration."""
    planted = Repo.init(project.path / "sub" / ".jj" / "repo" / "store" / "git", "--bare")
    planted.git("config", "core.fsmonitor", "touch ran; false")
    project.write("sub/.jj/repo/store/git_target", "git")
    git = Git.discover(project.path / "sub")
    assert (git.top, git.git_dir) == (project.path, project.path / ".git")


@pytest.mark.parametrize("target", ["", "nowhere", "\0", "../../../../elsewhere"])
def test_a_damaged_store_is_no_repository(alone: Repo, target: str) -> None:
    alone.write(".jj/repo/store/git_target", target)
    with pytest.raises(RepositoryError, match="not a git repository"):
        Git.discover(alone.path)


def test_variables_of_git_say_which_repository_is_meant(
    project: Repo, alone: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(project.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(alone.path))
    assert Git.discover(alone.path).git_dir == project.path / ".git"


def test_sides_of_a_conflict_are_no_source_that_is_left_out(project: Repo) -> None:
    project.repodoc("update", "-q")
    head = project.commit("Pages")
    project.write(".jjconflict-side-0/src/core/text.py", "def shout() -> None: ...\n")
    project.write(".jjconflict-base-0/src/core/text.py", "def shout() -> None: ...\n")
    project.commit("As jj stores a conflict")
    assert "current" in project.repodoc("check", "--full", "--rev", "HEAD").output
    assert head != project.head()
