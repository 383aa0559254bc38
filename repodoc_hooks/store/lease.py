"""Leases that are renewed while their holder works."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from repodoc_hooks.store.jobs import JobStore


class Heartbeat:
    """Renews the leases of some jobs from a thread, three times per lease. A context manager."""

    def __init__(self, store: JobStore, owner: str, ids: Iterable[int], lease: float) -> None:
        self._store = store
        self._owner = owner
        self._ids = list(ids)
        self._lease = lease
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(self._lease / 3):
            try:
                self._store.heartbeat(self._owner, self._ids, self._lease)
            except sqlite3.Error:  # busy or full: the next beat may do
                continue
