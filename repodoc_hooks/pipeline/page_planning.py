"""One page held against its subject: what differs, and which sections that concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from repodoc_hooks.analysis import description
from repodoc_hooks.analysis.facts import FileFacts, line_words
from repodoc_hooks.analysis.fingerprint import compare, describe
from repodoc_hooks.analysis.left_out import places
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.layout import display_path, page_path, relative_link
from repodoc_hooks.pages.mermaid import anchored, arrows_fit, node_id
from repodoc_hooks.pages.model import FileStamp, Page, Stamps
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.pipeline.fingerprints import summary_hash, text_hash
from repodoc_hooks.pipeline.frame import out_of_frame
from repodoc_hooks.pipeline.gone_names import gone_files, gone_symbols, names_in
from repodoc_hooks.pipeline.plan import DependencyDelta, FileDelta, PagePlan, SectionState, Standing
from repodoc_hooks.pipeline.survey import TEMPLATES_VERSION, Survey
from repodoc_hooks.sections.kinds import Change, SectionKind, on_page

NO_PAGE = "it has no page yet"
_GRAPH_OF_FILES, _GRAPH_OF_PAGES, _DEFINITIONS, _PUBLIC_API = "structure", "architecture", "api", "surface"


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
        return PagePlan(subject, standing, sections=(broken,))
    page = standing.page
    wanted = wanted_kinds(survey, subject, page)
    if page is None:
        missing = tuple(state(kind.name, *_absent(kind), (NO_PAGE,)) for kind in wanted)
        return PagePlan(subject, standing, sections=missing)
    deltas = _file_deltas(survey, subject, page, standing)
    if standing.shows is not None:
        deltas = tuple(_showing(delta, standing.shows) for delta in deltas)
    dependencies = _dependency_deltas(survey, subject, page, standing)
    moved = (*_moved(standing), *out_of_frame(page, standing, {kind.name for kind in wanted}))
    gone = {**gone_files(survey, standing), **gone_symbols(deltas)}
    named: set[str] = set()
    sections = []
    for kind in wanted:
        region = page.regions.get(kind.name)
        if region is None:
            found = state(kind.name, *_absent(kind), ("the page has no such section yet",))
        else:
            names = names_in(region.body) if gone and kind.prose else frozenset()
            lost = {name: gone[name] for name in names if name in gone}
            named.update(lost.values())
            judged = _judge(survey, kind, subject, page, deltas, dependencies, tuple(sorted(lost)))
            if judged[0] == "current" and _words_changed(survey, kind, page):
                judged = ("stale", "RD010", ("the templates or a setting of what pages show changed",))
            found = state(kind.name, *judged, region.line)
        if moved and found.state == "current":
            found = state(kind.name, "stale", "RD001", moved, found.line)
        if kind.name == _DEFINITIONS and found.state == "current" and page.stamps.unread:
            found = state(kind.name, "current", "RD011", unread_lines(page.stamps), found.line)
        sections.append(found)
    return PagePlan(subject, standing, deltas, dependencies, tuple(sections), frozenset(named))


def _showing(delta: FileDelta, shows: frozenset[Change]) -> FileDelta:
    """A delta with what changed imports come to on pages."""
    imported = "imports" in delta.also
    return replace(delta, also=(delta.also - {"imports"}) | shows) if imported else delta


def unread_lines(stamps: Stamps) -> tuple[str, ...]:
    """What of the page's files could not be read, as the page's writer found it."""
    return tuple(
        f"{path} could not be read" if lines == "all" else f"{path}: {line_words(lines)} could not be read"
        for path, lines in sorted(stamps.unread.items())
    )


def _moved(standing: Standing) -> tuple[str, ...]:
    """Why the page has to be written although it may describe what is there."""
    from_there = (f"its page is still at {standing.moved_from}",) if standing.moved_from else ()
    return (*from_there, *(f"{page.path} is part of it now" for page in standing.absorbed))


def wanted_kinds(survey: Survey, subject: Subject, page: Page | None) -> tuple[SectionKind, ...]:
    """The sections that the page has or should have; deep ones that are there stay."""
    there = page.regions if page is not None else {}
    deep = set(survey.config.deep.sections) if survey.config.asks_models else set()
    return on_page(subject.roles, deep | there.keys())


def _absent(kind: SectionKind) -> tuple[str, str]:
    """State and rule of a section that is not there."""
    return ("deferred", "RD009") if kind.deep else ("missing", "RD004")


def _judge(
    survey: Survey,
    kind: SectionKind,
    subject: Subject,
    page: Page,
    deltas: tuple[FileDelta, ...],
    dependencies: tuple[DependencyDelta, ...],
    lost: tuple[str, ...] = (),
) -> tuple[str, str, tuple[str, ...]]:
    """State, rule and reasons of a section that its page has; `lost` are names in it of what is gone."""
    debts = _debts(kind, subject, page)
    if kind.prose and not (deltas or dependencies or lost or debts):
        return "current", "", ()
    edited = kind.prose and is_edited(page, kind.name)
    own_words = page.stamps.authors.get(kind.name) == "offline"

    def touched(change: Change) -> bool:
        return kind.concerned(change) if edited else kind.touched(change, own_words=own_words)

    files = [d for d in deltas if any(map(touched, d.changes))]
    others = [
        d
        for d in dependencies
        if touched(d.kind) and (kind.prose or d.kind != "used" or _shows(survey, subject, page, kind, d.path))
    ]
    because = (
        *(word for delta in files for word in delta.words),
        *(delta.words for delta in others),
        *(f"names `{name}`, which is gone" for name in lost),
    )
    if not because and not kind.prose and (merged := _merged_wrongly(kind, subject, page)):
        return "stale", "RD008", (merged,)
    if not because and not debts:
        return "current", "", ()
    if edited:
        return "edited", "RD006", ("a person wrote it and its inputs changed", *because, *debts)
    if because and not kind.deep:
        return "stale", "RD012" if lost and not files else _rule(files), because
    return "deferred" if kind.deep else "owed", "RD009", because + debts


def _words_changed(survey: Survey, kind: SectionKind, page: Page) -> bool:
    """Other templates word the section now; what a model or a person wrote is not worded by one."""
    if (page.stamps.templates or TEMPLATES_VERSION) == survey.templates_version:
        return False
    own_words = page.stamps.authors.get(kind.name) == "offline" and not is_edited(page, kind.name)
    return not kind.prose or own_words


def _shows(survey: Survey, subject: Subject, page: Page, kind: SectionKind, path: str) -> bool:
    """The section links to where a file of another page is described, or has names that may get a link yet."""
    config, body = survey.config, page.regions[kind.name].body
    directory, places = path, [page_path(config, path, file=True)]
    while directory := directory.rpartition("/")[0]:
        places.append(page_path(config, directory))
    unlinked = kind.name == _PUBLIC_API and "- `" in body
    return unlinked or any(f"]({relative_link(subject.path, place)}" in body for place in (*places, path))


def _rule(files: list[FileDelta]) -> str:
    """The rule for a section that is stale, by the changed files of its own page that concern it."""
    if not files:
        return "RD003"
    return "RD002" if any(delta.kind == "interface" for delta in files) else "RD001"


def _debts(kind: SectionKind, subject: Subject, page: Page) -> tuple[str, ...]:
    if not page.stamps.debts:
        return ()
    below = {*subject.parts, *page.stamps.summaries}
    return tuple(
        f"it has not seen the {'summary of' if path in below else 'present'} {path}"
        for path in sorted(page.stamps.owed(kind.name))
    )


def _merged_wrongly(kind: SectionKind, subject: Subject, page: Page) -> str:
    """What a textual merge did to a region although its stamps are right, "" when nothing."""
    if not page.stamps.ordered:
        return "a merge put its entries in another order"
    if kind.name == _GRAPH_OF_FILES:
        nodes = {display_path(subject.component, path) for path in page.stamps.files}
    elif kind.name == _GRAPH_OF_PAGES:
        nodes = set(subject.drawn)
    else:
        return ""
    if not arrows_fit(body := page.regions[kind.name].body):
        return "a merge closed a circle in it, or left arrows that others imply"
    if len(nodes) < 2:
        return ""
    drawn = anchored(body)
    right = not drawn or drawn == {node_id(node) for node in nodes}
    return "" if right else "a merge left boxes in it that are gone, or left some out"


def _file_deltas(survey: Survey, subject: Subject, page: Page, standing: Standing) -> tuple[FileDelta, ...]:
    stamped = page.stamps.files
    changed = [p for p in subject.files if p in stamped and not same_blob(survey.blob(p), stamped[p])]
    added = [path for path in subject.files if path not in stamped]
    survey.load(changed + added)
    deltas = [_changed(survey, path, stamped[path]) for path in changed]
    deltas = [d.linking() if d is not None and d.path in standing.found_otherwise else d for d in deltas]
    gone = {path: stamped[path] for path in sorted(stamped.keys() - set(subject.files))}
    for path in added:
        facts = survey.facts(path)
        former = next((p for p, stamp in gone.items() if _same_facts(stamp, facts)), None)
        if former is None:
            words = f"{path} is described here now" if path in standing.described else f"{path} is new"
            deltas.append(FileDelta(path, "added", (words,)))
        else:
            deltas.append(FileDelta(path, "renamed", (f"{former} is now {path}",), gone.pop(former)))
    for path, stamp in gone.items():
        words = f"{path} is no longer described here" if path in survey.entries else f"{path} is gone"
        deltas.append(FileDelta(path, "removed", (words,), stamp))
    return tuple(sorted((d for d in deltas if d is not None), key=lambda d: d.path))


def _changed(survey: Survey, path: str, stamp: FileStamp) -> FileDelta | None:
    facts = survey.facts(path)
    if _same_facts(stamp, facts):
        return None
    differs: dict[Change, bool] = {
        "interface": stamp.interface != facts.interface,
        "body": stamp.ast != facts.ast,
        "doc": stamp.doc != facts.doc,
    }
    kinds = [kind for kind, true in differs.items() if true]
    before = survey.former(path, stamp.blob)
    if before is None:
        word = {"interface": "interface", "body": "code", "doc": "documentation comments"}[kinds[0]]
        also: set[Change] = {*kinds, "imports"} if stamp.ast != facts.ast else {*kinds}
        return FileDelta(path, kinds[0], (f"{path} changed its {word}",), stamp, frozenset(also))
    change = compare(before, facts)
    linked = before.imports != facts.imports or before.environment != facts.environment
    imports: set[Change] = {"imports"} if linked else set()
    by_kind = {kind: tuple(s.name for s in change.symbols if s.kind == kind) for kind in ("added", "removed")}
    return FileDelta(
        path,
        kinds[0],
        tuple(f"{path}: {word}" for word in describe(change)),
        stamp,
        frozenset({*kinds, *imports}),
        added=(*by_kind["added"], *change.offered),
        removed=(*by_kind["removed"], *change.withdrawn),
        changed=tuple(s.name for s in change.symbols if s.kind in ("signature", "body", "doc")),
    )


def _dependency_deltas(
    survey: Survey, subject: Subject, page: Page, standing: Standing
) -> tuple[DependencyDelta, ...]:
    """What the page looks at beside its own files and no longer sees as it is."""
    whole = subject.kind == "index" and survey.part is None
    meanings = changed_manifests(survey, page) if whole else []
    return (
        *_import_deltas(survey, page.stamps, standing),
        *_summary_deltas(survey, subject, page.stamps, standing.below),
        *_word_deltas(survey, subject, page.stamps),
        *_included_deltas(survey, page.stamps),
        *(_omitted_deltas(survey, page.stamps) if whole else ()),
        *(DependencyDelta(path, "meaning", f"{path} changed what imports mean") for path in meanings),
        *_neighbour_deltas(page.stamps, standing),
    )


def _omitted_deltas(survey: Survey, stamps: Stamps) -> Iterable[DependencyDelta]:
    now = places(survey.left_out)
    for place in sorted(now ^ stamps.omitted):
        told = "left out" if place in now else "no longer left out"
        yield DependencyDelta(place, "omitted", f"{told}: {place}")


def _neighbour_deltas(stamps: Stamps, standing: Standing) -> Iterable[DependencyDelta]:
    """What follows from other components, from manifests, and from what the component hands out."""
    for id_, title in sorted(standing.renamed.items()):
        yield DependencyDelta(
            id_, "member" if id_ in stamps.summaries else "users", f"{id_} is called {title} now"
        )
    if standing.users is not None:
        yield from (
            DependencyDelta(id_, "users", f"{id_} imports it")
            for id_ in sorted(standing.users - stamps.users)
        )
        yield from (
            DependencyDelta(id_, "users", f"{id_} imports it no more")
            for id_ in sorted(stamps.users - standing.users)
        )
    if standing.packages is not None and standing.packages != stamps.packages:
        names = ", ".join(sorted(standing.packages ^ stamps.packages))
        yield DependencyDelta(names, "packages", f"other packages than before: {names}")
    if standing.handed is not None:
        for path in sorted(standing.handed.keys() | stamps.handed.keys()):
            if standing.handed.get(path) != stamps.handed.get(path):
                yield DependencyDelta(path, "handed", f"users get at other names of {path}")


def _import_deltas(survey: Survey, stamps: Stamps, standing: Standing) -> Iterable[DependencyDelta]:
    new = set(standing.new_imports - stamps.dependencies.keys())
    for path, stamp in sorted(stamps.dependencies.items()):
        now = standing.known(path)
        if now is None and (renamed := _renamed(survey, stamps, path, standing)):
            new.discard(renamed)
            yield DependencyDelta(renamed, "links", f"imports {renamed}, which was {path}")
        elif now is None:
            yield from _linked(path, f"imports {path}, which is gone")
        elif now != stamp.interface:
            yield DependencyDelta(path, "used", f"imports {path}, whose interface changed")
        if now is not None and path in standing.rerouted:
            yield DependencyDelta(path, "links", f"gets at other files by way of {path}")
    for path in sorted(new):
        yield from _linked(path, f"imports {path}, which is new")
    for path in sorted(standing.other_imports):
        if path not in stamps.dependencies:
            yield DependencyDelta(path, "links", f"imports {path}, which it did not before")
        elif standing.known(path) is not None:
            yield DependencyDelta(path, "links", f"imports {path} no more")


def _linked(path: str, words: str) -> Iterable[DependencyDelta]:
    """A file that prose may tell of, and lists of links show."""
    yield DependencyDelta(path, "used", words)
    yield DependencyDelta(path, "links", words)


def _renamed(survey: Survey, stamps: Stamps, path: str, standing: Standing) -> str:
    """Where a file that is gone lies now: under another name in its directory, with the same interface; "" nowhere."""
    folder, interface = path.rpartition("/")[0], stamps.dependencies[path].interface
    beside = (p for p in survey.paths if p.rpartition("/")[0] == folder and p not in stamps.dependencies)
    return next((p for p in beside if standing.known(p) == interface), "")


def _summary_deltas(
    survey: Survey, subject: Subject, stamps: Stamps, below: Mapping[str, Page | None]
) -> Iterable[DependencyDelta]:
    known = stamps.summaries
    for id_ in subject.parts:
        if id_ not in known:
            what = "component" if id_ in survey.components else "part"
            yield DependencyDelta(id_, "member", f"the {what} {id_} is new")
    for id_ in sorted(known.keys() - set(subject.parts)):
        yield DependencyDelta(id_, "member", f"{id_} is gone")
    for id_ in subject.parts:
        if id_ in known and id_ in below and known[id_] != summary_hash(below[id_]):
            yield DependencyDelta(id_, "summary", f"the summary of {id_} changed")


def _word_deltas(survey: Survey, subject: Subject, stamps: Stamps) -> Iterable[DependencyDelta]:
    now = word_stamps(survey, subject)
    for path in sorted(stamps.words.keys() - now.keys()):
        yield DependencyDelta(path, "description", f"{path} does not describe it any more")
    for path, hash_ in sorted(now.items()):
        if stamps.words.get(path) != hash_:
            yield DependencyDelta(path, "description", f"{path} has another description")


def _included_deltas(survey: Survey, stamps: Stamps) -> Iterable[DependencyDelta]:
    for path, hash_ in sorted(stamps.included.items()):
        if survey.documents.hash(path) != hash_:
            yield DependencyDelta(path, "doc", f"{path} changed, whose text is part of what is described")


def word_stamps(survey: Survey, subject: Subject) -> dict[str, str]:
    """The manifests and READMEs that describe a subject, and a hash of what they say of it."""
    said: dict[str, str] = {}
    if subject.kind == "index":
        path, words = introduction(survey)
        said[path] = words
    if subject.component == subject.id and subject.component:
        path, words = survey.description(survey.components[subject.component])
        said[path] = said.get(path, "") + words
    return {path: text_hash(words) for path, words in said.items() if path}


def introduction(survey: Survey) -> tuple[str, str]:
    """Path of what introduces the repository (the README at the top, else a manifest), and its words."""
    return description.of_repository(survey.entries, survey.read_or_target, survey.introduction_of)


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
