"""Planning: every page of a tree held against its component, wherever it stands and whatever imports mean now.

The stamps in the pages of a snapshot are held against the files of the same snapshot; neither notes nor cache
change the outcome. A file whose blob matches its stamp is not opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from repodoc_hooks.analysis import HASH_DIGITS, languages, manifests
from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.subject import subjects
from repodoc_hooks.pipeline.outputs import plan_outputs
from repodoc_hooks.pipeline.page_planning import Standing, changed_manifests, plan_page, same_blob
from repodoc_hooks.pipeline.plan import FileDelta, PagePlan, Pages, Plan, SectionState
from repodoc_hooks.pipeline.survey import Survey

_SAME_COMPONENT = 0.5


def make_plan(
    survey: Survey, pages: Pages, importers_of_new: Callable[[list[str]], Iterable[str]], name: str
) -> Plan:
    """Hold every page against the tree.

    Args:
        importers_of_new: gives, for source files that no page knows, the files that may import them.
        name: of the repository.
    """
    every = subjects(survey.config, survey.components, name)
    paths = survey.page_paths
    moved = _moved_pages(survey, pages, paths)
    known = _known_interfaces(survey, pages)
    new_imports = _new_imports(survey, pages, paths, importers_of_new)
    remapped = _remapped(survey, pages.good.get(every[INDEX_ID].path))
    plans: dict[str, PagePlan] = {}
    for subject in sorted(
        every.values(), key=lambda s: bool(s.parts)
    ):  # first those that others are made from
        page = pages.good.get(subject.path) or moved.get(subject.id)
        standing = Standing(
            page,
            moved_from=page.path if page is not None and page.path != subject.path else "",
            damaged=pages.damaged.get(subject.path),
            known=known,
            new_imports=new_imports.get(subject.id, ()),
            below={id_: plans[id_].page for id_ in subject.parts if not plans[id_].broken},
        )
        plans[subject.id] = plan_page(survey, subject, standing)
        if subject.id in remapped:
            plans[subject.id] = _resolved_anew(survey, plans[subject.id], remapped[subject.id])
    plans = {id_: plans[id_] for id_ in every}
    return Plan(survey.tree, plans, plan_outputs(survey, plans), _orphans(pages, plans))


def _orphans(pages: Pages, plans: Mapping[str, PagePlan]) -> tuple[SectionState, ...]:
    """Pages of ours whose subject is gone."""
    claimed = {path for plan in plans.values() for path in (plan.subject.path, plan.moved_from)}
    return tuple(
        SectionState(
            f"{page.stamps.component}#page",
            page.stamps.component,
            "page",
            path,
            1,
            "orphan",
            "RD005",
            (f"the component {page.stamps.component!r} is gone",),
        )
        for path, page in sorted(pages.good.items())
        if path not in claimed and page.stamps.component
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
        return survey.facts(path).interface

    return interface


def _new_imports(
    survey: Survey,
    pages: Pages,
    paths: Mapping[str, str],
    importers_of_new: Callable[[list[str]], Iterable[str]],
) -> dict[str, set[str]]:
    """Component -> files that it now imports although none of its own files changed: somebody added them."""
    described = {path for page in pages.good.values() for path in page.stamps.files}
    added = sorted(path for path in survey.paths if path not in described)
    if not added or not described:
        return {}
    fresh: dict[str, set[str]] = {}
    for importer in importers_of_new(added):
        owner = survey.owner(importer)
        page = pages.good.get(paths[owner]) if owner is not None else None
        if owner is None or page is None or importer not in page.stamps.files:
            continue
        found = {p for p in survey.needs(importer) if survey.owner(p) != owner}
        fresh.setdefault(owner, set()).update(found & set(added))
    return fresh


def _remapped(survey: Survey, index: Page | None) -> dict[str, str]:
    """Components below a manifest that changed -> that manifest."""
    found: dict[str, str] = {}
    for manifest in changed_manifests(survey, index):
        folder, spoken = manifest.rpartition("/")[0], manifests.read_by(manifest)
        for path, component in survey.paths.items():
            below = not folder or path.startswith(f"{folder}/")
            if below and languages.language_of(path) in spoken:
                found.setdefault(component, manifest)
    return found


def _resolved_anew(survey: Survey, plan: PagePlan, manifest: str) -> PagePlan:
    """The plan with a stale page, if the component's imports mean other files than its diagrams show."""
    page, component = plan.page, survey.components[plan.subject.component]
    if page is None or plan.broken or plan.stale:
        return plan
    from repodoc_hooks.pipeline.page_builder import diagrams

    fresh = diagrams(survey, component)
    stamped = {path for path in page.stamps.dependencies if languages.language_of(path) is not None}
    drawn = {kind: page.regions[kind].body if kind in page.regions else "" for kind in fresh}
    if survey.outside(component) == stamped and all(drawn[k] == fresh[k].strip("\n") for k in fresh):
        return plan
    words = (f"{manifest} changed what its imports mean",)
    sections = tuple(
        replace(s, state="stale", rule="RD003", because=words) if s.kind in fresh else s
        for s in plan.sections
    )
    return replace(plan, deltas=(FileDelta(manifest, "resolution", words),), sections=sections)


def _moved_pages(survey: Survey, pages: Pages, paths: Mapping[str, str]) -> dict[str, Page]:
    """Component without a page -> the page of a component that is gone and had mostly the same files."""
    taken = {path for path in paths.values() if path in pages.good}
    free = [
        p
        for path, p in sorted(pages.good.items())
        if path not in taken and p.stamps.component and p.stamps.files
    ]
    homeless = [
        c
        for c in survey.components.values()
        if paths[c.id] not in pages.good and paths[c.id] not in pages.damaged
    ]
    found: dict[str, Page] = {}
    for component in homeless:
        candidates = [p for p in free if p not in found.values()]
        best = max(candidates, key=lambda page: _likeness(survey, component, page), default=None)
        if best is not None and _likeness(survey, component, best) >= _SAME_COMPONENT:
            found[component.id] = best
    return found


def _likeness(survey: Survey, component: Component, page: Page) -> float:
    """Share of files that the component and the page have in common, by blob, else by structure."""
    size = max(len(component.files), len(page.stamps.files))
    blobs = Counter(stamp.blob for stamp in page.stamps.files.values())
    same = sum((blobs & Counter(f.blob[:HASH_DIGITS] for f in component.files)).values())
    if same / size >= _SAME_COMPONENT or size > 200:
        return same / size
    asts = Counter(stamp.ast for stamp in page.stamps.files.values())
    survey.load(f.path for f in component.files)
    same = sum((asts & Counter(survey.facts(f.path).ast for f in component.files)).values())
    return same / size
