"""Commits of pages by the bot: beside the work tree, never forced, and none about nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from repodoc_hooks.deferred import publish as module
from repodoc_hooks.deferred.publish import BOT_EMAIL, TRAILER, publish
from repodoc_hooks.errors import GitError, UsageError
from repodoc_hooks.git.process import Git
from tests.repos import Repo

PAGE = "docs/repodoc/README.md"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)


@pytest.fixture
def git(project: Repo) -> Git:
    return Git.discover(project.path)


@pytest.fixture
def origin(project: Repo, tmp_path: Path) -> Repo:
    bare = Repo.init(tmp_path / "origin.git", "--bare")
    project.git("remote", "add", "origin", str(bare.path))
    project.git("push", "-q", "-u", "origin", "main")
    return bare


def pages_of(repo: Repo) -> module.MakePages:
    """A page that tells the files of the commit: current if it does."""

    def make(commit: str) -> Mapping[str, bytes | None]:
        names = repo.git("ls-tree", "-r", "--name-only", commit, "src")
        text = f"{names}\n".encode()
        shown = repo.run("git", "cat-file", "blob", f"{commit}:{PAGE}", check=False)
        return {} if shown.stdout.encode() == text else {PAGE: text}

    return make


def test_a_commit_on_the_current_branch_brings_the_work_tree_along(project: Repo, git: Git) -> None:
    before = project.head()
    project.write("src/core/text.py", "half edited")
    project.write("staged.txt", "staged")
    project.git("add", "staged.txt")
    done = publish(git, pages_of(project))
    assert (done.branch, done.commit, done.pushed) == ("main", project.head(), False)
    assert project.git("rev-parse", "HEAD^") == before
    assert project.changed() == [PAGE]
    assert project.git("log", "-1", "--format=%ae %ce") == f"{BOT_EMAIL} {BOT_EMAIL}"
    assert TRAILER in project.git("log", "-1", "--format=%B")
    assert project.read(PAGE).startswith("src/core/__init__.py\n")
    assert sorted(project.status()) == [" M src/core/text.py", "A  staged.txt"]


def test_there_is_no_commit_about_nothing(project: Repo, git: Git) -> None:
    publish(git, pages_of(project))
    head = project.head()
    assert publish(git, pages_of(project)).commit == ""
    assert project.head() == head


def test_pages_are_removed(project: Repo, git: Git) -> None:
    publish(git, pages_of(project))
    publish(git, lambda commit: {PAGE: None})
    assert PAGE not in project.files()
    assert not project.exists(PAGE)


def test_an_edit_of_the_page_is_not_lost(project: Repo, git: Git) -> None:
    publish(git, pages_of(project))
    head = project.head()
    project.write(PAGE, "mine")
    with pytest.raises(GitError, match="stash"):
        publish(git, lambda commit: {PAGE: b"new\n"})
    assert project.read(PAGE) == "mine"
    assert project.head() == head


def test_without_a_branch_one_must_be_named(project: Repo, git: Git) -> None:
    project.git("checkout", "-q", "--detach")
    with pytest.raises(UsageError, match="--branch"):
        publish(git, pages_of(project))
    done = publish(git, pages_of(project), branch="pages")
    assert project.git("rev-parse", "pages") == done.commit
    assert project.is_clean()


def test_a_branch_checked_out_elsewhere_is_left_alone(project: Repo, git: Git, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "pages")
    with pytest.raises(UsageError, match="checked out"):
        publish(git, pages_of(project), branch="pages")


def test_a_push_to_the_current_branch(project: Repo, git: Git, origin: Repo) -> None:
    done = publish(git, pages_of(project), push=True)
    assert origin.git("rev-parse", "main") == done.commit == project.head()
    assert done.pushed
    assert project.is_clean()


def test_a_push_to_the_branch_that_is_checked_out_without_its_name(
    project: Repo, git: Git, origin: Repo
) -> None:
    project.git("checkout", "-q", "--detach")
    done = publish(git, pages_of(project), branch="main", push=True)
    assert origin.git("rev-parse", "main") == done.commit
    assert origin.git("rev-list", "--count", "main") == "2"


def test_somebody_pushed_meanwhile(project: Repo, git: Git, origin: Repo, tmp_path: Path) -> None:
    other = origin.clone(tmp_path / "other")
    make = pages_of(project)
    seen: list[str] = []

    def slowly(commit: str) -> Mapping[str, bytes | None]:
        pages = make(commit)
        seen.append(commit)
        if len(seen) < 3:
            other.write(f"src/core/new{len(seen)}.py", "A = 1\n")
            other.commit()
            other.git("push", "-q", "origin", "main")
        return pages

    publish(git, slowly, push=True)
    assert len(seen) == 3
    assert origin.git("rev-parse", "main^") == other.head() == seen[-1]
    assert "src/core/new2.py" in origin.git("show", f"main:{PAGE}")


def test_a_branch_that_never_rests(project: Repo, git: Git, origin: Repo, tmp_path: Path) -> None:
    other = origin.clone(tmp_path / "other")

    def make(commit: str) -> Mapping[str, bytes | None]:
        other.git("commit", "-q", "--allow-empty", "-m", "more")
        other.git("push", "-q", "origin", "main")
        return {PAGE: commit.encode()}

    with pytest.raises(GitError, match="moved on"):
        publish(git, make, push=True)
    assert origin.git("rev-parse", "main") == other.head()


def test_a_server_that_refuses_is_not_asked_again(project: Repo, git: Git, origin: Repo) -> None:
    hook = origin.path / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    calls: list[str] = []

    def make(commit: str) -> Mapping[str, bytes | None]:
        calls.append(commit)
        return {PAGE: b"x"}

    with pytest.raises(GitError, match="git push"):
        publish(git, make, push=True)
    assert len(calls) == 1


def test_commits_that_were_not_pushed_are_not_pushed_by_us(project: Repo, git: Git, origin: Repo) -> None:
    project.write("src/core/more.py", "A = 1\n")
    project.commit()
    with pytest.raises(UsageError, match="push first"):
        publish(git, pages_of(project), push=True)


def test_the_branch_of_a_pull_request_follows_the_main_branch(project: Repo, git: Git, origin: Repo) -> None:
    first = publish(git, pages_of(project), branch="repodoc/pages", push=True)
    assert origin.git("rev-parse", "repodoc/pages^") == project.head()
    assert publish(git, pages_of(project), branch="repodoc/pages", push=True).commit == ""
    project.write("src/core/more.py", "A = 1\n")
    head = project.commit()
    project.git("push", "-q", "origin", "main")
    second = publish(git, pages_of(project), branch="repodoc/pages", push=True)
    assert origin.git("rev-parse", "repodoc/pages^1", "repodoc/pages^2").split() == [first.commit, head]
    assert origin.git("diff", "--name-only", "main", "repodoc/pages") == PAGE
    assert origin.git("rev-parse", "main") == head
    assert second.pushed
    project.git("fetch", "-q", "origin")
    project.git("merge", "-q", "--ff", "origin/repodoc/pages")
    project.git("push", "-q", "origin", "main")
    assert publish(git, pages_of(project), branch="repodoc/pages", push=True).commit == ""


def test_what_people_add_to_the_bots_branch_is_not_overwritten(
    project: Repo, git: Git, origin: Repo, tmp_path: Path
) -> None:
    publish(git, pages_of(project), branch="repodoc/pages", push=True)
    other = origin.clone(tmp_path / "other", "-b", "repodoc/pages")
    other.write(PAGE, "better")
    other.commit()
    other.git("push", "-q", "origin", "repodoc/pages")
    with pytest.raises(UsageError, match="people"):
        publish(git, pages_of(project), branch="repodoc/pages", push=True)


def test_a_shallow_clone_will_do(project: Repo, origin: Repo, tmp_path: Path) -> None:
    project.write("src/core/more.py", "A = 1\n")
    project.commit()
    project.git("push", "-q", "origin", "main")
    project.git("clone", "-q", "--depth=1", f"file://{origin.path}", str(tmp_path / "shallow"))
    shallow = Repo(tmp_path / "shallow")
    other = origin.clone(tmp_path / "other")
    other.write("src/core/late.py", "A = 1\n")
    other.commit()
    other.git("push", "-q", "origin", "main")
    done = publish(Git.discover(shallow.path), pages_of(shallow), push=True)
    assert origin.git("rev-parse", "main") == done.commit
    assert "late.py" in origin.git("show", f"main:{PAGE}")
    assert origin.git("rev-list", "--count", "main") == "4"


def test_hooks_of_the_user_do_not_run(project: Repo, git: Git, origin: Repo) -> None:
    for name in ("pre-push", "pre-commit", "post-commit", "post-checkout", "post-merge"):
        hook = project.path / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\ntouch ran\nexit 1\n")
        hook.chmod(0o755)
    assert publish(git, pages_of(project), push=True).pushed
    assert not project.exists("ran")


def test_a_branch_that_is_not_checked_out_gets_the_pages_of_its_own_commit(project: Repo, git: Git) -> None:
    project.git("branch", "topic")
    project.write("src/core/more.py", "")
    main = project.commit("More")
    done = publish(git, pages_of(project), rev="topic")
    assert (done.branch, project.git("rev-parse", "topic")) == ("topic", done.commit)
    assert "more.py" not in project.git("show", f"topic:{PAGE}")
    assert (project.head(), project.status()) == (main, [""])


def test_a_commit_needs_the_name_of_a_branch(project: Repo, git: Git) -> None:
    first = project.head()
    project.write("src/core/more.py", "")
    project.commit("More")
    with pytest.raises(UsageError, match="--branch"):
        publish(git, pages_of(project), rev=first)
    done = publish(git, pages_of(project), rev=first, branch="pages")
    assert project.git("rev-parse", f"{done.commit}^") == first
    assert "more.py" not in project.git("show", f"pages:{PAGE}")


@pytest.mark.parametrize("rev", ["nothing", "--help", "HEAD:README.md", ""])
def test_what_is_no_commit(project: Repo, git: Git, rev: str) -> None:
    if rev:
        with pytest.raises(UsageError):
            publish(git, pages_of(project), rev=rev, branch="pages")
    else:
        assert publish(git, pages_of(project), rev=rev).branch == "main"


def test_the_branch_that_is_checked_out_may_be_named(project: Repo, git: Git) -> None:
    for rev in ("HEAD", "main", "refs/heads/main", "@"):
        project.write("src/core/more.py", rev)
        project.git("rm", "-qr", "--ignore-unmatch", PAGE)
        project.commit(f"Write {rev}")
        done = publish(git, pages_of(project), rev=rev)
        assert (done.branch, done.commit) == ("main", project.head())
        assert project.is_clean()
