"""Which pages a run has to write."""

from __future__ import annotations

from collections.abc import Sequence

from repodoc_hooks.errors import UsageError
from repodoc_hooks.pipeline.plan import PagePlan, Plan, SectionState
from repodoc_hooks.pipeline.run_request import Request
from repodoc_hooks.sections.kinds import DEEP_SECTIONS


def selected(plan: Plan, request: Request, ready: frozenset[str] = frozenset()) -> list[PagePlan]:
    """The pages that the run has to write, without the index; `ready` are sections whose text waits in the store.

    Raises:
        UsageError: a path belongs to no component.
    """
    chosen = list(plan.components.values())
    if request.paths:
        index = plan.index.subject.path if plan.index is not None else ""
        for path in request.paths:
            if path.rstrip("/") != index and not any(_belongs(path, p) for p in chosen):
                raise UsageError(
                    "no component has it", where=path, fix="`repodoc list` names components and pages"
                )
        chosen = [p for p in chosen if any(_belongs(path, p) for path in request.paths)]
    if request.all or request.force:
        return chosen
    return [p for p in chosen if p.stale or p.broken or any(_wants(p, s, request, ready) for s in p.sections)]


def _wants(page: PagePlan, section: SectionState, request: Request, ready: frozenset[str]) -> bool:
    """A section that lags is tried again, but not by a hook whose commit has nothing to do with it.

    A writer is asked for the sections in the repository's own words, too.
    """
    own_words = page.stamps.authors.get(section.kind) == "offline"
    if section.id in ready or (request.writer is not None and own_words):
        return True
    if section.state not in ("deferred", "owed") or request.origin == "pre-commit":
        return False
    return section.kind not in DEEP_SECTIONS or request.deep


def only(plan: Plan, sections: Sequence[SectionState], paths: Sequence[str]) -> list[SectionState]:
    """The sections on the pages of some components, source files, pages or directories above them.

    Raises:
        UsageError: a path is none of these.
    """
    chosen: set[str] = set()
    for path in paths:
        below = path.rstrip("/") + "/"
        pages = {
            p.subject.path for p in plan.pages.values() if _belongs(path, p) or p.subject.id.startswith(below)
        }
        pages |= {s.path for s in sections if s.path == path or s.path.startswith(below)}
        if not pages:
            raise UsageError(
                "no page describes it", where=path, fix="`repodoc list` names components and pages"
            )
        chosen |= pages
    return [section for section in sections if section.path in chosen]


def _belongs(path: str, plan: PagePlan) -> bool:
    path = path.rstrip("/") or "."
    subject = plan.subject
    return path in (subject.id, subject.component, subject.path, *subject.files)
