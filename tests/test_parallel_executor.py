"""Bounds, fairness and adaptation of the executor; parsing in processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait

import pytest

from repodoc_hooks.analysis import languages
from repodoc_hooks.parallel_executor import BoundedExecutor, Lane, parse_many


class Meter:
    """Work that notes how much of it runs at once, and in which order it began."""

    def __init__(self, seconds: float = 0.02) -> None:
        self.most = 0
        self.most_tokens = 0
        self.order: list[str] = []
        self._seconds = seconds
        self._now = 0
        self._tokens = 0
        self._lock = threading.Lock()

    def work(self, name: str = "", tokens: int = 0) -> Callable[[], str]:
        def run() -> str:
            with self._lock:
                self._now += 1
                self._tokens += tokens
                self.most = max(self.most, self._now)
                self.most_tokens = max(self.most_tokens, self._tokens)
                self.order.append(name)
            time.sleep(self._seconds)
            with self._lock:
                self._now -= 1
                self._tokens -= tokens
            return name

        return run


def test_it_is_an_executor_and_carries_results_and_errors() -> None:
    with BoundedExecutor(2) as executor:
        assert isinstance(executor, Executor)
        assert list(executor.map(str, range(5))) == ["0", "1", "2", "3", "4"]
        assert executor.submit(int, "7", base=8).result() == 7
        with pytest.raises(ZeroDivisionError):
            executor.submit(lambda: 1 // 0).result()
    with pytest.raises(RuntimeError):
        executor.submit(str)


def test_sessions_are_bounded_and_used() -> None:
    meter = Meter()
    with BoundedExecutor(3) as executor:
        wait([executor.submit(meter.work()) for _ in range(12)])
    assert meter.most == 3


def test_tokens_in_flight_are_bounded_but_a_giant_still_runs() -> None:
    meter = Meter()
    with BoundedExecutor(8, tokens_in_flight=1000) as executor:
        sizes = [400, 400, 400, 3000, 400, 400]
        futures: list[Future[str]] = [executor.submit_to("quick", n, meter.work(tokens=n)) for n in sizes]
        wait(futures, timeout=10)
        assert all(future.done() for future in futures)
    assert meter.most_tokens == 3000
    assert meter.most == 2


def test_starts_are_spaced() -> None:
    starts: list[float] = []
    with BoundedExecutor(4, per_second=50) as executor:
        wait([executor.submit(lambda: starts.append(time.monotonic())) for _ in range(5)])
    assert max(starts) - min(starts) >= 4 * 0.02 * 0.9


def test_quick_and_deep_take_turns() -> None:
    meter = Meter(0.001)
    gate = threading.Event()
    with BoundedExecutor(1) as executor:
        executor.submit(gate.wait)
        lanes: list[Lane] = [*("deep",) * 6, *("quick",) * 6]
        futures = [executor.submit_to(lane, 0, meter.work(lane)) for lane in lanes]
        gate.set()
        wait(futures)
    assert meter.order[:6].count("quick") == 4
    assert meter.order[:6].count("deep") == 2


def test_a_refusal_halves_and_successes_add_one_by_one() -> None:
    executor = BoundedExecutor(8)
    executor.slower()
    executor.slower()  # the same moment: the same overload
    assert executor.limit == 4
    for _ in range(5):
        executor.faster()
    assert executor.limit == 5
    for _ in range(50):
        executor.faster()
    assert executor.limit == 8


def test_the_lowered_bound_holds() -> None:
    meter = Meter()
    with BoundedExecutor(4) as executor:
        executor.slower()
        wait([executor.submit(meter.work()) for _ in range(8)])
    assert meter.most == 2


def test_shutdown_drops_what_has_not_begun() -> None:
    gate = threading.Event()
    executor = BoundedExecutor(1)
    first = executor.submit(gate.wait)
    second = executor.submit(str)
    while not first.running():
        time.sleep(0.001)
    executor.shutdown(wait=False, cancel_futures=True)
    gate.set()
    assert first.result() is True
    assert second.cancelled()


@pytest.mark.parametrize("processes", [1, 2])
def test_parsing_gives_the_same_in_order_whatever_the_processes(processes: int) -> None:
    items = [(f"m{n}.py", "python", f"def f{n}(x):\n    return x + {n}\n".encode()) for n in range(40)]
    facts = list(parse_many(items, processes, threshold=10))
    assert facts == [languages.parse(language, data) for _, language, data in items]
    assert [each.symbols[0].name for each in facts] == [f"f{n}" for n in range(40)]
