"""Whatever happens to calls: ledger, costs, status and the events of the runs tell the same sums."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repodoc_hooks.backends.base import ALL, Answer, Meter, Price, WorkUnit
from repodoc_hooks.config import BackendsConfig, CacheConfig, Config, ParallelConfig, RetryConfig
from repodoc_hooks.events import Event, EventBus, ModelCalled
from repodoc_hooks.models.asking import Asking
from repodoc_hooks.models.generation import generate
from repodoc_hooks.reports.costs import NotedCommit, collect, total, within
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.task import SectionResult, Usage
from repodoc_hooks.store.ledger import Call, Ledger, LedgerEntry
from tests.sections.tasks import answers_for, task

CONFIG = Config(
    backends=BackendsConfig(order=("opencode", "claude", "offline")),
    retry=RetryConfig(attempts=2, base=0.0, cap=0.0),
    parallel=ParallelConfig(sessions=1),
    cache=CacheConfig(enabled=False),
)
PRICE = Price({"input": 3.0, "output": 15.0})


@dataclass(frozen=True)
class Step:
    """What one attempt does: how it ends, what its provider counted, how much text came.

    It takes `requests` requests, as a deep one does that reads files; the figures of `counted` of them come.
    """

    end: str
    usage: Usage
    text: int
    priced: bool
    requests: int = 1
    counted: int = 1


STEPS = st.builds(
    Step,
    end=st.sampled_from(
        [
            "ok",
            "ok",
            "invalid_answer",
            "cut_off",
            "connection",
            "aborted",
            "rate_limited",
            "deadline",
            "auth",
            "budget",
        ]
    ),
    usage=st.builds(Usage, st.integers(0, 5000), st.integers(0, 500), st.integers(0, 900)),
    text=st.integers(0, 400),
    priced=st.booleans(),
    requests=st.integers(1, 4),
    counted=st.integers(0, 4),
)


class Scripted:
    """A backend that goes through steps, and answers well when there are no more."""

    def __init__(self, name: str, steps: list[Step]) -> None:
        self.name = name
        self._steps = steps

    def unavailable(self) -> str:
        return ""

    def model_for(self, unit: WorkUnit) -> str:
        return f"{self.name}-model"

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        step = self._steps.pop(0) if self._steps else Step("ok", Usage(10, 1), 0, True)
        if step.end == "budget":
            raise failure("unavailable", "gone")
        so_far = Usage()
        for number in range(1, step.requests + 1):
            meter.sending(self.model_for(unit), PRICE if step.priced else None)
            if step.text:
                meter.text("x" * step.text)
            so_far += step.usage
            if step.usage.total and number <= step.counted:
                meter.used(so_far, 0.25 * number if step.priced else None, number)
        if step.end == "ok" and step.usage.total:
            meter.used(so_far, 0.25 * step.requests if step.priced else None, ALL)
        if step.end != "ok":
            raise failure(step.end, "scripted")
        return Answer(answers_for(unit.prompt), so_far, self.name, self.model_for(unit))

    def close(self) -> None:
        pass


@dataclass
class Run:
    results: list[SectionResult]
    calls: list[ModelCalled]


def played(state: Path, number: int, steps: list[Step], sections: int) -> Run:
    seen: list[Event] = []
    bus = EventBus(f"run{number}")
    bus.subscribe(seen.append)
    backends = {name: Scripted(name, steps) for name in ("opencode", "claude")}
    tasks = [task(f"r{number}p{n}") for n in range(sections)]
    results = generate(tasks, Asking(CONFIG, state, bus, backends=backends))
    return Run(results, [event for event in seen if isinstance(event, ModelCalled)])


def noted(number: int, run: Run) -> NotedCommit:
    """The note of a commit, as `manifest` writes what a model took for each section."""
    lines: list[dict[str, Any]] = [
        {
            "kind": "section",
            "run_id": f"run{number}",
            "section": result.id,
            "component": result.id.partition("#")[0],
            "backend": result.backend,
            "model": result.model,
            "tokens": result.usage.as_json(),
            "cost_usd": result.cost_usd,
            "seconds": result.seconds,
        }
        for result in run.results
    ]
    return NotedCommit(f"{number:040x}", 1.0, json.loads(json.dumps(lines)))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.lists(STEPS, max_size=4), st.integers(1, 3), st.booleans()), max_size=3), st.data()
)
def test_ledger_costs_status_and_log_tell_the_same(
    histories: list[tuple[list[Step], int, bool]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        runs = [played(state, n, list(steps), count) for n, (steps, count, _) in enumerate(histories)]
        with closing(Ledger(state / "ledger.sqlite")) as ledger:
            # A call of a process that was killed: nobody settles it.
            ledger.begin(Call("killed", "k#summary", "opencode", "m"), Usage(700, 30), 0.5, {}, 60)
            entries, spent = list(ledger.entries()), ledger.spent("month")
    notes = [noted(n, run) for n, (run, h) in enumerate(zip(runs, histories, strict=True)) if h[2]]
    rows = collect(notes, entries)
    assert total(rows).usage.total == spent.tokens == sum(entry.usage.total for entry in entries)
    assert (total(rows).usd or 0.0) == pytest.approx(spent.usd)
    for number, run in enumerate(runs):
        paid = sum(sum(call.tokens.values()) for call in run.calls)
        assert paid == sum(result.usage.total for result in run.results)
        assert paid == sum(entry.usage.total for entry in entries if entry.run_id == f"run{number}")
    if entries:
        low, high = sorted(data.draw(st.tuples(*[st.sampled_from([entry.at for entry in entries])] * 2)))
        assert total(within(rows, low, high)).usage == sum(
            (entry.usage for entry in entries if low <= entry.at < high), Usage()
        )


def test_what_was_cut_short_counts_as_sent_and_what_was_turned_down_does_not(tmp_path: Path) -> None:
    cases = {"deadline": True, "cut_off": True, "rate_limited": False, "auth": False, "invalid_answer": True}
    for number, (end, counts) in enumerate(cases.items()):
        config_steps = [Step(end, Usage(), 0, True)] * 4
        run = played(tmp_path / end, number, config_steps, 1)
        assert any(sum(call.tokens.values()) for call in run.calls) is counts, end
    run = played(tmp_path / "text", 9, [Step("rate_limited", Usage(), 400, True)] * 4, 1)
    assert all(call.tokens["output"] == 100 for call in run.calls if call.outcome == "rate_limited")


def test_an_estimate_is_marked(tmp_path: Path) -> None:
    played(tmp_path, 0, [Step("deadline", Usage(), 0, True)], 1)
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        entries: list[LedgerEntry] = list(ledger.entries())
    assert [entry.estimated for entry in entries] == [True]
