"""Pages that a run has put together, and the pages around one as they are by then."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from repodoc_hooks.pages.model import Page
from repodoc_hooks.pipeline.page_builder import Draft, Prose, finish, says_the_same
from repodoc_hooks.pipeline.plan import PagePlan, Plan
from repodoc_hooks.pipeline.regions import Around
from repodoc_hooks.pipeline.run_state import RunState
from repodoc_hooks.pipeline.section_outcomes import report_local

_OWN_BUSINESS = frozenset({"api", "dependencies"})


def put(run: RunState, draft: Draft, waiting: Mapping[str, Prose] | None = None) -> None:
    """Put a page's text together; `waiting` stands in for the prose that is still to come."""
    page = finish(replace(draft, prose={**(waiting or {}), **draft.prose}))
    if draft.old is not None and says_the_same(draft, page):
        page = draft.old
    report_local(run, draft)
    old = draft.old
    there = page.path in run.texts or page.path in run.on_disk
    if there or old is None or (page.text, page.path) != (old.text, old.path):
        run.texts[page.path] = page.text.encode("utf-8", "surrogateescape")
    for gone in (*([old] if old is not None else ()), *draft.plan.standing.absorbed):
        if gone.path != page.path and gone.path not in run.on_disk:
            run.texts.setdefault(gone.path, None)
    run.pages[draft.subject.id] = as_others_see_it(page) if run.writes_as_it_goes else page


def as_others_see_it(page: Page) -> Page:
    """A page whose text is written, with what other pages show of it and what the run's end looks at."""
    regions = {kind: region for kind, region in page.regions.items() if kind not in _OWN_BUSINESS}
    return replace(page, text="", regions=regions)


def pages_around(run: RunState) -> Around:
    """The pages as they are by now; one that is still in a former place is not there yet."""
    subjects = {id_: plan.subject for id_, plan in run.plan.pages.items()}
    there = {
        id_: plan.page
        for id_, plan in run.plan.pages.items()
        if plan.page is not None and not plan.moved_from
    }
    pages = there | run.pages
    return Around(subjects, {id_: pages[id_] for id_ in sorted(pages)})


def levels(plan: Plan) -> list[list[PagePlan]]:
    """The pages that are made from others, too, those furthest from the index first."""
    found: dict[int, list[PagePlan]] = {}
    for each in plan.pages.values():
        if each.subject.parts:
            found.setdefault(len(each.subject.above), []).append(each)
    return [found[depth] for depth in sorted(found, reverse=True)] or [
        [plan.index] if plan.index is not None else []
    ]
