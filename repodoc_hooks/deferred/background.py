"""The detached worker: how it is started, and the lock that keeps it alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from repodoc_hooks import wall_clock
from repodoc_hooks.git.process import Git, foreign_env
from repodoc_hooks.private import private_folder
from repodoc_hooks.system import IS_WINDOWS, FileLock, apart, leave_session

LOG_NAME = "worker.log"
_LOG_LIMIT = 1_000_000
# Priority first: the imports alone would compete with the push that started it.
_WORKER = """\
import os, sys
if hasattr(os, "nice"): os.nice(max(0, 10 - os.nice(0)))
from repodoc_hooks.deferred.worker import main
sys.exit(main(sys.argv[1]))
"""


def become_worker(git: Git) -> NoReturn:
    """Go on as the worker of a repository, in a session of its own: for a process that nobody waits for."""
    leave_session()
    if IS_WINDOWS:  # exec starts another process there, and the caller goes on
        start_worker(git)
        sys.exit(0)
    wall_clock.stop()  # it would go on in the new program
    os.chdir("/")
    os.execve(sys.executable, _command(git), foreign_env(git.env))  # noqa: S606


def start_worker(git: Git) -> None:
    """Start the worker of a repository and return at once; it ends itself if another one is running.

    It has a session of its own and none of our files: whoever reads our output (a hook framework, an ssh
    connection) would wait for its end otherwise, and the end of the terminal would be its own.
    """
    subprocess.Popen(
        _command(git),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=os.path.abspath(os.sep),  # noqa: PTH100
        env=foreign_env(git.env),
        **apart(),
    )


def _command(git: Git) -> list[str]:
    return [sys.executable, "-P", "-c", _WORKER, str(git.top)]


def wake_worker(git: Git) -> None:
    """Start the worker if something waits for it: a lost one only delays."""
    from repodoc_hooks.store.jobs import JobStore
    from repodoc_hooks.store.push_notes import push_notes

    if any(push_notes(git.state_dir)):
        start_worker(git)
        return
    if not JobStore.exists(git.state_dir):
        return
    with JobStore.open(git.state_dir) as store:
        waits = store.notes.open() or store.next_ready() is not None
    if waits:
        start_worker(git)


def queue_commit(git: Git) -> None:
    """Note that the commit at HEAD left sections of its pages owing, and start the worker."""
    from repodoc_hooks.store.jobs import JobStore

    commit = git.line("rev-parse", "HEAD")
    branch = git.line("symbolic-ref", "--quiet", "HEAD") or "HEAD"
    with JobStore.open(git.state_dir) as store:
        store.notes.add("commit", {"commit": commit, "branch": branch})
    start_worker(git)


@contextmanager
def worker_lock(state: Path) -> Iterator[bool]:
    """Whether we are the one worker of the repository now. The lock ends with the process that holds it."""
    with FileLock(state / "worker.lock") as lock:
        yield lock.take()


def open_log(state: Path) -> int:
    """A file descriptor that appends to the worker's log; one older log is kept beside it."""
    logs = state / "logs"
    private_folder(logs)
    path = logs / LOG_NAME
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
