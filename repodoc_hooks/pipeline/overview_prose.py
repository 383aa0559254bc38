"""The overview of the repository: asked along with the few summaries that change, or after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from repodoc_hooks.pages import render
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.component_prose import answer, offline_prose
from repodoc_hooks.pipeline.page_builder import Prose, draft_index_stamps
from repodoc_hooks.pipeline.run_state import Run
from repodoc_hooks.pipeline.section_memory import recall, remember, remember_page
from repodoc_hooks.pipeline.section_outcomes import index_outcome, reason_of
from repodoc_hooks.pipeline.section_tasks import overview_task
from repodoc_hooks.sections.task import SectionTask

_FEW = 3


def overview_along(run: Run, tasks: Sequence[SectionTask]) -> list[SectionTask]:
    """The overview's task, to go into the request of the few summaries that change: they are its only inputs.

    It is answered from the same diff. Where the summaries are then kept, its answer is dropped: nothing it looks
    at has changed.
    """
    request = run.request
    summaries = [task for task in tasks if task.kind == "summary"]
    few = 0 < len(summaries) <= _FEW and all(task.old_text for task in summaries)
    if not run.uses_models or request.all or request.force or not few:
        return []
    run.widen()
    page = run.plan.index_page
    if page is None or "overview" not in page.regions or is_edited(page, "overview"):
        return []
    pages = {c: p.page for c, p in run.plan.components.items() if p.page is not None}
    unseen = _unseen(page, draft_index_stamps(run.survey, run.plan, pages))
    reason = "rewritten: " + ", ".join(task.component for task in summaries)
    return [overview_task(run.survey, run.plan, pages, run.workspace.title(run.plan), reason, changed=unseen)]


def overview_prose(run: Run, stamps: Stamps, pages: Mapping[str, Page]) -> dict[str, Prose]:
    """The overview's new text, if it needs one."""
    old, request = run.plan.index_page, run.request
    present = old is not None and "overview" in old.regions
    unseen = _unseen(old, stamps)
    if present and not unseen and not request.all and not request.force:
        if run.overview is not None:
            run.finish(index_outcome(run, "overview", "kept", "no summary changed", run.overview))
        return {}
    if old is not None and present and is_edited(old, "overview") and not request.force:
        run.finish(index_outcome(run, "overview", "kept", "a person wrote it"))
        return {"overview": Prose(None, "", unseen)}
    section = next(s for s in run.plan.index if s.kind == "overview")
    templates = run.survey.templates
    reason, name = reason_of(section, "summaries changed"), run.workspace.title(run.plan)
    whole = overview_task(run.survey, run.plan, pages, name, reason)
    everything = not present or request.all or request.force or not run.uses_models
    task = whole if everything else overview_task(run.survey, run.plan, pages, name, reason, changed=unseen)
    result = run.overview
    answered = result is not None and result.action in ("generated", "kept")
    if run.uses_models and not (answered or request.all or request.force):
        found = recall(
            run.workspace.cache, run.workspace.git.state_dir, task.id, "overview", stamps, templates
        )
        if found is not None:
            run.finish(index_outcome(run, "overview", "reused", "its inputs are those of a text at hand"))
            return {"overview": found}
    result = result or answer(run, [task])[task.id]
    remember_page(run.workspace.cache, "overview", old)
    run.finish(index_outcome(run, "overview", result.action, result.reason or task.reason, result))
    if result.action == "generated":
        body = render.prose("overview", result.data, result.backend, templates)
        remember(run.workspace.cache, "overview", stamps, body, result.backend)
        return {"overview": Prose(body, result.backend)}
    if result.action == "kept":
        return {"overview": Prose(None, "")}
    if old is not None and present and old.stamps.authors.get("overview") != "offline":
        return {"overview": Prose(None, "", unseen)}
    return {"overview": offline_prose(run, whole, frozenset(pages))}


def _unseen(old: Page | None, stamps: Stamps) -> frozenset[str]:
    """Component ids and the README's path that the overview has not seen as `stamps` tell them."""
    before = {} if old is None else {**old.stamps.dependencies, **old.stamps.files}
    after = {**stamps.dependencies, **stamps.files}
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    owed = old.stamps.owed("overview") if old is not None else frozenset()
    return frozenset(changed | owed)
