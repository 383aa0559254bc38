"""The queue's rows as data, its tables, and how its database is opened."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from repodoc_hooks.private import private_folder, set_aside

STATES = ("queued", "running", "finished", "failed", "cancelled")

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


class Order(Struct, frozen=True):
    """A section to be made: `fingerprint` as the plan of `tree` gives it; `revision` its commit, if any."""

    section: str
    fingerprint: str
    tree: str
    revision: str = ""


class Job(Struct, frozen=True):
    """One row of the queue. Times are seconds since the epoch; `owner` is the worker that holds the lease."""

    id: int
    section: str
    fingerprint: str
    tree: str
    revision: str
    branch: str
    state: str
    attempts: int
    not_before: float
    lease_until: float
    owner: str
    error: str
    consumed: bool
    created: float
    updated: float

    def as_json(self) -> dict[str, Any]:
        """The job as one JSON object."""
        return asdict(self)


_FIELDS = Job.__struct_fields__


def job_of(row: sqlite3.Row) -> Job:
    """The job in a row of the table."""
    values: dict[str, Any] = {name: row[name] for name in _FIELDS}
    return Job(**{**values, "consumed": bool(row["consumed"])})


class Request(Struct, frozen=True):
    """Something that a hook noted for the worker: `kind` is push or commit."""

    id: int
    kind: str
    body: Mapping[str, Any]
    created: float


def connect(path: Path) -> sqlite3.Connection:
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
