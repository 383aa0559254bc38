"""What a model is asked: one SectionTask per prose section, made from survey and plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.fingerprint import compare
from repodoc_hooks.analysis.naming import outermost
from repodoc_hooks.analysis.naming import written as written_name
from repodoc_hooks.pages.definitions import described
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.prose import written
from repodoc_hooks.pipeline.page_planning import introduction
from repodoc_hooks.pipeline.plan import PagePlan, Plan
from repodoc_hooks.pipeline.source_facts import read_blob
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.task import FileChange, Offered, SectionTask

_MOST_USERS = 8


def users_of(survey: Survey, plan: Plan) -> Mapping[str, Collection[str]]:
    """Component -> the components that import it, as the stamps on their pages say: nothing is parsed for it."""
    found: dict[str, set[str]] = {}
    for page in plan.pages.values():
        for path in page.stamps.dependencies:
            if (owner := survey.owner(path)) is not None and owner != page.subject.component:
                found.setdefault(owner, set()).add(page.subject.component)
    return found


def section_task(
    survey: Survey,
    plan: Plan,
    page: PagePlan,
    kind: str,
    reason: str,
    *,
    pages: Mapping[str, Page],
    sources: bool,
    users: Collection[str] = (),
    changed: Collection[str] | None = None,
) -> SectionTask:
    """The task of one section.

    Args:
        pages: the pages below, by id.
        sources: False leaves the contents of files out (offline text needs none).
        users: the components that may import it, for a deep section: some of those that do are shown.
        changed: what of the summaries and the README an old text has not seen: it is shown with these alone; None:
            with all.
    """
    subject = page.subject
    task = SectionTask(
        id=f"{subject.id}#{kind}",
        component=subject.id,
        title=subject.title,
        kind=kind,
        reason=reason,
        old_text=_old_text(page.page, kind),
    )
    if subject.kind == "index":
        shown = None if task.old_text is None else changed
        task = replace(task, context=_summaries(survey, plan, page, pages, shown))
    if not subject.component:
        return task
    component = survey.components[subject.component]
    survey.load(subject.files)
    facts = {path: survey.facts(path) for path in subject.files}
    outside = sorted(survey.outside(subject))
    survey.load(outside)
    deep = KINDS[kind].deep
    used = _uses(survey, plan, subject.files) if sources else {}
    whole = subject.id == component.id
    source, words = survey.description(component) if whole else ("", "")
    return replace(
        task,
        changes=tuple(_changes(survey, page, kind)) if sources else (),
        files=tuple(
            replace(_whole(survey, path, f, sources), uses=used.get(path, 0)) for path, f in facts.items()
        ),
        dependencies=tuple(line for path in outside for line in _interface_lines(path, survey.facts(path))),
        users=tuple(_users(survey, facts, sorted(users)[:_MOST_USERS])) if deep else (),
        moved=tuple(_moved(survey, page, kind, plan)) if sources else (),
        context={
            **_context(component.kind if whole else subject.kind, facts),
            "parts": _parts(plan, page, pages),
            "elsewhere": list(_elsewhere(survey, component, subject.files)) if sources and whole else [],
            **task.context,
            "description": words,
            "described_by": source,
        },
    )


def _summaries(
    survey: Survey, plan: Plan, page: PagePlan, pages: Mapping[str, Page], shown: Collection[str] | None
) -> Mapping[str, Any]:
    """What an overview is written from: of the summaries and the README's introduction those `shown`, None: all."""
    readme, intro = introduction(survey)
    below = [id_ for id_ in page.subject.parts if id_ in pages and (shown is None or id_ in shown)]
    known = {*page.subject.parts, *page.subject.files, readme}
    return {
        "readme_intro": intro if shown is None or readme in shown else "",
        "gone": sorted(set(shown or ()) - known),
        "components": [
            {
                "id": id_,
                "title": plan.pages[id_].subject.title,
                "kind": survey.components[id_].kind if id_ in survey.components else "part",
                "summary": _summary_of(pages[id_]),
                "changed": "; ".join(word for delta in plan.pages[id_].deltas for word in delta.words),
            }
            for id_ in below
        ],
    }


def _uses(survey: Survey, plan: Plan, paths: Collection[str]) -> Mapping[str, int]:
    """How many of the files use each one, and how many pages of others, as their stamps say."""
    inside = Counter(target for path in paths for target in survey.needs(path) if target != path)
    outside = Counter(path for page in plan.pages.values() for path in page.stamps.dependencies)
    return inside + outside


def _elsewhere(survey: Survey, component: Component, shown: Collection[str]) -> Iterable[Mapping[str, Any]]:
    """The files of a component that have pages of their own: what each says of itself, and what it offers."""
    paths = [file.path for file in component.files if file.path not in shown]
    survey.load(paths)
    for path in paths:
        facts = survey.facts(path)
        names = [s.name for s in facts.symbols if s.public and not s.internal and "." not in s.name]
        yield {"path": path, "summary": facts.summary, "names": names}


def _parts(plan: Plan, page: PagePlan, pages: Mapping[str, Page]) -> list[Mapping[str, str]]:
    """Titles and summaries of the parts of a component that have pages of their own."""
    return [
        {"id": id_, "title": plan.pages[id_].subject.title, "summary": _summary_of(pages[id_])}
        for id_ in page.subject.parts
        if id_ in pages and id_ not in page.subject.components
    ]


def _summary_of(page: Page) -> str:
    region = page.regions.get("summary")
    return written(region.body) if region is not None else ""


def _users(survey: Survey, used: Collection[str], users: Iterable[str]) -> Iterable[str]:
    """The interfaces of those files of some components that import one of the `used`."""
    for user in users:
        paths = sorted(file.path for file in survey.components[user].files)
        survey.load(paths)
        for path in paths:
            if not survey.needs(path).isdisjoint(used):
                yield from _interface_lines(path, survey.facts(path))


def _changes(survey: Survey, plan: PagePlan, kind: str) -> Iterable[FileChange]:
    """The files that a section has not seen; those that its page has seen already as they are now."""
    known = {delta.path for delta in plan.deltas}
    owed = plan.stamps.owed(kind) - known
    for path in plan.subject.files:
        if path in owed:
            yield _whole(survey, path, survey.facts(path), sources=True)
    for delta in plan.deltas:
        if delta.kind in ("renamed", "resolution"):
            continue
        old = read_blob(survey.objects, delta.old.blob) if delta.old is not None else None
        gone = delta.kind == "removed"
        facts = None if gone else survey.facts(delta.path)
        before = survey.former(delta.path, delta.old.blob) if delta.old is not None else None
        told = facts or before
        yield FileChange(
            path=delta.path,
            language=facts.language if facts else (before.language if before else ""),
            old=_text(old) if old is not None else None,
            new=None if gone else _text(survey.read(delta.path)),
            interface=_signatures(told) if told is not None else (),
            touched=_touched(before, facts),
        )


def _moved(survey: Survey, page: PagePlan, kind: str, plan: Plan) -> Iterable[str]:
    """What a page looks at beside its files, as far as a section has not seen it.

    Lines of a diff where the former state is known.
    """
    subject = page.subject
    source, words = survey.description(survey.components[subject.component])
    homes = {path: each for each in plan.pages.values() for path in each.subject.files}
    owed = page.stamps.owed(kind) - set(subject.files)
    for path in sorted({delta.path for delta in page.dependencies if delta.kind != "meaning"} | owed):
        if path in subject.parts:
            continue
        owner = survey.owner(path)
        if path == source:
            yield f"{path}: {words}"
        elif owner is None:
            yield f"{path}: gone"
        else:
            now = list(_interface_lines(path, survey.facts(path)))
            former = _seen(survey, page, path, homes.get(path))
            if former is not None:
                lost = [f"-{line}" for line in former if line not in now]
                now = lost + [f"+{line}" for line in now if line not in former]
            yield from now or [f"{path}: changed, but not in the public names that it defines"]


def _seen(survey: Survey, plan: PagePlan, path: str, owner: PagePlan | None) -> list[str] | None:
    """The interface of a file that a page was written with; None where the page of its own component knows another."""
    seen = plan.stamps.dependencies.get(path)
    known = owner.stamps.files.get(path) if owner is not None else None
    if seen is None or known is None or known.interface != seen.interface:
        return None
    facts = survey.former(path, known.blob)
    return list(_interface_lines(path, facts)) if facts is not None else None


def _whole(survey: Survey, path: str, facts: FileFacts, sources: bool) -> FileChange:
    new = _text(survey.read(path)) if sources and path not in survey.skipped else None
    return FileChange(
        path, facts.language, None, new, _signatures(facts), offered=_offered(facts), summary=facts.summary
    )


def _touched(before: FileFacts | None, after: FileFacts | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    return tuple(dict.fromkeys(symbol.name for symbol in compare(before, after).symbols))


def _context(kind: str, facts: Mapping[str, FileFacts]) -> dict[str, Any]:
    symbols = [
        {
            "path": path,
            "name": written_name(s.name, f.language),
            "kind": s.kind,
            "summary": s.summary,
            "members": members[s.name],
        }
        for path, f in facts.items()
        for members in (_members(f),)
        for s in outermost(described(f))
        if s.public and not s.internal
    ]
    return {
        "component_kind": kind,
        "file_summaries": {path: f.summary for path, f in facts.items() if f.summary and not f.generated},
        "symbols": symbols,
        "handed_on": sorted({e.name for f in facts.values() for e in f.exports if e.name != "*"}),
        "without": {path: why for path, f in facts.items() if (why := _why_empty(f))},
        "members_of": _owners_elsewhere(facts),
        "programs": [path for path, f in facts.items() if _is_run(f)],
    }


def _members(facts: FileFacts) -> Counter[str]:
    """How many names stand below a name, by that name: `A.b.c` below `A` and `A.b`."""
    names = (symbol.name for symbol in facts.symbols)
    return Counter(name[:at] for name in names for at, letter in enumerate(name) if letter == ".")


def _owners_elsewhere(facts: Mapping[str, FileFacts]) -> list[str]:
    """The types that files add public members to and do not define: by extensions, or methods outside of a type."""
    known = {symbol.name for f in facts.values() for symbol in f.symbols}
    return sorted(
        {
            written_name(owner, f.language)
            for f in facts.values()
            for symbol in described(f)
            if symbol.public and not symbol.internal
            if (owner := symbol.name.rpartition(".")[0]) and owner not in known
        }
    )


def _is_run(facts: FileFacts) -> bool:
    """Whether a file says where a program begins."""
    return any(symbol.name == "main" and symbol.kind == "function" for symbol in facts.symbols)


def _why_empty(facts: FileFacts) -> str:
    """Why nothing of a file can be told, "" where something may be."""
    if facts.generated:
        return "generated"
    if not facts.parsed:
        return "unread"
    return "" if facts.symbols or facts.exports else "empty"


def _interface_lines(path: str, facts: FileFacts) -> Iterable[str]:
    for symbol in facts.symbols:
        if symbol.public:
            yield f"{path}: {symbol.signature}"


def _signatures(facts: FileFacts) -> tuple[str, ...]:
    return tuple(symbol.signature for symbol in facts.symbols if symbol.public)


def _offered(facts: FileFacts) -> tuple[Offered, ...]:
    """What a file offers, nested as it is."""
    return tuple(
        Offered(symbol.name.count("."), symbol.signature, symbol.summary)
        for symbol in facts.symbols
        if symbol.public and not symbol.internal
    )


def _old_text(page: Page | None, kind: str) -> str | None:
    """The text to revise; what was made without a model is no text to start from."""
    if page is None or kind not in page.regions or page.stamps.authors.get(kind) == "offline":
        return None
    return written(page.regions[kind].body)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")
