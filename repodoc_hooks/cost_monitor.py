"""The budget of a run: reserve before a call, settle after it, warn near a limit, stop at it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from repodoc_hooks.backends.prices import Price, cost, price_of
from repodoc_hooks.config import BudgetConfig
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.events import BudgetWarning, EventBus, Message
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.store.ledger import Ledger, Reservation


class CostMonitor:
    """The budget of one run: asks the ledger for room, prices answers, warns once per limit.

    Without limits an unusable ledger is only reported; with limits nothing is spent that cannot be counted.
    """

    def __init__(
        self, path: Path, budget: BudgetConfig, prices: Mapping[str, Price], run_id: str, bus: EventBus
    ) -> None:
        self._prices = prices
        self._run_id = run_id
        self._bus = bus
        self._warn_at = budget.warn_at
        self._limits = {
            name: limit
            for name, limit in (("run", budget.run), ("day", budget.day), ("month", budget.month))
            if limit.usd is not None or limit.tokens is not None
        }
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

    def reserve(
        self, unit: str, backend: str, model: str, expected: Usage, lifetime: float = 3600.0
    ) -> Reservation | None:
        """Room for a call; None if the ledger is unusable and there is no limit to keep.

        Raises:
            BudgetExceeded: no room, or limits that cannot be watched.
        """
        usd = self._expected_usd(backend, model, expected)
        if usd is None and any(limit.usd is not None for limit in self._limits.values()):
            self._tell_once(
                f"price:{model}",
                f"the price of {model or 'the model'} is not known yet: limits in USD cannot hold it back",
            )
        if self._ledger is None:
            if self._limits:
                raise BudgetExceeded(
                    "the ledger cannot be used, so the limits cannot be watched", where="ledger"
                )
            return None
        try:
            return self._ledger.reserve(
                self._run_id, unit, backend, model, expected.total, usd, self._limits, lifetime
            )
        except BudgetExceeded as error:
            self._warn(error.where, stopped=True)
            raise
        except sqlite3.Error as error:
            self._broken(error)
            if self._limits:
                raise BudgetExceeded(f"the ledger cannot be used ({error})", where="ledger") from error
            return None

    def settle(
        self, held: Reservation | None, model: str, usage: Usage, reported: float | None, seconds: float
    ) -> float | None:
        """Record what a call used and return its cost in USD: as reported, else by price, else None."""
        usd = reported if reported is not None else cost(usage, price_of(model, self._prices))
        if not usage.total:
            usd = reported
        if held is not None and self._ledger is not None:
            try:
                self._ledger.settle(held, model, usage, usd, seconds)
                self._warn_near_limits()
            except sqlite3.Error as error:
                self._broken(error)
        return usd

    def _expected_usd(self, backend: str, model: str, expected: Usage) -> float | None:
        """By price; for a model without one, by what its calls cost so far."""
        usd = cost(expected, price_of(model, self._prices))
        if usd is not None or self._ledger is None:
            return usd
        try:
            rate = self._ledger.rate(backend, model)
        except sqlite3.Error:
            return None
        return None if rate is None else rate * expected.total

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
        self._tell_once(
            "ledger", f"the cost ledger cannot be used ({error}); costs of this run are not recorded"
        )

    def _tell_once(self, key: str, text: str) -> None:
        if key not in self._told:
            self._told.add(key)
            self._bus.publish(Message(run_id=self._run_id, level="warning", text=text))
