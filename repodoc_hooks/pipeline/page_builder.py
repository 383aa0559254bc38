"""Pages as text: local regions from facts, prose from results, stamps and debts to match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from repodoc_hooks.analysis import HASH_DIGITS
from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.pages import index as index_pages
from repodoc_hooks.pages import markers, render
from repodoc_hooks.pages.model import Debt, DependencyStamp, FileStamp, Page, Stamps
from repodoc_hooks.pages.stamps import body_checksums
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.pipeline.fingerprints import summary_hash, text_hash
from repodoc_hooks.pipeline.page_planning import description_stamp, readme_intro
from repodoc_hooks.pipeline.plan import PagePlan
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import PAGE_ORDER, PROSE_SECTIONS

TEMPLATES_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Prose:
    """New text of a prose section; `body` None keeps what stands there; `debts` are what it has not seen."""

    body: str | None
    author: str
    debts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A page on its way: local regions and stamps are ready, prose is put in by `finish`."""

    plan: PagePlan
    regions: Mapping[str, str]
    stamps: Stamps
    prose: dict[str, Prose] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """What the page is about."""
        return self.plan.subject

    @property
    def old(self) -> Page | None:
        """The page as it stands."""
        return self.plan.page


def draft_page(survey: Survey, plan: PagePlan, below: Mapping[str, Page]) -> Draft:
    """Everything of a page that needs no model; `below` are the pages that it is made from, by id."""
    return Draft(plan, _local_regions(survey, plan, below), draft_stamps(survey, plan, below))


def _local_regions(survey: Survey, plan: PagePlan, below: Mapping[str, Page]) -> dict[str, str]:
    subject, templates = plan.subject, survey.templates
    if subject.kind == "index":
        return index_pages.render_index(below, survey.components, subject.path, templates)
    component = survey.components[subject.component]
    survey.load(subject.files)
    facts = {path: survey.facts(path) for path in subject.files}
    regions = {"api": render.api(component, facts, subject.path, templates)}
    if survey.part is None:  # a part is looked at only where the diagrams stay as they are
        regions |= diagrams(survey, component)
    return regions


def draft_stamps(survey: Survey, plan: PagePlan, below: Mapping[str, Page]) -> Stamps:
    """Stamps of all that the page describes, as it is now."""
    subject, old = plan.subject, plan.stamps
    stamps = replace(old, component=subject.id, templates=old.templates or TEMPLATES_VERSION, ordered=True)
    if subject.kind == "index":
        return replace(
            stamps,
            files=_introduction_stamps(survey),
            dependencies={id_: DependencyStamp(id_, summary_hash(page)) for id_, page in below.items()},
            manifests=dict(survey.manifests),
        )
    survey.load(subject.files)
    return replace(
        stamps, files=_file_stamps(survey, subject, old), dependencies=_dependency_stamps(survey, plan)
    )


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


def finish(draft: Draft) -> Page:
    """The page's text with its prose, stamps and debts."""
    old, stamps = draft.old, draft.stamps
    regions = dict(draft.regions)
    outputs: dict[str, tuple[str, ...]] = dict(stamps.outputs)
    authors = dict(stamps.authors)
    debts = set(stamps.debts)
    for section, new in draft.prose.items():
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
    path = draft.subject.path
    return markers.parse_page(
        path, markers.compose(old, draft.subject.title, regions, stamps, PAGE_ORDER, path)
    )


def _introduction_stamps(survey: Survey) -> dict[str, FileStamp]:
    readme, intro = readme_intro(survey)
    digest = text_hash(intro)
    return {readme: FileStamp(readme, digest, digest, digest, digest)} if readme else {}


def _file_stamps(survey: Survey, subject: Subject, old: Stamps) -> dict[str, FileStamp]:
    """One stamp per file; a stamp whose hashes still hold stays as it is, so that formatting leaves no trace."""
    stamps = {}
    for path in subject.files:
        facts = survey.facts(path)
        fresh = FileStamp(path, survey.blob(path)[:HASH_DIGITS], facts.ast, facts.doc, facts.interface)
        former = old.files.get(path)
        same = former is not None and replace(former, blob=fresh.blob) == fresh
        stamps[path] = former if same and former is not None else fresh
    return stamps


def _dependency_stamps(survey: Survey, plan: PagePlan) -> dict[str, DependencyStamp]:
    outside = survey.outside(survey.components[plan.subject.component])
    known: Mapping[str, DependencyStamp] = {}
    if survey.part is not None:  # all that moved since the page was current is known
        moved = {delta.path for delta in plan.dependencies}
        known = {path: old for path, old in plan.stamps.dependencies.items() if path not in moved}
    survey.load(sorted(outside - known.keys()))
    stamps = {
        path: known.get(path) or DependencyStamp(path, survey.facts(path).interface)
        for path in sorted(outside)
    }
    described = description_stamp(survey, plan.subject)
    return stamps | ({described.path: described} if described else {})
