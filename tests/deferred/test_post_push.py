"""Pushes of every kind, seen by a pre-push hook and looked into afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from repodoc_hooks import system
from repodoc_hooks.deferred.post_push import PATIENCE, Pushed, outcome, queue_push, tracking_ref, unnoticed
from repodoc_hooks.git.install import install
from repodoc_hooks.git.process import Git
from repodoc_hooks.store.jobs import JobStore
from repodoc_hooks.store.push_notes import push_notes
from repodoc_hooks.store.worker_notes import WorkerNote
from repodoc_hooks.system import ancestors, is_alive, look
from tests.pretended_model import Model
from tests.repos import Repo

HOOK = """\
#!{python}
import sys
sys.path.insert(0, {source!r})
from repodoc_hooks.deferred import post_push
from repodoc_hooks.git.process import Git
post_push.start_worker = lambda git: None
lines = sys.stdin.read().splitlines()
name, url = (sys.argv[1:] + ["", ""])[:2]
post_push.queue_push(Git.discover("."), name, url, lines)
"""
SOURCE = str(Path(__file__).parents[2])


@pytest.fixture
def hook(home: Path) -> Path:
    """A program that does what the pre-push hook does, without starting a worker."""
    program = home / "pre-push"
    program.write_text(HOOK.format(python=sys.executable, source=SOURCE))
    program.chmod(0o755)
    return program


@pytest.fixture
def pushing(project: Repo, tmp_path: Path, hook: Path) -> Repo:
    """A project with a bare remote `origin` and the hook."""
    Repo.init(tmp_path / "origin.git", "--bare")
    project.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    target = project.path / ".git" / "hooks" / "pre-push"
    target.parent.mkdir(exist_ok=True)
    target.symlink_to(hook)
    return project


def notes(repo: Repo) -> list[WorkerNote]:
    state = Git.discover(repo.path).state_dir
    if not JobStore.exists(state):
        return []
    with JobStore.open(state) as store:
        return store.notes.open()


def seen(repo: Repo) -> list[Pushed]:
    """What the notes left by the hook turn out to be, now that git has ended."""
    git = Git.discover(repo.path)
    moved: list[Pushed] = []
    for note in notes(repo):
        result = outcome(git, note.body, 0)
        assert result is not None
        moved += result
        with JobStore.open(git.state_dir) as store:
            store.notes.close(note.id)
    return moved


def test_a_new_branch_and_its_update(pushing: Repo) -> None:
    pushing.git("push", "-q", "origin", "main")
    assert seen(pushing) == [Pushed("refs/heads/main", pushing.head())]
    pushing.write("src/core/more.py", "A = 1\n")
    second = pushing.commit()
    pushing.git("push", "-q", "origin", "HEAD:refs/heads/other/name")
    assert seen(pushing) == [Pushed("refs/heads/other/name", second)]
    pushing.git("push", "-q", "origin", "main")
    assert seen(pushing) == [Pushed("refs/heads/main", second)]


def test_several_refs_at_once(pushing: Repo) -> None:
    first = pushing.head()
    pushing.git("tag", "v1")
    pushing.git("switch", "-qc", "topic")
    pushing.write("src/core/more.py", "A = 1\n")
    second = pushing.commit()
    pushing.git("push", "-q", "origin", "main", "topic", "v1")
    assert sorted(seen(pushing), key=lambda p: p.ref) == [
        Pushed("refs/heads/main", first),
        Pushed("refs/heads/topic", second),
    ]


def test_tags_notes_and_deletions_are_no_branches(pushing: Repo) -> None:
    pushing.git("push", "-q", "origin", "main", "main:topic")
    seen(pushing)
    pushing.git("tag", "v1")
    pushing.git("push", "-q", "origin", "v1")
    pushing.git("push", "-q", "origin", ":topic")
    assert notes(pushing) == []


def test_a_push_that_moves_nothing(pushing: Repo) -> None:
    pushing.git("push", "-q", "origin", "main")
    seen(pushing)
    pushing.git("push", "-q", "origin", "main")
    assert seen(pushing) == []


def test_a_dry_run(pushing: Repo) -> None:
    pushing.git("push", "-q", "--dry-run", "origin", "main")
    assert len(notes(pushing)) == 1
    assert seen(pushing) == []


@pytest.mark.parametrize("hook_name", ["pre-receive", "update"])
def test_a_push_that_the_server_rejects(pushing: Repo, tmp_path: Path, hook_name: str) -> None:
    refusing = tmp_path / "origin.git" / "hooks" / hook_name
    refusing.parent.mkdir(exist_ok=True)
    refusing.write_text("#!/bin/sh\nsleep 0.3\nexit 1\n")
    refusing.chmod(0o755)
    pushing.git("push", "-q", "origin", "main", check=False)
    assert len(notes(pushing)) == 1
    assert seen(pushing) == []


def test_the_server_rejects_one_of_two_branches(pushing: Repo, tmp_path: Path) -> None:
    refusing = tmp_path / "origin.git" / "hooks" / "update"
    refusing.parent.mkdir(exist_ok=True)
    refusing.write_text('#!/bin/sh\ntest "$1" != refs/heads/bad\n')
    refusing.chmod(0o755)
    pushing.git("push", "-q", "origin", "main", "main:bad", check=False)
    assert seen(pushing) == [Pushed("refs/heads/main", pushing.head())]


def test_a_push_to_a_url_is_looked_up_on_the_server(pushing: Repo, tmp_path: Path) -> None:
    pushing.git("push", "-q", str(tmp_path / "origin.git"), "main")
    assert seen(pushing) == [Pushed("refs/heads/main", pushing.head())]
    pushing.git("push", "-q", "--dry-run", str(tmp_path / "origin.git"), "main:other")
    assert seen(pushing) == []


def test_a_remote_with_a_narrow_refspec_is_looked_up_on_the_server(pushing: Repo) -> None:
    pushing.git("config", "remote.origin.fetch", "+refs/heads/release:refs/remotes/origin/release")
    pushing.git("push", "-q", "origin", "main", "main:release")
    assert sorted(push.ref for push in seen(pushing)) == ["refs/heads/main", "refs/heads/release"]


def test_a_push_from_a_linked_worktree(pushing: Repo, tmp_path: Path) -> None:
    pushing.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "topic")
    Repo(tmp_path / "linked").git("push", "-q", "origin", "topic")
    assert seen(pushing) == [Pushed("refs/heads/topic", pushing.head())]


def test_no_verify_is_noticed_later_and_only_once(pushing: Repo) -> None:
    pushing.git("push", "-q", "--no-verify", "origin", "main", "main:topic/a")
    assert notes(pushing) == []
    git = Git.discover(pushing.path)
    main = ("refs/remotes/origin/main", Pushed("refs/heads/main", pushing.head()))
    topic = ("refs/remotes/origin/topic/a", Pushed("refs/heads/topic/a", pushing.head()))
    assert unnoticed(git, lambda ref: "") == [main, topic]
    assert unnoticed(git, lambda ref: pushing.head() if "main" in ref else "") == [topic]


def test_what_others_pushed_is_not_ours(pushing: Repo, tmp_path: Path) -> None:
    pushing.git("push", "-q", "--no-verify", "origin", "main")
    other = Repo(tmp_path / "origin.git").clone(tmp_path / "other")
    other.write("src/core/more.py", "A = 1\n")
    other.commit()
    other.git("push", "-q", "origin", "main")
    pushing.git("pull", "-q", "origin", "main")
    assert unnoticed(Git.discover(pushing.path), lambda ref: "") == []


@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_frameworks_that_keep_the_hook_input_to_themselves(
    project: Repo, tmp_path: Path, hook: Path, runner: str
) -> None:
    project.write(
        ".pre-commit-config.yaml",
        textwrap.dedent(f"""\
            repos:
            - repo: local
              hooks:
              - id: push
                name: push
                language: system
                entry: {hook}
                stages: [pre-push]
                pass_filenames: false
                always_run: true
            """),
    )
    project.commit()
    Repo.init(tmp_path / "origin.git", "--bare")
    project.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    project.run(runner, "install", "--hook-type", "pre-push")
    first = project.head()
    project.git("push", "-q", "origin", "main", "main:second")
    assert sorted(seen(project), key=lambda p: p.ref) == [
        Pushed("refs/heads/main", first),
        Pushed("refs/heads/second", first),
    ]
    project.write("src/core/more.py", "A = 1\n")
    project.commit()
    project.git("push", "-q", "--dry-run", "origin", "main")
    assert seen(project) == []
    project.git("push", "-q", "origin", "main")
    assert seen(project) == [Pushed("refs/heads/main", project.head())]


def test_nothing_is_decided_while_git_is_at_it(pushing: Repo, tmp_path: Path, home: Path) -> None:
    slow = tmp_path / "origin.git" / "hooks" / "pre-receive"
    slow.parent.mkdir(exist_ok=True)
    slow.write_text(f"#!/bin/sh\nwhile ! test -e {home}/go; do sleep 0.02; done\n")
    slow.chmod(0o755)
    push = subprocess.Popen(["git", "push", "-q", "origin", "main"], cwd=pushing.path)
    git = Git.discover(pushing.path)
    while not notes(pushing):
        assert push.poll() is None
    (note,) = notes(pushing)
    assert outcome(git, note.body, 0) is None
    assert outcome(git, note.body, PATIENCE) == []
    (home / "go").touch()
    push.wait()
    assert outcome(git, note.body, 0) == [Pushed("refs/heads/main", pushing.head())]


@pytest.fixture
def waiting(documented: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A project with the real hook, whose program does not begin before the file `go` is there."""
    program = tmp_path / "repodoc"
    real = shutil.which("repodoc")
    program.write_text(
        f'#!/bin/sh\numask >{tmp_path}/mask\nwhile ! test -e {tmp_path}/go; do sleep 0.02; done\nexec {real} "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr("repodoc_hooks.git.install.program", lambda: str(program))
    install(Git.discover(documented.path), "folder")
    Repo.init(tmp_path / "origin.git", "--bare")
    documented.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    return documented


def test_a_push_waits_for_no_program_of_ours(waiting: Repo, tmp_path: Path) -> None:
    waiting.git("push", "-q", "--no-verify", "origin", "main:before")
    waiting.git("push", "-q", "origin", "main", "main:refs/tags/no-branch")
    git = Git.discover(waiting.path)
    (note,) = push_notes(git.state_dir)
    assert (note.remote, note.url) == ("origin", str(tmp_path / "origin.git"))
    assert sorted(line.split()[2] for line in note.lines) == ["refs/heads/main", "refs/tags/no-branch"]
    assert note.file.stat().st_mode & 0o077 == note.file.parent.stat().st_mode & 0o077 == 0
    assert waiting.repodoc("jobs", "wait", "--timeout", "0", check=False).returncode == 1
    assert list(push_notes(git.state_dir)) == []
    assert seen(waiting) == [Pushed("refs/heads/main", waiting.head())]
    (tmp_path / "go").touch()


def test_the_program_that_the_push_did_not_wait_for_becomes_the_worker(
    waiting: Repo, tmp_path: Path, model: Model
) -> None:
    waiting.git("push", "-q", "origin", "main")
    (tmp_path / "go").touch()
    git = Git.discover(waiting.path)
    end = time.monotonic() + 60
    while not (JobStore.exists(git.state_dir) and finished(git) == 4):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert waiting.repodoc("jobs", "wait", "--timeout", "60").returncode == 0
    # What it writes into the repository has the usual permissions.
    assert (tmp_path / "mask").read_bytes() == subprocess.check_output(["sh", "-c", "umask"])


@pytest.mark.parametrize(
    "setting", ["deep: {when: ci}", "write: post-push", "backends: {order: [offline]} # claude"]
)
def test_a_note_that_nobody_wants_is_dropped(waiting: Repo, tmp_path: Path, setting: str) -> None:
    text = waiting.read(".repodoc.yaml")
    if setting.startswith("backends"):
        text = text[: text.index("backends")] + "parallel: {sessions: 2}\n# opencode\n"
    waiting.write(".repodoc.yaml", text + setting + "\n")
    (tmp_path / "go").touch()
    waiting.git("push", "-q", "origin", "main")
    git = Git.discover(waiting.path)
    end = time.monotonic() + 60
    while list(push_notes(git.state_dir)):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert not JobStore.exists(git.state_dir)


def finished(git: Git) -> int:
    with JobStore.open(git.state_dir) as store:
        return store.counts()["finished"]


@pytest.mark.parametrize(
    "content",
    [b"", b"12\n", b"12\norigin\nurl\nrefs/heads/a 1 refs/heads/a 2\n", b"x\no\nu\n.\n", b"\xff\n\n\n.\n"],
)
def test_a_note_that_is_not_whole_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pushes").mkdir()
    (tmp_path / "pushes" / "1.2").write_bytes(content)
    assert list(push_notes(tmp_path)) == []
    assert list(push_notes(tmp_path / "nowhere")) == []


@pytest.mark.parametrize(
    ("spec", "ref", "expected"),
    [
        ("+refs/heads/*:refs/remotes/origin/*", "refs/heads/a/b", "refs/remotes/origin/a/b"),
        ("refs/heads/main:refs/remotes/o/trunk", "refs/heads/main", "refs/remotes/o/trunk"),
        ("+refs/heads/x-*-y:refs/remotes/o/*", "refs/heads/x-1-y", "refs/remotes/o/1"),
        ("+refs/heads/x-*-x:refs/remotes/o/*", "refs/heads/x-x", ""),
        ("+refs/heads/main:refs/remotes/o/main", "refs/heads/other", ""),
    ],
)
def test_the_ref_that_follows_a_remote_branch(project: Repo, spec: str, ref: str, expected: str) -> None:
    project.git("config", "remote.o.fetch", spec)
    assert tracking_ref(Git.discover(project.path), "o", ref) == expected


def test_processes_are_told_apart_by_their_start() -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    found = look(sleeper.pid)
    assert found is not None
    assert found.parent == os.getpid()
    assert is_alive(found.pid, found.started)
    assert not is_alive(found.pid, found.started + "1")
    assert next(ancestors(sleeper.pid)).pid == sleeper.pid
    sleeper.communicate(b"\n")
    assert not is_alive(found.pid, found.started)


def test_psutil_tells_the_same_where_there_is_no_proc() -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    found, same = system._from_psutil(sleeper.pid), system.look(sleeper.pid)
    assert found is not None
    assert same is not None
    assert (found.pid, found.parent, found.name) == (same.pid, same.parent, same.name)
    assert system._from_psutil(sleeper.pid) == found
    sleeper.communicate(b"\n")


def test_the_hook_starts_one_detached_worker(pushing: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Git] = []
    monkeypatch.setattr("repodoc_hooks.deferred.post_push.start_worker", started.append)
    git = Git.discover(pushing.path)
    queue_push(git, "origin", "x", [f"refs/heads/main {pushing.head()} refs/heads/main {'0' * 40}"])
    queue_push(git, "origin", "x", [f"(delete) {'0' * 40} refs/heads/main {pushing.head()}"])
    assert started == [git]
