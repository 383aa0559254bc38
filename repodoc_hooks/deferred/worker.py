"""The worker: turns what hooks noted into jobs, and jobs into finished sections that wait for their page.

One per repository, at low priority, detached from whoever started it (`background.start_worker`). It may be
killed at any moment: leases lapse, results are stored one by one, and the next worker clears up.

It never writes the work tree. Nobody waits for it, and pages that change while somebody edits, builds or switches
branches would stop a checkout or slip into another commit. What it has is at hand for the next commit and for `update`,
and `status` says how much that is.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import FrameType
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.deferred.background import open_log, worker_lock
from repodoc_hooks.deferred.job_planning import look_for_pushes, plan_head, plan_noted, result_line, share
from repodoc_hooks.deferred.job_runner import Batch, LocalRunner, Runner
from repodoc_hooks.deferred.post_push import collect_push_notes
from repodoc_hooks.errors import EXIT_BUDGET, EXIT_INTERRUPTED, EXIT_OK, EXIT_STALE, RepodocError
from repodoc_hooks.events import (
    Event,
    EventBus,
    Message,
    SectionFinished,
)
from repodoc_hooks.git import checkout
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine
from repodoc_hooks.models.asking import Limits
from repodoc_hooks.pipeline.announce import run_finished, run_started, section_finished, section_planned
from repodoc_hooks.pipeline.config_source import read_config
from repodoc_hooks.pipeline.section_memory import is_at_hand
from repodoc_hooks.pipeline.workspace import new_run_id
from repodoc_hooks.sections.failures import NO_DEADLINE
from repodoc_hooks.sections.task import SectionResult, Usage
from repodoc_hooks.store.claims import Claims
from repodoc_hooks.store.job_model import Job
from repodoc_hooks.store.jobs import LEASE, JobStore
from repodoc_hooks.store.journal import Journal
from repodoc_hooks.store.lease import Heartbeat

LINGER = 120.0
BUDGET_PAUSE = 3600.0
_POLL = 0.2


class Summary(Struct):
    """What a worker did, in sections. `left` are still queued; `postponed` among them for lack of budget."""

    finished: int = 0
    failed: int = 0
    postponed: int = 0
    cancelled: int = 0
    left: int = 0
    tokens: Usage = field(default_factory=Usage)
    cost_usd: float | None = 0.0
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def exit(self) -> int:
        """0 all done, 1 some sections failed, 3 stopped by a budget, 130 interrupted."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        return EXIT_BUDGET if self.postponed else EXIT_STALE if self.failed else EXIT_OK

    def as_json(self) -> dict[str, Any]:
        """The published `--json` result."""
        counts = {
            name: getattr(self, name) for name in ("finished", "failed", "postponed", "cancelled", "left")
        }
        spent = {
            "tokens": self.tokens.as_json(),
            "cost_usd": self.cost_usd,
            "seconds": round(self.seconds, 3),
        }
        return {"schema": 1, **counts, **spent, "exit": self.exit}


def drain(
    git: Git,
    *,
    runner: Runner | None = None,
    limits: Limits | None = None,
    stop: threading.Event | None = None,
    bus: EventBus | None = None,
    linger: float = 0.0,
    head: bool = False,
) -> Summary | None:
    """Do what waits in the queue of a repository; None if another worker is at it.

    A push that a hook has noted is waited for. `linger` is how many seconds a job may have to pause for this
    worker to wait for it; `head` first queues what the checked-out commit owes.
    """
    while True:
        with ExitStack() as stack:
            if not stack.enter_context(worker_lock(git.state_dir)):
                return None
            store = stack.enter_context(JobStore.open(git.state_dir))
            worker = Worker(git, store, runner or LocalRunner(), limits or Limits(), stop, bus)
            stack.callback(worker.close)
            if head:
                plan_head(git, store)
            summary = worker.run(linger)
        # A hook that noted something after our last look started a worker that found the lock taken.
        with JobStore.open(git.state_dir) as store:
            collect_push_notes(git, store)
            if summary.exit in (EXIT_BUDGET, EXIT_INTERRUPTED) or not store.notes.open():
                return summary


class Worker:
    """One drain of one queue, by who holds the worker lock."""

    def __init__(
        self,
        git: Git,
        store: JobStore,
        runner: Runner,
        limits: Limits,
        stop: threading.Event | None = None,
        bus: EventBus | None = None,
    ) -> None:
        self._git = git
        self._store = store
        self._runner = runner
        self._limits = limits
        self._stop = stop or threading.Event()
        self._bus = bus or EventBus(new_run_id())
        self._host = socket.gethostname()
        self._owner = f"{self._host}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._summary = Summary()
        self._run = ExitStack()
        self._claims = Claims(git.state_dir)
        self._started = False
        self._snapshot = ExitStack()
        self._engine: Engine | None = None
        self._tree = ""

    def close(self) -> None:
        """Release everything."""
        self._snapshot.close()
        checkout.clear(self._git.state_dir)
        self._run.close()

    def run(self, linger: float) -> Summary:
        """Work until there is nothing left to do, the budget is used up, or somebody says stop."""
        began = time.monotonic()
        self._store.recover(self._host)
        self._store.prune()
        checkout.clear(self._git.state_dir)
        look_for_pushes(self._git, self._store)
        summary = self._summary
        while not self._stop.is_set() and not summary.postponed:
            undecided = plan_noted(self._git, self._store)
            capacity = self._runner.capacity(self._engine.workspace.config if self._engine else None)
            if jobs := self._store.claim(self._owner, capacity, LEASE):
                self._work(jobs)
                continue
            ready = self._store.next_ready()
            if not undecided and (ready is None or ready - time.time() > linger):
                break
            self._stop.wait(_POLL)
        counts = self._store.counts()
        summary.left = counts["queued"] + counts["running"]
        summary.interrupted = self._stop.is_set()
        summary.seconds = time.monotonic() - began
        if self._started:
            run_finished(
                self._bus,
                summary.exit,
                seconds=summary.seconds,
                tokens=summary.tokens,
                cost_usd=summary.cost_usd,
            )
        return summary

    def _work(self, jobs: list[Job]) -> None:
        """Have jobs of one tree answered; each ends finished, failed, cancelled or back in the queue."""
        first = jobs[0]
        with Heartbeat(self._store, self._owner, [job.id for job in jobs], LEASE), self._claims:
            try:
                jobs = self._ours(jobs)
                if not jobs:
                    return
                batch = self._batch(first, [job.section for job in jobs])
            except RepodocError as error:
                self._give_up(jobs, error)
                return
            known = {task.id for task in batch.tasks}
            waiting = {job.section: job for job in jobs if job.section in known}
            for job in jobs:
                if job.section not in known:
                    self._cancel(job, "its tree has no such section")
            lines: list[Mapping[str, Any]] = []

            def settle(results: Sequence[SectionResult]) -> None:
                # Nobody was there to ask: words that stand in are no text to keep for the pages.
                results = [
                    replace(each, action="failed") if each.backend == "offline" else each for each in results
                ]
                settled = [(waiting.pop(result.id), result) for result in results]
                texts = [found for found in settled if found[1].action in ("generated", "kept")]
                self._summary.finished += self._store.finish_all((job.id, result) for job, result in texts)
                for job, result in settled:
                    self._settle(job, result)
                self._claims.release((job.section, job.fingerprint) for job, _ in settled)
                lines.extend(result_line(job, result) for job, result in texts)

            try:
                self._runner.run(batch, settle)
            finally:
                for job in waiting.values():
                    self._store.release(job.id, self._owner, "it was not begun")
        if lines and first.revision:
            share(self._git, first.revision, lines)

    def _ours(self, jobs: list[Job]) -> list[Job]:
        """The jobs whose text is not at hand, and asked for by nobody else; waits where all are."""
        cache = self._open(jobs[0]).workspace.cache
        open_ = {}
        for job in jobs:
            if is_at_hand(cache, job.fingerprint):
                self._cancel(job, "its text is at hand")
            else:
                open_[job.section, job.fingerprint] = job
        mine = self._claims.take(open_)
        if open_ and not mine:
            self._claims.free(open_, NO_DEADLINE, self._stop)
        for key, job in open_.items():
            if key not in mine:
                self._store.release(job.id, self._owner, "another process is asking for it")
        return [job for key, job in open_.items() if key in mine]

    def _cancel(self, job: Job, reason: str) -> None:
        self._store.cancel(job.id, self._owner, reason)
        self._summary.cancelled += 1

    def _batch(self, job: Job, sections: list[str]) -> Batch:
        engine = self._open(job)
        config = engine.workspace.config
        tasks = tuple(engine.tasks(job.tree, sections))
        if not self._started:
            self._started = True
            self._run.callback(self._bus.subscribe(self._run.enter_context(Journal(self._git.state_dir))))
            run_started(
                self._bus,
                config,
                origin="worker",
                tree=job.tree,
                backend=self._limits.backend,
                max_usd=self._limits.max_usd,
                max_tokens=self._limits.max_tokens,
            )
        for task in tasks:
            section_planned(self._bus, task)
        templates = engine.survey(job.tree).templates
        return Batch(
            self._git, job.tree, job.revision, tasks, config, self._bus, self._stop, self._limits, templates
        )

    def _open(self, job: Job) -> Engine:
        """The engine for the job's tree, with the configuration of its commit."""
        if self._engine is None or self._tree != job.tree:
            self._engine = None
            self._snapshot.close()
            config = read_config(self._git, "rev", job.revision) if job.revision else None
            opened = Engine.open(self._git, config, bulk=True, bus=self._bus)
            self._engine = self._snapshot.enter_context(opened)
            self._tree = job.tree
        return self._engine

    def _give_up(self, jobs: list[Job], error: RepodocError) -> None:
        """Their snapshot cannot be read."""
        for job in jobs:
            self._store.fail(job.id, self._owner, str(error))
        self._summary.failed += len(jobs)
        print(f"{jobs[0].revision or jobs[0].tree}: {error}", file=sys.stderr)

    def _settle(self, job: Job, result: SectionResult) -> None:
        """Count and report a result; what is no text goes back to the queue."""
        summary = self._summary
        summary.tokens += result.usage
        if summary.cost_usd is not None:
            summary.cost_usd = None if result.cost_usd is None else summary.cost_usd + result.cost_usd
        section_finished(self._bus, result)
        if result.action in ("generated", "kept"):
            return
        if result.reason.startswith("budget"):
            self._store.release(job.id, self._owner, result.reason, BUDGET_PAUSE)
            summary.postponed += 1
        elif result.action == "deferred" and self._stop.is_set():
            self._store.release(job.id, self._owner, result.reason)
        else:
            self._store.fail(job.id, self._owner, result.reason)
            summary.failed += 1


def main(top: str) -> int:
    """The detached worker of the repository at `top`; its output goes to the log."""
    git = Git.discover(top)
    log = open_log(git.state_dir)
    for stream in (1, 2):
        os.dup2(log, stream)
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    bus = EventBus(new_run_id())
    bus.subscribe(_log)
    try:
        summary = drain(git, stop=stop, bus=bus, linger=LINGER)
    except RepodocError as error:
        _note(str(error))
        return error.exit_code
    if summary is None:
        return EXIT_OK
    if summary.as_json() != Summary(seconds=summary.seconds).as_json():
        _note(f"{bus.run_id}: {json.dumps(summary.as_json())}")
    return summary.exit


def _log(event: Event) -> None:
    """What somebody who looks for a missing section wants to know."""
    if isinstance(event, Message):
        _note(f"{event.level}: {event.text}")
    elif isinstance(event, SectionFinished):
        _note(f"{event.section}: {event.action}" + (f": {event.reason}" if event.reason else ""))


def _note(text: str) -> None:
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {' '.join(text.splitlines())}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
