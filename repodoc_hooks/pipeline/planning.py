"""Planning: every page of a tree held against its component, wherever it stands and whatever imports mean now.

The stamps in the pages of a snapshot are held against the files of the same snapshot; neither notes nor cache
change the outcome. A file whose blob matches its stamp is not opened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from repodoc_hooks.analysis import languages, manifest_rules
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.imports import found_by, may_hide_others
from repodoc_hooks.pages import markers
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.pipeline.neighbours import links_of, stamped, with_neighbours
from repodoc_hooks.pipeline.outputs import plan_outputs
from repodoc_hooks.pipeline.page_planning import changed_manifests, plan_page, same_blob
from repodoc_hooks.pipeline.placing import Places, place
from repodoc_hooks.pipeline.plan import FileDelta, PagePlan, Pages, Plan, SectionState, Standing
from repodoc_hooks.pipeline.prompt_version import former_prompts
from repodoc_hooks.pipeline.routes import rerouted, with_homes, with_pictures, with_places
from repodoc_hooks.pipeline.settling import settled
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import KINDS, Change


def make_plan(
    survey: Survey,
    pages: Pages,
    importers: Callable[[Mapping[str, Collection[str]]], Iterable[str]],
    name: str,
) -> Plan:
    """Hold every page against the tree.

    Args:
        importers: gives, for source files with the packages that they are or were in, the files that may import them.
        name: of the repository.
    """
    places = place(survey, pages, name)
    known = _known_interfaces(survey, pages)
    otherwise = _found_otherwise(survey, places.pages.values())
    new_imports, other_imports = _other_imports(survey, places, importers, otherwise)
    to_stamp = _to_stamp(survey, otherwise, shows=any((*new_imports.values(), *other_imports.values())))
    remapped = _remapped(survey, places.pages.get(INDEX_ID))
    described = frozenset(path for page in places.pages.values() for path in page.stamps.files)
    gone = frozenset(path for path in described if path not in survey.entries)
    plans: dict[str, PagePlan] = {}
    for subject in reversed([*places.subjects.values()]):  # first those that others are made from
        page = places.pages.get(subject.id)
        standing = Standing(
            page,
            header=_header(subject, places.subjects),
            moved_from=page.path if page is not None and page.path != subject.path else "",
            damaged=pages.damaged.get(subject.path),
            absorbed=places.absorbed.get(subject.id, ()),
            known=known,
            described=described,
            gone=gone,
            new_imports=new_imports.get(subject.id, frozenset()),
            other_imports=other_imports.get(subject.id, frozenset()),
            found_otherwise=to_stamp,
            below={id_: plans[id_].page for id_ in subject.parts if not plans[id_].broken},
        )
        plans[subject.id] = _looked_at(survey, plan_page(survey, subject, standing), places.subjects)
        if subject.component in remapped:
            manifest = remapped[subject.component]
            plans[subject.id] = _resolved_anew(survey, plans[subject.id], manifest, places.subjects)
    plans = rerouted(survey, with_homes(survey, plans), otherwise)
    plans = with_neighbours(survey, {id_: plans[id_] for id_ in places.subjects}, remapped)
    told = (
        former_prompts(plans.values(), survey.templates)
        if any(p.stamps.prompts for p in plans.values())
        else ""
    )
    messages = (told,) if told else ()
    planned = Plan(survey.tree, plans, (), _orphans(places), _layout(places), messages)
    found = with_pictures(survey, with_places(survey, settled(survey, planned)))
    return replace(found, outputs=plan_outputs(survey, found.pages))


def _header(subject: Subject, subjects: Mapping[str, Subject]) -> str:
    above = [subjects[id_] for id_ in subject.above if id_ in subjects]
    return markers.header(subject.title, subject.path, [(each.title, each.path) for each in above])


def _layout(places: Places) -> SectionState | None:
    """One finding where all pages have to move."""
    page = places.old_layout
    if page is None:
        return None
    because = (
        f"the pages stand in an earlier place or layout; they move to {places.subjects[INDEX_ID].path}",
    )
    return SectionState(f"{INDEX_ID}#layout", INDEX_ID, "layout", page.path, 1, "stale", "RD004", because)


def _orphans(places: Places) -> tuple[SectionState, ...]:
    """Pages of ours whose subject is gone."""
    return tuple(
        SectionState(
            f"{page.stamps.component}#page",
            page.stamps.component,
            "page",
            page.path,
            1,
            "orphan",
            "RD005",
            (f"{page.stamps.component!r} is gone",),
        )
        for page in places.orphans
    )


def _known_interfaces(survey: Survey, pages: Pages) -> Callable[[str], str | None]:
    """The interface hash of any source file: as stamped where a page describes its very blob, else by parsing."""
    stamped = {path: stamp for page in pages.good.values() for path, stamp in page.stamps.files.items()}

    def interface(path: str) -> str | None:
        if survey.owner(path) is None:
            return None
        stamp = stamped.get(path)
        if stamp is not None and same_blob(survey.blob(path), stamp):
            return stamp.interface
        return survey.interface(path)

    return interface


def _found_otherwise(survey: Survey, pages: Iterable[Page]) -> dict[str, FileFacts | None]:
    """Files whose package, or what else they are imported by, is not that which their page describes -> the facts that
    it does describe, None where this clone lacks them."""
    changed = {
        path: stamp
        for page in pages
        for path, stamp in page.stamps.files.items()
        if survey.owner(path) is not None and not same_blob(survey.blob(path), stamp)
    }
    survey.load(changed)
    found: dict[str, FileFacts | None] = {}
    for path, stamp in changed.items():
        facts = survey.facts(path)
        if stamp.ast != facts.ast:
            before = survey.former(path, stamp.blob)
            if before is None or found_by(before) != found_by(facts):
                found[path] = before
    return found


def _to_stamp(survey: Survey, otherwise: Mapping[str, FileFacts | None], *, shows: bool) -> frozenset[str]:
    """Those of the files found `otherwise` of which stamps have to tell, though their own pages may read the same: else
    nobody sees when they are found as before again. `shows`: other pages read otherwise by such a file."""
    return frozenset(
        path
        for path, before in otherwise.items()
        if before is not None and (shows or before.package != survey.facts(path).package)
    )


def _other_imports(
    survey: Survey,
    places: Places,
    importers: Callable[[Mapping[str, Collection[str]]], Iterable[str]],
    otherwise: Mapping[str, FileFacts | None],
) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Subject -> files that it now imports although none of its own files changed: somebody added them, or they are
    found `otherwise`. And those beside these that it imports now, or no more: a file that came may make a name mean
    several, one that is gone may leave another alone."""
    homes = {path: subject.id for subject in places.subjects.values() for path in subject.files}
    moved = _moved(survey, places, otherwise)
    means: dict[str, set[str]] = {}
    for importer in importers(moved) if moved else ():
        home = homes.get(importer)
        page = places.pages.get(home) if home is not None else None
        if home is not None and page is not None and importer in page.stamps.files:
            means.setdefault(home, set()).update(survey.needs(importer))
    new: dict[str, frozenset[str]] = {}
    other: dict[str, frozenset[str]] = {}
    for home, targets in means.items():
        subject, known = places.subjects[home], places.pages[home].stamps.dependencies.keys()
        found = targets.difference(subject.files, known)
        lost = set() if known <= targets else known - survey.outside(subject)
        new[home] = frozenset(found & moved.keys())
        other[home] = frozenset(lost | (found - moved.keys()))
    return new, other


def _moved(survey: Survey, places: Places, otherwise: Mapping[str, FileFacts | None]) -> dict[str, set[str]]:
    """Files that came, went or are found `otherwise` -> the packages that they are in and were in."""
    described = {path: stamp for page in places.pages.values() for path, stamp in page.stamps.files.items()}
    here = [*(path for path in survey.paths if path not in described), *otherwise] if described else []
    survey.load(here)
    found = {path: {survey.facts(path).package} for path in here}
    gone = (path for path in described if path not in survey.paths and may_hide_others(path))
    for path, before in (*otherwise.items(), *((p, survey.former(p, described[p].blob)) for p in gone)):
        found.setdefault(path, set()).add(before.package if before is not None else "")
    return found


def _remapped(survey: Survey, index: Page | None) -> dict[str, str]:
    """Components that a manifest that changed may concern -> that manifest: those below it, whose imports it reads,
    and all others of its languages, which import what is below it by the names that it gives."""
    found: dict[str, str] = {}
    for manifest in changed_manifests(survey, index):
        spoken = manifest_rules.read_by(manifest)
        for path, component in survey.paths.items():
            if languages.language_of(path) in spoken:
                found.setdefault(component, manifest)
    return found


def _looked_at(survey: Survey, plan: PagePlan, subjects: Mapping[str, Subject]) -> PagePlan:
    """The plan, where imports changed, with what of that shows on pages: an import of the language's own does not."""
    if plan.page is None or plan.broken or not any("imports" in delta.also for delta in plan.deltas):
        return plan
    shows: set[Change] = set()
    if links_of(survey, plan.subject) != stamped(plan.stamps):
        shows.add("links")
    if _differs(survey, plan, subjects, {"structure"}):
        shows.add("imports")
    return plan_page(survey, plan.subject, replace(plan.standing, shows=frozenset(shows)))


def _resolved_anew(
    survey: Survey, plan: PagePlan, manifest: str, subjects: Mapping[str, Subject]
) -> PagePlan:
    """The plan with a stale page, if its files' imports mean other files than its stamps say."""
    page, subject = plan.page, plan.subject
    if page is None or plan.broken or plan.stale:
        return plan
    linked = links_of(survey, subject) == stamped(page.stamps)
    if linked and not _differs(survey, plan, subjects, {"structure", "surface"}):
        return plan
    words = (f"{manifest} changed what its imports mean, or what it offers",)
    delta = FileDelta(manifest, "resolution", words, also=frozenset({"links"}))
    sections = tuple(
        replace(s, state="stale", rule="RD003", because=words)
        if s.kind in KINDS and not KINDS[s.kind].touched_by.isdisjoint(delta.changes)
        else s
        for s in plan.sections
    )
    return replace(plan, deltas=(*plan.deltas, delta), sections=sections)


def _differs(
    survey: Survey, plan: PagePlan, subjects: Mapping[str, Subject], sections: Collection[str]
) -> bool:
    """Sections that follow from the page's own files are not what the page has."""
    from repodoc_hooks.pipeline.regions import Around, local_regions

    page = plan.page
    assert page is not None
    fresh = local_regions(survey, plan, page.stamps, Around(subjects, {}), only=sections)
    now = {kind: body.strip("\n") for kind, body in fresh.items()}
    differs = any(page.regions[kind].body != now.get(kind, "") for kind in sections if kind in page.regions)
    return differs or ("surface" in sections and "surface" not in page.regions and bool(now.get("surface")))
