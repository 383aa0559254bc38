"""Pages as text: local regions from facts, prose from results, stamps and debts to match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.pages import index as index_pages
from repodoc_hooks.pages import markers, render
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import Debt, DependencyStamp, FileStamp, Page, Stamps
from repodoc_hooks.pages.stamps import body_checksums
from repodoc_hooks.pipeline.component_planning import description_stamp
from repodoc_hooks.pipeline.fingerprints import summary_hash, text_hash
from repodoc_hooks.pipeline.index_planning import readme_intro
from repodoc_hooks.pipeline.plan import ComponentPlan, Plan
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import COMPONENT_SECTIONS, INDEX_SECTIONS, PROSE_SECTIONS

TEMPLATES_VERSION = "1"
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Prose:
    """New text of a prose section; `body` None keeps what stands there; `debts` are the files it has not seen."""

    body: str | None
    author: str
    debts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A page on its way: local regions and stamps are ready, prose is put in by `finish`."""

    component: Component
    path: str
    old: Page | None
    regions: Mapping[str, str]
    stamps: Stamps
    prose: dict[str, Prose] = field(default_factory=dict)


def draft_component(survey: Survey, plan: ComponentPlan) -> Draft:
    """Render everything of a component's page that needs no model."""
    component = plan.component
    survey.load(file.path for file in component.files)
    facts = {file.path: survey.facts(file.path) for file in component.files}
    templates = survey.templates
    regions = {"api": render.api(component, facts, plan.path, templates)}
    if survey.part is None:  # a part is looked at only where the diagrams stay as they are
        regions |= diagrams(survey, component)
    stamps = replace(
        plan.stamps,
        component=component.id,
        templates=plan.stamps.templates or TEMPLATES_VERSION,
        files=_file_stamps(survey, component, plan.stamps),
        dependencies=_dependency_stamps(survey, plan),
        ordered=True,
    )
    return Draft(component, plan.path, plan.page, regions, stamps)


def diagrams(survey: Survey, component: Component) -> dict[str, str]:
    """The sections that follow from what imports mean, by kind."""
    survey.load(file.path for file in component.files)
    facts = {file.path: survey.facts(file.path) for file in component.files}
    imports = {path: survey.imports(path) for path in facts}
    titles, pages, templates = survey.titles, survey.page_paths, survey.templates
    return {
        "structure": render.structure(component, facts, imports, templates),
        "dependencies": render.dependencies(component, imports, survey.paths, titles, pages, templates),
    }


def finish_component(draft: Draft) -> Page:
    """The page's text with its prose, stamps and debts."""
    return _compose(
        draft.old,
        draft.path,
        draft.component.title,
        draft.regions,
        draft.stamps,
        draft.prose,
        COMPONENT_SECTIONS,
    )


def draft_index_stamps(survey: Survey, plan: Plan, pages: Mapping[str, Page]) -> Stamps:
    """Stamps of the index: the summaries as they are now, and the README's introduction."""
    old = plan.index_page.stamps if plan.index_page else Stamps()
    readme, intro = readme_intro(survey)
    files = {}
    if readme:
        digest = text_hash(intro)
        files[readme] = FileStamp(readme, digest, digest, digest, digest)
    return replace(
        old,
        component=INDEX_ID,
        templates=old.templates or TEMPLATES_VERSION,
        files=files,
        dependencies={c: DependencyStamp(c, summary_hash(page)) for c, page in pages.items()},
        manifests=dict(survey.manifests),
        ordered=True,
    )


def finish_index(
    survey: Survey,
    plan: Plan,
    path: str,
    title: str,
    pages: Mapping[str, Page],
    stamps: Stamps,
    prose: Mapping[str, Prose],
) -> Page:
    """The text of the index."""
    regions = index_pages.render_index(pages, survey.components, path, survey.templates)
    return _compose(plan.index_page, path, title, regions, stamps, prose, INDEX_SECTIONS)


def _compose(
    old: Page | None,
    path: str,
    title: str,
    local: Mapping[str, str],
    stamps: Stamps,
    prose: Mapping[str, Prose],
    order: tuple[str, ...],
) -> Page:
    regions = dict(local)
    outputs: dict[str, tuple[str, ...]] = dict(stamps.outputs)
    authors = dict(stamps.authors)
    debts = set(stamps.debts)
    for section, new in prose.items():
        debts = {debt for debt in debts if debt.section != section} | {Debt(section, p) for p in new.debts}
        if new.body is not None:
            regions[section] = new.body
            outputs[section] = body_checksums(new.body)
            authors[section] = new.author
    if old is not None:
        kept = {
            s: region.body for s, region in old.regions.items() if s in PROSE_SECTIONS and s not in regions
        }
        regions = {**kept, **regions}
    stamps = replace(stamps, outputs=outputs, authors=authors, debts=frozenset(debts))
    text = markers.compose(old, title, regions, stamps, order, path)
    return markers.parse_page(path, text)


def _file_stamps(survey: Survey, component: Component, old: Stamps) -> dict[str, FileStamp]:
    """One stamp per file; a stamp whose hashes still hold stays as it is, so that formatting leaves no trace."""
    stamps = {}
    for file in component.files:
        facts = survey.facts(file.path)
        fresh = FileStamp(file.path, file.blob[:_DIGITS], facts.ast, facts.doc, facts.interface)
        former = old.files.get(file.path)
        same = former is not None and replace(former, blob=fresh.blob) == fresh
        stamps[file.path] = former if same and former is not None else fresh
    return stamps


def _dependency_stamps(survey: Survey, plan: ComponentPlan) -> dict[str, DependencyStamp]:
    outside = survey.outside(plan.component)
    known: Mapping[str, DependencyStamp] = {}
    if survey.part is not None:  # all that moved since the page was current is known
        moved = {delta.path for delta in plan.dependencies}
        known = {path: old for path, old in plan.stamps.dependencies.items() if path not in moved}
    survey.load(sorted(outside - known.keys()))
    stamps = {
        path: known.get(path) or DependencyStamp(path, survey.facts(path).interface)
        for path in sorted(outside)
    }
    described = description_stamp(survey, plan.component)
    return stamps | ({described.path: described} if described else {})
