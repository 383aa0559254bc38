"""What hooks note in passing for the worker, and small facts that workers keep for each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from repodoc_hooks.store.job_database import JobDatabase


class WorkerNote(Struct, frozen=True):
    """Something to look into: `kind` is push or commit, `created` in seconds since the epoch."""

    id: int
    kind: str
    body: Mapping[str, Any]
    created: float


class WorkerNotes:
    """The notes of one repository, in the database of its queue."""

    def __init__(self, database: JobDatabase, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def add(self, kind: str, body: Mapping[str, Any]) -> int:
        """Note something for the worker to look into; the number of the note."""
        values = (kind, json.dumps(body, sort_keys=True), self._clock())
        with self._database.write() as db:
            cursor = db.execute("INSERT INTO requests (kind, body, created) VALUES (?, ?, ?)", values)
        return cursor.lastrowid or 0

    def open(self) -> list[WorkerNote]:
        """The notes that nobody has closed, oldest first."""
        rows = self._database.read("SELECT id, kind, body, created FROM requests ORDER BY id")
        return [WorkerNote(row["id"], row["kind"], json.loads(row["body"]), row["created"]) for row in rows]

    def close(self, note: int) -> None:
        """The note was looked into."""
        with self._database.write() as db:
            db.execute("DELETE FROM requests WHERE id = ?", (note,))

    def remember(self, name: str, value: str) -> None:
        """Keep a small fact (the commit that was planned last for a branch)."""
        with self._database.write() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (f"fact {name}", value))

    def recall(self, name: str) -> str:
        """The fact kept under a name, "" if none."""
        rows = self._database.read("SELECT value FROM facts WHERE name = ?", (f"fact {name}",))
        return str(rows[0]["value"]) if rows else ""
