"""Bounded work: threads for model calls, processes for parsing.

`BoundedExecutor` is a `concurrent.futures.Executor` that starts a unit only when there is room for it:
sessions at once, tokens in flight, requests per second. The number of sessions follows what the provider can
bear (additive increase, multiplicative decrease, as TCP does); quick and deep work take turns.
"""

from __future__ import annotations

import collections
import math
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Self, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from repodoc_hooks.analysis.facts import FileFacts

P = ParamSpec("P")
T = TypeVar("T")
Lane = Literal["quick", "deep"]
_WEIGHT: dict[Lane, int] = {"quick": 2, "deep": 1}
_SETTLE = 1.0  # seconds in which several refusals count as one: they were sent together
_PROCESS_THRESHOLD = 200
_CHUNK = 16


class _Job(Struct):
    future: Future[Any]
    work: Callable[[], Any]
    lane: Lane
    tokens: int


class Window:
    """How many requests may be under way, by what the provider bears: TCP's additive increase and multiplicative
    decrease. Not locked."""

    def __init__(self, most: int) -> None:
        self._most = float(max(1, most))
        self._limit = self._most
        self._slowed = -math.inf

    @property
    def limit(self) -> int:
        """How many now, at least one."""
        return max(1, int(self._limit))

    def slower(self) -> None:
        """The provider refused because of load: half as many."""
        now = time.monotonic()
        if now - self._slowed >= _SETTLE:
            self._slowed = now
            self._limit = max(1.0, self._limit / 2)

    def faster(self) -> None:
        """A request succeeded: one more after as many successes as there are requests under way."""
        self._limit = min(self._most, self._limit + 1.0 / self._limit)


class BoundedExecutor(Executor):
    """Threads under bounds that adapt. Thread-safe."""

    def __init__(self, sessions: int, *, tokens_in_flight: int = 0, per_second: float = 0.0) -> None:
        """Bounds of 0 are no bounds, except that there is at least one session."""
        self._sessions = max(1, sessions)
        self._tokens_bound = tokens_in_flight or math.inf
        self._gap = 1.0 / per_second if per_second else 0.0
        self._window = Window(self._sessions)
        self._wake = threading.Condition()
        self._lanes: dict[Lane, collections.deque[_Job]] = {
            "quick": collections.deque(),
            "deep": collections.deque(),
        }
        self._served: dict[Lane, float] = {"quick": 0.0, "deep": 0.0}
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._running = 0
        self._tokens = 0
        self._next_start = 0.0
        self._closed = False

    @property
    def limit(self) -> int:
        """How many may run at once now."""
        with self._wake:
            return self._window.limit

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn` in the quick lane."""
        return self.submit_to("quick", 0, lambda: fn(*args, **kwargs))

    def submit_to(self, lane: Lane, tokens: int, work: Callable[[], T]) -> Future[T]:
        """Run `work` when its lane's turn comes and `tokens` more may be in flight.

        Raises:
            RuntimeError: after `shutdown`.
        """
        future: Future[T] = Future()
        with self._wake:
            if self._closed:
                raise RuntimeError("the executor is shut down")
            if not any(self._lanes.values()):
                # A lane that was empty for long has no claim on what it did not use.
                self._served = dict.fromkeys(self._served, 0.0)
            self._lanes[lane].append(_Job(future, work, lane, tokens))
            if not self._idle and len(self._threads) < self._sessions:
                thread = threading.Thread(target=self._work, name=f"unit-{len(self._threads)}", daemon=True)
                self._threads.add(thread)
                thread.start()
            self._wake.notify()
        return future

    def slower(self) -> None:
        """The provider refused because of load: half as many at once."""
        with self._wake:
            self._window.slower()

    def faster(self) -> None:
        """A request succeeded: one more at once after as many successes as there are sessions."""
        with self._wake:
            self._window.faster()
            self._wake.notify_all()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; drop what has not begun if asked to."""
        with self._wake:
            self._closed = True
            if cancel_futures:
                for lane in self._lanes.values():
                    while lane:
                        lane.popleft().future.cancel()
            self._wake.notify_all()
            threads = list(self._threads)
        if wait:
            for thread in threads:
                thread.join()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                if job.future.set_running_or_notify_cancel():
                    _run(job)
            finally:
                with self._wake:
                    self._running -= 1
                    self._tokens -= job.tokens
                    self._wake.notify_all()

    def _next(self) -> _Job | None:
        """The next job that there is room for; None when there will be no more."""
        with self._wake:
            while True:
                job, pause = self._pick()
                if job is not None:
                    return job
                if self._closed and not any(self._lanes.values()):
                    return None
                self._idle += 1
                self._wake.wait(pause)
                self._idle -= 1

    def _pick(self) -> tuple[_Job | None, float | None]:
        """A job, or how long to wait at most (None: until something changes)."""
        waiting = [lane for lane, jobs in self._lanes.items() if jobs]
        if not waiting or self._running >= self._window.limit:
            return None, None
        lane = min(waiting, key=lambda name: (self._served[name] / _WEIGHT[name], name == "deep"))
        job = self._lanes[lane][0]
        if self._running and self._tokens + job.tokens > self._tokens_bound:
            return None, None
        now = time.monotonic()
        if now < self._next_start:
            return None, self._next_start - now
        self._lanes[lane].popleft()
        self._next_start = now + self._gap
        self._served[lane] += 1
        self._running += 1
        self._tokens += job.tokens
        return job, None


def _run(job: _Job) -> None:
    try:
        result = job.work()
    except BaseException as error:
        job.future.set_exception(error)
    else:
        job.future.set_result(result)


class Parsers:
    """Processes that parse, started where there is enough to do, and there for the next batch. A context manager."""

    def __init__(self, processes: int = 0, threshold: int = _PROCESS_THRESHOLD) -> None:
        """`processes` 0 means one per core. New interpreters cost half a second: below `threshold` files, none is
        started."""
        self._count = processes or len(_cores())
        self._threshold = threshold
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def parse(self, items: Sequence[tuple[str, str, bytes]]) -> Iterator[FileFacts]:
        """Facts of (path, language, content), in order."""
        if self._count < 2 or (len(items) < self._threshold and self._pool is None):
            yield from (_parse(item) for item in items)
            return
        from concurrent.futures.process import BrokenProcessPool

        from repodoc_hooks.analysis.facts import from_json

        done = 0
        try:
            for facts in self._started().map(_parse_to_json, items, chunksize=_CHUNK):
                done += 1
                yield from_json(facts)
        except BrokenProcessPool:  # a process was killed, for memory perhaps: go on in this one
            self._count = 1
            yield from (_parse(item) for item in items[done:])

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(self._count, mp_context=multiprocessing.get_context("spawn"))
        return self._pool


def parse_many(
    items: Sequence[tuple[str, str, bytes]], processes: int = 0, threshold: int = _PROCESS_THRESHOLD
) -> Iterator[FileFacts]:
    """Facts of (path, language, content), in order; in several processes where that pays (see `Parsers`)."""
    with Parsers(processes, threshold) as parsers:
        yield from parsers.parse(items)


def _parse(item: tuple[str, str, bytes]) -> FileFacts:
    from repodoc_hooks.analysis import languages

    return languages.parse(item[1], item[2])


def _parse_to_json(item: tuple[str, str, bytes]) -> bytes:
    """The same on its way to another process: one text instead of hundreds of objects."""
    from repodoc_hooks.analysis.facts import to_json

    return to_json(_parse(item))


def _cores() -> Sequence[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)
