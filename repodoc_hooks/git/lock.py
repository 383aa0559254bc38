"""Locks between processes that die with their holder."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repodoc_hooks.errors import GitError

_PAUSE = 0.02


@contextmanager
def file_lock(path: Path, *, seconds: float = 60.0) -> Iterator[None]:
    """Hold an exclusive lock on a file, made with its folder if missing.

    Raises:
        GitError: another process holds it for longer than `seconds`.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("a") as lock:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    what = "another repodoc process is at work"
                    raise GitError(what, where=str(path), fix="wait for it to end") from None
                time.sleep(_PAUSE)
        yield
