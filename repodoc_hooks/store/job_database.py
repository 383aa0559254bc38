"""The queue's database: its tables, how it is opened, and its transactions."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from repodoc_hooks.private import private_folder, set_aside

_VERSION = 1
_SCHEMA = """
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY, section TEXT NOT NULL, fingerprint TEXT NOT NULL, tree TEXT NOT NULL,
  revision TEXT NOT NULL, branch TEXT NOT NULL, rank INTEGER NOT NULL, batch INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued', attempts INTEGER NOT NULL DEFAULT 0,
  not_before REAL NOT NULL DEFAULT 0, lease_until REAL NOT NULL DEFAULT 0, owner TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '', result TEXT, consumed INTEGER NOT NULL DEFAULT 0,
  created REAL NOT NULL, updated REAL NOT NULL,
  UNIQUE (section, fingerprint)
);
CREATE INDEX ready ON jobs (batch DESC, rank, id) WHERE state = 'queued';
CREATE INDEX paused ON jobs (not_before) WHERE state = 'queued';
CREATE INDEX by_urgency ON jobs (batch DESC, rank, id);
CREATE INDEX leased ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX unused ON jobs (id) WHERE state = 'finished' AND consumed = 0;
CREATE INDEX by_state ON jobs (state, updated);
CREATE TABLE wants (
  branch TEXT NOT NULL, section TEXT NOT NULL, job INTEGER NOT NULL, batch INTEGER NOT NULL,
  PRIMARY KEY (branch, section)
) WITHOUT ROWID;
CREATE INDEX wanted ON wants (job);
CREATE TABLE requests (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, created REAL NOT NULL
);
CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO facts VALUES ('batch', 0);
"""


class JobDatabase:
    """One SQLite file. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._db = _open(path)

    def close(self) -> None:
        """Close it; further calls fail."""
        with self._lock:
            self._db.close()

    def read(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a query."""
        with self._lock:
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction, with the write lock from its start: it waits for others, never fails half-way.

        A `durable` one survives a power cut; without that the last ones may be undone by it, as a whole.
        """
        with self._lock:
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")


def _open(path: Path) -> sqlite3.Connection:
    """Open the queue's database; made as needed, readable by its owner alone.

    A file that is no database is moved aside: everything in it can be planned again.

    Raises:
        sqlite3.OperationalError: it cannot be opened, or stays locked.
    """
    private_folder(path.parent)
    try:
        return _connect(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        set_aside(path)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    try:
        if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            _create(db)
    except BaseException:
        db.close()
        raise
    return db


def _create(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        for table in ("jobs", "wants", "requests", "facts"):
            db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {_VERSION}")
    db.execute("COMMIT")
