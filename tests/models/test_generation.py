"""From tasks to results: fallback, budget, deadline, stop, memory; with backends that tests stand in for."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from repodoc_hooks.backends.base import ALL, Answer, Meter, Price, WorkUnit
from repodoc_hooks.config import (
    BackendsConfig,
    BudgetConfig,
    Config,
    Limit,
    OpenCodeConfig,
    ParallelConfig,
    RetryConfig,
)
from repodoc_hooks.events import BudgetWarning, Event, EventBus, Message, ModelCalled
from repodoc_hooks.models.asking import Asking, Limits
from repodoc_hooks.models.generation import estimate, generate
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import Deadline, ModelError
from repodoc_hooks.sections.task import SectionResult, SectionTask, Usage
from repodoc_hooks.store.ledger import Ledger
from tests.sections.tasks import answers_for, revision, source, task

ORDER = BackendsConfig(order=("opencode", "claude", "offline"))
CONFIG = Config(backends=ORDER, retry=RetryConfig(attempts=2, base=0.001, cap=0.002))
USAGE = Usage(input=100, output=10)
PRICE = Price({"input": 1.0, "output": 2.0})


class Paid(Exception):
    """Raised in place of an answer that was paid for and is of no use."""

    def __init__(self, usage: Usage, usd: float) -> None:
        self.usage, self.usd = usage, usd


class FakeBackend:
    """A backend whose `behave` answers or raises; counts its calls."""

    def __init__(
        self,
        name: str,
        behave: Callable[[WorkUnit], Any] = lambda unit: answers_for(unit.prompt),
        seconds: float = 0,
        usage: Usage = USAGE,
    ) -> None:
        self.name = name
        self.units: list[WorkUnit] = []
        self.missing = ""
        self._behave = behave
        self._seconds = seconds
        self._usage = usage
        self._closed = threading.Event()

    def open(self) -> None:
        self._closed.clear()

    def unavailable(self) -> str:
        return self.missing

    def model_for(self, unit: WorkUnit) -> str:
        return f"{self.name}-model"

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        self.units.append(unit)
        meter.sending(self.model_for(unit), PRICE)
        if self._closed.wait(min(self._seconds, deadline.left())):
            raise failure("stopped", "closed")
        if not deadline.left():
            raise failure("deadline", "late")
        try:
            data = self._behave(unit)
        except Paid as paid:
            meter.used(paid.usage, paid.usd, ALL)
            raise failure("invalid_answer", "no") from None
        if self._usage.total:
            meter.used(self._usage, 0.01, ALL)
        return Answer(data, self._usage, self.name, self.model_for(unit), 0.01, self._seconds)

    def close(self) -> None:
        self._closed.set()


def raising(kind: str) -> Callable[[WorkUnit], Any]:
    def behave(unit: WorkUnit) -> Any:
        raise failure(kind, f"scripted {kind}")

    return behave


def run(
    tasks: list[SectionTask], state_dir: Path, *backends: FakeBackend, config: Config = CONFIG, **options: Any
) -> tuple[list[SectionResult], list[Event]]:
    seen: list[Event] = []
    bus = EventBus("run")
    bus.subscribe(seen.append)
    named = {backend.name: backend for backend in backends}
    for backend in backends:
        backend.open()
    limits = Limits(**{name: options.pop(name) for name in ("max_usd", "max_tokens") if name in options})
    asking = Asking(config, state_dir, bus, limits, backends=named, **options)
    results = generate(tasks, asking)
    return results, seen


def test_offline_alone_is_generated_without_any_state(tmp_path: Path) -> None:
    tasks = [task("a"), task("b", "walkthrough"), task(".", "overview", context={})]
    for config, backend in ((Config(), "auto"), (CONFIG, "offline")):
        asking = Asking(config, tmp_path / "state", EventBus("r"), Limits(backend=backend))
        results = generate(tasks, asking)
        assert [(r.id, r.action, r.backend) for r in results] == [
            (t.id, "generated", "offline") for t in tasks
        ]
        assert all(result.data["text"] for result in results)
    assert not (tmp_path / "state").exists()


def test_results_come_in_the_order_of_tasks_and_share_the_bill(tmp_path: Path) -> None:
    tasks = [task("c"), task("a"), revision("b")]
    backend = FakeBackend("opencode")
    results, seen = run(tasks, tmp_path, backend)
    assert [r.id for r in results] == [t.id for t in tasks]
    assert {r.action for r in results} == {"generated"}
    assert len(backend.units) == 1
    assert sum((r.usage for r in results), Usage()) == USAGE
    assert sum(r.cost_usd or 0 for r in results) == pytest.approx(0.01)
    assert sum(r.requests for r in results) == 1
    assert all("3 small sections in one request" in r.chosen for r in results)
    assert [(e.outcome, e.cost_usd) for e in seen if isinstance(e, ModelCalled)] == [("ok", 0.01)]


def test_keep_is_an_answer(tmp_path: Path) -> None:
    (result,), _ = run([revision()], tmp_path, FakeBackend("opencode", lambda unit: {"s1": {"keep": True}}))
    assert (result.action, result.data) == ("kept", {})


def test_a_walkthrough_names_all_its_actors(tmp_path: Path) -> None:
    (result,), _ = run([task(kind="walkthrough")], tmp_path, FakeBackend("opencode"))
    assert result.data["participants"] == ["A", "B"]
    assert result.data["steps"] == [{"from": "A", "to": "B", "text": "ask"}]


@pytest.mark.parametrize("kind", ["auth", "server_error", "runaway", "invalid_answer", "unavailable"])
def test_the_next_backend_is_asked(tmp_path: Path, kind: str) -> None:
    first, second = FakeBackend("opencode", raising(kind)), FakeBackend("claude")
    (result,), _ = run([task()], tmp_path, first, second)
    assert (result.action, result.backend) == ("generated", "claude")
    assert f"scripted {kind}" in result.chosen
    assert len(first.units) == (2 if kind == "server_error" else 1)


def test_a_missing_backend_is_not_asked(tmp_path: Path) -> None:
    first, second = FakeBackend("opencode"), FakeBackend("claude")
    first.missing = "opencode is not on PATH"
    (result,), _ = run([task()], tmp_path, first, second)
    assert result.backend == "claude"
    assert first.units == []


def test_all_failing_is_failed_with_every_reason(tmp_path: Path) -> None:
    (result,), _ = run(
        [task()], tmp_path, FakeBackend("opencode", raising("auth")), FakeBackend("claude", raising("length"))
    )
    assert result.action == "failed"
    assert "opencode: scripted auth" in result.reason
    assert "claude: scripted length" in result.reason
    assert result.requests == 2


def test_a_backend_that_is_down_is_left_alone(tmp_path: Path) -> None:
    big = [task(f"p{n}", files=(source(f"p{n}/a.py", "x = 1\n" * 1500),)) for n in range(6)]
    backend = FakeBackend("opencode", raising("auth"))
    config = Config(backends=ORDER, parallel=ParallelConfig(sessions=1))
    results, _ = run(big, tmp_path, backend, config=config)
    assert {result.action for result in results} == {"failed"}
    assert len(backend.units) == 1


def test_the_same_question_is_asked_once_in_any_company(tmp_path: Path) -> None:
    backend = FakeBackend("opencode")
    run([task("a"), task("b"), task("c")], tmp_path, backend)
    again, _ = run([task("b"), task("d"), revision("e")], tmp_path, backend)
    assert [unit.sections for unit in backend.units[1:]] == [("d#summary", "e#summary")]
    assert [(r.cached, r.action, r.usage.total == 0) for r in again] == [
        (True, "generated", True),
        (False, "generated", False),
        (False, "generated", False),
    ]


def test_another_model_is_another_question(tmp_path: Path) -> None:
    run([task()], tmp_path, FakeBackend("opencode"))
    other = FakeBackend("claude")
    run([task()], tmp_path, other)
    assert len(other.units) == 1


def test_a_damaged_memory_is_a_miss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from repodoc_hooks.store.cache import DiskCache

    for broken in (b"{", b'{"data": {"s1": {}}, "model": "m"}', b"[]"):
        monkeypatch.setattr(DiskCache, "get", lambda self, key, broken=broken: broken)
        (result,), _ = run([task()], tmp_path, FakeBackend("opencode"))
        assert (result.action, result.cached) == ("generated", False)


def test_the_budget_stops_and_keeps_what_is_finished(tmp_path: Path) -> None:
    big = [task(f"p{n}", files=(source(f"p{n}/a.py", "x = 1\n" * 1500),)) for n in range(4)]
    config = Config(
        backends=ORDER, budget=BudgetConfig(run=Limit(tokens=6000)), parallel=ParallelConfig(sessions=1)
    )
    results, seen = run(big, tmp_path, FakeBackend("opencode", usage=Usage(input=1500)), config=config)
    assert [r.action for r in results] == ["generated"] * 3 + ["deferred"]
    late = [r for r in results if r.action == "deferred"]
    assert all(r.reason.startswith("budget") and "run.tokens" in r.reason for r in late)
    assert any(isinstance(e, BudgetWarning) and e.stopped for e in seen)


def test_the_command_line_replaces_the_limit_of_the_run(tmp_path: Path) -> None:
    (result,), _ = run([task()], tmp_path, FakeBackend("opencode"), max_tokens=10)
    assert (result.action, result.reason[:6]) == ("deferred", "budget")


def test_unpriced_and_uncounted_is_unknown_not_zero(tmp_path: Path) -> None:
    class Uncounted(FakeBackend):
        def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
            meter.sending("x/unheard-of")
            return Answer(answers_for(unit.prompt), Usage(), self.name, "x/unheard-of", None)

    (result,), _ = run([task()], tmp_path, Uncounted("opencode"))
    assert result.cost_usd is None
    entry = next(Ledger(tmp_path / "ledger.sqlite").entries())
    assert entry.usage.input > 0
    assert entry.cost_usd is None


def test_failures_are_paid_for(tmp_path: Path) -> None:
    def dear(unit: WorkUnit) -> Any:
        raise Paid(Usage(input=50), 0.5)

    (result,), _ = run([task()], tmp_path, FakeBackend("opencode", dear))
    assert (result.action, result.cost_usd, result.usage.input) == ("failed", 0.5, 50)
    assert next(Ledger(tmp_path / "ledger.sqlite").entries()).cost_usd == 0.5


def test_the_deadline_defers_and_keeps_what_is_finished(tmp_path: Path) -> None:
    big = [task(f"p{n}", files=(source(f"p{n}/a.py", "x = 1\n" * 1500),)) for n in range(2)]
    hanging = FakeBackend("opencode", seconds=0)
    hanging.complete = _hang_on("p1", hanging.complete)  # type: ignore[method-assign]
    results, _ = run(big, tmp_path, hanging, deadline=Deadline.after(4.0))
    assert [(r.action, r.reason) for r in results] == [("generated", "new"), ("deferred", "deadline")]


def _hang_on(name: str, complete: Callable[..., Answer]) -> Callable[..., Answer]:
    def hang(unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        if name in unit.id:
            time.sleep(deadline.left())
            raise failure("deadline", "late")
        return complete(unit, deadline, meter)

    return hang


def test_stop_defers_the_rest(tmp_path: Path) -> None:
    stop = threading.Event()
    big = [task(f"p{n}", files=(source(f"p{n}/a.py", "x = 1\n" * 1500),)) for n in range(8)]
    backend = FakeBackend("opencode", seconds=60)
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    results, _ = run(big, tmp_path, backend, stop=stop)
    timer.join()
    assert {(r.action, r.reason) for r in results} == {("deferred", "interrupted")}
    assert len(backend.units) <= CONFIG.parallel.sessions


def test_an_interrupt_is_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import concurrent.futures

    import repodoc_hooks.models.generation as module

    real: Callable[..., Any] = concurrent.futures.wait
    calls = []

    def interrupted(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **options)

    monkeypatch.setattr(module, "wait", interrupted)
    stop = threading.Event()
    (result,), _ = run([task()], tmp_path, FakeBackend("opencode", seconds=60), stop=stop)
    assert (result.action, result.reason) == ("deferred", "interrupted")
    assert stop.is_set()


def test_a_large_component_is_asked_in_parts(tmp_path: Path) -> None:
    files = tuple(
        source(f"pkg/m{n:03}.py", "pass\n", *[f"def f{n}_{k}(a, b, c)" for k in range(20)])
        for n in range(150)
    )
    backend = FakeBackend("opencode")
    (result,), _ = run([task(files=files)], tmp_path, backend)
    parts = len(backend.units) - 1
    assert parts >= 2
    assert "This is the notes." in backend.units[-1].prompt
    assert result.action == "generated"
    assert result.requests == parts + 1
    assert result.usage.input == 100 * (parts + 1)
    run([task(files=files)], tmp_path, backend)
    assert len(backend.units) == parts + 1


def test_a_part_that_fails_fails_the_section(tmp_path: Path) -> None:
    files = tuple(
        source(f"pkg/m{n:03}.py", "pass\n", *[f"def f{n}_{k}(a, b, c)" for k in range(20)])
        for n in range(150)
    )

    def behave(unit: WorkUnit) -> Any:
        if "m149" in unit.prompt:
            raise failure("refused", "no")
        return answers_for(unit.prompt)

    (result,), _ = run([task(files=files)], tmp_path, FakeBackend("opencode", behave))
    assert (result.action, "no" in result.reason) == ("failed", True)


def context_of(tokens: int) -> Callable[[WorkUnit], Any]:
    """A model that refuses what does not fit."""

    def behave(unit: WorkUnit) -> Any:
        if unit.estimated_tokens > tokens:
            raise failure("context_overflow", "the prompt is too long")
        return answers_for(unit.prompt)

    return behave


def test_what_is_too_large_for_one_model_goes_to_the_next(tmp_path: Path) -> None:
    large = task(files=(source("pkg/a.py", "x = 1\n" * 2000),))
    small, wide = FakeBackend("opencode", context_of(1000)), FakeBackend("claude", context_of(100_000))
    (result,), _ = run([large], tmp_path, small, wide)
    assert (result.action, result.backend) == ("generated", "claude")
    assert "too long" in result.chosen
    assert [len(backend.units) for backend in (small, wide)] == [1, 1]


def test_what_is_too_large_for_every_model_is_asked_in_smaller_pieces(tmp_path: Path) -> None:
    files = tuple(source(f"pkg/m{n}.py", "x = 1\n" * 100 * n, "def f()") for n in range(1, 8))
    backend = FakeBackend("opencode", context_of(1800))
    (result,), _ = run([task(files=files)], tmp_path, backend)
    assert result.action == "generated"
    assert "made smaller" in result.chosen
    assert result.requests == len(backend.units) == 3
    tiny = FakeBackend("opencode", context_of(10))
    (result,), _ = run([task("other")], tmp_path, tiny)
    assert (result.action, "too long" in result.reason) == ("failed", True)
    assert len(tiny.units) == 4


def test_sections_that_shared_a_request_are_asked_alone(tmp_path: Path) -> None:
    def behave(unit: WorkUnit) -> Any:
        if len(unit.sections) > 1:
            raise failure("context_overflow", "the prompt is too long")
        return answers_for(unit.prompt)

    backend = FakeBackend("opencode", behave)
    results, _ = run([task("a"), task("b")], tmp_path, backend)
    assert [result.action for result in results] == ["generated", "generated"]
    assert [len(unit.sections) for unit in backend.units] == [2, 1, 1]
    assert sum(result.requests for result in results) == 3


def test_secrets_are_told_and_not_sent(tmp_path: Path) -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----"
    backend = FakeBackend("opencode")
    _, seen = run([task(files=(source("pkg/a.py", key), source("pkg/b.py")))], tmp_path, backend)
    assert key not in json.dumps([unit.prompt for unit in backend.units])
    assert [e.text for e in seen if isinstance(e, Message)] == [
        "pkg/a.py: kept back from the model: it may hold a secret"
    ]


def test_too_many_requests_mean_fewer_at_once(tmp_path: Path) -> None:
    lock, now, most, refused = threading.Lock(), [0], [0], [0]

    def behave(unit: WorkUnit) -> Any:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0]) if refused[0] else most[0]
            refuse = refused[0] < 1
            refused[0] += refuse
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        if refuse:
            raise failure("rate_limited", "slow down")
        return answers_for(unit.prompt)

    big = [task(f"p{n}", files=(source(f"p{n}/a.py", "x = 1\n" * 1500),)) for n in range(12)]
    config = Config(backends=ORDER, parallel=ParallelConfig(sessions=8), retry=CONFIG.retry)
    results, seen = run(big, tmp_path, FakeBackend("opencode", behave), config=config)
    assert {r.action for r in results} == {"generated"}
    outcomes = [e.outcome for e in seen if isinstance(e, ModelCalled)]
    assert outcomes.count("rate_limited") == 1
    assert outcomes.count("ok") == 12


def test_requests_begin_no_faster_than_configured(tmp_path: Path) -> None:
    begun: list[float] = []

    def behave(unit: WorkUnit) -> Any:
        begun.append(time.monotonic())
        return answers_for(unit.prompt)

    tasks = [task(f"p{n}", "design") for n in range(5)]
    config = replace(CONFIG, parallel=ParallelConfig(sessions=5, per_second=10))
    run(tasks, tmp_path, FakeBackend("opencode", behave), config=config)
    assert len(begun) == 5
    assert begun[-1] - begun[0] > 0.35


def test_estimates_need_no_backend(tmp_path: Path) -> None:
    assert estimate(task(), config=Config(), state_dir=tmp_path).tokens == 0
    named = BackendsConfig(order=("opencode",), opencode=OpenCodeConfig(model="anthropic/claude-sonnet-4-5"))
    priced = estimate(revision(), config=Config(backends=named), state_dir=tmp_path)
    assert priced.tokens > 100
    assert priced.cost_usd is not None
    assert 0 < priced.cost_usd < 1
    assert estimate(task(), config=CONFIG, state_dir=tmp_path).cost_usd is None
    assert math.isfinite(priced.tokens)


def test_failures_of_our_own_do_not_pass_as_a_models(tmp_path: Path) -> None:
    def broken(unit: WorkUnit) -> Any:
        raise TypeError("a bug")

    with pytest.raises(TypeError):
        run([task()], tmp_path, FakeBackend("opencode", broken))
    assert not issubclass(TypeError, ModelError)
