"""What a page shows of other pages, of manifests and of what its component hands out: planned after all pages.

Who uses a component follows from the imports of other components, so that a commit that adds an import makes the
page of what is imported stale, too. Pages that are current tell their part by their stamps, and no file of theirs is
opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.pages.api import is_internal
from repodoc_hooks.pages.layout import ROOT_ID, display_path, relative_link
from repodoc_hooks.pages.markers import title_of
from repodoc_hooks.pages.model import Stamps
from repodoc_hooks.pages.subject import Subject, listed_title
from repodoc_hooks.pipeline.page_planning import plan_page
from repodoc_hooks.pipeline.plan import PagePlan
from repodoc_hooks.pipeline.survey import TEMPLATES_VERSION, Survey
from repodoc_hooks.sections.kinds import Change

_HANDING: frozenset[Change] = frozenset(
    {"added", "removed", "renamed", "interface", "imports", "links", "used", "resolution"}
)


class Links(Struct, frozen=True):
    """What the files of a page use beside each other: files that they need, those of them that they import at run
    time, names that may be other people's packages, environment variables."""

    needed: frozenset[str]
    drawn: frozenset[str]
    outward: frozenset[str]
    environment: frozenset[str]


def links_of(survey: Survey, subject: Subject) -> Links:
    """Those of a page as the tree has them."""
    survey.load(subject.files)
    needed = survey.outside(subject)
    return Links(
        needed,
        frozenset(target for path in subject.files for target in survey.imports(path)) & needed,
        frozenset(name for path in subject.files for name in survey.outward.names(path)),
        frozenset(name for path in subject.files for name in survey.facts(path).environment),
    )


def stamped(stamps: Stamps) -> Links:
    """Those that a page was written with."""
    found = stamps.dependencies.values()
    return Links(
        frozenset(stamps.dependencies),
        frozenset(each.path for each in found if not each.through),
        stamps.outward,
        stamps.environment,
    )


def handed_names(survey: Survey, component: Component, files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The internal ones of some files of a component of which users get at names all the same, and these.

    Where nothing is known of what the component hands out, these are all that are public.
    """
    internal = internal_files(component, files)
    if not internal:
        return {}
    surface = survey.surface(component)
    handed: dict[str, set[str]] = {}
    for entry in surface.entries:
        for name in entry.names:
            handed.setdefault(name.file, set()).add(name.symbol.partition(".")[0])
    found: dict[str, tuple[str, ...]] = {}
    for path in internal:
        own = {s.name for s in survey.facts(path).symbols if s.public and "." not in s.name}
        wanted = handed.get(path, set())
        names = own if not surface or "" in wanted else own & wanted
        if names:
            found[path] = tuple(sorted(names))
    return found


def internal_files(component: Component, files: Iterable[str]) -> list[str]:
    """Those of a component's files that are nobody's business by their place."""
    return [path for path in files if is_internal(display_path(component.id, path))]


def with_neighbours(
    survey: Survey, plans: Mapping[str, PagePlan], remapped: Collection[str]
) -> dict[str, PagePlan]:
    """The plans of all pages, with what follows from others; `remapped` components' imports mean something else."""
    links = _Links(survey)
    users: dict[str, set[str]] = {}
    names: dict[str, set[str]] = {}
    for plan in plans.values():
        own = plan.subject.component
        if own:
            survey.relieve()
            drawn, outward = links.of(plan)
            names.setdefault(own, set()).update(outward)
            for target in {survey.owner(path) for path in drawn} - {own, None}:
                users.setdefault(str(target), set()).add(own)
    handed = _handed(survey, plans.values(), remapped)
    titles = {
        id_: plan.subject.title
        for id_, plan in plans.items()
        if plan.page is not None and title_of(plan.page) != plan.subject.title
    }
    ours = {component.name for component in survey.components.values()}
    top = survey.components.get(ROOT_ID)
    found: dict[str, PagePlan] = {}
    for id_, plan in plans.items():
        subject, standing = plan.subject, plan.standing
        if subject.component and subject.component == subject.id:
            component = survey.components[subject.id]
            standing = replace(
                standing,
                users=frozenset(users.get(id_, ())),
                packages=survey.outward.packages(component, names.get(id_, ())) - ours,
            )
        called = _named(survey, plans, plan, users) & titles.keys() if titles else set()
        renamed = {each: titles[each] for each in called}
        if top is not None and _miscalls(survey, plan):
            renamed[top.id] = top.title
        if renamed:
            standing = replace(standing, renamed=renamed)
        if subject.component in handed:
            known = handed[subject.component]
            standing = replace(standing, handed={p: known[p] for p in subject.files if p in known})
        found[id_] = (
            plan
            if standing is plan.standing
            else _planned_anew(survey, plan, replace(plan, standing=standing))
        )
    return found


def _planned_anew(survey: Survey, old: PagePlan, new: PagePlan) -> PagePlan:
    """The plan with its new standing; judged anew only where that differs from what the page has."""
    page, standing = old.page, new.standing
    if page is None or old.broken:
        return new
    same = (
        standing.users in (None, page.stamps.users)
        and standing.packages in (None, page.stamps.packages)
        and standing.handed in (None, page.stamps.handed)
        and not standing.renamed
    )
    return new if same else plan_page(survey, old.subject, standing)


def _named(
    survey: Survey, plans: Mapping[str, PagePlan], plan: PagePlan, users: Mapping[str, set[str]]
) -> set[str]:
    """The subjects that a page calls by their titles: those below, those that its component uses or is used by."""
    id_ = plan.subject.id
    own = [plan]
    if id_ in survey.components:
        own = [each for each in plans.values() if each.subject.component == id_]
    used = {survey.owner(path) for each in own for path in each.stamps.dependencies}
    return {*plan.subject.parts, *users.get(id_, ()), *(each for each in used if each is not None)}


def _miscalls(survey: Survey, plan: PagePlan) -> bool:
    """The page has a link to the component at the top by another title than that has now.

    The index, which is the page of this component, has the repository's title and does not tell.
    """
    body = plan.page.regions["dependencies"].body if plan.page and "dependencies" in plan.page.regions else ""
    link = f"]({relative_link(plan.subject.path, survey.page_paths[ROOT_ID])})"
    return link in body and f"[{listed_title(survey.titles[ROOT_ID])}{link}" not in body


class _Links:
    """What pages import, by their stamps where they are current."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey

    def of(self, plan: PagePlan) -> tuple[Iterable[str], Iterable[str]]:
        """Files that a page's files import at run time, and names that may be other people's packages."""
        if plan.page is not None and not plan.stale and not plan.broken:
            found = stamped(plan.stamps)
            return found.drawn, found.outward
        found = links_of(self.survey, plan.subject)
        return found.drawn, found.outward


def _handed(
    survey: Survey, plans: Iterable[PagePlan], remapped: Collection[str]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Component -> `handed_names`, where these may be others than its pages have."""
    concerned = {
        plan.subject.component
        for plan in plans
        if plan.page is not None and (plan.subject.component in remapped or _may_hand_otherwise(plan))
    }
    found = {}
    for id_ in sorted(concerned - {""}):
        component = survey.components[id_]
        if internal := internal_files(component, [file.path for file in component.files]):
            found[id_] = handed_names(survey, component, internal)
    return found


def _may_hand_otherwise(plan: PagePlan) -> bool:
    kinds = {change for delta in plan.deltas for change in delta.changes}
    kinds |= {delta.kind for delta in plan.dependencies}
    return not kinds.isdisjoint(_HANDING) or (plan.stamps.templates or TEMPLATES_VERSION) != TEMPLATES_VERSION
