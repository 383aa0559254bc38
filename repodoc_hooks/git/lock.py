"""Locks between processes that die with their holder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repodoc_hooks.errors import GitError
from repodoc_hooks.system import FileLock

_PAUSE = 0.02


@contextmanager
def file_lock(path: Path, *, seconds: float = 60.0) -> Iterator[None]:
    """Hold an exclusive lock on a file, made with its folder if missing.

    Raises:
        GitError: another process holds it for longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    with FileLock(path) as lock:
        while not lock.take():
            if time.monotonic() > deadline:
                raise GitError(
                    "another repodoc process is at work", where=str(path), fix="wait for it to end"
                )
            time.sleep(_PAUSE)
        yield
