"""The ledger of model calls: one SQLite table, shared by all processes of a repository.

A call stands in it, by its estimate, from the moment that its first request goes out; that is written inside
one write transaction that has seen all others, so any number of processes can at most exceed a limit by what the
calls in flight use beyond their estimates. What becomes known replaces the estimate; a call whose process died,
or that nobody settled in time, stays as it was estimated.
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
from pathlib import Path

from msgspec import Struct

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
    estimated INTEGER NOT NULL DEFAULT 0,
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


class LedgerEntry(Struct, frozen=True):
    """One call. `at` is seconds since the epoch; `cost_usd` None when the price is unknown.

    `estimated`: a part of the figures is an estimate: the call is under way, or ended before its figures came.
    """

    run_id: str
    at: float
    unit: str
    backend: str
    model: str
    usage: Usage
    cost_usd: float | None
    seconds: float
    estimated: bool = False


class Spent(Struct, frozen=True):
    """A sum over calls; `usd` leaves out the `unpriced` calls."""

    tokens: int = 0
    usd: float = 0.0
    unpriced: int = 0


class Call(Struct, frozen=True):
    """What a call is: of which run, for which sections (`unit`), to whom."""

    run_id: str
    unit: str
    backend: str
    model: str


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
        self._db.execute("PRAGMA synchronous=FULL")  # what was spent is known after a loss of power, too
        self._db.executescript(_SCHEMA)
        columns = {row[1] for row in self._db.execute("PRAGMA table_info(calls)")}
        if "estimated" not in columns:  # a ledger from before estimates were kept
            with contextlib.suppress(sqlite3.OperationalError):  # another process was faster
                self._db.execute("ALTER TABLE calls ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0")

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def begin(
        self, call: Call, estimate: Usage, usd: float | None, limits: Mapping[str, Limit], lifetime: float
    ) -> int:
        """Enter a call whose first request goes out now; it counts as settled after `lifetime` seconds.

        Returns the number of its row.

        Raises:
            BudgetExceeded: a limit has no room for it; `where` names the limit.
        """
        now = time.time()
        with self._transaction() as db:
            self._settle_lapsed(db, now)
            self._ensure_room(db, call.run_id, estimate.total, usd, limits, now)
            cursor = db.execute(
                "INSERT INTO calls (run_id, at, unit, backend, model, tokens, usd, input, output, cache_read,"
                " cache_write, reasoning, estimated, host, pid, expires)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
                (
                    *(call.run_id, now, call.unit, call.backend, call.model, estimate.total, usd),
                    *estimate.as_json().values(),
                    *(self._host, os.getpid(), now + lifetime),
                ),
            )
            return int(cursor.lastrowid or 0)

    def extend(
        self,
        row: int,
        run_id: str,
        more: Usage,
        more_usd: float | None,
        total: Usage,
        usd: float | None,
        limits: Mapping[str, Limit],
    ) -> None:
        """One more request of a call goes out: `more` is its estimate, `total` what the call then comes to.

        Raises:
            BudgetExceeded: a limit has no room for it; the row stays as it was.
        """
        with self._transaction() as db:
            self._ensure_room(db, run_id, more.total, more_usd, limits, time.time())
            self._write(db, row, total, usd)

    def note(self, row: int, total: Usage, usd: float | None) -> None:
        """What a call that goes on comes to by now, requests under way by their estimate."""
        with self._transaction() as db:
            self._write(db, row, total, usd)

    def settle(
        self,
        row: int,
        model: str,
        usage: Usage,
        usd: float | None,
        seconds: float,
        *,
        estimated: bool = False,
    ) -> None:
        """A call has ended. Nothing used removes its row."""
        with self._transaction() as db:
            if not usage.total and not usd:
                db.execute("DELETE FROM calls WHERE id = ?", (row,))
                return
            self._write(db, row, usage, usd)
            db.execute(
                "UPDATE calls SET settled = 1, estimated = ?, model = ?, seconds = ? WHERE id = ?",
                (estimated, model, seconds, row),
            )

    def spent(self, period: str, run_id: str = "") -> Spent:
        """What `run` (of `run_id`), `day` or `month` (both UTC) has used, calls under way included."""
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
        """The calls of a span of time (seconds since the epoch), oldest first; with those under way."""
        query = (
            "SELECT run_id, at, unit, backend, model, input, output, cache_read, cache_write, reasoning, usd,"
            " seconds, estimated FROM calls WHERE at >= ? AND at < ? ORDER BY at, id"
        )
        with self._lock:
            rows = self._db.execute(query, (since or 0.0, until or 1e12)).fetchall()
        for run_id, at, unit, backend, model, *counts, usd, seconds, estimated in rows:
            yield LedgerEntry(run_id, at, unit, backend, model, Usage(*counts), usd, seconds, bool(estimated))

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

    def _ensure_room(
        self,
        db: sqlite3.Connection,
        run_id: str,
        tokens: int,
        usd: float | None,
        limits: Mapping[str, Limit],
        now: float,
    ) -> None:
        for period, limit in limits.items():
            spent = self._spent(db, period, run_id, now)
            if limit.tokens is not None and spent.tokens + tokens > limit.tokens:
                what = f"{spent.tokens} of {limit.tokens} tokens are used or reserved"
                raise BudgetExceeded(what, where=f"{period}.tokens")
            if limit.usd is not None and spent.usd + (usd or 0.0) > limit.usd:
                what = f"{spent.usd:.4f} of {limit.usd:.4f} USD are used or reserved"
                raise BudgetExceeded(what, where=f"{period}.usd")

    @staticmethod
    def _write(db: sqlite3.Connection, row: int, usage: Usage, usd: float | None) -> None:
        db.execute(
            "UPDATE calls SET tokens = ?, usd = ?, input = ?, output = ?, cache_read = ?, cache_write = ?,"
            " reasoning = ? WHERE id = ?",
            (usage.total, usd, *usage.as_json().values(), row),
        )

    def _settle_lapsed(self, db: sqlite3.Connection, now: float) -> None:
        """Calls whose time is over, or whose process on this machine is gone, stay as they were estimated."""
        held = db.execute("SELECT id, host, pid, expires FROM calls WHERE settled = 0").fetchall()
        for row, host, pid, expires in held:
            if expires < now or (host == self._host and not exists(pid)):
                db.execute("UPDATE calls SET settled = 1 WHERE id = ?", (row,))


def _start_of(period: str, now: float) -> float:
    """The epoch seconds at which the UTC day or month of `now` began."""
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (day if period == "day" else day.replace(day=1)).timestamp()
