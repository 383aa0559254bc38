"""What a run tells of sections and pages."""

from __future__ import annotations

from repodoc_hooks.pages.layout import INDEX_ID, page_path
from repodoc_hooks.pipeline.fingerprints import section_fingerprint
from repodoc_hooks.pipeline.page_builder import Draft
from repodoc_hooks.pipeline.plan import ComponentPlan, SectionState
from repodoc_hooks.pipeline.run_report import ChangeEntry, SectionOutcome
from repodoc_hooks.pipeline.run_state import Run
from repodoc_hooks.sections.kinds import PROSE_SECTIONS
from repodoc_hooks.sections.task import SectionResult


def tell_local(run: Run, draft: Draft) -> None:
    """Outcomes of the sections that analysis makes: those that changed, or all that were asked for."""
    cause = "; ".join(_causes(run.plan.components[draft.component.id]))
    for kind, body in draft.regions.items():
        same = (
            draft.old is not None
            and kind in draft.old.regions
            and draft.old.regions[kind].body == body.strip("\n")
        )
        if not same or run.request.all:
            run.finish(section_outcome(draft, kind, "reused" if same else "rendered", cause))


def _causes(plan: ComponentPlan) -> list[str]:
    words = [word for delta in plan.deltas for word in delta.words] + [
        delta.words for delta in plan.dependencies
    ]
    return words or sorted({word for section in plan.sections for word in section.because})


def change_entry(plan: ComponentPlan) -> ChangeEntry:
    stale = tuple(section.kind for section in plan.sections if section.state != "current")
    return ChangeEntry(
        plan.component.id,
        plan.path,
        stale,
        tuple(_causes(plan)),
        tuple(name for delta in plan.deltas for name in delta.added),
        tuple(name for delta in plan.deltas for name in delta.removed),
        tuple(name for delta in plan.deltas for name in delta.changed),
    )


def reason_of(section: SectionState, otherwise: str = "asked for") -> str:
    return "; ".join(section.because) or otherwise


def section_outcome(
    draft: Draft, kind: str, action: str, reason: str, result: SectionResult | None = None
) -> SectionOutcome:
    fingerprint = section_fingerprint(kind, draft.stamps) if kind in PROSE_SECTIONS else ""
    section = f"{draft.component.id}#{kind}"
    outcome = SectionOutcome(
        section, draft.component.id, kind, draft.path, action, reason, fingerprint=fingerprint
    )
    return outcome if result is None else outcome.paid(result)


def index_outcome(
    run: Run, kind: str, action: str, reason: str, result: SectionResult | None = None
) -> SectionOutcome:
    path = page_path(run.workspace.config, INDEX_ID)
    outcome = SectionOutcome(f"{INDEX_ID}#{kind}", INDEX_ID, kind, path, action, reason)
    return outcome if result is None else outcome.paid(result)
