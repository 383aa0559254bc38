"""One page held against its subject: what differs, and which sections that concerns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from repodoc_hooks.analysis import description, languages
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.fingerprint import compare, describe
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.layout import display_path
from repodoc_hooks.pages.mermaid import anchored, node_id
from repodoc_hooks.pages.model import DependencyStamp, FileStamp, Page, Stamps
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.pipeline.fingerprints import summary_hash, text_hash
from repodoc_hooks.pipeline.plan import DependencyDelta, FileDelta, PagePlan, SectionState
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import SectionKind, on_page

NO_PAGE = "it has no page yet"
_GRAPH_OF_FILES, _GRAPH_OF_PAGES = "structure", "architecture"


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a page's place, and around it.

    Attributes:
        page: as it stands, None without one.
        moved_from: where it stands, if not at its subject's path.
        damaged: why it cannot be read.
        known: the present interface hash of a source file, None when it is gone.
        new_imports: files that the subject's files import since somebody added them.
        below: the pages of the subject's parts by id, None for one that is not there yet; those that
            cannot be read are left out.
    """

    page: Page | None
    moved_from: str = ""
    damaged: PageDamaged | None = None
    known: Callable[[str], str | None] = lambda path: None
    new_imports: Collection[str] = ()
    below: Mapping[str, Page | None] = field(default_factory=dict)


def plan_page(survey: Survey, subject: Subject, standing: Standing) -> PagePlan:
    """Hold one page against its subject."""

    def state(
        kind: str, state: str, rule: str = "", because: tuple[str, ...] = (), line: int = 1
    ) -> SectionState:
        return SectionState(
            f"{subject.id}#{kind}", subject.id, kind, subject.path, line, state, rule, because
        )

    if standing.damaged is not None:
        error = standing.damaged
        broken = state("page", "broken", "RD007", (f"{error.what}; {error.fix}",), _line_of(error))
        return PagePlan(subject, None, "", (), (), (broken,))
    page = standing.page
    wanted = _wanted(survey, subject, page)
    if page is None:
        missing = tuple(state(kind.name, *_absent(kind), (NO_PAGE,)) for kind in wanted)
        return PagePlan(subject, None, "", (), (), missing)
    deltas = _file_deltas(survey, subject, page.stamps)
    dependencies = _dependency_deltas(survey, subject, page, standing)
    sections = []
    for kind in wanted:
        region = page.regions.get(kind.name)
        if region is None:
            found = state(kind.name, *_absent(kind), ("the page has no such section yet",))
        else:
            judged = _judge(kind, subject, page, deltas, dependencies)
            found = state(kind.name, *judged, region.line)
        if standing.moved_from and found.state == "current":
            found = state(
                kind.name, "stale", "RD001", (f"its page is still at {standing.moved_from}",), found.line
            )
        sections.append(found)
    return PagePlan(subject, page, standing.moved_from, deltas, dependencies, tuple(sections))


def _wanted(survey: Survey, subject: Subject, page: Page | None) -> tuple[SectionKind, ...]:
    """The sections that the page has or should have; deep ones that are there stay."""
    there = page.regions if page is not None else {}
    deep = set(survey.config.deep.sections) if survey.config.asks_models else set()
    return on_page(subject.kind, deep | there.keys())


def _absent(kind: SectionKind) -> tuple[str, str]:
    """State and rule of a section that is not there."""
    return ("deferred", "RD009") if kind.deep else ("missing", "RD004")


def _judge(
    kind: SectionKind,
    subject: Subject,
    page: Page,
    deltas: tuple[FileDelta, ...],
    dependencies: tuple[DependencyDelta, ...],
) -> tuple[str, str, tuple[str, ...]]:
    """State, rule and reasons of a section that its page has."""
    own_words = page.stamps.authors.get(kind.name) == "offline"
    files = [d for d in deltas if any(kind.touched(c, own_words=own_words) for c in d.changes)]
    others = [d for d in dependencies if kind.touched(d.kind, own_words=own_words)]
    because = (*(word for delta in files for word in delta.words), *(delta.words for delta in others))
    debts = _debts(kind, subject, page)
    if not because and not kind.prose and (merged := _merged_wrongly(kind, subject, page)):
        return "stale", "RD008", (merged,)
    if not because and not debts:
        return "current", "", ()
    if kind.prose and is_edited(page, kind.name):
        return "edited", "RD006", ("a person wrote it and its inputs changed", *because, *debts)
    if because and not kind.deep:
        return "stale", _rule(files), because
    return "deferred" if kind.deep else "owed", "RD009", because + debts


def _rule(files: list[FileDelta]) -> str:
    """The rule for a section that is stale, by the changed files of its own page that concern it."""
    if not files:
        return "RD003"
    return "RD002" if any(delta.kind == "interface" for delta in files) else "RD001"


def _debts(kind: SectionKind, subject: Subject, page: Page) -> tuple[str, ...]:
    what = "the summary of" if subject.kind == "index" else "the present"
    return tuple(f"it has not seen {what} {path}" for path in sorted(page.stamps.owed(kind.name)))


def _merged_wrongly(kind: SectionKind, subject: Subject, page: Page) -> str:
    """What a textual merge did to a region although its stamps are right, "" when nothing."""
    if not page.stamps.ordered:
        return "a merge put its entries in another order"
    if kind.name == _GRAPH_OF_FILES:
        nodes = {display_path(page.stamps.component, path) for path in page.stamps.files}
    elif kind.name == _GRAPH_OF_PAGES:
        nodes = set(subject.parts)
    else:
        return ""
    drawn = anchored(page.regions[kind.name].body)
    right = not drawn or drawn == {node_id(node) for node in nodes}
    return "" if right else "a merge left boxes in it that are gone, or left some out"


def _file_deltas(survey: Survey, subject: Subject, stamps: Stamps) -> tuple[FileDelta, ...]:
    stamped = {path: s for path, s in stamps.files.items() if languages.language_of(path) is not None}
    changed = [p for p in subject.files if p in stamped and not same_blob(survey.blob(p), stamped[p])]
    added = [path for path in subject.files if path not in stamped]
    removed = sorted(stamped.keys() - set(subject.files))
    survey.load(changed + added)
    deltas = [_changed(survey, path, stamped[path]) for path in changed]
    gone = {path: stamped[path] for path in removed}
    for path in added:
        facts = survey.facts(path)
        former = next((p for p, stamp in gone.items() if _same_facts(stamp, facts)), None)
        if former is None:
            deltas.append(FileDelta(path, "added", (f"{path} is new",)))
        else:
            deltas.append(FileDelta(path, "renamed", (f"{former} is now {path}",), gone.pop(former)))
    deltas += [FileDelta(path, "removed", (f"{path} is gone",), stamp) for path, stamp in gone.items()]
    return tuple(sorted((d for d in deltas if d is not None), key=lambda d: d.path))


def _changed(survey: Survey, path: str, stamp: FileStamp) -> FileDelta | None:
    facts = survey.facts(path)
    if _same_facts(stamp, facts):
        return None
    kind: Literal["doc", "body", "interface"]
    kind = "interface" if stamp.interface != facts.interface else "body" if stamp.ast != facts.ast else "doc"
    before = survey.former(path, stamp.blob)
    if before is None:
        word = {"interface": "its interface", "body": "its code", "doc": "its documentation comments"}[kind]
        return FileDelta(path, kind, (f"{path} changed {word}",), stamp)
    change = compare(before, facts)
    by_kind = {kind: tuple(s.name for s in change.symbols if s.kind == kind) for kind in ("added", "removed")}
    return FileDelta(
        path,
        kind,
        tuple(f"{path}: {word}" for word in describe(change)),
        stamp,
        imports_changed=bool(change.imports_added or change.imports_removed),
        added=by_kind["added"],
        removed=by_kind["removed"],
        changed=tuple(s.name for s in change.symbols if s.kind in ("signature", "body", "doc")),
    )


def _dependency_deltas(
    survey: Survey, subject: Subject, page: Page, standing: Standing
) -> tuple[DependencyDelta, ...]:
    """What the page looks at beside its own files and no longer sees as it is."""
    if subject.kind == "index":
        found = [
            *_summary_deltas(subject, page.stamps, standing.below),
            *_introduction_deltas(survey, page.stamps),
            *(
                DependencyDelta(path, "meaning", f"{path} changed what imports mean")
                for path in changed_manifests(survey, page)
            ),
        ]
    else:
        found = [
            *_import_deltas(survey, page.stamps, standing.known, set(standing.new_imports)),
            *_description_deltas(survey, subject, page.stamps),
        ]
    return tuple(found)


def _import_deltas(
    survey: Survey, stamps: Stamps, known: Callable[[str], str | None], fresh: set[str]
) -> list[DependencyDelta]:
    deltas = []
    new = fresh - set(stamps.dependencies)
    for path, stamp in sorted(stamps.dependencies.items()):
        if languages.language_of(path) is None:
            continue
        now = known(path)
        if now is None and (moved := _moved(survey, stamps, path, known)):
            new.discard(moved)
        elif now is None:
            deltas.append(DependencyDelta(path, "used", f"imports {path}, which is gone"))
        elif now != stamp.interface:
            deltas.append(DependencyDelta(path, "used", f"imports {path}, whose interface changed"))
    return deltas + [DependencyDelta(p, "used", f"imports {p}, which is new") for p in sorted(new)]


def _moved(survey: Survey, stamps: Stamps, path: str, known: Callable[[str], str | None]) -> str:
    """Where a file that is gone lies now: under another name in its directory, with the same interface; "" nowhere."""
    folder, interface = path.rpartition("/")[0], stamps.dependencies[path].interface
    beside = (p for p in survey.paths if p.rpartition("/")[0] == folder and p not in stamps.dependencies)
    return next((p for p in beside if known(p) == interface), "")


def description_stamp(survey: Survey, subject: Subject) -> DependencyStamp | None:
    """The stamp of the manifest or README that describes a component, None without one."""
    path, words = survey.description(survey.components[subject.component])
    return DependencyStamp(path, text_hash(words)) if path else None


def _description_deltas(survey: Survey, subject: Subject, stamps: Stamps) -> list[DependencyDelta]:
    now = description_stamp(survey, subject)
    gone = [p for p in stamps.dependencies if languages.language_of(p) is None and (not now or p != now.path)]
    deltas = [
        DependencyDelta(path, "description", f"{path} does not describe it any more") for path in sorted(gone)
    ]
    if now is not None and stamps.dependencies.get(now.path) != now:
        deltas.append(DependencyDelta(now.path, "description", f"{now.path} has another description"))
    return deltas


def _summary_deltas(
    subject: Subject, stamps: Stamps, below: Mapping[str, Page | None]
) -> list[DependencyDelta]:
    known = stamps.dependencies
    new = [id_ for id_ in subject.parts if id_ not in known]
    gone = sorted(known.keys() - set(subject.parts))
    other = [
        id_
        for id_ in subject.parts
        if id_ in known and id_ in below and known[id_].interface != summary_hash(below[id_])
    ]
    return [
        *(DependencyDelta(id_, "member", f"the component {id_} is new") for id_ in new),
        *(DependencyDelta(id_, "member", f"the component {id_} is gone") for id_ in gone),
        *(DependencyDelta(id_, "summary", f"the summary of {id_} changed") for id_ in other),
    ]


def _introduction_deltas(survey: Survey, stamps: Stamps) -> list[DependencyDelta]:
    name, intro = readme_intro(survey)
    stamp = stamps.files.get(name)
    fresh = name and (stamp is None or stamp.blob != text_hash(intro))
    words = [(name, f"{name} has another introduction")] if fresh else []
    words += [(path, f"{path} introduces it no longer") for path in stamps.files if path != name]
    return [DependencyDelta(path, "introduction", word) for path, word in words]


def readme_intro(survey: Survey) -> tuple[str, str]:
    """Path of what introduces the repository (the README at the top, else a manifest), and its words."""
    return description.of_repository(survey.entries, survey.read_or_target)


def changed_manifests(survey: Survey, index: Page | None) -> list[str]:
    """Files that decide what imports mean and say something else than when the index was written."""
    old = index.stamps.manifests if index is not None else survey.manifests
    new = survey.manifests
    return sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))


def same_blob(blob: str, stamp: FileStamp) -> bool:
    """The stamp was made from this very blob."""
    return blob.startswith(stamp.blob)


def _same_facts(stamp: FileStamp, facts: FileFacts) -> bool:
    return (stamp.ast, stamp.doc, stamp.interface) == (facts.ast, facts.doc, facts.interface)


def _line_of(damaged: PageDamaged) -> int:
    _, _, line = damaged.where.rpartition(":")
    return int(line) if line.isdigit() else 1
