"""What differs between systems, with and without the calls that some of them lack."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from repodoc_hooks import kept_code, system
from repodoc_hooks.pages import plain_templates, templates
from repodoc_hooks.system import FileLock
from tests.repos import Repo


@pytest.fixture(params=["flock", "without"])
def lock_path(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    if request.param == "without":
        monkeypatch.setattr(system, "fcntl", None)
    yield tmp_path / "folder" / "a.lock"


def test_one_holder_at_a_time(lock_path: Path) -> None:
    with FileLock(lock_path) as one, FileLock(lock_path) as two:
        assert one.take()
        assert not two.take()
        one.release()
        assert two.take()


def test_readers_share_and_keep_a_writer_out(lock_path: Path) -> None:
    with FileLock(lock_path) as one, FileLock(lock_path) as two, FileLock(lock_path) as writer:
        assert one.take(shared=True)
        assert two.take(shared=True)
        assert not writer.take()
        one.release()
        assert not writer.take()
        two.release()
        assert writer.take()
        assert not one.take(shared=True)


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    code = "import sys; from pathlib import Path; from repodoc_hooks.system import FileLock\n"
    code += f"lock = FileLock(Path({str(path)!r})); print(lock.take(), flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    with FileLock(path) as lock:
        assert not lock.take()
        holder.kill()
        holder.communicate()
        assert lock.take()


def test_a_program_and_all_that_it_started_are_ended() -> None:
    code = "import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE);"
    code += " print(c.pid, flush=True); c.wait()"
    program = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, **system.apart()
    )
    assert program.stdout is not None
    child = int(program.stdout.readline())
    system.end(program, seconds=5)
    program.communicate()
    assert program.returncode != 0
    while system.look(child) is not None:
        pass


MISSING = """\
import os, sys
for name in ("fcntl", "pwd", "grp", "termios", "resource", "pty", "tty"):
    sys.modules[name] = None
for name in ("setsid", "getuid", "geteuid", "getgid", "killpg", "getpgid", "fork", "sched_getaffinity", "nice"):
    if hasattr(os, name):
        delattr(os, name)
import signal
for name in ("setitimer", "getitimer", "SIGALRM", "SIGKILL", "SIGHUP", "pthread_kill"):
    if hasattr(signal, name):
        delattr(signal, name)
from repodoc_hooks.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_the_main_job_without_the_calls_that_windows_lacks(project: Repo) -> None:
    """init, check, plan, status, update, a hook: with the modules and functions taken away first."""

    def repodoc(*args: str) -> int:
        done = project.run(sys.executable, "-c", MISSING, *args, check=False)
        assert "internal error" not in done.output, done.output
        assert "did nothing" not in done.output, done.output
        return done.returncode

    assert repodoc("init", "--yes", "--hooks", "none") == 0
    project.commit("Set up")
    assert repodoc("check") == 0
    project.replace("src/core/text.py", "def whisper", "def murmur")
    project.git("add", "-A")
    assert repodoc("check") == 1
    assert repodoc("plan") == 0
    assert repodoc("status") == 0
    assert repodoc("hook", "pre-commit") == 0
    assert "murmur" in os.fsdecode(project.staged("docs/repodoc/src/core/README.md"))
    assert repodoc("update") == 0
    assert repodoc("check") == 0
    for verb in ("jobs", "costs", "log", "list", "doctor", "server", "cache", "tasks"):
        assert repodoc(verb) in (0, 1)


@pytest.mark.skipif(system.IS_WINDOWS, reason="Windows says itself where caches are")
def test_a_cache_is_kept_in_an_absolute_place_or_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    assert system.cache_folder() == tmp_path / "own" / "repodoc"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # to be ignored, says the XDG specification
    assert system.cache_folder() == tmp_path / ".cache" / "repodoc"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # a user without a home
    kept_code.keep("what", 1)
    assert kept_code.load("what") is None
    templates._environment.cache_clear()
    templates._template.cache_clear()
    plain_templates._function.cache_clear()
    assert templates.fill("pages/parts.md.j2", entries=[])
    templates._environment.cache_clear()
