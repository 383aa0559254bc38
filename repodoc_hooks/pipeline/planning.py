"""Plan: which sections do not describe the tree any more, and why.

The stamps in the pages of a snapshot are held against the files of the same snapshot; neither notes nor cache
change the outcome. A file whose blob matches its stamp is not opened.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from repodoc_hooks.analysis import languages, manifests, readme
from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.fingerprint import compare, describe
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.layout import INDEX_ID, display_path, page_path
from repodoc_hooks.pages.mermaid import anchored, node_id
from repodoc_hooks.pages.model import (
    DEEP_SECTIONS,
    LOCAL_SECTIONS,
    PROSE_SECTIONS,
    DependencyStamp,
    FileStamp,
    Page,
    Stamps,
)
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.survey import Survey

RULES = {
    "RD001": "stale-impl",
    "RD002": "stale-interface",
    "RD003": "stale-dependency",
    "RD004": "missing",
    "RD005": "orphan",
    "RD006": "hand-edited",
    "RD007": "broken-page",
    "RD008": "differs-from-fresh",
    "RD009": "deferred",
    "RD010": "old-templates",
}
FAILING_STATES = frozenset({"stale", "missing", "orphan", "broken"})
NO_SUMMARY = "0" * 12
_DIGITS = 12
_SAME_COMPONENT = 0.5


@dataclass(frozen=True, slots=True)
class SectionState:
    """One section: `state` is current, stale, missing, orphan, edited, deferred or broken; `line` is 1-based."""

    id: str
    component: str
    kind: str
    path: str
    line: int
    state: str
    rule: str = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileDelta:
    """How a file differs from what its page describes; `words` tell it to a developer."""

    path: str
    kind: Literal["added", "removed", "renamed", "doc", "body", "interface", "resolution"]
    words: tuple[str, ...]
    old: FileStamp | None = None
    imports_changed: bool = True
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DependencyDelta:
    """A file outside the component whose interface, or description of it, differs from what the page knows."""

    path: str
    words: str


@dataclass(frozen=True, slots=True)
class ComponentPlan:
    """The plan of one page. `page` is the page as it stands, found at `moved_from` if its component was renamed."""

    component: Component
    path: str
    page: Page | None
    moved_from: str
    deltas: tuple[FileDelta, ...]
    dependencies: tuple[DependencyDelta, ...]
    sections: tuple[SectionState, ...]

    @property
    def stamps(self) -> Stamps:
        """The stamps of the page, empty ones without a page."""
        return self.page.stamps if self.page else Stamps()

    @property
    def broken(self) -> bool:
        """The page cannot be written."""
        return any(section.state == "broken" for section in self.sections)

    @property
    def stale(self) -> bool:
        """The page has to be written anew."""
        return not self.broken and (
            bool(self.deltas or self.dependencies or self.moved_from)
            or any(section.state in FAILING_STATES for section in self.sections)
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Every section of every page of a tree, with its state."""

    tree: str
    components: Mapping[str, ComponentPlan]
    index: tuple[SectionState, ...]
    index_page: Page | None
    orphans: tuple[SectionState, ...]
    messages: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[SectionState, ...]:
        """All sections: the index first, then the components, then the orphans."""
        per_component = (s for plan in self.components.values() for s in plan.sections)
        return (*self.index, *per_component, *self.orphans)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a snapshot, by path; a damaged one is its error."""

    good: Mapping[str, Page]
    damaged: Mapping[str, PageDamaged]


def make_plan(survey: Survey, pages: Pages, importers_of_new: Callable[[list[str]], Iterable[str]]) -> Plan:
    """Hold every page against the tree.

    `importers_of_new` gives, for source files that no page knows, the files that may import them.
    """
    config = survey.config
    paths = survey.page_paths
    moved = _moved_pages(survey, pages, paths)
    known = _known_interfaces(survey, pages)
    new_imports = _new_imports(survey, pages, paths, importers_of_new)
    index_path = page_path(config, INDEX_ID)
    index_page = pages.good.get(index_path)
    remapped = _remapped(survey, index_page)
    plans = {}
    for component in survey.components.values():
        path = paths[component.id]
        page = pages.good.get(path) or moved.get(component.id)
        moved_from = page.path if page is not None and page.path != path else ""
        plans[component.id] = plan_component(
            survey, component, path, page, moved_from, pages.damaged.get(path), known, new_imports
        )
        if component.id in remapped:
            plans[component.id] = _resolved_anew(survey, plans[component.id], remapped[component.id])
    index = _plan_index(survey, index_path, index_page, pages.damaged.get(index_path), plans)
    index += _plan_agent_files(survey, index_page, plans)
    claimed = {p for plan in plans.values() for p in (plan.path, plan.moved_from)} | {index_path}
    orphans = [
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
    ]
    return Plan(survey.tree, plans, index, index_page, tuple(orphans))


def summary_hash(page: Page | None) -> str:
    """What the index knows of a component: the hash of its summary's text."""
    if page is None or "summary" not in page.regions:
        return NO_SUMMARY
    return text_hash(page.regions["summary"].body)


def text_hash(text: str) -> str:
    """12 digits over text with line ends normalised."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode("utf-8", "surrogateescape")).hexdigest()[
        :_DIGITS
    ]


def section_fingerprint(kind: str, stamps: Stamps) -> str:
    """12 digits over all inputs of a prose section: what was written for one is right wherever they are the same."""
    lines = [kind, stamps.component]
    lines += [f"file {path} {stamp.ast}" for path, stamp in sorted(stamps.files.items())]
    lines += [f"dep {path} {stamp.interface}" for path, stamp in sorted(stamps.dependencies.items())]
    return text_hash("\n".join(lines))


def readme_intro(survey: Survey) -> tuple[str, str]:
    """Path and introduction of the README at the top, ("", "") without one."""
    for name in readme.NAMES:
        if name in survey.entries:
            return name, readme.introduction(survey.read(name).decode("utf-8", "replace"))
    return "", ""


def plan_component(
    survey: Survey,
    component: Component,
    path: str,
    page: Page | None,
    moved_from: str,
    damaged: PageDamaged | None,
    known: Callable[[str], str | None],
    new_imports: Mapping[str, set[str]],
) -> ComponentPlan:
    """Hold one page against its component.

    Args:
        moved_from: where the page stands, if not at `path`.
        damaged: why the page at `path` cannot be read, None when it can.
        known: the present interface hash of a source file, None when it is gone.
        new_imports: component -> files that it imports since somebody added them.
    """

    def state(
        kind: str, state: str, rule: str = "", because: tuple[str, ...] = (), line: int = 1
    ) -> SectionState:
        return SectionState(f"{component.id}#{kind}", component.id, kind, path, line, state, rule, because)

    if damaged is not None:
        broken = state("page", "broken", "RD007", (f"{damaged.what}; {damaged.fix}",), _line_of(damaged))
        return ComponentPlan(component, path, None, "", (), (), (broken,))
    wanted = ["summary", "structure", "dependencies", "api"]
    if survey.config.asks_models:
        wanted += [kind for kind in survey.config.deep.sections if kind in DEEP_SECTIONS]
    if page is None:
        reason = ("it has no page yet",)
        missing = [state(kind, "deferred", "RD009", reason) for kind in wanted if kind in DEEP_SECTIONS]
        missing += [state(kind, "missing", "RD004", reason) for kind in wanted if kind not in DEEP_SECTIONS]
        return ComponentPlan(component, path, None, "", (), (), tuple(missing))
    deltas = _file_deltas(survey, component, page.stamps)
    dependencies = _dependency_deltas(page.stamps, known, new_imports.get(component.id, set()))
    dependencies += _description_deltas(survey, component, page.stamps)
    sections = []
    for kind in [*wanted, *sorted(set(page.regions) & set(DEEP_SECTIONS) - set(wanted))]:
        region = page.regions.get(kind)
        if region is None:
            absent, rule = ("deferred", "RD009") if kind in DEEP_SECTIONS else ("missing", "RD004")
            sections.append(state(kind, absent, rule, ("the page has no such section yet",)))
            continue
        found, rule, because = _judge(kind, page, deltas, dependencies)
        sections.append(state(kind, found, rule, because, region.line))
    if moved_from:
        note = (f"its page is still at {moved_from}",)
        sections = [
            state(s.kind, "stale", "RD001", note, s.line) if s.state == "current" else s for s in sections
        ]
    return ComponentPlan(component, path, page, moved_from, deltas, dependencies, tuple(sections))


def _judge(
    kind: str, page: Page, deltas: tuple[FileDelta, ...], dependencies: tuple[DependencyDelta, ...]
) -> tuple[str, str, tuple[str, ...]]:
    """State, rule and reasons of a section that its page has."""
    relevant = [delta for delta in deltas if _touches(kind, delta, page)]
    because = tuple(word for delta in relevant for word in delta.words)
    rule = "RD002" if any(d.kind == "interface" for d in relevant) else "RD001"
    if kind in PROSE_SECTIONS and dependencies:
        rule = rule if relevant else "RD003"
        because += tuple(delta.words for delta in dependencies)
    debts = tuple(
        sorted(
            f"it has not seen the present {debt.path}" for debt in page.stamps.debts if debt.section == kind
        )
    )
    if not because and kind in LOCAL_SECTIONS and (merged := _merged_wrongly(kind, page)):
        return "stale", "RD008", (merged,)
    if not because and not debts:
        return "current", "", ()
    if kind in PROSE_SECTIONS and is_edited(page, kind):
        return "edited", "RD006", ("a person wrote it and its inputs changed", *because, *debts)
    if because and kind not in DEEP_SECTIONS:
        return "stale", rule, because
    return "deferred", "RD009", because + debts


def _merged_wrongly(kind: str, page: Page) -> str:
    """What a textual merge did to a region although its stamps are right, "" when nothing."""
    if not page.stamps.ordered:
        return "a merge put its entries in another order"
    drawn = anchored(page.regions[kind].body) if kind == "structure" else frozenset()
    files = (
        {node_id(display_path(page.stamps.component, path)) for path in page.stamps.files} if drawn else drawn
    )
    return "" if drawn == files else "a merge left files in it that are gone, or left some out"


def _touches(kind: str, delta: FileDelta, page: Page) -> bool:
    if delta.kind == "resolution":
        return kind in ("structure", "dependencies")
    if kind == "api":
        return delta.kind != "body"
    if kind in ("structure", "dependencies"):
        return delta.kind not in ("doc", "body") or (delta.kind == "body" and delta.imports_changed)
    if delta.kind == "doc":
        return kind == "summary" and page.stamps.authors.get(kind) == "offline"
    return True


def _file_deltas(survey: Survey, component: Component, stamps: Stamps) -> tuple[FileDelta, ...]:
    changed = [
        f.path
        for f in component.files
        if f.path in stamps.files and not _same_blob(f.blob, stamps.files[f.path])
    ]
    added = [f.path for f in component.files if f.path not in stamps.files]
    removed = sorted(set(stamps.files) - {f.path for f in component.files})
    survey.load(changed + added)
    deltas = [_changed(survey, path, stamps.files[path]) for path in changed]
    gone = {path: stamps.files[path] for path in removed}
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
    stamps: Stamps, known: Callable[[str], str | None], fresh: set[str]
) -> tuple[DependencyDelta, ...]:
    deltas = []
    for path, stamp in sorted(stamps.dependencies.items()):
        if languages.language_of(path) is None:
            continue
        now = known(path)
        if now is None:
            deltas.append(DependencyDelta(path, f"imports {path}, which is gone"))
        elif now != stamp.interface:
            deltas.append(DependencyDelta(path, f"imports {path}, whose interface changed"))
    deltas += [
        DependencyDelta(p, f"imports {p}, which is new") for p in sorted(fresh - set(stamps.dependencies))
    ]
    return tuple(deltas)


def description_stamp(survey: Survey, component: Component) -> DependencyStamp | None:
    """The stamp of the manifest or README that describes a component, None without one."""
    path, words = survey.description(component)
    return DependencyStamp(path, text_hash(words)) if path else None


def _description_deltas(survey: Survey, component: Component, stamps: Stamps) -> tuple[DependencyDelta, ...]:
    now = description_stamp(survey, component)
    gone = [p for p in stamps.dependencies if languages.language_of(p) is None and (not now or p != now.path)]
    deltas = [DependencyDelta(path, f"{path} does not describe it any more") for path in sorted(gone)]
    if now is not None and stamps.dependencies.get(now.path) != now:
        deltas.append(DependencyDelta(now.path, f"{now.path} has another description"))
    return tuple(deltas)


def _known_interfaces(survey: Survey, pages: Pages) -> Callable[[str], str | None]:
    """The interface hash of any source file: as stamped where a page describes its very blob, else by parsing."""
    stamped = {path: stamp for page in pages.good.values() for path, stamp in page.stamps.files.items()}

    def interface(path: str) -> str | None:
        if survey.owner(path) is None:
            return None
        stamp = stamped.get(path)
        if stamp is not None and _same_blob(survey.blob(path), stamp):
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
        found = {p for p in survey.imports(importer) if survey.owner(p) != owner}
        fresh.setdefault(owner, set()).update(found & set(added))
    return fresh


def changed_manifests(survey: Survey, index: Page | None) -> list[str]:
    """Files that decide what imports mean and say something else than when the index was written."""
    old = index.stamps.manifests if index is not None else survey.manifests
    new = survey.manifests
    return sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))


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


def _resolved_anew(survey: Survey, plan: ComponentPlan, manifest: str) -> ComponentPlan:
    """The plan with a stale page, if the component's imports mean other files than its diagrams show."""
    page, component = plan.page, plan.component
    if page is None or plan.broken or plan.stale:
        return plan
    from repodoc_hooks.pages import render

    survey.load(file.path for file in component.files)
    facts = {file.path: survey.facts(file.path) for file in component.files}
    imports = {path: survey.imports(path) for path in facts}
    titles, paths, templates = survey.titles, survey.page_paths, survey.config.templates
    fresh = {
        "structure": render.structure(component, facts, imports, templates),
        "dependencies": render.dependencies(component, imports, survey.paths, titles, paths, templates),
    }
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
    same = sum((blobs & Counter(f.blob[:_DIGITS] for f in component.files)).values())
    if same / size >= _SAME_COMPONENT or size > 200:
        return same / size
    asts = Counter(stamp.ast for stamp in page.stamps.files.values())
    survey.load(f.path for f in component.files)
    same = sum((asts & Counter(survey.facts(f.path).ast for f in component.files)).values())
    return same / size


def _plan_agent_files(
    survey: Survey, index: Page | None, plans: Mapping[str, ComponentPlan]
) -> tuple[SectionState, ...]:
    """The files of `outputs`: they follow from the pages as they stand."""
    if index is None or not survey.config.outputs:
        return ()
    from repodoc_hooks.pipeline.agent_files import agent_files

    pages = {c: plan.page for c, plan in sorted(plans.items()) if plan.page is not None}
    states = []
    for file in agent_files(survey, index, pages):
        because: tuple[str, ...] = ()
        state, rule = "current", ""
        if file.damage is not None:
            state, rule, because = "broken", "RD007", (file.damage.what,)
        elif file.old is None:
            state, rule, because = "missing", "RD004", ("there is no such file yet",)
        elif file.old != file.new:
            state, rule, because = "stale", "RD003", ("the pages changed",)
        states.append(
            SectionState(f"{INDEX_ID}#{file.kind}", INDEX_ID, file.kind, file.path, 1, state, rule, because)
        )
    return tuple(states)


def _plan_index(
    survey: Survey,
    path: str,
    page: Page | None,
    damaged: PageDamaged | None,
    plans: Mapping[str, ComponentPlan],
) -> tuple[SectionState, ...]:
    def state(kind: str, state: str, rule: str = "", because: tuple[str, ...] = ()) -> SectionState:
        line = page.regions[kind].line if page is not None and kind in page.regions else 1
        return SectionState(f"{INDEX_ID}#{kind}", INDEX_ID, kind, path, line, state, rule, because)

    kinds = ("overview", "architecture", "components")
    if damaged is not None:
        return (state("page", "broken", "RD007", (f"{damaged.what}; {damaged.fix}",)),)
    if page is None:
        return tuple(state(kind, "missing", "RD004", ("there is no index yet",)) for kind in kinds)
    changed, members = _index_deltas(survey, page.stamps, plans)
    meanings = tuple(f"{path} changed what imports mean" for path in changed_manifests(survey, page))
    debts = tuple(
        sorted(
            f"it has not seen the summary of {d.path}" for d in page.stamps.debts if d.section == "overview"
        )
    )
    states = []
    for kind in kinds:
        because = (
            members + meanings
            if kind == "architecture"
            else changed
            if kind == "overview"
            else tuple(word for word in changed if not word.startswith("README"))
        )
        if kind == "architecture" and not because and kind in page.regions:
            drawn = anchored(page.regions[kind].body)
            if drawn and drawn != {node_id(component) for component in plans}:
                because = ("a merge left components in it that are gone, or left some out",)
        if kind not in page.regions:
            states.append(state(kind, "missing", "RD004", ("the page has no such section yet",)))
        elif kind == "overview" and (because or debts) and is_edited(page, kind):
            states.append(
                state(kind, "edited", "RD006", ("a person wrote it and its inputs changed", *because, *debts))
            )
        elif because:
            states.append(state(kind, "stale", "RD003", because))
        elif kind == "overview" and debts:
            states.append(state(kind, "deferred", "RD009", debts))
        else:
            states.append(state(kind, "current"))
    return tuple(states)


def _index_deltas(
    survey: Survey, stamps: Stamps, plans: Mapping[str, ComponentPlan]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What changed for the overview (members and summaries), and the members alone."""
    members = [f"the component {c} is new" for c in plans if c not in stamps.dependencies]
    members += [f"the component {c} is gone" for c in sorted(stamps.dependencies) if c not in plans]
    summaries = [
        f"the summary of {c} changed"
        for c, plan in plans.items()
        if c in stamps.dependencies
        and not plan.broken
        and stamps.dependencies[c].interface != summary_hash(plan.page)
    ]
    name, intro = readme_intro(survey)
    stamp = stamps.files.get(name)
    now = text_hash(intro)
    introduction = (
        [f"{name} has another introduction"] if name and (stamp is None or stamp.blob != now) else []
    )
    introduction += [f"{path} is gone" for path in stamps.files if path != name]
    return tuple(members + summaries + introduction), tuple(members)


def _same_blob(blob: str, stamp: FileStamp) -> bool:
    return blob.startswith(stamp.blob)


def _same_facts(stamp: FileStamp, facts: FileFacts) -> bool:
    return (stamp.ast, stamp.doc, stamp.interface) == (facts.ast, facts.doc, facts.interface)


def _line_of(damaged: PageDamaged) -> int:
    _, _, line = damaged.where.rpartition(":")
    return int(line) if line.isdigit() else 1
