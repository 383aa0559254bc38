"""Prose from models: tasks in, results out.

Packs tasks into requests, asks the backends in order under deadline, budget, bounds and retry, and keeps
answers. What a model does wrong never raises here: it becomes a result with a reason.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from repodoc_hooks.backends import offline
from repodoc_hooks.backends.base import (
    NO_DEADLINE,
    Answer,
    Backend,
    Deadline,
    ModelError,
    SectionResult,
    SectionTask,
    Usage,
    WorkUnit,
)
from repodoc_hooks.backends.prices import cost, price_of
from repodoc_hooks.config import BudgetConfig, Config, Limit
from repodoc_hooks.cost_monitor import LEDGER_NAME, CostMonitor
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.events import EventBus, Message, ModelCalled, SectionStarted, SectionText
from repodoc_hooks.parallel_executor import BoundedExecutor, Lane
from repodoc_hooks.retry_handler import KINDS, Breaker, call, failure
from repodoc_hooks.store.cache import Cache, open_cache

_TICK = 0.1
_GRACE = 0.25
_DEFERRED = {"budget": "budget", "deadline": "deadline", "stopped": "interrupted"}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a task would take: tokens in and out, and USD (None: the price is unknown)."""

    tokens: int
    cost_usd: float | None


def generate(
    tasks: Sequence[SectionTask],
    *,
    config: Config,
    state_dir: Path,
    bus: EventBus,
    deadline: Deadline = NO_DEADLINE,
    stop: threading.Event | None = None,
    backend: str = "auto",
    max_usd: float | None = None,
    max_tokens: int | None = None,
    directory: str = "",
    backends: Mapping[str, Backend] | None = None,
    on_result: Callable[[SectionResult], None] = lambda result: None,
) -> list[SectionResult]:
    """The results of the tasks, in their order; `KeyboardInterrupt` and `stop` leave the rest deferred.

    `on_result` gets each as soon as it is there, so that a killed process loses only what was in flight.

    `backend` is "auto" for the configured order, or the one to use. `directory` is a clean checkout of the
    snapshot, outside any repository, that deep sections may read. `backends` stands in for the real ones.
    """
    names = [
        name for name in (config.backends.order if backend == "auto" else (backend,)) if name != offline.NAME
    ]
    if not tasks or not names:
        written = [offline.result(task) for task in tasks]
        for result in written:
            on_result(result)
        return written
    from repodoc_hooks.context_optimizer import Calibration, pack
    from repodoc_hooks.secret_screen import screen

    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    screened = [screen(task) for task in tasks]
    for path in sorted({path for _, paths in screened for path in paths}):
        _say(bus, f"{path}: kept back from the model: it may hold a secret")
    calibration = Calibration(state_dir / "calibration.json")
    packed = pack([task for task, _ in screened], directory=directory, ratio=calibration.ratio(names[0]))
    with contextlib.ExitStack() as stack:
        budget = _budget(config.budget, max_usd, max_tokens)
        monitor = CostMonitor(state_dir / LEDGER_NAME, budget, config.backends.prices, bus.run_id, bus)
        stack.callback(monitor.close)
        cache = open_cache(state_dir, config)
        stack.callback(cache.close)
        stack.callback(calibration.save)
        used = backends if backends is not None else _backends(names, config, state_dir)
        for each in used.values():
            stack.callback(each.close)
        run = _Run(config, used, bus, monitor, cache, calibration, deadline, stop or threading.Event())
        results = run.all(packed, on_result)
    return [results[task.id] for task in tasks]


def estimate(task: SectionTask, *, config: Config, state_dir: Path) -> Estimate:
    """What asking the configured model for this section would take; without any model: nothing."""
    names = [name for name in config.backends.order if name != offline.NAME]
    if not names:
        return Estimate(0, 0.0)
    from repodoc_hooks.context_optimizer import Calibration, pack

    packed = pack([task], ratio=Calibration(state_dir / "calibration.json").ratio(names[0]))[0]
    units = [*packed.parts, packed.unit]
    expected = Usage(sum(u.estimated_tokens for u in units), sum(u.max_output_tokens for u in units) // 3)
    made = _backends(names[:1], config, state_dir)
    model = made[names[0]].model_for(packed.unit) if names[0] in made else ""
    return Estimate(expected.total, cost(expected, price_of(model, config.backends.prices)))


class _Run:
    """One call of `generate`: everything its units share."""

    def __init__(
        self,
        config: Config,
        backends: Mapping[str, Backend],
        bus: EventBus,
        monitor: CostMonitor,
        cache: Cache,
        calibration: Any,
        deadline: Deadline,
        stop: threading.Event,
    ) -> None:
        self._retry = config.retry
        self._backends = backends
        self._bus = bus
        self._monitor = monitor
        self._cache = cache
        self._calibration = calibration
        self._deadline = deadline
        self._stop = stop
        self._breakers = {name: Breaker() for name in backends}
        self._executor = BoundedExecutor(
            config.parallel.sessions, tokens_in_flight=config.parallel.tokens_in_flight
        )

    def all(
        self, packed: Sequence[Any], on_result: Callable[[SectionResult], None]
    ) -> dict[str, SectionResult]:
        """Answer everything; a `KeyboardInterrupt` counts as `stop`."""
        results: dict[str, SectionResult] = {}
        running: dict[Future[Any], Callable[[Any], None]] = {}

        def submit(unit: WorkUnit, then: Callable[[Any], None]) -> None:
            lane: Lane = "deep" if unit.deep else "quick"
            work = self._executor.submit_to(lane, unit.estimated_tokens, lambda: self._outcome(unit))
            running[work] = then

        def finish(each: Any) -> Callable[[Any], None]:
            def take(outcome: Any) -> None:
                for result in self._results(each, outcome):
                    results[result.id] = result
                    on_result(result)

            return take

        def gather(each: Any) -> Callable[[Any], None]:
            notes: dict[int, Any] = {}

            def one(number: int) -> Callable[[Any], None]:
                def take(outcome: Any) -> None:
                    notes[number] = outcome
                    if len(notes) == len(each.parts):
                        self._join(each, [notes[n] for n in range(len(notes))], submit, finish(each))

                return take

            for number, part in enumerate(each.parts):
                submit(part, one(number))
            return finish(each)

        for each in packed:
            if each.parts:
                gather(each)
            else:
                submit(each.unit, finish(each))
        self._drain(running)
        self._executor.shutdown(wait=False, cancel_futures=True)
        return results

    def _drain(self, running: dict[Future[Any], Callable[[Any], None]]) -> None:
        """Hand over outcomes until there are none to come; end everything when stopped or out of time."""
        ended = False
        while running:
            try:
                done, _ = wait(running, timeout=_TICK, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                self._stop.set()
                continue
            for future in done:
                running.pop(future)(future.result())
            late = not self._deadline.left()
            if (self._stop.is_set() or late) and not ended:
                ended = True
                if self._stop.is_set():
                    self._close()
                else:
                    # Every call knows the deadline itself; this is for one that does not keep to it.
                    threading.Timer(_GRACE, self._close).start()

    def _close(self) -> None:
        for backend in self._backends.values():
            backend.close()

    def _join(
        self,
        each: Any,
        outcomes: Sequence[_Outcome],
        submit: Callable[[WorkUnit, Callable[[Any], None]], None],
        finish: Callable[[Any], None],
    ) -> None:
        """Put notes on parts together, or give up with the first failure among them."""
        failed = next((outcome for outcome in outcomes if outcome.answer is None), None)
        if failed is not None:
            finish(replace(failed, spent=_total(outcomes)))
            return
        notes = [outcome.answer.data["s1"]["text"] for outcome in outcomes if outcome.answer]
        before = _total(outcomes)
        submit(each.joined(notes), lambda last: finish(replace(last, spent=_total([last], before))))

    def _outcome(self, unit: WorkUnit) -> _Outcome:
        """Ask one backend after the other."""
        reasons: list[str] = []
        spent: list[_Spent] = []
        for position, (name, backend) in enumerate(self._backends.items()):
            why = f"{name}: first in order" if not position else f"{name}: {reasons[-1]}"
            model = backend.model_for(unit)
            key = _cache_key(name, model, unit)
            if (found := self._cached(key, unit)) is not None:
                return _Outcome(found, chosen=why, spent=tuple(spent))
            if missing := backend.unavailable():
                reasons.append(missing)
                continue
            breaker = self._breakers[name]
            if not breaker.allows():
                reasons.append(f"{name} is left alone for a while after failing: {breaker.reason}")
                continue
            try:
                answer = call(
                    lambda backend=backend, name=name, model=model: self._attempt(  # type: ignore[misc]
                        backend, name, model, unit, spent
                    ),
                    self._retry,
                    self._deadline,
                    self._stop,
                )
            except BudgetExceeded as error:
                return _Outcome(None, "budget", f"budget: {error}", why, tuple(spent))
            except ModelError as error:
                if error.kind in _DEFERRED:
                    return _Outcome(None, error.kind, _DEFERRED[error.kind], why, tuple(spent))
                reasons.append(f"{name}: {error}")
                continue
            self._keep(key, answer)
            self._calibration.learn(name, unit, answer.usage if answer.requests == 1 else Usage())
            return _Outcome(answer, chosen=why, spent=tuple(spent))
        return _Outcome(None, "failed", "; ".join(reasons) or "no backend", "", tuple(spent))

    def _attempt(
        self, backend: Backend, name: str, model: str, unit: WorkUnit, spent: list[_Spent]
    ) -> Answer:
        """One request: room in the budget, the call, its cost.

        Raises:
            ModelError: it failed.
            BudgetExceeded: there is no room for it.
        """
        if self._stop.is_set():
            raise failure("stopped", "stopped")
        if not self._deadline.left():
            raise failure("deadline", "no time left")
        sections = ", ".join(unit.sections)
        lifetime = min(self._deadline.left() + 60, 3600)
        expected = Usage(input=unit.estimated_tokens, output=unit.max_output_tokens)
        held = self._monitor.reserve(sections, name, model, expected, lifetime)
        for section in unit.sections:
            self._bus.publish(SectionStarted(run_id=self._bus.run_id, section=section, backend=name))
        began = time.monotonic()
        try:
            answer = backend.complete(unit, self._deadline, self._on_text(unit))
        except ModelError as error:
            seconds = time.monotonic() - began
            usd = self._monitor.settle(held, model, error.usage, error.cost_usd, seconds)
            spent.append(_Spent(error.usage, usd, seconds, 1))
            self._called(name, model, "", error.kind, error.usage, usd, seconds)
            self._breakers[name].failed(error)
            if error.kind in KINDS and KINDS[error.kind].slow:
                self._executor.slower()
            raise
        except BaseException:
            self._monitor.settle(held, model, Usage(), None, 0.0)
            raise
        # A provider that counts nothing has used something all the same: the estimate stands in the ledger.
        counted = answer.usage if answer.usage.total else replace(expected, output=len(str(answer.data)) // 4)
        usd = self._monitor.settle(held, answer.model, counted, answer.cost_usd, answer.seconds)
        answer = replace(answer, cost_usd=usd)
        spent.append(_Spent(answer.usage, usd, answer.seconds, answer.requests))
        self._called(name, answer.model, answer.session, "ok", answer.usage, usd, answer.seconds)
        self._breakers[name].succeeded()
        self._executor.faster()
        return answer

    def _on_text(self, unit: WorkUnit) -> Callable[[str], None]:
        def publish(text: str) -> None:
            self._bus.publish(SectionText(run_id=self._bus.run_id, section=unit.sections[0], text=text))

        return publish

    def _called(
        self,
        backend: str,
        model: str,
        session: str,
        outcome: str,
        usage: Usage,
        usd: float | None,
        seconds: float,
    ) -> None:
        event = ModelCalled(
            run_id=self._bus.run_id,
            backend=backend,
            model=model,
            session=session,
            outcome=outcome,
            tokens=usage.as_json(),
            cost_usd=usd,
            seconds=seconds,
        )
        self._bus.publish(event)

    def _cached(self, key: str, unit: WorkUnit) -> Answer | None:
        from repodoc_hooks.backends import answers

        value = self._cache.get(key)
        if value is None:
            return None
        try:
            stored = json.loads(value)
            answer = Answer(
                stored["data"], Usage(), stored["backend"], stored["model"], 0.0, 0.0, 0, cached=True
            )
        except (ValueError, KeyError, TypeError):
            return None
        return None if answers.problem(answer.data, unit.schema) else answer

    def _keep(self, key: str, answer: Answer) -> None:
        stored = {"data": answer.data, "backend": answer.backend, "model": answer.model}
        self._cache.set(key, json.dumps(stored).encode())

    def _results(self, packed: Any, outcome: _Outcome) -> Iterator[SectionResult]:
        """One result per task; what a shared request used is divided among its sections."""
        shares = _shares(outcome.total, len(packed.tasks))
        chosen = "; ".join(filter(None, (outcome.chosen, packed.why)))
        for task, key, share in zip(packed.tasks, packed.keys, shares, strict=True):
            answer = outcome.answer
            common = SectionResult(
                id=task.id,
                action="failed" if outcome.kind == "failed" else "deferred",
                reason=outcome.reason,
                usage=share.usage,
                cost_usd=share.usd,
                seconds=share.seconds,
                requests=share.requests,
                chosen=chosen,
            )
            if answer is None:
                yield common
                continue
            data = answer.data[key]
            yield replace(
                common,
                action="kept" if data.get("keep") else "generated",
                reason=task.reason,
                data={} if data.get("keep") else _clean(task.kind, data),
                backend=answer.backend,
                model=answer.model,
                cached=answer.cached,
            )


@dataclass(frozen=True, slots=True)
class _Spent:
    usage: Usage = field(default_factory=Usage)
    usd: float | None = None
    seconds: float = 0.0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a unit: an answer, or the kind and reason of there being none."""

    answer: Answer | None
    kind: str = ""
    reason: str = ""
    chosen: str = ""
    spent: tuple[_Spent, ...] = ()

    @property
    def total(self) -> _Spent:
        """Everything used, failed attempts included; the cost is unknown if that of a part is."""
        if not self.spent:
            return _Spent(usd=0.0)
        return _Spent(
            sum((s.usage for s in self.spent), Usage()),
            _sum_usd([s.usd for s in self.spent if s.usage.total]),
            sum(s.seconds for s in self.spent),
            sum(s.requests for s in self.spent),
        )


def _total(outcomes: Sequence[_Outcome], before: tuple[_Spent, ...] = ()) -> tuple[_Spent, ...]:
    return before + tuple(spent for outcome in outcomes for spent in outcome.spent)


def _sum_usd(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def _shares(total: _Spent, count: int) -> list[_Spent]:
    """Equal shares; what does not divide goes to the first."""
    each = {name: divmod(value, count) for name, value in total.usage.as_json().items()}
    shares = []
    for n in range(count):
        usage = Usage(**{name: part + (rest if n == 0 else 0) for name, (part, rest) in each.items()})
        usd = None if total.usd is None else total.usd / count
        shares.append(_Spent(usage, usd, total.seconds, total.requests if n == 0 else 0))
    return shares


def _clean(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The known fields of an answer; whoever acts in a step takes part."""
    text = [" ".join(sentence.split()) for sentence in data["text"]]
    if kind != "walkthrough":
        return {"text": text}
    steps = [
        {name: " ".join(step[name].split()) for name in ("from", "to", "text")} for step in data["steps"]
    ]
    actors = [" ".join(name.split()) for name in data["participants"]]
    actors += [step[end] for step in steps for end in ("from", "to")]
    return {"text": text, "participants": list(dict.fromkeys(actors)), "steps": steps}


def _cache_key(backend: str, model: str, unit: WorkUnit) -> str:
    parts = [backend, model, unit.system, unit.prompt, unit.schema]
    text = json.dumps(parts, sort_keys=True)
    return "answer:" + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _budget(budget: BudgetConfig, max_usd: float | None, max_tokens: int | None) -> BudgetConfig:
    """The configured limits, that of the run replaced by what the command line says."""
    run = Limit(
        usd=budget.run.usd if max_usd is None else max_usd,
        tokens=budget.run.tokens if max_tokens is None else max_tokens,
    )
    return replace(budget, run=run)


def _backends(names: Sequence[str], config: Config, state_dir: Path) -> dict[str, Backend]:
    from repodoc_hooks.prompts import system_prompt

    made: dict[str, Backend] = {}
    for name in names:
        if name == "opencode":
            from repodoc_hooks.backends.opencode import OpenCodeBackend

            made[name] = OpenCodeBackend(config.backends.opencode, state_dir, system_prompt())
        elif name == "claude":
            from repodoc_hooks.backends.claude import ClaudeBackend

            made[name] = ClaudeBackend(config.backends.claude, config.backends.prices)
    return made


def _say(bus: EventBus, text: str) -> None:
    bus.publish(Message(run_id=bus.run_id, level="warning", text=text))
