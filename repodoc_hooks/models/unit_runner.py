"""One request answered: remembered answers, budget, the backends in order, retry, breakers, what it cost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.backends.base import Answer, Backend, WorkUnit
from repodoc_hooks.backends.cached import CachedBackend
from repodoc_hooks.config import RetryConfig
from repodoc_hooks.cost_monitor import CostMonitor
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.events import EventBus, ModelCalled, SectionStarted, SectionText
from repodoc_hooks.models.meter import CallMeter, Spent
from repodoc_hooks.retry_handler import KINDS, Breaker, call, failure, is_billed
from repodoc_hooks.sections.failures import Deadline, ModelError
from repodoc_hooks.sections.task import Usage

if TYPE_CHECKING:
    from repodoc_hooks.models.calibration import Calibration

DEFERRED = {"deadline": "deadline", "stopped": "interrupted"}


class Outcome(Struct, frozen=True):
    """What became of a unit.

    An answer, or the kind (budget, deadline, stopped, failed; unavailable: nobody was there to ask)
    and reason of none. `overflow`: it was too
    large for a model, so that a smaller one may be answered.
    """

    answer: Answer | None
    kind: str = ""
    reason: str = ""
    chosen: str = ""
    spent: tuple[Spent, ...] = ()
    overflow: bool = False

    @property
    def total(self) -> Spent:
        """Everything used, failed attempts included; the cost is unknown if that of a part is."""
        if not self.spent:
            return Spent(usd=0.0)
        costs = [spent.usd for spent in self.spent if spent.usage.total]
        known = [usd for usd in costs if usd is not None]
        return Spent(
            sum((spent.usage for spent in self.spent), Usage()),
            sum(known) if known and len(known) == len(costs) else None,
            sum(spent.seconds for spent in self.spent),
            sum(spent.requests for spent in self.spent),
            any(spent.estimated for spent in self.spent),
        )


class UnitRunner(Struct, frozen=True):
    """Answers units; safe for threads. `on_load` hears True when the provider took a request, False when it
    refused one because of load."""

    backends: Mapping[str, CachedBackend]
    bus: EventBus
    monitor: CostMonitor
    calibration: Calibration
    retry: RetryConfig
    deadline: Deadline
    stop: threading.Event
    on_load: Callable[[bool], None]
    breakers: dict[str, Breaker] = field(default_factory=dict)

    def run(self, unit: WorkUnit) -> Outcome:
        """Ask one backend after the other; never raises for a model's failure."""
        reasons: list[str] = []
        spent: list[Spent] = []
        overflow, failed = False, False
        for name, backend in self.backends.items():
            why = f"{name}, because {reasons[-1]}" if reasons else f"{name}, first in backends.order"
            if (found := backend.find(unit)) is not None:
                return Outcome(found, chosen=why, spent=tuple(spent))
            breaker = self.breakers.setdefault(name, Breaker())
            if missing := backend.unavailable():
                reasons.append(missing)
            elif not breaker.allows():
                reasons.append(f"{name}: {breaker.reason}")
                failed |= not breaker.absent
            else:
                try:
                    answer = self._ask(name, backend, unit, spent)
                except BudgetExceeded as error:
                    return Outcome(None, "budget", f"budget: {error}", why, tuple(spent))
                except ModelError as error:
                    if error.kind in DEFERRED:
                        return Outcome(None, error.kind, DEFERRED[error.kind], why, tuple(spent))
                    reasons.append(f"{name}: {error}")
                    overflow |= error.kind == "context_overflow"
                    failed |= error.kind != "unavailable"
                else:
                    return Outcome(answer, chosen=why, spent=tuple(spent))
        reason = "; ".join(reasons) or "there is no backend"
        return Outcome(None, "failed" if failed else "unavailable", reason, "", tuple(spent), overflow)

    def remembered(self, unit: WorkUnit) -> Answer | None:
        """An answer that any of the backends gave to the same question before."""
        return next((found for each in self.backends.values() if (found := each.find(unit))), None)

    def _ask(self, name: str, backend: Backend, unit: WorkUnit, spent: list[Spent]) -> Answer:
        """Ask one backend, as often as the policy allows.

        Raises:
            ModelError, BudgetExceeded: there is no answer.
        """
        answer = call(lambda: self._attempt(name, backend, unit, spent), self.retry, self.deadline, self.stop)
        if answer.requests == 1:
            self.calibration.learn(name, unit, answer.usage)
        return answer

    def _attempt(self, name: str, backend: Backend, unit: WorkUnit, spent: list[Spent]) -> Answer:
        """Ask once; whatever comes of it, what was sent is counted."""
        if self.stop.is_set():
            raise failure("stopped", "stopped")
        if not self.deadline.left():
            raise failure("deadline", "no time left")
        meter = CallMeter(
            self.monitor,
            unit,
            name,
            lifetime=min(self.deadline.left() + 60.0, 3600.0),
            on_start=lambda: self._started(name, unit),
            on_text=self._on_text(unit),
        )
        model = backend.model_for(unit)
        try:
            answer = backend.complete(unit, self.deadline, meter)
        except ModelError as error:
            known = KINDS.get(error.kind)
            spent.append(meter.close(model, billed=is_billed(error)))
            self._tell(name, meter.model or model, "", error.kind, spent[-1])
            self.breakers[name].failed(error)
            if known and known.slow:
                self.on_load(False)
            raise
        except BaseException as error:
            if meter.sent:
                spent.append(meter.close(model, billed=True))
                stopped = isinstance(error, BudgetExceeded)
                self._tell(name, meter.model or model, "", "budget" if stopped else "error", spent[-1])
            raise
        spent.append(meter.close(answer.model, billed=True, ok=True))
        self._tell(name, answer.model, answer.session, "ok", spent[-1])
        self.breakers[name].succeeded()
        self.on_load(True)
        return replace(answer, cost_usd=spent[-1].usd)

    def _started(self, name: str, unit: WorkUnit) -> None:
        for section in unit.sections:
            self.bus.publish(SectionStarted(run_id=self.bus.run_id, section=section, backend=name))

    def _on_text(self, unit: WorkUnit) -> Callable[[str], None]:
        def publish(text: str) -> None:
            self.bus.publish(SectionText(run_id=self.bus.run_id, section=unit.sections[0], text=text))

        return publish

    def _tell(self, backend: str, model: str, session: str, outcome: str, spent: Spent) -> None:
        event = ModelCalled(
            run_id=self.bus.run_id,
            backend=backend,
            model=model,
            session=session,
            outcome=outcome,
            tokens=spent.usage.as_json(),
            cost_usd=spent.usd,
            seconds=spent.seconds,
        )
        self.bus.publish(event)


def shares(total: Spent, count: int) -> Sequence[Spent]:
    """Equal shares of what a request used; what does not divide goes to the first."""
    parts = {name: divmod(value, count) for name, value in total.usage.as_json().items()}
    usd = None if total.usd is None else total.usd / count
    return [
        Spent(
            Usage(**{name: part + (rest if n == 0 else 0) for name, (part, rest) in parts.items()}),
            usd,
            total.seconds,
            total.requests if n == 0 else 0,
        )
        for n in range(count)
    ]
