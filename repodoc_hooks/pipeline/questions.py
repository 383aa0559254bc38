"""Which prose of a page needs a question: what is current, a person's, at hand or left for later needs none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from repodoc_hooks.backends import offline
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.page_builder import Draft, Prose
from repodoc_hooks.pipeline.plan import SectionState
from repodoc_hooks.pipeline.run_state import RunState
from repodoc_hooks.pipeline.section_memory import recall
from repodoc_hooks.pipeline.section_outcomes import reason_of, section_outcome
from repodoc_hooks.pipeline.section_tasks import section_task, users_of
from repodoc_hooks.sections.kinds import KINDS, PROSE_SECTIONS
from repodoc_hooks.sections.task import SectionTask

_ANSWERED = ("generated", "kept")


class OpenSection(Struct, frozen=True):
    """A section of a page that is to be asked for. `comes_first`: it is the overview, and waits for no summary."""

    draft: Draft
    section: SectionState
    task: SectionTask
    comes_first: bool = False


def open_questions(run: RunState, drafts: Sequence[Draft], below: Mapping[str, Page]) -> list[OpenSection]:
    """Settle what needs no question; the rest. `below` are the pages that drafts are made from, by id."""
    unsettled = [
        (draft, section)
        for draft in drafts
        for section in draft.plan.sections
        if section.kind in PROSE_SECTIONS and not _settled(run, draft, section)
    ]
    return _questions(run, unsettled, below)


def waiting_questions(run: RunState, draft: Draft, below: Mapping[str, Page]) -> list[OpenSection]:
    """What a page that is made from others may ask once these are there; nothing is settled yet."""
    waiting = [
        (draft, section)
        for section in draft.plan.sections
        if section.kind in PROSE_SECTIONS
        and (section.state != "current" or run.request.all or run.request.force)
        and not (draft.old is not None and is_edited(draft.old, section.kind))
        and (run.request.deep or not KINDS[section.kind].deep)
    ]
    return _questions(run, waiting, below)


def _questions(
    run: RunState, sections: Sequence[tuple[Draft, SectionState]], below: Mapping[str, Page]
) -> list[OpenSection]:
    users = users_of(run.survey, run.plan) if run.request.deep and sections else {}
    questions = []
    for draft, section in sections:
        whole = _whole(run, draft, section.kind)
        task = section_task(
            run.survey,
            run.plan,
            draft.plan,
            section.kind,
            reason_of(section),
            pages=below,
            sources=run.uses_models,
            users=users.get(draft.subject.id, ()),
            changed=None if whole else draft.plan.debts_of(section.kind),
        )
        anew = run.request.all or run.request.force or not task.old_text
        questions.append(OpenSection(draft, section, task, section.kind == "overview" and anew))
    return questions


def _settled(run: RunState, draft: Draft, section: SectionState) -> bool:
    """Settle a section that needs no question: a person's, current, or its text is at hand. False: it needs one."""
    request, plan, old, kind = run.request, draft.plan, draft.old, section.kind
    present = old is not None and kind in old.regions
    if old is not None and is_edited(old, kind) and not (request.force and present):
        if section.state == "edited":
            documented = {delta.path for delta in plan.deltas if "doc" in delta.changes}
            draft.prose[kind] = Prose(None, "", plan.debts_of(kind) | documented)
            run.finish(section_outcome(draft, kind, "kept", "a person wrote it"))
        return True
    if not (request.all or request.force) and (
        _still_holds(run, draft, section) or recalled(run, draft, section)
    ):
        return True
    if KINDS[kind].deep and not request.deep:
        if present:
            draft.prose[kind] = Prose(None, "", plan.debts_of(kind))
        run.finish(section_outcome(draft, kind, "deferred", "deep sections wait for the job after the push"))
        return True
    return False


def _still_holds(run: RunState, draft: Draft, section: SectionState) -> bool:
    """The text of the page describes what is there."""
    plan, kind = draft.plan, section.kind
    if run.request.writer is not None and plan.stamps.authors.get(kind) == offline.NAME:
        return False
    elsewhere = run.plan.layout is not None or bool(plan.moved_from)
    if elsewhere and plan.stamps.authors.get(kind) == "offline":
        return False  # own words may depend on the name; and the version that wrote them may have had others
    if section.state == "current":
        if (asked := run.answers.get(section.id)) is not None:
            run.finish(section_outcome(draft, kind, "kept", "no summary changed", asked))
        return True
    present = plan.page is not None and kind in plan.page.regions
    return present and bool(plan.moved_from) and not plan.debts_of(kind)


def recalled(run: RunState, draft: Draft, section: SectionState) -> bool:
    """Put a text in that was written for the very inputs that the section has now; is there one?"""
    answer = run.answers.get(section.id)
    if not run.uses_models or (answer is not None and answer.action in _ANSWERED):
        return False
    workspace = run.workspace
    found = recall(
        workspace.cache,
        workspace.git.state_dir,
        section.id,
        section.kind,
        draft.stamps,
        run.survey.templates,
    )
    if found is None:
        return False
    draft.prose[section.kind] = found
    run.finish(section_outcome(draft, section.kind, "reused", "its inputs are those of a text at hand"))
    return True


def _whole(run: RunState, draft: Draft, kind: str) -> bool:
    """The section is asked for as if there were no text yet."""
    present = draft.old is not None and kind in draft.old.regions
    return not present or run.request.all or run.request.force or not run.uses_models
