"""The managed OpenCode server: one per repository, shared by its worktrees and by all our processes.

Whoever needs it first starts it, under a lock; the others find it in `server.json`. It listens on loopback
behind a random password, and is ended by its supervisor when it is idle or too large.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from msgspec import Struct

from repodoc_hooks.backends.opencode_credentials import expired
from repodoc_hooks.backends.opencode_handshake import REMEDY, Strange, greet
from repodoc_hooks.backends.opencode_profile import QUICK_AGENT, Profile, environment, prepare, read_profile
from repodoc_hooks.backends.opencode_program import Program, find, missing, refuse
from repodoc_hooks.backends.opencode_supervisor import ALIVE, LEASE, STATE, Order, encode
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.git.process import foreign_env
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.system import HANDS_LOCKS_ON, apart, lock_open, memory_mb, unlock_open

_START_SECONDS = 60.0
_USERNAME = "opencode"


class ServerState(Struct, frozen=True):
    """A running server as `server.json` describes it. `directory` is its private empty directory."""

    url: str
    version: str
    username: str
    password: str
    pid: int
    supervisor: int
    directory: str
    fingerprint: str
    started: float


class ServerStatus(Struct, frozen=True):
    """For people: is it there, does it answer, how large is it."""

    running: bool
    url: str = ""
    pid: int = 0
    memory_mb: float = 0.0
    seconds: float = 0.0
    version: str = ""


class ManagedServer:
    """Finds or starts the server of a repository. Safe for threads.

    One for each repository, not for each user: its agents have the system prompt of the repository's own templates,
    what one repository's program may read is no concern of another's, and a change of settings here must not end the
    work there. So it stays for a few minutes only (`idle_minutes`). `inherited`: what runs on it was begun by a process
    of ours that is no more.
    """

    def __init__(self, config: OpenCodeConfig, state_dir: Path, system: str = "") -> None:
        self._config = config
        self._dir = state_dir
        self._system = system
        self._lock = threading.Lock()
        self._users = 0
        self._lease: IO[str] | None = None
        self.inherited = False

    def ensure(self, deadline: Deadline) -> ServerState:
        """The server's state, started if there is none that answers. Call it with a lease held.

        Raises:
            ModelError: it cannot be started, or not before the deadline.
        """
        program = find(self._config.command, self._dir)
        if program.problem:
            raise failure("unavailable", program.problem)
        profile = read_profile(self._config, self._system)
        self._dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._starting(deadline):
            # A supervisor without a state is starting its server, or ending it.
            if not _until(lambda: self._read() is not None or not self._alive(), deadline, 0.05):
                raise failure("deadline", "the OpenCode server was still starting")
            state = self._read()
            usable = state is not None and self._alive() and _answers(state, deadline.left())
            shared = usable and self._in_use_by_others()
            if usable and state and (state.fingerprint == profile.fingerprint or shared):
                self.inherited = not shared
                return state
            self._end(state)
            self.inherited = False
            return self._start(profile, program, deadline)

    @contextlib.contextmanager
    def lease(self) -> Iterator[None]:
        """While held by anyone, in any process, the server is not stopped for being idle or large."""
        with self._lock:
            if self._lease is None:
                self._dir.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._lease = (self._dir / LEASE).open("a")
                _until(partial(lock_open, self._lease, shared=True), Deadline.after(_START_SECONDS), 0.02)
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users and self._lease is not None:
                    os.utime(self._lease.fileno())
                    self._lease.close()
                    self._lease = None

    def status(self) -> ServerStatus:
        """What is there; starts nothing."""
        state = self._read()
        if state is None or not self._alive() or not _answers(state, 5.0):
            return ServerStatus(running=False)
        age = time.time() - state.started
        return ServerStatus(True, state.url, state.pid, memory_mb(state.pid), age, state.version)

    def expired_sign_in(self) -> str:
        """What the user's OpenCode has signed in to with tokens that are over by now, "" for nothing."""
        profile = read_profile(self._config, self._system)
        return ", ".join(expired(Path(profile.database), time.time()))

    def retire(self, url: str) -> None:
        """End the server at that URL, whoever uses it: it fails at what it should do."""
        with self._starting(Deadline.after(_START_SECONDS)):
            state = self._read()
            if state is not None and state.url == url:
                self._end(state)

    def stop(self) -> bool:
        """End the server, whoever uses it; False if there was none."""
        if not self._dir.is_dir():
            return False
        with self._starting(Deadline.after(_START_SECONDS)):
            state = self._read()
            there = state is not None and self._alive()
            self._end(state)
        return there

    @contextlib.contextmanager
    def _starting(self, deadline: Deadline) -> Iterator[None]:
        with (self._dir / "server.lock").open("a") as lock:
            if not _until(lambda: lock_open(lock), deadline, 0.02):
                raise failure("deadline", "another process was still starting the OpenCode server")
            yield

    def _start(self, profile: Profile, program: Program, deadline: Deadline) -> ServerState:
        if not HANDS_LOCKS_ON:
            what = "on this system no OpenCode server is started"
            raise failure("unavailable", f"{what}; start one and name it: backends.opencode.urls")
        command = shutil.which(self._config.command)
        if command is None:
            raise failure("unavailable", missing(self._config.command))
        # Outside every repository: OpenCode would look for the repository it stands in, and write into its
        # .git.
        root = Path(tempfile.mkdtemp(prefix="repodoc-opencode-"))
        prepare(profile, root, program.version)
        password = secrets.token_urlsafe(24)
        order = Order(
            command=command,
            root=str(root),
            state_dir=str(self._dir),
            environment=environment(root, password, profile, (self._config.model, self._config.deep_model)),
            username=_USERNAME,
            password=password,
            fingerprint=profile.fingerprint,
            idle_seconds=self._config.idle_minutes * 60,
            max_memory_mb=self._config.max_memory_mb,
            start_seconds=_START_SECONDS,
            agent=QUICK_AGENT,
        )
        with (self._dir / ALIVE).open("a") as alive:
            # The lock goes to the supervisor with the open file; there is no moment without it.
            if not _until(lambda: lock_open(alive), deadline, 0.02):
                shutil.rmtree(root, ignore_errors=True)
                raise failure("deadline", "the OpenCode server before was still ending")
            supervisor = subprocess.Popen(
                [sys.executable, "-P", "-m", "repodoc_hooks.backends.opencode_supervisor"],
                cwd="/",
                env={**foreign_env(), "PYTHONPATH": str(Path(__file__).parents[2])},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                **apart(),
                pass_fds=(alive.fileno(),),
            )
        assert supervisor.stdin is not None
        assert supervisor.stdout is not None
        threading.Thread(target=supervisor.wait, daemon=True).start()
        with supervisor.stdin as stdin, supervisor.stdout as stdout:
            stdin.write(encode(order))
            stdin.close()
            line = _line(stdout, deadline)
        if line is None:
            # It goes on starting: the next one to need it finds it ready.
            raise failure("deadline", "the OpenCode server was still starting")
        answer = json.loads(line or b'{"error": "its supervisor ended"}')
        state = self._read()
        if answer.get("strange"):
            problem = refuse(self._config.command, self._dir, f"{answer['error']}; {REMEDY}")
            raise failure("unavailable", problem)
        if "error" in answer or state is None:
            raise failure(
                "unavailable", f"the OpenCode server did not start: {answer.get('error', 'no state')}"
            )
        return state

    def _end(self, state: ServerState | None) -> None:
        """End the supervisor, which ends the server; or the server alone if its supervisor died."""
        if state is None:
            return
        if self._alive():
            with contextlib.suppress(OSError):
                os.kill(state.supervisor, signal.SIGTERM)
            _until(lambda: not self._alive(), Deadline.after(6.0), 0.02)
        elif _answers(state, 1.0):  # the process that has this password is ours
            with contextlib.suppress(OSError):
                os.kill(state.pid, signal.SIGTERM)
            shutil.rmtree(Path(state.directory).parent, ignore_errors=True)
        with contextlib.suppress(OSError):
            (self._dir / STATE).unlink()

    def _alive(self) -> bool:
        """Does a supervisor live? It holds a lock as long as it does.

        A process id might be somebody else's.
        """
        try:
            with (self._dir / ALIVE).open("a") as file:
                return not lock_open(file)
        except OSError:
            return False

    def _in_use_by_others(self) -> bool:
        with self._lock:
            if self._lease is not None:
                unlock_open(self._lease)
            try:
                with (self._dir / LEASE).open("a") as file:
                    return not lock_open(file)
            finally:
                if self._lease is not None:
                    lock_open(self._lease, shared=True)

    def _read(self) -> ServerState | None:
        try:
            data = json.loads((self._dir / STATE).read_text())
            return ServerState(**{name: data[name] for name in ServerState.__struct_fields__})
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _answers(state: ServerState, timeout: float) -> bool:
    """Is an OpenCode that we know at its place, and does it take the password?"""
    try:
        greet(state.url, state.username, state.password, timeout)
    except Strange:
        return False
    return True


def _line(stream: IO[bytes], deadline: Deadline) -> bytes | None:
    """The one line that comes on a pipe, b"" at its end, None if the deadline is first."""
    timeout = min(deadline.left(), _START_SECONDS + 10)
    ready, _, _ = select.select([stream], [], [], timeout)
    return stream.readline() if ready else None


def _until(condition: Callable[[], bool], deadline: Deadline, pause: float) -> bool:
    while not condition():
        if not deadline.left():
            return False
        time.sleep(pause)
    return True
