"""What a run reports of sections and pages."""

from __future__ import annotations

from repodoc_hooks.pipeline.fingerprints import section_fingerprint
from repodoc_hooks.pipeline.page_builder import Draft
from repodoc_hooks.pipeline.plan import PagePlan, SectionState
from repodoc_hooks.pipeline.run_report import ChangeEntry, SectionOutcome
from repodoc_hooks.pipeline.run_state import RunState
from repodoc_hooks.sections.kinds import PROSE_SECTIONS
from repodoc_hooks.sections.task import SectionResult


def report_local(run: RunState, draft: Draft) -> None:
    """Outcomes of the sections that analysis makes: those that changed, or all that were asked for."""
    cause = "; ".join(_causes(draft.plan))
    for kind, body in draft.regions.items():
        same = (
            draft.old is not None
            and kind in draft.old.regions
            and draft.old.regions[kind].body == body.strip("\n")
        )
        if not same or run.request.all:
            run.finish(section_outcome(draft, kind, "reused" if same else "rendered", cause))


def _causes(plan: PagePlan) -> list[str]:
    words = [word for delta in plan.deltas for word in delta.words] + [
        delta.words for delta in plan.dependencies
    ]
    return [*dict.fromkeys(words)] or sorted({word for section in plan.sections for word in section.because})


def change_entry(plan: PagePlan) -> ChangeEntry:
    """The line of the change log for a page that is written anew."""
    stale = tuple(section.kind for section in plan.sections if section.state != "current")
    return ChangeEntry(
        plan.subject.id,
        plan.subject.path,
        stale,
        tuple(_causes(plan)),
        tuple(name for delta in plan.deltas for name in delta.added),
        tuple(name for delta in plan.deltas for name in delta.removed),
        tuple(name for delta in plan.deltas for name in delta.changed),
    )


def reason_of(section: SectionState) -> str:
    """Why a section is written."""
    return "; ".join(section.because) or "asked for"


def section_outcome(
    draft: Draft, kind: str, action: str, reason: str, result: SectionResult | None = None
) -> SectionOutcome:
    """What became of a section, with what a model took for it."""
    subject = draft.subject
    fingerprint = section_fingerprint(kind, draft.stamps) if kind in PROSE_SECTIONS else ""
    outcome = SectionOutcome(
        f"{subject.id}#{kind}", subject.id, kind, subject.path, action, reason, fingerprint=fingerprint
    )
    return outcome if result is None else outcome.paid(result)
