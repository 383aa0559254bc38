"""Pages as text: local regions from facts, prose from results, stamps and debts to match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.analysis import HASH_DIGITS
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages.text import laid_out
from repodoc_hooks.analysis.left_out import places
from repodoc_hooks.pages import markers
from repodoc_hooks.pages.debts import owed
from repodoc_hooks.pages.model import OWED, Debt, DependencyStamp, FileStamp, Page, Stamps
from repodoc_hooks.pages.stamps import body_checksums, is_edited
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.pipeline.fingerprints import summary_hash
from repodoc_hooks.pipeline.neighbours import handed_names, links_of
from repodoc_hooks.pipeline.page_planning import word_stamps
from repodoc_hooks.pipeline.plan import PagePlan
from repodoc_hooks.pipeline.regions import Around, local_regions
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import KINDS, LOCAL_SECTIONS, PAGE_ORDER, PROSE_SECTIONS


class Prose(Struct, frozen=True):
    """New text of a prose section; `body` None keeps what stands there; `debts` are what it has not seen.

    `prompt` is the version of the prompts that a model was asked with, "" for those of the text that stands there.
    """

    body: str | None
    author: str
    debts: frozenset[str] = frozenset()
    prompt: str = ""


class Draft(Struct, frozen=True):
    """A page on its way: local regions and stamps are ready, prose is put in by `finish`."""

    plan: PagePlan
    regions: Mapping[str, str]
    stamps: Stamps
    trail: tuple[tuple[str, str], ...] | None = None
    prose: dict[str, Prose] = field(default_factory=dict)

    @property
    def dropped(self) -> frozenset[str]:
        """Sections of the old page that analysis made and that this one has no more."""
        wanted = {section.kind for section in self.plan.sections}
        there = self.old.regions.keys() if self.old is not None else set()
        return frozenset(kind for kind in LOCAL_SECTIONS if kind in there and kind not in wanted)

    @property
    def subject(self) -> Subject:
        """What the page is about."""
        return self.plan.subject

    @property
    def old(self) -> Page | None:
        """The page as it stands."""
        return self.plan.page


def draft_page(survey: Survey, plan: PagePlan, around: Around, *, whole: bool = True) -> Draft:
    """Everything of a page that needs no model.

    `whole` False makes only what follows from the pages below: nothing else has changed.
    """
    only = None if whole else frozenset(kind.name for kind in KINDS.values() if kind.above)
    stamps = draft_stamps(survey, plan, around.pages)
    return Draft(
        plan,
        local_regions(survey, plan, stamps, around, only=only),
        stamps,
        trail=around.trail(plan.subject) if survey.part is None else None,
    )


def draft_stamps(survey: Survey, plan: PagePlan, pages: Mapping[str, Page]) -> Stamps:
    """Stamps of all that the page describes, as it is now; `pages` are those below, by id."""
    subject, old = plan.subject, plan.stamps
    survey.load(subject.files)
    return replace(
        old,
        component=subject.id,
        templates=survey.templates_version,
        files=_file_stamps(survey, subject, old),
        dependencies=_dependency_stamps(survey, plan),
        summaries=_summaries(survey, plan, pages),
        words=word_stamps(survey, subject),
        included=survey.documents.hashes((path, survey.facts(path)) for path in subject.files),
        manifests=_manifests(survey, plan),
        unread={path: lines for path in subject.files if (lines := _unread(survey.facts(path)))},
        ordered=True,
        **({} if survey.part is not None else _neighbours(survey, plan)),
    )


def _neighbours(survey: Survey, plan: PagePlan) -> dict[str, Any]:
    """The stamps of what the page shows of others; a part of the tree is looked at only where none of it changed."""
    subject, standing = plan.subject, plan.standing
    links = links_of(survey, subject)
    component = survey.components.get(subject.component)
    return {
        "outward": links.outward,
        "environment": links.environment,
        "handed": handed_names(survey, component, subject.files) if component else {},
        "users": standing.users or frozenset(),
        "packages": standing.packages or frozenset(),
        "omitted": places(survey.left_out) if subject.kind == "index" else frozenset(),
    }


def _unread(facts: FileFacts) -> str:
    """The lines of a file that could not be read, `all`, or ""."""
    if not facts.parsed:
        return "all"
    return ",".join(f"{first}-{last}" for first, last in facts.unread)


def _manifests(survey: Survey, plan: PagePlan) -> dict[str, str]:
    if survey.part is not None:
        return plan.stamps.manifests
    return dict(survey.manifests) if plan.subject.kind == "index" else {}


def _summaries(survey: Survey, plan: PagePlan, pages: Mapping[str, Page]) -> dict[str, str]:
    if survey.part is not None:
        return plan.stamps.summaries
    return {id_: summary_hash(pages[id_]) for id_ in plan.subject.parts if id_ in pages}


def finish(draft: Draft) -> Page:
    """The page's text with its prose, stamps and debts; people's words of the pages that it absorbs come with it."""
    old, stamps = draft.old, draft.stamps
    regions: dict[str, str | None] = dict(draft.regions)
    outputs: dict[str, tuple[str, ...]] = dict(stamps.outputs)
    authors, prompts = dict(stamps.authors), dict(stamps.prompts)
    debts = set(stamps.debts)
    for section, new in draft.prose.items():
        debts = {debt for debt in debts if debt.section != section} | {Debt(section, p) for p in new.debts}
        if new.body is not None:
            regions[section] = new.body
            outputs[section] = body_checksums(new.body)
            authors[section] = new.author
            prompts.pop(section, None)
        if new.prompt:
            prompts[section] = new.prompt
    for section in draft.dropped:
        regions[section] = None
    stamps = replace(stamps, outputs=outputs, authors=authors, prompts=prompts, debts=frozenset(debts))
    if (told := owed(stamps)) or (old is not None and OWED in old.regions):
        regions[OWED] = told or None
    path = draft.subject.path
    text = markers.compose(
        old,
        draft.subject.title,
        regions,
        stamps,
        (OWED, *PAGE_ORDER),
        path,
        trail=draft.trail,
        words=_words_of(draft.plan.standing.absorbed, old),
    )
    return markers.parse_page(path, text)


def says_the_same(draft: Draft, page: Page) -> bool:
    """Nothing on the new page is other than on the old one but stamps of files whose change no section shows, and how
    signatures are laid out in the source."""
    old, plan = draft.old, draft.plan
    if old is None or plan.stale or (old.path, old.text) == (page.path, page.text):
        return False
    if _told(old) != _told(page):
        return False
    before, after = (
        replace(p.stamps, files={}, dependencies={}, manifests={}, outward=frozenset()) for p in (old, page)
    )
    files, now = old.stamps.files, page.stamps.files
    if before != after or files.keys() != now.keys():
        return False
    # Stamps that name an older state of a file have the page looked at again: what it imports beside may wait as well.
    return _links(old) == _links(page) or any(files[path].ast != now[path].ast for path in files)


def _links(page: Page) -> tuple[dict[str, bool], frozenset[str]]:
    """What a page's stamps name of other pages and of other people's packages."""
    return {d.path: d.through for d in page.stamps.dependencies.values()}, page.stamps.outward


def _told(page: Page) -> dict[str, str]:
    """The sections of a page; where signatures stand, without what formatters change, as hashes of interfaces are."""
    return {kind: laid_out(each.body) if kind == "api" else each.body for kind, each in page.regions.items()}


def _words_of(pages: Iterable[Page], old: Page | None) -> str:
    """What people wrote on pages that are gone, outside our sections or in them, unless it stands here already."""
    found = []
    for page in pages:
        found.append(markers.human_text(page))
        found += [page.regions[kind].body for kind in PROSE_SECTIONS if is_edited(page, kind)]
    kept = [text.strip("\r\n") for text in found if text.strip()]
    return "\n\n".join(text for text in kept if old is None or text not in old.text)


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
    outside = survey.outside(plan.subject)
    if survey.part is not None:  # a part is looked at only where imports are what they were
        through = frozenset(path for path, old in plan.stamps.dependencies.items() if old.through)
    else:
        through = outside - {target for path in plan.subject.files for target in survey.imports(path)}
    return {path: DependencyStamp(path, survey.interface(path), path in through) for path in sorted(outside)}
