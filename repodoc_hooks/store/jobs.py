"""The queue of deferred sections: a lease table in `<git common dir>/repodoc/jobs.sqlite`.

A job is one state of one section: `(section, fingerprint)` is unique, so the same work is never queued
twice, and a result is found again by what it was made from. Jobs run at least once: a claim is a lease, and
a lease that nobody renews goes back to the queue. The first result that arrives for a job stays.

    queued -> running -> finished
                 |-> queued (back-off)  -> failed (attempts used up, or hopeless)
    queued, running -> cancelled (no branch wants that state any more)

A branch wants one state of a section at a time; a newer commit replaces it. Beside the jobs stand notes: what a hook
saw in passing and the worker has yet to turn into jobs. The file can be deleted: all of it is planned again.
Beside it stands a file `ready` while a result waits for its page: hooks look for it before anything else.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from repodoc_hooks.sections.kinds import PROSE_SECTIONS, kind_of
from repodoc_hooks.store import job_files
from repodoc_hooks.store.job_database import JobDatabase
from repodoc_hooks.store.job_model import STATES, Job, Order, job_of
from repodoc_hooks.store.worker_notes import WorkerNotes

if TYPE_CHECKING:
    from repodoc_hooks.sections.task import SectionResult

LEASE = 60.0
"""Seconds for which a claimed job is its worker's, which renews it meanwhile."""
MAX_ATTEMPTS = 5
BACK_OFF_BASE = 30.0
BACK_OFF_CAP = 3600.0
KEEP_DAYS = 30.0
MOOT = "a newer commit made it moot"


class JobStore:
    """The queue of one repository. Safe to use from several threads and processes.

    Args:
        path: the SQLite file; it and its directory are made as needed, readable by their owner alone.
        clock: seconds since the epoch.

    Attributes:
        notes: what the worker has yet to look into.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._database = JobDatabase(path)
        self.notes = WorkerNotes(self._database, clock)

    @classmethod
    def open(cls, state_dir: Path) -> JobStore:
        """The queue in a repository's private directory (`<git common dir>/repodoc`)."""
        return cls(state_dir / job_files.DATABASE)

    @property
    def path(self) -> Path:
        """The database's file."""
        return self._database.path

    @classmethod
    def exists(cls, state_dir: Path) -> bool:
        """Whether anything was ever queued; spares opening a database only to find nothing."""
        return job_files.queued(state_dir)

    def close(self) -> None:
        """Close the database; further calls fail."""
        self._database.close()

    def __enter__(self) -> JobStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- putting in

    def enqueue(self, orders: Iterable[Order], *, branch: str, complete: bool = False) -> int:
        """Queue sections for a branch, all in one transaction; how many of them are new work.

        The newest call is served first; within it overview, summary, design, walkthrough. What the branch
        wanted of the same sections until now is cancelled, or if finished no longer waits for its page,
        unless another branch wants it too; `complete` says that `orders` is all that the branch wants:
        everything else of it is moot. What has failed for good stays so until `retry`.
        """
        now = self._clock()
        new = 0
        lost: set[int] = set()
        with self._database.write() as db:
            (batch,) = db.execute(
                "UPDATE facts SET value = value + 1 WHERE name = 'batch' RETURNING value"
            ).fetchone()
            for order in orders:
                wanted = db.execute(
                    "SELECT job FROM wants WHERE branch = ? AND section = ?", (branch, order.section)
                ).fetchone()
                job, is_new = _put(db, order, branch, batch, now)
                new += is_new
                db.execute(
                    "INSERT OR REPLACE INTO wants VALUES (?, ?, ?, ?)", (branch, order.section, job, batch)
                )
                if wanted and wanted[0] != job:
                    lost.add(wanted[0])
            if complete:
                gone = "DELETE FROM wants WHERE branch = ? AND batch <> ? RETURNING job"
                lost.update(job for (job,) in db.execute(gone, (branch, batch)).fetchall())
            for job in lost - _wanted(db, lost):
                db.execute(
                    """UPDATE jobs SET state = 'cancelled', error = ?, owner = '', updated = ?
                       WHERE id = ? AND state IN ('queued', 'running')""",
                    (MOOT, now, job),
                )
                db.execute("UPDATE jobs SET consumed = 1 WHERE id = ? AND state = 'finished'", (job,))
        self._mark_ready()
        return new

    # ---- working

    def claim(self, owner: str, limit: int = 1, lease: float = LEASE) -> list[Job]:
        """Lease up to `limit` jobs of one tree, the most urgent first, for `lease` seconds; may be none."""
        now = self._clock()
        values = {"owner": owner, "limit": limit, "until": now + lease, "now": now, "most": MAX_ATTEMPTS}
        with self._database.write() as db:
            db.execute(
                """UPDATE jobs SET owner = '', updated = :now, error = 'its worker was lost', not_before = 0,
                   state = CASE WHEN attempts >= :most THEN 'failed' ELSE 'queued' END
                   WHERE state = 'running' AND lease_until <= :now""",
                values,
            )
            rows = db.execute(
                """UPDATE jobs SET state = 'running', owner = :owner, lease_until = :until,
                   attempts = attempts + 1, error = '', updated = :now
                   WHERE id IN (
                     SELECT id FROM jobs INDEXED BY ready
                     WHERE state = 'queued' AND not_before <= :now AND tree = (
                       SELECT tree FROM jobs INDEXED BY ready WHERE state = 'queued' AND not_before <= :now
                       ORDER BY batch DESC, rank, id LIMIT 1)
                     ORDER BY batch DESC, rank, id LIMIT :limit)
                   RETURNING *""",
                values,
            ).fetchall()
        rows.sort(key=lambda row: (-row["batch"], row["rank"], row["id"]))
        return [job_of(row) for row in rows]

    def heartbeat(self, owner: str, ids: Iterable[int], lease: float = LEASE) -> frozenset[int]:
        """Renew leases; the ids that are still this owner's (not cancelled, not given to another)."""
        until = self._clock() + lease
        query = "UPDATE jobs SET lease_until = ? WHERE id = ? AND owner = ? AND state = 'running'"
        with self._database.write() as db:
            return frozenset(job for job in ids if db.execute(query, (until, job, owner)).rowcount)

    def finish(self, job_id: int, result: SectionResult) -> bool:
        """Store a result; False if there was one already, or the job was dropped.

        A result that comes late, after the lease was lost or the job cancelled, counts: it was paid for.
        """
        return bool(self.finish_all([(job_id, result)]))

    def finish_all(self, results: Iterable[tuple[int, SectionResult]]) -> int:
        """Store what came at once, with one wait for the disk; how many of the results are new. See `finish`."""
        from repodoc_hooks.sections.serialisation import result_to_json

        now = self._clock()
        rows = [
            (json.dumps(result_to_json(result), sort_keys=True), now, job_id) for job_id, result in results
        ]
        if not rows:
            return 0
        with self._database.write(durable=True) as db:
            stored = db.executemany(
                """UPDATE jobs SET state = 'finished', result = ?, owner = '', error = '', updated = ?
                   WHERE id = ? AND state <> 'finished'""",
                rows,
            ).rowcount
        self._mark_ready()
        return stored

    def fail(self, job_id: int, owner: str, error: str, *, hopeless: bool = False) -> None:
        """An attempt failed: try again after a pause that doubles each time, or give up."""
        now = self._clock()
        with self._database.write() as db:
            attempts = _attempts(db, job_id, owner)
            if attempts is None:
                return
            state = "failed" if hopeless or attempts >= MAX_ATTEMPTS else "queued"
            pause = min(BACK_OFF_CAP, BACK_OFF_BASE * 2 ** (attempts - 1))
            db.execute(
                "UPDATE jobs SET state = ?, not_before = ?, owner = '', error = ?, updated = ? WHERE id = ?",
                (state, now + pause, error, now, job_id),
            )

    def release(self, job_id: int, owner: str, reason: str, delay: float = 0.0) -> None:
        """Give a job back untried (budget, shutdown); the attempt does not count."""
        now = self._clock()
        with self._database.write() as db:
            if _attempts(db, job_id, owner) is not None:
                db.execute(
                    """UPDATE jobs SET state = 'queued', attempts = attempts - 1, not_before = ?, owner = '',
                       error = ?, updated = ? WHERE id = ?""",
                    (now + delay, reason, now, job_id),
                )

    def cancel(self, job_id: int, owner: str, reason: str) -> None:
        """The holder of the lease found that nobody needs the job."""
        with self._database.write() as db:
            if _attempts(db, job_id, owner) is not None:
                db.execute(
                    "UPDATE jobs SET state = 'cancelled', owner = '', error = ?, updated = ? WHERE id = ?",
                    (reason, self._clock(), job_id),
                )

    def recover(self, host: str) -> int:
        """End the leases of this machine's workers (owners start with `<host>:`). How many.

        Only for who holds the repository's worker lock: nobody else on this machine is working then.
        """
        query = "UPDATE jobs SET lease_until = 0 WHERE state = 'running' AND owner >= ? AND owner < ?"
        with self._database.write() as db:
            return db.execute(query, (f"{host}:", f"{host};")).rowcount

    # ---- results

    def finished(self, section_id: str, fingerprint: str) -> SectionResult | None:
        """The result for that state of that section. It stays until pruned: a commit may still be aborted."""
        from repodoc_hooks.sections.serialisation import result_from_json

        rows = self._database.read(
            "SELECT result FROM jobs WHERE section = ? AND fingerprint = ? AND state = 'finished'",
            (section_id, fingerprint),
        )
        try:
            return result_from_json(json.loads(rows[0]["result"])) if rows else None
        except (KeyError, TypeError, ValueError):
            return None

    def consume(self, section_id: str, fingerprint: str) -> None:
        """Mark a result as put into a page."""
        query = "UPDATE jobs SET consumed = 1 WHERE section = ? AND fingerprint = ? AND state = 'finished'"
        with self._database.write() as db:
            db.execute(query, (section_id, fingerprint))
        self._mark_ready()

    def adopt(self, order: Order, result: SectionResult, *, branch: str) -> bool:
        """Take over a result made elsewhere (a teammate's, found in a note); False if one is here already."""
        self.enqueue([order], branch=branch)
        rows = self._database.read(
            "SELECT id FROM jobs WHERE section = ? AND fingerprint = ?", (order.section, order.fingerprint)
        )
        return self.finish(rows[0]["id"], result)

    # ---- looking and tidying

    def jobs(self, states: Sequence[str] = STATES, limit: int = -1) -> list[Job]:
        """Jobs in those states, in the order in which they would run."""
        query = """SELECT * FROM jobs INDEXED BY by_urgency WHERE state IN (SELECT value FROM json_each(?))
                   ORDER BY batch DESC, rank, id LIMIT ?"""
        return [job_of(row) for row in self._database.read(query, (json.dumps(list(states)), limit))]

    def counts(self) -> dict[str, int]:
        """Jobs by state, zeros included."""
        rows = self._database.read("SELECT state, count(*) AS number FROM jobs GROUP BY state")
        return {**dict.fromkeys(STATES, 0), **{row["state"]: row["number"] for row in rows}}

    def next_ready(self) -> float | None:
        """When the next queued or leased job can be claimed (seconds since the epoch); None without any."""
        rows = self._database.read(
            """SELECT * FROM (SELECT not_before AS at FROM jobs INDEXED BY paused
                              WHERE state = 'queued' ORDER BY not_before LIMIT 1)
               UNION ALL
               SELECT * FROM (SELECT lease_until FROM jobs INDEXED BY leased
                              WHERE state = 'running' ORDER BY lease_until LIMIT 1)"""
        )
        return min((row["at"] for row in rows), default=None)

    def retry(self, ids: Sequence[int] | None = None) -> int:
        """Queue failed jobs again, end the pause of those that wait; by id cancelled ones too. How many."""
        values = {"now": self._clock(), "ids": None if ids is None else json.dumps(list(ids))}
        with self._database.write() as db:
            return db.execute(
                """UPDATE jobs SET state = 'queued', attempts = 0, not_before = 0, error = '', updated = :now
                   WHERE CASE WHEN :ids IS NULL THEN state = 'failed'
                         ELSE state IN ('failed', 'cancelled') AND id IN (SELECT value FROM json_each(:ids)) END
                      OR state = 'queued' AND not_before > 0
                         AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))""",
                values,
            ).rowcount

    def drop(self, ids: Sequence[int] | None = None) -> int:
        """Forget jobs; without ids all but the results that still wait for their page. How many."""
        with self._database.write() as db:
            if ids is None:
                dropped = db.execute(
                    "DELETE FROM jobs WHERE NOT (state = 'finished' AND consumed = 0)"
                ).rowcount
                db.execute("DELETE FROM requests")
            else:
                dropped = sum(db.execute("DELETE FROM jobs WHERE id = ?", (job,)).rowcount for job in ids)
            db.execute("DELETE FROM wants WHERE job NOT IN (SELECT id FROM jobs)")
        self._mark_ready()
        return dropped

    def prune(self) -> int:
        """Forget what ended more than `KEEP_DAYS` ago. How many."""
        with self._database.write() as db:
            dropped = db.execute(
                "DELETE FROM jobs WHERE state IN ('finished', 'failed', 'cancelled') AND updated < ?",
                (self._clock() - KEEP_DAYS * 86400,),
            ).rowcount
            if dropped:
                db.execute("DELETE FROM wants WHERE job NOT IN (SELECT id FROM jobs)")
        self._mark_ready()
        return dropped

    def wait(self, timeout: float, poll: float = 0.1) -> bool:
        """Whether, within `timeout` seconds, nothing is left to do: no note, nothing queued or running."""
        end = time.monotonic() + timeout
        while True:
            if self.next_ready() is None and not self.notes.open():
                return True
            if time.monotonic() >= end:
                return False
            time.sleep(poll)

    # ---- inside

    def _mark_ready(self) -> None:
        """Keep the file beside the database in step with what waits."""
        mark = self.path.with_name(job_files.READY)
        if self._database.read(
            "SELECT 1 FROM jobs INDEXED BY unused WHERE state = 'finished' AND consumed = 0 LIMIT 1"
        ):
            mark.touch(0o600)
        else:
            mark.unlink(missing_ok=True)


def _put(db: sqlite3.Connection, order: Order, branch: str, batch: int, now: float) -> tuple[int, bool]:
    """The job's number, and whether this is work that was not queued, running or done before."""
    known = db.execute(
        "SELECT id, state FROM jobs WHERE section = ? AND fingerprint = ?", (order.section, order.fingerprint)
    ).fetchone()
    if known is None:
        kind = kind_of(order.section)
        rank = kind.rank if kind is not None else len(PROSE_SECTIONS)
        cursor = db.execute(
            """INSERT INTO jobs (section, fingerprint, tree, revision, branch, rank, batch, created, updated)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (order.section, order.fingerprint, order.tree, order.revision, branch, rank, batch, now, now),
        )
        return cursor.lastrowid or 0, True
    job, state = known
    db.execute(
        "UPDATE jobs SET tree = ?, revision = ?, branch = ?, batch = ? WHERE id = ?",
        (order.tree, order.revision, branch, batch, job),
    )
    if state != "cancelled":
        return job, False
    db.execute(
        """UPDATE jobs SET state = 'queued', attempts = 0, not_before = 0, error = '', updated = ?
           WHERE id = ?""",
        (now, job),
    )
    return job, True


def _wanted(db: sqlite3.Connection, jobs: Iterable[int]) -> set[int]:
    """Those of the jobs that some branch wants."""
    return {job for job in jobs if db.execute("SELECT 1 FROM wants WHERE job = ?", (job,)).fetchone()}


def _attempts(db: sqlite3.Connection, job_id: int, owner: str) -> int | None:
    """The attempts of a job that this owner is working on; None if it is not."""
    row = db.execute(
        "SELECT attempts FROM jobs WHERE id = ? AND owner = ? AND state = 'running'", (job_id, owner)
    ).fetchone()
    return int(row["attempts"]) if row else None
