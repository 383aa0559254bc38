"""One page held against its component: what differs, and which sections that concerns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from repodoc_hooks.analysis import languages
from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.fingerprint import compare, describe
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.layout import display_path
from repodoc_hooks.pages.mermaid import anchored, node_id
from repodoc_hooks.pages.model import DependencyStamp, FileStamp, Page, Stamps
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.fingerprints import text_hash
from repodoc_hooks.pipeline.plan import ComponentPlan, DependencyDelta, FileDelta, SectionState
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import DEEP_SECTIONS, LOCAL_SECTIONS, PROSE_SECTIONS


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
        if f.path in stamps.files and not same_blob(f.blob, stamps.files[f.path])
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


def same_blob(blob: str, stamp: FileStamp) -> bool:
    return blob.startswith(stamp.blob)


def _same_facts(stamp: FileStamp, facts: FileFacts) -> bool:
    return (stamp.ast, stamp.doc, stamp.interface) == (facts.ast, facts.doc, facts.interface)


def _line_of(damaged: PageDamaged) -> int:
    _, _, line = damaged.where.rpartition(":")
    return int(line) if line.isdigit() else 1
