"""The events of a run, filled in at one place: hooks, commands and the worker all report them alike."""

from __future__ import annotations

import os

from repodoc_hooks.config import Config
from repodoc_hooks.events import EventBus, RunFinished, RunStarted, SectionFinished, SectionPlanned
from repodoc_hooks.pipeline.run_report import SectionOutcome
from repodoc_hooks.sections.task import SectionResult, SectionTask, Usage


def run_started(
    bus: EventBus,
    config: Config,
    *,
    origin: str,
    tree: str,
    backend: str,
    max_usd: float | None = None,
    max_tokens: int | None = None,
) -> None:
    """A run begins; `max_usd` and `max_tokens` go before the budget of the configuration."""
    limit = config.budget.run.replaced(max_usd, max_tokens)
    bus.publish(
        RunStarted(
            run_id=bus.run_id,
            origin=origin,
            tree=tree,
            backend=config.backends.order[0] if backend == "auto" else backend,
            pid=os.getpid(),
            limit_usd=limit.usd,
            limit_tokens=limit.tokens,
        )
    )


def section_planned(bus: EventBus, task: SectionTask) -> None:
    """A section is about to be asked for."""
    bus.publish(
        SectionPlanned(
            run_id=bus.run_id,
            section=task.id,
            component=task.component,
            kind=task.kind,
            reason=task.reason,
        )
    )


def section_finished(bus: EventBus, end: SectionOutcome | SectionResult) -> None:
    """A section reached its end."""
    bus.publish(
        SectionFinished(
            run_id=bus.run_id,
            section=end.id,
            action=end.action,
            reason=end.reason,
            backend=end.backend,
            model=end.model,
            tokens=end.usage.as_json(),
            cost_usd=end.cost_usd,
            seconds=end.seconds,
        )
    )


def run_finished(
    bus: EventBus, exit_code: int, *, seconds: float, tokens: Usage, cost_usd: float | None
) -> None:
    """A run is over."""
    bus.publish(
        RunFinished(
            run_id=bus.run_id, exit=exit_code, seconds=seconds, tokens=tokens.as_json(), cost_usd=cost_usd
        )
    )
