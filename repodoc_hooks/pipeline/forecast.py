"""What a run would do, why, and what it would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repodoc_hooks.models.generation import estimate
from repodoc_hooks.pipeline.plan import ComponentPlan, SectionState
from repodoc_hooks.pipeline.run_commands import Scan
from repodoc_hooks.pipeline.run_state import Run
from repodoc_hooks.pipeline.section_tasks import component_task, overview_task
from repodoc_hooks.pipeline.selection import selected
from repodoc_hooks.sections.kinds import DEEP_SECTIONS, PROSE_SECTIONS


@dataclass(frozen=True, slots=True)
class Step:
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


def forecast(run: Run) -> list[Step]:
    """The steps of a run that has not begun.

    Raises:
        UsageError: a path belongs to no component.
    """
    Scan().execute(run)
    run.plan = run.workspace.plan(run.survey)
    steps = [step for plan in selected(run.plan, run.request) for step in _component_steps(run, plan)]
    index = [s for s in run.plan.index if s.state != "current" or run.request.all]
    steps += [_index_step(run, section) for section in index]
    steps += [Step(s.id, s.path, "removed", s.because) for s in run.plan.orphans if not run.request.paths]
    return steps


def _component_steps(run: Run, plan: ComponentPlan) -> Iterator[Step]:
    for section in plan.sections:
        if section.state == "current" and not (run.request.all or run.request.force):
            continue
        if section.state == "broken":
            yield Step(section.id, section.path, "left as it is", section.because)
        elif section.state == "edited" and not run.request.force:
            yield Step(section.id, section.path, "kept: a person wrote it", section.because)
        elif section.kind in DEEP_SECTIONS and not run.request.deep:
            yield Step(section.id, section.path, "deferred", section.because)
        elif section.kind in PROSE_SECTIONS and run.uses_models:
            task = component_task(run.survey, plan, section.kind, "", plans=run.plan.components, sources=True)
            expected = estimate(
                task,
                config=run.workspace.config,
                state_dir=run.workspace.git.state_dir,
                templates=run.survey.templates,
            )
            yield Step(
                section.id,
                section.path,
                "asked of a model",
                section.because,
                expected.tokens,
                expected.cost_usd,
            )
        else:
            yield Step(section.id, section.path, "rendered", section.because)


def _index_step(run: Run, section: SectionState) -> Step:
    if section.kind != "overview" or not run.uses_models or section.state in ("edited", "broken"):
        return Step(section.id, section.path, "rendered", section.because)
    pages = {c: p.page for c, p in run.plan.components.items() if p.page is not None}
    task = overview_task(run.survey, run.plan, pages, run.workspace.title(run.plan), "")
    expected = estimate(
        task,
        config=run.workspace.config,
        state_dir=run.workspace.git.state_dir,
        templates=run.survey.templates,
    )
    return Step(
        section.id, section.path, "asked of a model", section.because, expected.tokens, expected.cost_usd
    )
