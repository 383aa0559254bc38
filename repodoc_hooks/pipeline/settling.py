"""Whether a change shows: a page of which every section would read as it does is current.

Hashes tell where to look, never more: a comment beyond the first sentence, a private name, the signature of something
that no list shows change a hash and no page. So what hashes call stale is rendered and compared, without the former
version of the source, which a shallow clone does not have. The stamps of such a page stay as they are until it is
written for another reason.
"""

from __future__ import annotations

from msgspec.structs import replace

from repodoc_hooks.backends import offline
from repodoc_hooks.pages import render
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.frame import out_of_frame
from repodoc_hooks.pipeline.neighbours import links_of, stamped
from repodoc_hooks.pipeline.page_planning import same_blob, unread_lines
from repodoc_hooks.pipeline.plan import FAILING_STATES, PagePlan, Plan, SectionState
from repodoc_hooks.pipeline.regions import Around, local_regions
from repodoc_hooks.pipeline.section_tasks import section_task
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import KINDS, Change

_HIDDEN: frozenset[Change] = frozenset({"interface", "doc", "body", "imports", "links"})
_RULES = frozenset({"RD001", "RD002", "RD003"})


def settled(survey: Survey, plan: Plan) -> Plan:
    """The plan, in which pages that would come out as they stand are current."""
    pages = dict(plan.pages)
    for id_, page in reversed([*plan.pages.items()]):  # first those that others are made from
        by_manifest = any(delta.kind == "meaning" for delta in page.dependencies)
        if not (by_manifest and any(each.stale for each in pages.values() if each is not page)):
            pages[id_] = settled_page(survey, plan, page)
    return replace(plan, pages=pages)


def settled_page(survey: Survey, plan: Plan, page: PagePlan) -> PagePlan:
    """One page of a plan in the same way."""
    failing = [section for section in page.sections if section.state in FAILING_STATES]
    if (
        not failing
        or not _may_hide(survey, plan, page, failing)
        or not _reads_the_same(survey, plan, page, failing)
    ):
        return page
    sections = tuple(_current(page, each) if each in failing else each for each in page.sections)
    return replace(page, sections=sections)


def _may_hide(survey: Survey, plan: Plan, page: PagePlan, failing: list[SectionState]) -> bool:
    """The page is stale by hashes alone: it has the files and the links that it should have, and owes nothing."""
    old = page.page
    if old is None or page.broken or page.moved_from or page.standing.absorbed or old.stamps.debts:
        return False
    if any(section.state != "stale" or section.rule not in _RULES for section in failing):
        return False
    if out_of_frame(old, page.standing, {section.kind for section in page.sections}):
        return False
    changes = {change for delta in page.deltas for change in delta.changes}
    if any(delta.path in page.standing.found_otherwise for delta in page.deltas):
        return False
    if not changes <= _HIDDEN or any(delta.kind not in ("used", "meaning") for delta in page.dependencies):
        return False
    own_words = all(_is_ours(survey, page, section.kind) for section in failing)
    return own_words and (survey.part is not None or _uses_the_same(survey, plan, page))


def _uses_the_same(survey: Survey, plan: Plan, page: PagePlan) -> bool:
    """What the page uses of others is on its list, whatever files that is made of.

    A file that imports another one of a page that is on the list already shows nowhere. As its stamp stays as it is,
    the page is looked at again until it is written; so only such files may import otherwise, and what one of them
    offers must be the same, as others get at names by way of it. A model is told of every file that is used.
    """
    old, new = stamped(page.stamps), links_of(survey, page.subject)
    if old == new:
        return True
    if survey.config.asks_models or old.environment != new.environment:
        return False
    changed = {delta.path for delta in page.deltas if "body" in delta.changes}
    if any("interface" in delta.changes for delta in page.deltas):
        return False
    others = {target for path in page.subject.files if path not in changed for target in survey.needs(path)}
    come, gone = new.needed - old.needed, old.needed - new.needed
    if not (come <= new.drawn - others and gone <= old.drawn):
        return False
    component = survey.components.get(page.subject.component)
    if component is None or not all(
        survey.outward.packages(component, {name}) == frozenset() for name in old.outward ^ new.outward
    ):
        return False
    homes = Around({id_: each.subject for id_, each in plan.pages.items()}, {}).homes
    return {homes.get(path, path) for path in old.drawn} == {homes.get(path, path) for path in new.drawn}


def imports_wait(survey: Survey, page: Page) -> bool:
    """A file of a page imports otherwise than in the state that the page was written with, which showed nowhere."""
    for path, stamp in page.stamps.files.items():
        if same_blob(survey.blob(path), stamp):
            continue
        facts = survey.facts(path)
        before = survey.former(path, stamp.blob) if facts.ast != stamp.ast else facts
        if before is None or before.imports != facts.imports:
            return True
    return False


def _is_ours(survey: Survey, page: PagePlan, kind: str) -> bool:
    """Analysis makes the section, or it is and stays in the repository's own words."""
    if not KINDS[kind].prose:
        return True
    by_us = page.stamps.authors.get(kind) == offline.NAME and not survey.config.asks_models
    return by_us and page.page is not None and not is_edited(page.page, kind)


def _reads_the_same(survey: Survey, plan: Plan, page: PagePlan, failing: list[SectionState]) -> bool:
    """Every section that hashes call stale comes out as it stands."""
    assert page.page is not None
    survey.load(page.subject.files)
    around = Around({id_: each.subject for id_, each in plan.pages.items()}, plan.standing)
    kinds = {section.kind for section in failing}
    fresh = local_regions(survey, page, page.stamps, around, only=kinds)
    if any(page.page.regions[kind].body != body.strip("\n") for kind, body in fresh.items()):
        return False
    return all(
        page.page.regions[kind].body == _own_words(survey, plan, page, kind).strip("\n")
        for kind in kinds
        if KINDS[kind].prose
    )


def _own_words(survey: Survey, plan: Plan, page: PagePlan, kind: str) -> str:
    task = section_task(survey, plan, page, kind, "", pages=plan.standing, sources=False)
    return render.prose(kind, offline.result(task).data, offline.NAME, survey.templates)


def _current(page: PagePlan, section: SectionState) -> SectionState:
    told = unread_lines(page.stamps) if section.kind == "api" else ()
    return replace(section, state="current", rule="RD011" if told else "", because=told)
