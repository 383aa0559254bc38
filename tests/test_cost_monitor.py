"""The ledger: reserve, settle, warn, stop; many processes; prices."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from repodoc_hooks.backends.base import Price
from repodoc_hooks.backends.prices import cost, price_of
from repodoc_hooks.config import BudgetConfig, Limit
from repodoc_hooks.cost_monitor import CostMonitor
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.events import BudgetWarning, Event, EventBus, Message
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.store.ledger import Call, Ledger

CALL = Call("r", "u", "b", "m")
PRICES = {"m": {"input": 1.0, "output": 2.0}}
CHECKOUT = Path(__file__).parents[1]


def monitor(
    path: Path, budget: BudgetConfig, run: str = "run", seen: list[Event] | None = None
) -> CostMonitor:
    bus = EventBus(run)
    if seen is not None:
        bus.subscribe(seen.append)
    return CostMonitor(path / "ledger.sqlite", budget, PRICES, run, bus)


def test_a_call_is_reserved_settled_and_listed(tmp_path: Path) -> None:
    costs = monitor(tmp_path, BudgetConfig())
    held = costs.begin("a#summary", "opencode", "p/m", Usage(input=1000, output=500))
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        (entry,) = ledger.entries()
    assert (entry.usage, entry.cost_usd, entry.estimated) == (Usage(input=1000, output=500), 0.002, True)
    usage = Usage(input=900, output=100, cache_read=50)
    costs.settle(held, "p/m", usage, 0.00115, 1.5)
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        (entry,) = ledger.entries()
    assert (entry.run_id, entry.unit, entry.backend, entry.model) == ("run", "a#summary", "opencode", "p/m")
    assert (entry.usage, entry.seconds, entry.estimated) == (usage, 1.5, False)
    assert entry.cost_usd == pytest.approx(0.00115)


def test_no_price_is_unknown_not_zero(tmp_path: Path) -> None:
    costs = monitor(tmp_path, BudgetConfig())
    usage = Usage(input=1000)
    costs.settle(costs.begin("u", "b", "m", usage), "m", usage, 7.0, 0)
    costs.settle(costs.begin("u", "b", "x", usage), "x", usage, None, 0)
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        spent = ledger.spent("day")
    assert (spent.usd, spent.tokens, spent.unpriced) == (7.0, 2000, 1)


@pytest.mark.parametrize(
    ("budget", "where"),
    [
        (BudgetConfig(run=Limit(tokens=2500)), "run.tokens"),
        (BudgetConfig(day=Limit(usd=0.003)), "day.usd"),
        (BudgetConfig(month=Limit(tokens=2500)), "month.tokens"),
    ],
)
def test_a_limit_stops_before_the_call(tmp_path: Path, budget: BudgetConfig, where: str) -> None:
    seen: list[Event] = []
    costs = monitor(tmp_path, budget, seen=seen)
    expected = Usage(input=1000, output=500)
    held = costs.begin("u", "b", "m", expected)
    with pytest.raises(BudgetExceeded) as caught:
        costs.begin("u", "b", "m", expected)
    assert caught.value.where == where
    assert [e.limit for e in seen if isinstance(e, BudgetWarning) and e.stopped] == [where]
    costs.settle(held, "m", Usage(input=10), None, 0)
    costs.begin("u", "b", "m", expected)


def test_runs_share_days_but_not_runs(tmp_path: Path) -> None:
    budget = BudgetConfig(run=Limit(tokens=1000), day=Limit(tokens=1500))
    expected = Usage(input=1000)
    monitor(tmp_path, budget, "one").begin("u", "b", "m", expected)
    with pytest.raises(BudgetExceeded, match="1000 of 1500") as caught:
        monitor(tmp_path, budget, "two").begin("u", "b", "m", expected)
    assert caught.value.where == "day.tokens"


def test_a_warning_comes_once_at_its_threshold(tmp_path: Path) -> None:
    seen: list[Event] = []
    costs = monitor(tmp_path, BudgetConfig(run=Limit(tokens=1000), warn_at=0.8), seen=seen)
    for used in (700, 100, 100):
        costs.settle(costs.begin("u", "b", "m", Usage(input=used)), "m", Usage(input=used), None, 0)
    warnings = [e for e in seen if isinstance(e, BudgetWarning)]
    assert [(w.limit, w.spent, w.allowed, w.stopped) for w in warnings] == [("run.tokens", 800, 1000, False)]


def test_an_unpriced_model_under_a_limit_in_usd_stops_before_the_call(tmp_path: Path) -> None:
    costs = monitor(tmp_path, BudgetConfig(day=Limit(usd=1.0)))
    with pytest.raises(BudgetExceeded, match="price of unheard-of is not known") as caught:
        costs.begin("u", "b", "unheard-of", Usage(input=1000))
    assert "budget.unknown_price: allow" in caught.value.fix
    catalogue = Price({"input": 900.0})
    assert costs.begin("u", "b", "unheard-of", Usage(input=1000), catalogue)
    with pytest.raises(BudgetExceeded, match=r"0\.9000 of 1\.0000 USD"):
        costs.begin("u", "b", "unheard-of", Usage(input=1000), catalogue)


def test_an_unpriced_model_that_is_allowed_is_told_once(tmp_path: Path) -> None:
    seen: list[Event] = []
    costs = monitor(tmp_path, BudgetConfig(day=Limit(usd=1.0), unknown_price="allow"), seen=seen)
    for _ in range(2):
        costs.begin("u", "b", "unheard-of", Usage(input=1000))
    assert ["not known" in e.text for e in seen if isinstance(e, Message)] == [True]


def test_what_calls_cost_so_far_stands_in_for_a_price(tmp_path: Path) -> None:
    seen: list[Event] = []
    costs = monitor(tmp_path, BudgetConfig(day=Limit(usd=0.03), unknown_price="allow"), seen=seen)
    usage = Usage(input=1000)
    costs.settle(costs.begin("u", "opencode", "", usage), "fake/x", usage, 0.01, 0)
    assert costs.expected_usd("opencode", "", usage) == pytest.approx(0.01)
    costs.begin("u", "opencode", "", usage)
    with pytest.raises(BudgetExceeded):
        costs.begin("u", "opencode", "fake/x", Usage(input=1500))
    assert len([event for event in seen if isinstance(event, Message)]) == 1


def test_a_call_of_a_killed_process_stays_as_it_was_estimated(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    limits = {"day": Limit(tokens=1000)}
    script = """
import os, sys
from pathlib import Path
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.store.ledger import Call, Ledger
Ledger(Path(sys.argv[1])).begin(Call("r", "u", "b", "m"), Usage(input=900), None, {}, 3600)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=CHECKOUT, check=False)
    assert done.returncode == -9
    with closing(Ledger(path)) as ledger:
        assert ledger.spent("day").tokens == 900
        with pytest.raises(BudgetExceeded):
            ledger.begin(CALL, Usage(input=101), None, limits, lifetime=60)
        ledger.begin(CALL, Usage(input=50), None, limits, lifetime=0.01)
        time.sleep(0.05)
        late = ledger.begin(CALL, Usage(input=50), None, limits, lifetime=60)
        assert ledger.spent("day").tokens == 1000
        ledger.settle(late, "m", Usage(input=10), None, 0.0)
        assert [(e.usage.input, e.estimated) for e in ledger.entries()] == [
            (900, True),
            (50, True),
            (10, False),
        ]


def test_a_ledger_of_before_is_read_and_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(Ledger(path)) as ledger:
        ledger.settle(ledger.begin(CALL, Usage(input=7), None, {}, 60), "m", Usage(input=7), None, 0.0)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("ALTER TABLE calls DROP COLUMN estimated")
    with closing(Ledger(path)) as ledger:
        ledger.begin(CALL, Usage(input=3), None, {}, 60)
        assert [(entry.usage.input, entry.estimated) for entry in ledger.entries()] == [(7, False), (3, True)]


def test_ten_processes_do_not_exceed_a_limit(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.config import Limit
from repodoc_hooks.store.ledger import Call, Ledger
from repodoc_hooks.errors import BudgetExceeded
call = Call("r", "u", "b", "m")
ledger = Ledger(Path(sys.argv[1]))
for _ in range(20):
    try:
        held = ledger.begin(call, Usage(input=100), None, {"day": Limit(tokens=5000)}, 60)
    except BudgetExceeded:
        break
    ledger.settle(held, "m", Usage(input=100), None, 0.0)
"""
    path = tmp_path / "ledger.sqlite"
    command = [sys.executable, "-c", script, str(path)]
    processes = [subprocess.Popen(command, cwd=CHECKOUT) for _ in range(10)]
    assert [process.wait() for process in processes] == [0] * 10
    with closing(Ledger(path)) as ledger:
        assert ledger.spent("day").tokens == 5000
        assert len(list(ledger.entries())) == 50


def test_a_broken_ledger_stops_only_where_there_are_limits(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"this is not a database" * 100)
    seen: list[Event] = []
    assert monitor(tmp_path, BudgetConfig(), seen=seen).begin("u", "b", "m", Usage(input=1)) is None
    assert len(seen) == 1
    with pytest.raises(BudgetExceeded, match=r"ledger\.sqlite: the ledger cannot be used.*; move it away"):
        monitor(tmp_path, BudgetConfig(day=Limit(tokens=10))).begin("u", "b", "m", Usage(input=1))


def test_a_limit_of_nothing_lets_nothing_out_whatever_is_allowed(tmp_path: Path) -> None:
    allowed = BudgetConfig(unknown_price="allow")
    for budget in (
        replace(allowed, day=Limit(usd=0.0)),
        replace(allowed, month=Limit(usd=0)),
        replace(allowed, run=Limit(tokens=0)),
    ):
        with pytest.raises(BudgetExceeded):
            monitor(tmp_path, budget).begin("u", "b", "nobody-knows", Usage(input=1))
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        assert list(ledger.entries()) == []


def test_a_clock_that_goes_back_gives_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = BudgetConfig(day=Limit(tokens=10), month=Limit(tokens=15))
    now = time.time()
    for back in (0.0, 3600.0, 86_400.0 * 40):
        monkeypatch.setattr("repodoc_hooks.store.ledger.time.time", lambda back=back: now - back)
        watched = monitor(tmp_path, budget)
        if back == 0.0:
            held = watched.begin("u", "b", "m", Usage(input=9))
            watched.settle(held, "m", Usage(input=9), None, 0.1)
        with pytest.raises(BudgetExceeded):
            watched.begin("u", "b", "m", Usage(input=9))


def test_entries_of_a_span_of_time(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(Ledger(path)) as ledger:
        for number in range(3):
            held = ledger.begin(Call(f"r{number}", "u", "b", "m"), Usage(input=1), None, {}, 60)
            ledger.settle(held, "m", Usage(input=1), None, 0)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE calls SET at = id")
        assert [entry.run_id for entry in ledger.entries(2, 3)] == ["r1"]
        assert ledger.spent("month").tokens == 0


def test_prices() -> None:
    assert price_of("anthropic/claude-sonnet-4-5-20250929", {}) == price_of("claude-sonnet-4-5", {})
    assert price_of("fake/x", {}) is None
    assert price_of("fake/x", {"x": {"input": 1}}) == Price({"input": 1})
    assert price_of("fake/x", {"x": {"input": 1}, "fake/x": {"input": 2}}) == Price({"input": 2})
    assert cost(Usage(input=1), None) is None
    price = Price({"input": 3, "output": 15, "cache_read": 0.3})
    assert cost(Usage(1_000_000, 1_000_000, 1_000_000), price) == 18.3
