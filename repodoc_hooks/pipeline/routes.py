"""What pages get at by way of others: files behind those that they import, and places on other pages.

Such a page is stale although neither a file of its own nor the interface of an imported one changed. It is looked for
from what did change, page by page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.layout import relative_link
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pipeline.neighbours import links_of, stamped
from repodoc_hooks.pipeline.page_planning import plan_page
from repodoc_hooks.pipeline.plan import DependencyDelta, PagePlan, Plan
from repodoc_hooks.pipeline.regions import Around, drawn_otherwise, local_regions, uses_of_page
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import Change

_ROUTING: frozenset[Change] = frozenset({"added", "removed", "renamed", "imports", "links", "resolution"})
_OTHER_ARROWS = "a merge left arrows in it that are others than its pages have"
_TARGET = expression(r"\]\(([^()\s#]+)#")


def rerouted(
    survey: Survey, plans: Mapping[str, PagePlan], otherwise: Collection[str] = ()
) -> dict[str, PagePlan]:
    """The plans, with the pages that import what hands on names of other files than before, or is found `otherwise`."""
    found = dict(plans)
    importers: dict[str, list[str]] = {}
    for id_, plan in plans.items():
        for path in plan.stamps.dependencies if not plan.broken else ():
            importers.setdefault(path, []).append(id_)
    waiting = [*otherwise, *(path for plan in plans.values() for path in _handing_otherwise(survey, plan))]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        for id_ in importers.pop(path, ()):
            plan = found[id_]
            if id_ in seen or plan.stale:
                continue
            seen.add(id_)
            if links_of(survey, plan.subject) != stamped(plan.stamps):
                found[id_] = plan_page(
                    survey, plan.subject, replace(plan.standing, rerouted=frozenset({path}))
                )
                waiting += plan.subject.files
    return found


def with_homes(survey: Survey, plans: Mapping[str, PagePlan]) -> dict[str, PagePlan]:
    """The plans, with the pages whose links lead to where something used to be described.

    Either what is described moved, or a merge brought together a page from one side and a division from the other.
    """
    found = dict(plans)
    around = Around({id_: plan.subject for id_, plan in plans.items()}, {})
    for id_, plan in plans.items():
        if plan.page is None or plan.broken or plan.subject.kind not in ("part", "file"):
            continue
        used = uses_of_page(survey, plan.subject, plan.stamps, around)
        if used and not _leads_to(plan.page, used) and _reads_otherwise(survey, plan, around, "dependencies"):
            standing = replace(plan.standing, rerouted=frozenset(used))
            found[id_] = plan_page(survey, plan.subject, standing)
    return found


def _leads_to(page: Page, used: Mapping[str, tuple[str, str]]) -> bool:
    """The list of what a page uses has these links and no others."""
    body = page.regions["dependencies"].body if "dependencies" in page.regions else ""
    links = {f"]({relative_link(page.path, path)})" for _, path in used.values()}
    return body.count("](") == len(links) and all(link in body for link in links)


def _reads_otherwise(survey: Survey, plan: PagePlan, around: Around, kind: str) -> bool:
    page = plan.page
    if page is None or kind not in page.regions:
        return False
    fresh = local_regions(survey, plan, page.stamps, around, only={kind})
    return fresh.get(kind, "").strip("\n") != page.regions[kind].body


def _handing_otherwise(survey: Survey, plan: PagePlan) -> Iterable[str]:
    """Files of a page by way of which importers may get at other files than before."""
    if plan.page is None or plan.broken:
        return ()
    changes = {change for delta in plan.deltas for change in delta.changes}
    if _ROUTING.isdisjoint(changes | {delta.kind for delta in plan.dependencies}):
        paths = {delta.path for delta in plan.deltas if "interface" in delta.changes}
    else:
        paths = {*plan.subject.files, *plan.stamps.files}
    return [path for path in sorted(paths) if survey.hands_on(path)]


def with_places(survey: Survey, plan: Plan) -> Plan:
    """The plan, in which public APIs are stale that name of other components what is other, or elsewhere, now."""
    changed = {each.subject.component for each in plan.pages.values() if each.stale}
    gone = {page.path for each in plan.pages.values() for page in each.standing.absorbed}
    gone.update(orphan.path for orphan in plan.orphans)
    others = {each.subject.path: each.subject.component for each in plan.pages.values()}
    pages = dict(plan.pages)
    around = Around({id_: each.subject for id_, each in plan.pages.items()}, plan.standing)
    for id_, page in plan.pages.items() if changed or gone else ():
        if page.page is None or page.stale or page.broken or "surface" not in page.page.regions:
            continue
        targets = set(_TARGET.findall(page.page.regions["surface"].body))
        concerned = changed - {page.subject.component}
        paths = [path for path in sorted(others.keys() | gone) if path in gone or others[path] in concerned]
        paths = [path for path in paths if relative_link(page.subject.path, path) in targets]
        if paths and _reads_otherwise(survey, page, around, "surface"):
            pages[id_] = _leading_elsewhere(page, paths)
    return replace(plan, pages=pages)


def with_pictures(survey: Survey, plan: Plan) -> Plan:
    """The plan, in which pictures are stale whose arrows a merge of texts has left otherwise than the pages below say:
    each side may have added one, and both together close a circle. Where a page below is stale they are drawn anew."""
    pages = dict(plan.pages)
    around = Around({id_: each.subject for id_, each in plan.pages.items()}, plan.standing)
    stale = {id_ for id_, each in plan.pages.items() if each.stale}
    stale |= {id_ for each in stale for id_ in plan.pages[each].subject.above}
    for id_, page in plan.pages.items():
        there = page.page is not None and "architecture" in page.page.regions
        if there and not page.broken and id_ not in stale and drawn_otherwise(survey, page, around):
            pages[id_] = _marked(page, "architecture", "RD008", (_OTHER_ARROWS,))
    return replace(plan, pages=pages)


def _marked(plan: PagePlan, kind: str, rule: str, words: tuple[str, ...]) -> PagePlan:
    """The plan, in which one section is stale."""
    sections = (
        replace(each, state="stale", rule=rule, because=words) if each.kind == kind else each
        for each in plan.sections
    )
    return replace(plan, sections=tuple(sections))


def _leading_elsewhere(plan: PagePlan, paths: Iterable[str]) -> PagePlan:
    words = tuple(f"names what {path} tells otherwise now" for path in paths)
    deltas = tuple(DependencyDelta(path, "handed", word) for path, word in zip(paths, words, strict=True))
    marked = _marked(plan, "surface", "RD003", words)
    return replace(marked, dependencies=(*plan.dependencies, *deltas))
