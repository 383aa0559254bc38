"""The ledger of model calls: one SQLite table, shared by all processes of a repository.

A reservation is taken inside one write transaction that has seen all others, so any number of processes can
at most exceed a limit by what the calls in flight use beyond their estimates. Reservations of processes that
died lapse.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from repodoc_hooks.config import Limit
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.system import exists

LEDGER_NAME = "ledger.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL,
    at REAL NOT NULL,
    unit TEXT NOT NULL,
    backend TEXT NOT NULL,
    model TEXT NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL,
    usd REAL,
    input INTEGER NOT NULL DEFAULT 0,
    output INTEGER NOT NULL DEFAULT 0,
    cache_read INTEGER NOT NULL DEFAULT 0,
    cache_write INTEGER NOT NULL DEFAULT 0,
    reasoning INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    expires REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS calls_at ON calls (at);
CREATE INDEX IF NOT EXISTS calls_run ON calls (run_id);
CREATE INDEX IF NOT EXISTS calls_open ON calls (settled) WHERE settled = 0;
"""
_SPENT = "SELECT COALESCE(SUM(tokens), 0), COALESCE(SUM(usd), 0.0), COUNT(*) - COUNT(usd) FROM calls WHERE "


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One settled call. `at` is seconds since the epoch; `cost_usd` None when the price is unknown."""

    run_id: str
    at: float
    unit: str
    backend: str
    model: str
    usage: Usage
    cost_usd: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Spent:
    """A sum over calls; `usd` leaves out the `unpriced` calls."""

    tokens: int = 0
    usd: float = 0.0
    unpriced: int = 0


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room taken in the ledger for one call; `tokens` and `usd` are its estimate."""

    id: int
    tokens: int
    usd: float | None


class Ledger:
    """The table of calls. Safe for threads and processes.

    Raises:
        OSError, sqlite3.Error: from any method, if the file is unusable.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._host = socket.gethostname()
        self._db = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def reserve(
        self,
        run_id: str,
        unit: str,
        backend: str,
        model: str,
        tokens: int,
        usd: float | None,
        limits: Mapping[str, Limit],
        lifetime: float,
    ) -> Reservation:
        """Take room for a call under the limits of its periods; it lapses after `lifetime` seconds.

        Raises:
            BudgetExceeded: a limit has no room for it; `where` names the limit.
        """
        now = time.time()
        with self._transaction() as db:
            self._release_lapsed(db, now)
            for period, limit in limits.items():
                spent = self._spent(db, period, run_id, now)
                if limit.tokens is not None and spent.tokens + tokens > limit.tokens:
                    raise BudgetExceeded(
                        f"{spent.tokens} of {limit.tokens} tokens are used or reserved",
                        where=f"{period}.tokens",
                    )
                if limit.usd is not None and spent.usd + (usd or 0.0) > limit.usd:
                    raise BudgetExceeded(
                        f"{spent.usd:.4f} of {limit.usd:.4f} USD are used or reserved", where=f"{period}.usd"
                    )
            row = (run_id, now, unit, backend, model, tokens, usd, self._host, os.getpid(), now + lifetime)
            cursor = db.execute(
                "INSERT INTO calls (run_id, at, unit, backend, model, tokens, usd, host, pid, expires)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return Reservation(int(cursor.lastrowid or 0), tokens, usd)

    def settle(self, held: Reservation, model: str, usage: Usage, usd: float | None, seconds: float) -> None:
        """Replace an estimate by what was used; nothing used removes the row."""
        with self._transaction() as db:
            if not usage.total and not usd:
                db.execute("DELETE FROM calls WHERE id = ?", (held.id,))
                return
            counts = (usage.input, usage.output, usage.cache_read, usage.cache_write, usage.reasoning)
            db.execute(
                "UPDATE calls SET settled = 1, model = ?, tokens = ?, usd = ?, seconds = ?, input = ?,"
                " output = ?, cache_read = ?, cache_write = ?, reasoning = ? WHERE id = ?",
                (model, usage.total, usd, seconds, *counts, held.id),
            )

    def spent(self, period: str, run_id: str = "") -> Spent:
        """What `run` (of `run_id`), `day` or `month` (both UTC) has used, reservations included."""
        with self._lock:
            return self._spent(self._db, period, run_id, time.time())

    def rate(self, backend: str, model: str) -> float | None:
        """USD per token that the last calls cost; `model` "" means any of the backend's. None if unknown."""
        query = (
            "SELECT SUM(usd) / SUM(tokens) FROM (SELECT usd, tokens FROM calls WHERE settled = 1"
            " AND usd IS NOT NULL AND backend = ? AND (model = ? OR ? = '') ORDER BY id DESC LIMIT 50)"
        )
        with self._lock:
            (rate,) = self._db.execute(query, (backend, model, model)).fetchone()
        return None if rate is None else float(rate)

    def entries(self, since: float | None = None, until: float | None = None) -> Iterator[LedgerEntry]:
        """The settled calls of a span of time (seconds since the epoch), oldest first."""
        query = (
            "SELECT run_id, at, unit, backend, model, input, output, cache_read, cache_write, reasoning, usd,"
            " seconds FROM calls WHERE settled = 1 AND at >= ? AND at < ? ORDER BY at, id"
        )
        with self._lock:
            rows = self._db.execute(query, (since or 0.0, until or 1e12)).fetchall()
        for run_id, at, unit, backend, model, *counts, usd, seconds in rows:
            yield LedgerEntry(run_id, at, unit, backend, model, Usage(*counts), usd, seconds)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @staticmethod
    def _spent(db: sqlite3.Connection, period: str, run_id: str, now: float) -> Spent:
        if period == "run":
            return Spent(*db.execute(_SPENT + "run_id = ?", (run_id,)).fetchone())
        return Spent(*db.execute(_SPENT + "at >= ?", (_start_of(period, now),)).fetchone())

    def _release_lapsed(self, db: sqlite3.Connection, now: float) -> None:
        """Drop reservations whose time is over or whose process on this machine is gone."""
        held = db.execute("SELECT id, host, pid, expires FROM calls WHERE settled = 0").fetchall()
        for row, host, pid, expires in held:
            if expires < now or (host == self._host and not exists(pid)):
                db.execute("DELETE FROM calls WHERE id = ?", (row,))


def _start_of(period: str, now: float) -> float:
    """The epoch seconds at which the UTC day or month of `now` began."""
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (day if period == "day" else day.replace(day=1)).timestamp()
