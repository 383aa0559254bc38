"""The queue's rows as data."""

from __future__ import annotations

import sqlite3
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

STATES = ("queued", "running", "finished", "failed", "cancelled")


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
