"""Many machines: batches of jobs answered through a Dask scheduler, behind a `concurrent.futures.Executor`.

Durability stays in the queue of the repository: the fleet holds nothing that is not leased there. Dask runs a
unit again elsewhere when its worker dies. Budgets are kept here, by reserving before a unit is submitted and
settling when it is back, so that they hold across all workers.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from contextlib import closing
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

from repodoc_hooks.backends.registry import records
from repodoc_hooks.config import Config
from repodoc_hooks.cost_monitor import CostMonitor
from repodoc_hooks.deferred.fleet_worker import answer_unit, unit_of
from repodoc_hooks.deferred.job_runner import Batch, OnResults
from repodoc_hooks.errors import BudgetExceeded, RepodocError
from repodoc_hooks.events import Message, ModelCalled, SectionStarted
from repodoc_hooks.git.grep import names_in
from repodoc_hooks.models.answer_check import checked_here
from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.parallel_executor import Window
from repodoc_hooks.retry_handler import KINDS
from repodoc_hooks.sections.serialisation import result_from_json
from repodoc_hooks.sections.task import SectionResult, SectionTask, Usage
from repodoc_hooks.store.ledger import LEDGER_NAME

CONNECT_SECONDS = 30.0
_TICK = 0.2
_ROUNDS = 32
_EVENTS = {"model_called": ModelCalled, "message": Message}


class Fleet:
    """A `Runner` on a Dask scheduler. A context manager.

    Args:
        scheduler: its address, `tcp://host:port`.
        snapshot_url: where workers fetch the repository from; by default the remote that has the commit, else
            this repository's path.
    """

    def __init__(self, scheduler: str, snapshot_url: str = "") -> None:
        self._address = scheduler
        self._snapshot_url = snapshot_url
        self._client: Any = None
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        try:
            from distributed import Client
        except ImportError as error:
            from repodoc_hooks.extras import install_command

            fix = f"run: {install_command('dask')}"
            raise RepodocError("Dask is not installed", where="--executor dask", fix=fix) from error
        try:
            make: Any = Client
            self._client = make(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            fix = "start `dask scheduler`, or name the right address"
            raise RepodocError("no scheduler answers", where=self._address, fix=fix) from error
        self._executor = self._client.get_executor(pure=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._executor is not None
        self._executor.shutdown(wait=False)
        self._client.close(timeout=2)

    def capacity(self, config: Config | None) -> int:
        """See `Runner.capacity`; large, because a batch ends with its slowest answer."""
        return self.sessions() * _ROUNDS

    def sessions(self) -> int:
        """One per thread of every worker that is there now."""
        threads: Mapping[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def run(self, batch: Batch, on_results: OnResults) -> None:
        """See `Runner.run`.

        Raises:
            RepodocError: the scheduler is gone; what has not come back is not done.
        """
        limits = batch.limits.budget(batch.config)
        ledger = batch.git.state_dir / LEDGER_NAME
        monitor = CostMonitor(ledger, limits, batch.config.backends.prices, batch.bus.run_id, batch.bus)
        with closing(monitor):
            _Submission(self, batch, monitor, on_results).run()

    def submit(self, unit: str) -> Future[str]:
        """Have a unit answered on some worker."""
        assert self._executor is not None
        return self._executor.submit(answer_unit, unit)

    def lost(self) -> bool:
        """Has the connection to the scheduler ended for good?"""
        return self._client.status not in ("running", "connecting")

    def snapshot(self, batch: Batch) -> dict[str, str] | None:
        """Where deep units of a batch find its files; None for a tree that no commit has."""
        if not batch.revision:
            return None
        return {"url": self._snapshot_url or _url(batch), "commit": batch.revision, "tree": batch.tree}


class _Unit(Struct, frozen=True):
    """A unit on its way: its tasks, the model it goes to first, its row in the ledger, its tokens."""

    tasks: tuple[SectionTask, ...]
    model: str
    row: int | None
    expected: Usage


class _Submission:
    """One batch on its way: never more units out than the fleet can work on, each with its reservation."""

    def __init__(self, fleet: Fleet, batch: Batch, monitor: CostMonitor, on_results: OnResults) -> None:
        self._fleet = fleet
        self._batch = batch
        self._monitor = monitor
        self._on_results = on_results
        self._waiting = deque(_groups(batch.tasks, batch.templates))
        self._out: dict[Future[str], _Unit] = {}
        self._window = Window(fleet.sessions())
        self._next_start = 0.0
        self._snapshot = fleet.snapshot(batch) if batch.deep else None

    def run(self) -> None:
        """Submit and collect until all is back."""
        try:
            while self._waiting or self._out:
                while self._waiting and self._has_room() and not self._batch.stop.is_set():
                    self._submit(*self._waiting.popleft())
                early = self._next_start - time.monotonic()
                pause = min(_TICK, early) if early > 0 else _TICK
                if not self._out and self._waiting:
                    time.sleep(pause)
                done, _ = wait(self._out, timeout=pause, return_when=FIRST_COMPLETED)
                for future in done:
                    self._collect(future)
                if self._batch.stop.is_set():
                    return
                if self._fleet.lost():
                    raise RepodocError("the scheduler is gone", fix="`repodoc jobs run` goes on where it was")
        finally:
            for future, unit in self._out.items():
                future.cancel()
                self._leave(unit)

    def _has_room(self) -> bool:
        """The bounds of `parallel`, for the fleet as a whole; half as many again wait at the workers."""
        if not self._out:
            return time.monotonic() >= self._next_start
        bound = self._batch.config.parallel.tokens_in_flight
        tokens = sum(unit.expected.input for unit in self._out.values()) + self._waiting[0][1].input
        return (
            len(self._out) < self._window.limit * 3 // 2 + 1
            and (not bound or tokens <= bound)
            and time.monotonic() >= self._next_start
        )

    def _submit(self, tasks: tuple[SectionTask, ...], expected: Usage, deep: bool) -> None:
        config = self._batch.config
        asked = next(iter(records(self._batch.limits.names(config))), None)
        name = asked.name if asked else ""
        model = asked.model(config.backends, deep) if asked else ""
        price = asked.price(config.backends, model) if asked else None
        sections = ", ".join(task.id for task in tasks)
        try:
            row = self._monitor.begin(sections, name, model, expected, price)
        except BudgetExceeded as error:
            why = f"budget: {error}"
            self._on_results([SectionResult(task.id, "deferred", why, cost_usd=0.0) for task in tasks])
            return
        bus = self._batch.bus
        for task in tasks:
            bus.publish(SectionStarted(run_id=bus.run_id, section=task.id, backend=name))
        unit = unit_of(
            tasks,
            config,
            self._batch.limits.backend,
            bus.run_id,
            self._snapshot if deep else None,
            self._batch.templates,
        )
        self._out[self._fleet.submit(unit)] = _Unit(tasks, model, row, expected)
        if config.parallel.per_second:
            self._next_start = time.monotonic() + 1.0 / config.parallel.per_second

    def _leave(self, unit: _Unit) -> None:
        """Nobody knows what became of a unit: it may have been answered, so it counts as it was estimated."""
        usd = self._monitor.expected_usd("", unit.model, unit.expected)
        self._monitor.settle(unit.row, unit.model, unit.expected, usd, 0.0, estimated=True)

    def _collect(self, future: Future[str]) -> None:
        unit = self._out[future]
        try:
            answer = json.loads(future.result())
        except CancelledError:
            raise RepodocError(
                "the scheduler is gone", fix="`repodoc jobs run` goes on where it was"
            ) from None
        except Exception as error:  # whatever happened on another machine
            del self._out[future]
            self._leave(unit)
            why = f"on the fleet: {error}"
            self._on_results([SectionResult(task.id, "failed", why, cost_usd=0.0) for task in unit.tasks])
            return
        del self._out[future]
        results = [result_from_json(result) for result in answer["results"]]
        used = sum((result.usage for result in results), Usage())
        costs = [result.cost_usd for result in results]
        known = None if None in costs else sum(cost for cost in costs if cost is not None)
        model = next((result.model for result in results if result.model), "")
        self._monitor.settle(
            unit.row, model or unit.model, used, known, max((r.seconds for r in results), default=0.0)
        )
        for event in answer["events"]:
            self._adapt(event)
            self._publish(event)
        tasks = {task.id: task for task in unit.tasks}
        self._on_results([self._checked(result, tasks.get(result.id)) for result in results])

    def _checked(self, result: SectionResult, task: SectionTask | None) -> SectionResult:
        """A result held against the tree, which the worker does not have."""
        if task is None:
            return result
        batch = self._batch
        git, docs = batch.git, batch.config.docs_dir
        return checked_here(result, task, lambda names: names_in(git, batch.tree, names, docs), batch.bus)

    def _adapt(self, event: Mapping[str, Any]) -> None:
        outcome = event.get("outcome", "")
        if outcome == "ok":
            self._window.faster()
        elif outcome in KINDS and KINDS[outcome].slow:
            self._window.slower()

    def _publish(self, event: Mapping[str, Any]) -> None:
        kind = _EVENTS[event["event"]]
        fields = {name: value for name, value in event.items() if name not in ("schema", "event")}
        self._batch.bus.publish(kind(**fields))


def _groups(
    tasks: tuple[SectionTask, ...], templates: Overrides
) -> list[tuple[tuple[SectionTask, ...], Usage, bool]]:
    """Tasks that share a request, what it is expected to use, and whether it is deep."""
    from repodoc_hooks.context_optimizer import pack, share
    from repodoc_hooks.models.secret_screen import screen

    return [
        (
            packed.tasks,
            Usage(
                input=sum(unit.estimated_tokens for unit in (*packed.parts, packed.unit)),
                output=sum(unit.max_output_tokens for unit in (*packed.parts, packed.unit)),
            ),
            packed.unit.deep,
        )
        for packed in share(pack([screen(task)[0] for task in tasks], templates=templates))
    ]


def _url(batch: Batch) -> str:
    """The remote that has the commit, else this repository's own path."""
    git = batch.git
    refs = ("--count=1", f"--contains={batch.revision}", "--format=%(refname)", "refs/remotes")
    found = git.line("for-each-ref", *refs)
    for remote in git.line("remote").split():
        if found.startswith(f"refs/remotes/{remote}/"):
            return git.line("remote", "get-url", remote)
    return f"file://{git.top}"
