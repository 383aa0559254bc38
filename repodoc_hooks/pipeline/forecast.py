"""What a run would do, why, and what it would cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from repodoc_hooks.models.generation import estimate
from repodoc_hooks.pipeline.plan import PagePlan, SectionState
from repodoc_hooks.pipeline.run_state import RunState
from repodoc_hooks.pipeline.section_tasks import section_task
from repodoc_hooks.pipeline.selection import selected
from repodoc_hooks.pipeline.steps import Snapshot
from repodoc_hooks.sections.kinds import DEEP_SECTIONS, PROSE_SECTIONS


class Step(Struct, frozen=True):
    """One section that a run would write. `tokens` and `cost_usd` are estimates; the cost is None when unknown."""

    section: str
    path: str
    how: str
    because: tuple[str, ...]
    tokens: int = 0
    cost_usd: float | None = 0.0

    def as_json(self) -> dict[str, Any]:
        """The object of `repodoc plan --json`."""
        return {
            "id": self.section,
            "path": self.path,
            "action": self.how,
            "because": list(self.because),
            "estimated_tokens": self.tokens,
            "estimated_cost_usd": self.cost_usd,
        }


class Forecast(Struct, frozen=True):
    """What a run would write, in its order, and what else there is to say of the pages."""

    steps: list[Step]
    messages: tuple[str, ...] = ()


def forecast(run: RunState) -> Forecast:
    """The steps of a run that has not begun.

    Raises:
        UsageError: a path belongs to no component.
    """
    Snapshot().execute(run)
    run.plan = run.workspace.plan(run.survey)
    chosen = selected(run.plan, run.request)
    steps = [
        step for plan in (*chosen, run.plan.index) if plan is not None for step in _page_steps(run, plan)
    ]
    steps += [Step(s.id, s.path, "rendered", s.because) for s in run.plan.outputs if _is_made(run, s)]
    steps += [Step(s.id, s.path, "removed", s.because) for s in run.plan.orphans if not run.request.paths]
    return Forecast(steps, run.plan.messages)


def _is_made(run: RunState, section: SectionState) -> bool:
    return section.state != "current" or run.request.all or run.request.force


def _page_steps(run: RunState, plan: PagePlan) -> Iterator[Step]:
    for section in plan.sections:
        if not _is_made(run, section):
            continue
        if section.state == "broken":
            yield Step(section.id, section.path, "left as it is", section.because)
        elif section.state == "edited" and not run.request.force:
            yield Step(section.id, section.path, "kept: a person wrote it", section.because)
        elif section.kind in DEEP_SECTIONS and not run.request.deep:
            yield Step(section.id, section.path, "deferred", section.because)
        elif section.kind in PROSE_SECTIONS and run.uses_models:
            yield _question(run, plan, section)
        else:
            yield Step(section.id, section.path, "rendered", section.because)


def _question(run: RunState, plan: PagePlan, section: SectionState) -> Step:
    pages = run.plan.standing
    task = section_task(run.survey, run.plan, plan, section.kind, "", pages=pages, sources=True)
    expected = estimate(
        task,
        config=run.workspace.config,
        state_dir=run.workspace.git.state_dir,
        templates=run.survey.templates,
    )
    return Step(
        section.id, section.path, "asked of a model", section.because, expected.tokens, expected.cost_usd
    )
