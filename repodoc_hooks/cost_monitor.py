"""The budget of a run: what a call may cost is looked at before each request, what it did cost is written down."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from repodoc_hooks.backends.base import Price
from repodoc_hooks.backends.prices import Rates, cost, price_of
from repodoc_hooks.config import BudgetConfig
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.events import BudgetWarning, EventBus, Message
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.store.ledger import Call, Ledger

T = TypeVar("T")
_REMEDY = "move it away: what was spent so far counts no more then"


class CostMonitor:
    """The budget of one run: asks the ledger for room, prices answers, warns once per limit.

    Without limits an unusable ledger is only reported; with limits nothing is spent that cannot be counted, and
    nothing that has no known price under a limit in USD (unless `budget.unknown_price` allows it).
    """

    def __init__(
        self, path: Path, budget: BudgetConfig, prices: Mapping[str, Rates], run_id: str, bus: EventBus
    ) -> None:
        self._prices = prices
        self._run_id = run_id
        self._bus = bus
        self._warn_at = budget.warn_at
        self._unknown_price = budget.unknown_price
        self._limits = {
            name: limit
            for name, limit in (("run", budget.run), ("day", budget.day), ("month", budget.month))
            if limit.usd is not None or limit.tokens is not None
        }
        self._path = path
        self._told: set[str] = set()
        self._ledger: Ledger | None = None
        try:
            self._ledger = Ledger(path)
        except (OSError, sqlite3.Error) as error:
            self._broken(error)

    def close(self) -> None:
        """Release the ledger."""
        if self._ledger:
            self._ledger.close()

    def begin(
        self,
        unit: str,
        backend: str,
        model: str,
        estimate: Usage,
        price: Price | None = None,
        lifetime: float = 3600.0,
    ) -> int | None:
        """Enter a call whose first request goes out now; None if the ledger is unusable and no limit is set.

        `price` is what the backend's own catalogue says.

        Raises:
            BudgetExceeded: no room, no price, or limits that cannot be watched.
        """
        usd = self.expected_usd(backend, model, estimate, price)
        self._ensure_price(model, usd)
        call = Call(self._run_id, unit, backend, model)

        def enter(ledger: Ledger) -> int:
            return ledger.begin(call, estimate, usd, self._limits, lifetime)

        return self._watched(enter)

    def extend(
        self, row: int | None, more: Usage, more_usd: float | None, total: Usage, usd: float | None
    ) -> None:
        """One more request of a call goes out.

        Raises:
            BudgetExceeded: as `begin`.
        """
        if row is not None:
            self._watched(
                lambda ledger: ledger.extend(row, self._run_id, more, more_usd, total, usd, self._limits)
            )

    def note(self, row: int | None, total: Usage, usd: float | None) -> None:
        """What a call that goes on comes to by now."""
        if row is not None and self._ledger is not None:
            try:
                self._ledger.note(row, total, usd)
            except sqlite3.Error as error:
                self._broken(error)

    def settle(
        self,
        row: int | None,
        model: str,
        usage: Usage,
        usd: float | None,
        seconds: float,
        *,
        estimated: bool = False,
    ) -> None:
        """A call has ended; a cost of None is unknown."""
        if row is not None and self._ledger is not None:
            try:
                self._ledger.settle(row, model, usage, usd, seconds, estimated=estimated)
                self._warn_near_limits()
            except sqlite3.Error as error:
                self._broken(error)

    def price(self, model: str, price: Price | None = None) -> Price | None:
        """What a model costs: as configured, else as the backend's catalogue says, else as listed."""
        if price is not None and not any(name in self._prices for name in (model, model.rpartition("/")[2])):
            return price
        return price_of(model, self._prices)

    def expected_usd(
        self, backend: str, model: str, expected: Usage, price: Price | None = None
    ) -> float | None:
        """By price; for a model without one, by what its calls cost so far."""
        usd = cost(expected, self.price(model, price))
        if usd is not None or self._ledger is None:
            return usd
        try:
            rate = self._ledger.rate(backend, model)
        except sqlite3.Error:
            return None
        return None if rate is None else rate * expected.total

    def left_usd(self) -> float | None:
        """USD that the limits leave now, None without a limit in USD."""
        if self._ledger is None:
            return None
        left = [
            limit.usd - self._ledger.spent(period, self._run_id).usd
            for period, limit in self._limits.items()
            if limit.usd is not None
        ]
        return max(0.0, min(left)) if left else None

    def _ensure_price(self, model: str, usd: float | None) -> None:
        if usd is not None or all(limit.usd is None for limit in self._limits.values()):
            return
        nothing = any(limit.usd == 0 for limit in self._limits.values())
        if self._unknown_price == "allow" and not nothing:
            self._warn_once(
                f"price:{model}",
                f"the price of {model or 'the model'} is not known yet: limits in USD cannot hold it back",
            )
            return
        limit = next(name for name, each in self._limits.items() if each.usd is not None)
        raise BudgetExceeded(
            f"the price of {model or 'the model'} is not known, so a limit in USD cannot be kept",
            where=f"{limit}.usd",
            fix="set backends.prices, or budget.unknown_price: allow",
        )

    def _watched(self, write: Callable[[Ledger], T]) -> T | None:
        """A write that limits depend on.

        Raises:
            BudgetExceeded: it found no room, or limits cannot be watched.
        """
        if self._ledger is None:
            if self._limits:
                what = "the ledger cannot be used, so the limits cannot be watched"
                raise BudgetExceeded(what, where=str(self._path), fix=_REMEDY)
            return None
        try:
            return write(self._ledger)
        except BudgetExceeded as error:
            self._warn(error.where, stopped=True)
            raise
        except sqlite3.Error as error:
            self._broken(error)
            if self._limits:
                what = f"the ledger cannot be used ({error})"
                raise BudgetExceeded(what, where=str(self._path), fix=_REMEDY) from error
            return None

    def _warn_near_limits(self) -> None:
        assert self._ledger is not None
        for period, limit in self._limits.items():
            spent = self._ledger.spent(period, self._run_id)
            if limit.usd is not None and spent.usd >= self._warn_at * limit.usd:
                self._warn(f"{period}.usd")
            if limit.tokens is not None and spent.tokens >= self._warn_at * limit.tokens:
                self._warn(f"{period}.tokens")

    def _warn(self, name: str, *, stopped: bool = False) -> None:
        key = f"{name}:{stopped}"
        period, _, unit = name.partition(".")
        if key in self._told or self._ledger is None or period not in self._limits:
            return
        self._told.add(key)
        spent, limit = self._ledger.spent(period, self._run_id), self._limits[period]
        used, allowed = (spent.usd, limit.usd) if unit == "usd" else (spent.tokens, limit.tokens)
        self._bus.publish(
            BudgetWarning(run_id=self._run_id, limit=name, spent=used, allowed=allowed or 0, stopped=stopped)
        )

    def _broken(self, error: Exception) -> None:
        self._warn_once(
            "ledger", f"the cost ledger cannot be used ({error}); costs of this run are not recorded"
        )

    def _warn_once(self, key: str, text: str) -> None:
        if key not in self._told:
            self._told.add(key)
            self._bus.publish(Message(run_id=self._run_id, level="warning", text=text))
