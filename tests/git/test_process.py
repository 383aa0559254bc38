"""The door to git: finding the repository, its environment, its complaints."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.errors import GitError, RepositoryError
from repodoc_hooks.git.process import LOCAL_ENV_VARS, Git, error_line, foreign_env, zsplit
from tests.repos import Repo


def test_found_from_below(project: Repo) -> None:
    git = Git.discover(project.path / "src" / "core")
    assert git.top == project.path.resolve()
    assert git.git_dir == git.common_dir == git.top / ".git"
    assert git.object_format == "sha1"


def test_one_process_finds_all(project: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    run = subprocess.run

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        return run(*args, **kwargs)

    monkeypatch.setattr(subprocess, "run", counted)
    Git.discover(project.path)
    assert len(calls) == 1


def test_linked_worktree(project: Repo, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", str(tmp_path / "linked"))
    git = Git.discover(tmp_path / "linked")
    assert git.top == tmp_path / "linked"
    assert git.common_dir == project.path.resolve() / ".git"
    assert git.git_dir == git.common_dir / "worktrees" / "linked"


@pytest.mark.parametrize("name", ["new\nline", "spa ce", "ünï"])
def test_strange_directories(make_repo: Callable[..., Repo], name: str) -> None:
    repo = make_repo(name)
    git = Git.discover(repo.path)
    assert git.top == repo.path.resolve()
    assert git.git_dir == git.top / ".git"


def test_an_old_git_is_told_in_one_line(
    project: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = shutil.which("git")
    old = tmp_path / "old" / "git"
    old.parent.mkdir()
    # As git 2.30 has it: `rev-parse` prints an option that it does not know.
    old.write_text(
        '#!/bin/sh\n[ "$2" != --path-format=absolute ] || { echo "$2"; shift 2; set -- rev-parse "$@"; }\n'
        f'exec {program} "$@"\n'
    )
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:{os.environ['PATH']}")
    done = project.repodoc("check", check=False)
    assert (done.returncode, done.output) == (
        2,
        "repodoc: this git is older than 2.31; install git 2.31 or newer\n",
    )


def test_no_commit_yet(repo: Repo) -> None:
    assert Git.discover(repo.path).top == repo.path.resolve()


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("nowhere", "there is no such directory"),
        ("file", "Not a directory"),
        ("outside", "this is not a git repository"),
        ("bare", "this is a bare repository"),
        ("repo/.git", "this is not a work tree"),
    ],
)
def test_places_that_will_not_do(
    make_repo: Callable[..., Repo], tmp_path: Path, place: str, what: str
) -> None:
    make_repo("repo")
    make_repo("bare", "--bare")
    (tmp_path / "outside").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(RepositoryError, match=what) as caught:
        Git.discover(tmp_path / place)
    assert "\n" not in str(caught.value)


def test_no_git(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="git program was not found"):
        Git.discover(tmp_path, {"PATH": str(tmp_path)})


def test_paths_of_a_hook_are_made_absolute(project: Repo) -> None:
    environ = {**os.environ, "GIT_INDEX_FILE": ".git/index", "GIT_DIR": ".git"}
    git = Git.discover(project.path, environ)
    assert git.env["GIT_INDEX_FILE"] == str(project.path.resolve() / ".git" / "index")
    assert git.env["GIT_DIR"] == str(project.path.resolve() / ".git")
    assert git.env["GIT_WORK_TREE"] == str(project.path.resolve())
    assert git.run("ls-files").decode().splitlines()[0] == "README.md"


def test_failure_is_one_line(project: Repo) -> None:
    git = Git.discover(project.path)
    with pytest.raises(GitError) as caught:
        git.run("-c", "a.b=c", "rev-parse", "--verify", "nothing")
    assert str(caught.value) == "git rev-parse: Needed a single revision"
    assert git.run("rev-parse", "--verify", "nothing", check=False) == b""
    assert git.line("rev-parse", "--verify", "nothing") == ""


def test_no_answer_in_time(project: Repo) -> None:
    git = Git.discover(project.path)
    with pytest.raises(GitError, match="no answer within 0.2 s"):
        git.call("-c", "alias.wait=!sleep 5", "wait", timeout=0.2)


def test_foreign_environment_has_none_of_git_s_local_variables(project: Repo) -> None:
    local = project.git("rev-parse", "--local-env-vars").split()
    assert set(local) <= set(LOCAL_ENV_VARS)
    environ = {**dict.fromkeys(local, "x"), "GIT_SSH_COMMAND": "ssh", "PATH": "/bin"}
    assert foreign_env(environ) == {"GIT_SSH_COMMAND": "ssh", "PATH": "/bin"}


def test_git_path_honours_the_configuration(project: Repo) -> None:
    git = Git.discover(project.path)
    assert git.git_path("hooks") == git.top / ".git" / "hooks"
    project.git("config", "core.hooksPath", "elsewhere")
    assert git.git_path("hooks") == git.top / "elsewhere"


def test_fields_and_complaints() -> None:
    assert zsplit(b"a\0b c\0\xff\0") == ["a", "b c", os.fsdecode(b"\xff")]
    assert error_line(b"hint: try\nfatal: it broke\n") == "it broke"
    assert error_line(b"warning: x\nerror: y\n") == "y"
    assert error_line(b"just words\n\n") == "just words"
    assert error_line(b"") == "no message"
