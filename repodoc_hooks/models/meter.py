"""One attempt at a unit, counted while it goes on: what was sent stands in the ledger until more is known."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.backends.base import Price, WorkUnit
from repodoc_hooks.backends.prices import cost
from repodoc_hooks.cost_monitor import CostMonitor
from repodoc_hooks.sections.task import Usage

_CHARS_PER_TOKEN = 4


class Spent(Struct, frozen=True):
    """What requests used; `usd` None when it is unknown; `estimated`: not all of it was told by the provider."""

    usage: Usage = field(default_factory=Usage)
    usd: float | None = None
    seconds: float = 0.0
    requests: int = 0
    estimated: bool = False


class CallMeter:
    """The `Meter` of one attempt. Thread-safe.

    A request counts as its estimate from `sending` on; `used` replaces the estimates of those that have ended. What
    is still open when the attempt ends keeps its estimate, or counts nothing if the provider turned it down.
    """

    def __init__(
        self,
        monitor: CostMonitor,
        unit: WorkUnit,
        backend: str,
        lifetime: float,
        on_start: Callable[[], None],
        on_text: Callable[[str], None],
    ) -> None:
        self._monitor = monitor
        self._unit = unit
        self._backend = backend
        self._lifetime = lifetime
        self._on_start = on_start
        self._on_text = on_text
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._row: int | None = None
        self._estimates: list[Usage] = []
        self._ended = 0
        self._real = Usage()
        self._real_usd: float | None = 0.0
        self._text = 0
        self._price: Price | None = None
        self.model = ""

    @property
    def sent(self) -> bool:
        """Has a request gone out?"""
        return bool(self._estimates)

    def sending(self, model: str, price: Price | None = None) -> None:
        """A request goes out now.

        Raises:
            BudgetExceeded: it must not.
        """
        with self._lock:
            self.model, self._price = model, price or self._price
            estimate = self._next()
            if not self._estimates:
                self._row = self._monitor.begin(
                    ", ".join(self._unit.sections), self._backend, model, estimate, price, self._lifetime
                )
                self._estimates.append(estimate)
                self._on_start()
                return
            more_usd = self._usd_of(estimate)
            total, usd = self._so_far()
            whole = None if usd is None or more_usd is None else usd + more_usd
            self._monitor.extend(self._row, estimate, more_usd, total + estimate, whole)
            self._estimates.append(estimate)
            self._text = 0

    def used(self, usage: Usage, usd: float | None, requests: int) -> None:
        """What the first `requests` requests have used, all together."""
        with self._lock:
            if requests < self._ended:
                return
            self._ended, self._real = requests, usage
            self._real_usd = usd if usd is not None else self._usd_of(usage)
            self._monitor.note(self._row, *self._so_far())

    def text(self, text: str) -> None:
        """A piece of the answer has come."""
        self._text += len(text)
        self._on_text(text)

    def left(self) -> float | None:
        """USD that the limits leave, None without a limit."""
        return self._monitor.left_usd()

    def close(self, model: str, *, billed: bool, ok: bool = False) -> Spent:
        """The attempt is over: what it comes to, as it now stands in the ledger.

        `billed`: a request that ended without figures counts all the same; what has streamed text does in any case.
        """
        with self._lock:
            seconds = time.monotonic() - self._began
            if not self._estimates:
                return Spent(usd=0.0, seconds=seconds)
            open_ = self._estimates[self._ended :]
            estimated = bool(open_) and (billed or bool(self._text))
            usage, usd = self._real, self._real_usd
            if estimated:
                rest = sum(open_, Usage())
                if ok or self._text:
                    # An answer that was counted by nobody: it is as long as its text.
                    rest = replace(rest, output=max(1, self._text // _CHARS_PER_TOKEN))
                more = self._usd_of(rest)
                usd = None if usd is None or more is None else usd + more
                usage += rest
            self._monitor.settle(self._row, model or self.model, usage, usd, seconds, estimated=estimated)
            return Spent(usage, usd, seconds, len(self._estimates), estimated)

    def _next(self) -> Usage:
        """The estimate of the next request: its prompt repeats the one before, with its answer and something more."""
        first = Usage(input=self._unit.estimated_tokens, output=self._unit.max_output_tokens)
        if not self._estimates:
            return first
        last = self._estimates[-1]
        if self._ended == len(self._estimates) and self._ended:
            return replace(first, input=max(first.input, self._real.total // self._ended))
        return replace(first, input=max(first.input, last.input))

    def _so_far(self) -> tuple[Usage, float | None]:
        rest = sum(self._estimates[self._ended :], Usage())
        more = self._usd_of(rest) if rest.total else 0.0
        usd = None if self._real_usd is None or more is None else self._real_usd + more
        return self._real + rest, usd

    def _usd_of(self, usage: Usage) -> float | None:
        if not usage.total:
            return 0.0
        return cost(usage, self._monitor.price(self.model, self._price))
