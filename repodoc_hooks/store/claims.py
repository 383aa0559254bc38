"""Who asks for which text right now: a small private file, so that two processes do not pay for the same one.

The worker after a push, an `update` and a commit may all find that a text is owed. Who comes first asks; the others
wait for the end of that and take what is there then. A claim is a hint and no lock: it ends with the process that
holds it, or when that has not been heard of for some minutes, and losing the file costs money at worst.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from repodoc_hooks.errors import RepodocError
from repodoc_hooks.git.lock import file_lock
from repodoc_hooks.private import keep_file, read_json
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.system import is_alive, look

LAPSE = 300.0
_NAME = "claims.json"
_PATIENCE = 5.0
_POLL = 0.2

Key = tuple[str, str]
"""A section and the fingerprint of what its text is written from, `ANY` for whatever that will be."""
ANY = "*"


class Claims:
    """The claims of one run. Safe for threads; a context manager that lets go of all of them."""

    def __init__(self, state_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = state_dir / _NAME
        self._clock = clock
        self._mine: set[str] = set()
        self._nonce = os.urandom(6).hex()
        self._lock = threading.Lock()

    def __enter__(self) -> Claims:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def take(self, keys: Iterable[Key]) -> set[Key]:
        """Claim texts; those that nobody else is asking for by now."""
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return set()
        with self._lock:
            try:
                with file_lock(self._lock_file, seconds=_PATIENCE):
                    others = self._others()
                    taken = {key for key in wanted if not _is_held(key, others)}
                    self._mine |= {_name(key) for key in taken}
                    self._write(others)
            except (RepodocError, OSError):  # nobody can be told: what is asked twice is only paid twice
                return set(wanted)
        return taken

    def release(self, keys: Iterable[Key] | None = None) -> None:
        """The texts are there, or will not be; None: let go of everything."""
        with self._lock:
            gone = set(self._mine) if keys is None else {_name(key) for key in keys} & self._mine
            if not gone:
                return
            self._mine -= gone
            try:
                with file_lock(self._lock_file, seconds=_PATIENCE):
                    self._write(self._others())
            except (RepodocError, OSError):
                return

    def free(self, keys: Collection[Key], deadline: Deadline, stop: threading.Event) -> set[Key]:
        """Wait until somebody else has let go of one of the texts; those that are free, none when time is up."""
        while not stop.is_set():
            others = self._others()
            if found := {key for key in keys if not _is_held(key, others)}:
                return found
            if not deadline.left():
                break
            stop.wait(min(_POLL, deadline.left()))
        return set()

    @property
    def _lock_file(self) -> Path:
        return self._file.with_name(f"{_NAME}.lock")

    def _others(self) -> dict[str, list[Any]]:
        """The claims of other runs that are still at work."""
        found: Any = read_json(self._file)
        now = self._clock()
        alive: dict[tuple[int, str], bool] = {}
        others = {}
        for name, claim in found.items() if isinstance(found, dict) else ():
            match claim:
                case [int() as pid, str() as started, str() as nonce, int() | float() as heard]:
                    if nonce == self._nonce or abs(now - heard) > LAPSE:
                        continue
                    if (pid, started) not in alive:
                        alive[pid, started] = is_alive(pid, started)
                    if alive[pid, started]:
                        others[name] = claim
        return others

    def _write(self, others: dict[str, list[Any]]) -> None:
        own = [os.getpid(), _started(), self._nonce, self._clock()]
        if others or self._mine:
            keep_file(self._file, json.dumps({**others, **dict.fromkeys(self._mine, own)}).encode())
        else:
            self._file.unlink(missing_ok=True)


def _started() -> str:
    found = look(os.getpid())
    return found.started if found is not None else ""


def _name(key: Key) -> str:
    return "\0".join(key)


def _is_held(key: Key, claims: Collection[str]) -> bool:
    return _name(key) in claims or _name((key[0], ANY)) in claims
