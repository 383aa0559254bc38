"""Prose from models: tasks in, results out.

Packs tasks into requests, has them answered under deadline, budget and bounds, and divides the answers. What
a model does wrong never raises here: it becomes a result with a reason.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.backends import offline
from repodoc_hooks.backends.base import Answer, Backend, WorkUnit
from repodoc_hooks.config import Config
from repodoc_hooks.events import Message
from repodoc_hooks.models.asking import Asking
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.task import SectionResult, SectionTask, Usage

if TYPE_CHECKING:
    from repodoc_hooks.context_optimizer import Packed
    from repodoc_hooks.models.calibration import Calibration
    from repodoc_hooks.models.meter import Spent
    from repodoc_hooks.models.unit_runner import Outcome, UnitRunner
    from repodoc_hooks.parallel_executor import BoundedExecutor, Lane

_TICK = 0.1
_GRACE = 0.25


class Estimate(Struct, frozen=True):
    """What a task would take: tokens in and out, and USD (None: the price is unknown)."""

    tokens: int
    cost_usd: float | None


def generate(
    tasks: Sequence[SectionTask],
    asking: Asking,
    *,
    directory: str = "",
    on_results: Callable[[Sequence[SectionResult]], None] = lambda results: None,
) -> list[SectionResult]:
    """The results of the tasks, in their order; `KeyboardInterrupt` and `asking.stop` leave the rest deferred.

    `on_results` gets those of a request as soon as they are there, so that a killed process loses only what
    was in flight. `directory` is a clean checkout of the snapshot, outside any repository, that deep sections
    may read.

    Raises:
        ConfigError: a prompt of the user's own does not work.
    """
    config, bus = asking.config, asking.bus
    names = [name for name in asking.limits.names(config) if name != offline.NAME]
    if not tasks or not names:
        written = [offline.result(task) for task in tasks]
        on_results(written)
        return written
    from repodoc_hooks.context_optimizer import pack
    from repodoc_hooks.models.calibration import CALIBRATION_NAME, Calibration
    from repodoc_hooks.models.secret_screen import screen

    asking.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    backends = asking.backends
    if backends is None:
        from repodoc_hooks.backends.registry import open_backends
        from repodoc_hooks.prompts import system_prompt

        backends = open_backends(names, config.backends, asking.state_dir, system_prompt(asking.templates))
    missing = [backend.unavailable() for backend in backends.values()]
    if all(missing):
        for backend in backends.values():
            backend.close()
        written = [_without_models(task, "; ".join(missing)) for task in tasks]
        on_results(written)
        return written
    screened = [screen(task) for task in tasks]
    for path in sorted({path for _, paths in screened for path in paths}):
        text = f"{path}: kept back from the model: it may hold a secret"
        bus.publish(Message(run_id=bus.run_id, level="warning", text=text))
    calibration = Calibration(asking.state_dir / CALIBRATION_NAME)
    ratio = calibration.ratio(names[0])
    drafts = pack(
        [task for task, _ in screened], directory=directory, ratio=ratio, templates=asking.templates
    )
    with _runner(asking, backends, calibration) as (runner, executor):
        results = _Run(runner, executor, on_results, ratio, asking).all(drafts)
    return [results.get(task.id) or SectionResult(task.id, "deferred", "interrupted") for task in tasks]


@contextlib.contextmanager
def _runner(
    asking: Asking, backends: Mapping[str, Backend], calibration: Calibration
) -> Iterator[tuple[UnitRunner, BoundedExecutor]]:
    """All that answers units, and the threads that it runs in; everything is closed at the end."""
    from repodoc_hooks.backends.cached import CachedBackend
    from repodoc_hooks.cost_monitor import CostMonitor
    from repodoc_hooks.models.unit_runner import UnitRunner
    from repodoc_hooks.parallel_executor import BoundedExecutor
    from repodoc_hooks.store.cache import open_cache
    from repodoc_hooks.store.ledger import LEDGER_NAME

    config, bus = asking.config, asking.bus
    executor = BoundedExecutor(
        config.parallel.sessions,
        tokens_in_flight=config.parallel.tokens_in_flight,
        per_second=config.parallel.per_second,
    )
    with contextlib.ExitStack() as stack:
        budget = asking.limits.budget(config)
        monitor = CostMonitor(asking.state_dir / LEDGER_NAME, budget, config.backends.prices, bus.run_id, bus)
        stack.callback(monitor.close)
        cache = stack.enter_context(contextlib.closing(open_cache(asking.state_dir, config)))
        stack.callback(calibration.save)
        for each in backends.values():
            stack.callback(each.close)
        stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        runner = UnitRunner(
            backends={name: CachedBackend(backend, cache) for name, backend in backends.items()},
            bus=bus,
            monitor=monitor,
            calibration=calibration,
            retry=config.retry,
            deadline=asking.deadline,
            stop=asking.stop,
            on_load=lambda taken: executor.faster() if taken else executor.slower(),
        )
        yield runner, executor


def estimate(
    task: SectionTask, *, config: Config, state_dir: Path, templates: Overrides = NO_OVERRIDES
) -> Estimate:
    """What asking the configured model for this section would take; without any model: nothing."""
    names = [name for name in config.backends.order if name != offline.NAME]
    if not names:
        return Estimate(0, 0.0)
    from repodoc_hooks.backends.prices import cost
    from repodoc_hooks.backends.registry import RECORDS
    from repodoc_hooks.context_optimizer import pack
    from repodoc_hooks.models.calibration import CALIBRATION_NAME, Calibration

    ratio = Calibration(state_dir / CALIBRATION_NAME).ratio(names[0])
    packed = pack([task], ratio=ratio, templates=templates)[0]
    units = [*packed.parts, packed.unit]
    # Answers are about a third of what they may be.
    expected = Usage(sum(u.estimated_tokens for u in units), sum(u.max_output_tokens for u in units) // 3)
    record = RECORDS[names[0]]
    model = record.model(config.backends, packed.unit.deep)
    return Estimate(expected.total, cost(expected, record.price(config.backends, model)))


class _Run:
    """One call of `generate`: from drafts to results."""

    def __init__(
        self,
        runner: UnitRunner,
        executor: BoundedExecutor,
        tell: Callable[[Sequence[SectionResult]], None],
        ratio: float,
        asking: Asking,
    ) -> None:
        self._asking = asking
        self._runner = runner
        self._executor = executor
        self._tell = tell
        self._ratio = ratio
        self._running: dict[Future[Outcome], Callable[[Outcome], None]] = {}
        self._results: dict[str, SectionResult] = {}

    def all(self, drafts: Sequence[Packed]) -> dict[str, SectionResult]:
        """The results by section."""
        from repodoc_hooks.context_optimizer import share
        from repodoc_hooks.models.unit_runner import Outcome

        asked: list[Packed] = []
        for draft in drafts:
            found = self._runner.remembered(draft.unit) if draft.alone else None
            if found is None:
                asked.append(draft)
            else:
                self._take(draft, draft.unit, Outcome(found, chosen="asked before"), ())
        for packed in share(asked, self._ratio):
            self._ask(packed)
        self._drain()
        return self._results

    def _ask(self, packed: Packed, before: tuple[Spent, ...] = ()) -> None:
        """Send a request; `before` is what larger ones for the same tasks have used."""
        if packed.parts:
            self._submit_parts(packed, before)
        else:
            self._submit(packed.unit, lambda outcome: self._take(packed, packed.unit, outcome, before))

    def _take(self, packed: Packed, unit: WorkUnit, outcome: Outcome, before: tuple[Spent, ...]) -> None:
        """An outcome is the end, unless the request was too large for every model and can be made smaller, or its
        answer names what does not exist."""
        from repodoc_hooks.context_optimizer import smaller
        from repodoc_hooks.prompts import repaired

        outcome = replace(outcome, spent=before + outcome.spent)
        if outcome.answer is not None and (invented := self._invented(packed, outcome.answer)):
            names = list(dict.fromkeys(name for found in invented.values() for name in found))
            again = repaired(unit, outcome.answer.data, names, self._asking.templates)
            self._submit(again, lambda second: self._end(packed, outcome, second))
            return
        less = smaller(packed, self._ratio) if outcome.overflow else []
        if not less:
            self._finish(packed, outcome)
        for number, each in enumerate(less):
            self._ask(each, outcome.spent if number == 0 else ())

    def _end(self, packed: Packed, first: Outcome, second: Outcome) -> None:
        """The repaired answer, or the first one where there is none, without what still names the invented."""
        from repodoc_hooks.models.answer_check import report_dropped, without_unknown

        spent = first.spent + second.spent
        chosen = second if second.answer is not None else first
        assert chosen.answer is not None
        invented, data = self._invented(packed, chosen.answer), dict(chosen.answer.data)
        for task, key in zip(packed.tasks, packed.keys, strict=True):
            if names := invented.get(key):
                checked = without_unknown(data[key], names)
                data[key] = checked.data
                report_dropped(self._asking.bus, task.id, checked)
        self._finish(packed, replace(chosen, answer=replace(chosen.answer, data=data), spent=spent))

    def _invented(self, packed: Packed, answer: Answer) -> dict[str, tuple[str, ...]]:
        """By key what its answer names and nothing in the tree has."""
        from repodoc_hooks.models.answer_check import unknown_names

        lookup = self._asking.lookup
        if lookup is None:
            return {}
        found = {
            key: unknown_names(task, answer.data[key], lookup)
            for task, key in zip(packed.tasks, packed.keys, strict=True)
        }
        return {key: names for key, names in found.items() if names}

    def _submit(self, unit: WorkUnit, then: Callable[[Outcome], None]) -> None:
        lane: Lane = "deep" if unit.deep else "quick"
        future = self._executor.submit_to(lane, unit.estimated_tokens, lambda: self._runner.run(unit))
        self._running[future] = then

    def _submit_parts(self, packed: Packed, before: tuple[Spent, ...]) -> None:
        """All parts at once; when the last is there, the request that puts them together."""
        notes: dict[int, Outcome] = {}

        def take(number: int, outcome: Outcome) -> None:
            notes[number] = outcome
            if len(notes) == len(packed.parts):
                self._join(packed, [notes[n] for n in range(len(notes))], before)

        for number, part in enumerate(packed.parts):
            self._submit(part, partial(take, number))

    def _join(self, packed: Packed, outcomes: Sequence[Outcome], before: tuple[Spent, ...]) -> None:
        spent = before + tuple(each for outcome in outcomes for each in outcome.spent)
        texts = [outcome.answer.data["s1"]["text"] for outcome in outcomes if outcome.answer is not None]
        if len(texts) < len(outcomes):
            failed = next(outcome for outcome in outcomes if outcome.answer is None)
            self._take(packed, packed.unit, replace(failed, spent=()), spent)
            return
        unit = packed.joined(texts)
        self._submit(unit, lambda last: self._take(packed, unit, last, spent))

    def _drain(self) -> None:
        """Hand over outcomes until there are none to come; end everything when stopped or out of time."""
        ended = False
        while self._running:
            try:
                done, _ = wait(self._running, timeout=_TICK, return_when=FIRST_COMPLETED)
                for future in [each for each in self._running if each in done]:  # in the order of asking
                    self._running.pop(future)(future.result())
            except KeyboardInterrupt:
                self._runner.stop.set()
            if ended:
                continue
            if self._runner.stop.is_set():
                ended = True
                self._close()
            elif not self._runner.deadline.left():
                # Every call keeps to the deadline itself; this is for one that does not.
                ended = True
                timer = threading.Timer(_GRACE, self._close)
                timer.daemon = True
                timer.start()

    def _close(self) -> None:
        for backend in self._runner.backends.values():
            backend.close()

    def _finish(self, packed: Packed, outcome: Outcome) -> None:
        """Results of a request, and its answers kept by section, in whatever company they were asked."""
        answer = outcome.answer
        if answer is not None and len(packed.alone) > 1:
            for unit, key in zip(packed.alone, packed.keys, strict=True):
                self._runner.backends[answer.backend].keep(
                    unit, replace(answer, data={"s1": answer.data[key]})
                )
        results = list(_divided(packed, outcome))
        self._results.update((result.id, result) for result in results)
        self._tell(results)


def _divided(packed: Packed, outcome: Outcome) -> Iterator[SectionResult]:
    """One result per task; what the request used is divided among them."""
    from repodoc_hooks.models.unit_runner import shares

    chosen = "; ".join(filter(None, (outcome.chosen, packed.why)))
    portions = shares(outcome.total, len(packed.tasks))
    for task, key, portion in zip(packed.tasks, packed.keys, portions, strict=True):
        if outcome.kind == "unavailable":
            yield _without_models(task, outcome.reason)
            continue
        result = SectionResult(
            id=task.id,
            action="failed" if outcome.kind == "failed" else "deferred",
            reason=outcome.reason,
            usage=portion.usage,
            cost_usd=portion.usd,
            seconds=portion.seconds,
            requests=portion.requests,
            chosen=chosen,
        )
        yield result if outcome.answer is None else _answered(result, task, outcome.answer, key)


def _without_models(task: SectionTask, why: str) -> SectionResult:
    """Nobody was there to ask: the repository's own words stand in, as `offline` does at the end of every order.

    Not for deep sections, of which it has none worth reading.
    """
    if KINDS[task.kind].deep:
        return SectionResult(task.id, "failed", why, cost_usd=0.0)
    return replace(offline.result(task), reason=why, chosen=f"offline, because {why}")


def _answered(result: SectionResult, task: SectionTask, answer: Answer, key: str) -> SectionResult:
    from repodoc_hooks.models.answer_check import NOTHING_LEFT, is_empty

    data = answer.data[key]
    keep = bool(data.get("keep"))
    if not keep and is_empty(data):
        return replace(
            result, action="failed", reason=NOTHING_LEFT, backend=answer.backend, model=answer.model
        )
    return replace(
        result,
        action="kept" if keep else "generated",
        reason=task.reason,
        data={} if keep else clean(task.kind, data),
        backend=answer.backend,
        model=answer.model,
        cached=answer.cached,
    )


def clean(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The known fields of an answer; whoever acts in a step takes part."""
    text = [" ".join(sentence.split()) for sentence in data["text"]]
    if KINDS[kind].form != "walkthrough":
        return {"text": text}
    steps = [
        {name: " ".join(step[name].split()) for name in ("from", "to", "text")} for step in data["steps"]
    ]
    actors = [" ".join(name.split()) for name in data["participants"]]
    actors += [step[end] for step in steps for end in ("from", "to")]
    return {"text": text, "participants": list(dict.fromkeys(actors)), "steps": steps}
