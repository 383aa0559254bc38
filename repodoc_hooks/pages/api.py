"""The API section: what the files of a page define.

Order: the file that stands for its directory (`__init__.py`, `lib.rs`, `index.ts`) first, then files before
directories, by name; in a file types, functions, the rest, by name. Source order would read no worse, but moving a
definition changes no fingerprint, so a page could not follow it; an order by importance would shuffle entries whenever
a count changes. This order follows from each entry alone, so that entries of two branches merge.

Types and functions have a heading, so that they can be linked to; in files with very many, functions are a list.
What nobody should use (`_private` modules, `internal/`, `@internal` ...) stands by name only, folded. Every file has
an entry in the list of files and an anchor below it, lines that never change, so that what two branches say of
neighbours never meets in one gap.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from repodoc_hooks.analysis.facts import Component, FileFacts, Symbol
from repodoc_hooks.pages.layout import display_path, source_link
from repodoc_hooks.pages.sanitise import first_sentence, inline
from repodoc_hooks.pages.signatures import wrapped
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides, fill
from repodoc_hooks.pages.text import code, liquid

TYPES = frozenset(("class", "interface", "trait", "struct", "enum", "type"))
_FUNCTIONS = frozenset(("function", "method"))
_RANKS = {"module": 0, **dict.fromkeys(TYPES, 1), "function": 2, "method": 2, "macro": 3, "property": 4}
_LAST_RANK = 5
_MANY_FUNCTIONS = 30
_LONGEST_ITEM = 220
_LONGEST_SIGNATURE = 4000
_NAMED = 40
_SECTIONS = (
    *(
        "summary",
        "overview",
        "public-api",
        "parts",
        "structure",
        "architecture",
        "components",
        "dependencies",
    ),
    *("api", "design", "walkthrough"),
)
_ENTRIES = frozenset(("__init__", "index", "mod", "lib", "main", "doc", "package-info", "__main__"))
_INTERNAL = re.compile(
    r"(?:^|/)(?:_(?!_)[^/]*|__?internals?(?:__)?|internals?|details?|impl|private|__private)(?:/|\.\w+$|$)"
)
# Prettier formats what it knows the language of; these it would write anew.
_FORMATTED = frozenset(("javascript", "typescript", "tsx"))


@dataclass(frozen=True, slots=True)
class Item:
    """A symbol in a list: its signatures as one or more code spans, and its sentence."""

    signature: str
    summary: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A symbol with a heading of its own; `lines` is its signature where it needs several lines, in `fence`."""

    name: str
    title: str
    signature: str
    summary: str
    members: tuple[Item, ...]
    lines: tuple[str, ...]
    language: str
    fence: str


@dataclass(frozen=True, slots=True)
class ApiFile:
    """One file of the section; `notes` say what could not be read, `folded` names what is no business of users.

    `shown` is False where nothing else is to be said of it.
    """

    name: str
    link: str
    anchor: str
    about: str
    summary: str
    notes: tuple[str, ...]
    entries: tuple[Entry, ...]
    values: tuple[Item, ...]
    folded: str
    shown: bool


def api(
    component: Component,
    facts: Mapping[str, FileFacts],
    page: str,
    templates: Overrides = NO_OVERRIDES,
    *,
    source_url: str = "",
    exported: Mapping[str, Collection[str]] | None = None,
) -> str:
    """Every file with its public symbols: signature and first sentence of the documentation; "" without files.

    Args:
        page: path of the page, for links.
        templates: the repository's own, which replace ours.
        source_url: pattern of links to source, "" for relative ones.
        exported: file -> names of its top-level symbols that users import under some name: they are shown wherever
            they are defined. None: not known, and only what is marked as internal is folded.
    """
    files = []
    for path in sorted(facts, key=lambda path: file_order(display_path(component.id, path))):
        own = None if exported is None else exported.get(path, ())
        files.append(
            _file(display_path(component.id, path), source_link(page, path, source_url), facts[path], own)
        )
    if not files:
        return ""
    contents = len(files) > 1 or not files[0].shown
    text = fill("pages/api.md.j2", templates, files=files, contents=contents)
    return liquid(re.sub(r"\n{3,}", "\n\n", text))


def anchors(component: str, facts: Mapping[str, FileFacts]) -> dict[tuple[str, str], str]:
    """(file, symbol) -> fragment on the page of these files: of the symbol's heading, else of the file's place."""
    headings: dict[str, list[tuple[str, str]]] = {}
    places: dict[tuple[str, str], str] = {}
    for path, known in facts.items():
        own = file_anchor(display_path(component, path))
        places[path, ""] = own
        for symbol in known.symbols:
            places[path, symbol.name] = own
        for name in _headings(known.symbols):
            headings.setdefault(fragment(name), []).append((path, name))
    taken = {*_SECTIONS, *(fragment(display_path(component, path)) for path in facts)}
    alone = {owners[0]: slug for slug, owners in headings.items() if len(owners) == 1 and slug not in taken}
    return {**places, **alone}


def file_anchor(name: str) -> str:
    """The fragment of a file's place on its page."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "file"


def fragment(heading: str) -> str:
    """The fragment that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def kind_rank(kind: str) -> int:
    """Where symbols of a kind stand among others."""
    return _RANKS.get(kind, _LAST_RANK)


def is_internal(path: str) -> bool:
    """Whether a file is nobody's business by its place: `_private.py`, `internal/`, `detail/`."""
    return _INTERNAL.search(path) is not None


def file_order(path: str) -> tuple[tuple[bool, bool, str], ...]:
    """Files before directories, those that stand for their directory first, internal ones last."""
    *folders, name = path.split("/")
    stem = name.partition(".")[0]
    return (
        (is_internal(path), False, ""),
        *((True, False, folder) for folder in folders),
        (False, stem not in _ENTRIES, name),
    )


def main_types(symbols: Iterable[Symbol], most: int = 3) -> list[str]:
    """The public types with the most members, in the order of their names."""
    members: dict[str, int] = {}
    public = [symbol for symbol in symbols if symbol.public and not symbol.internal]
    for symbol in public:
        if symbol.kind in TYPES and "." not in symbol.name:
            members.setdefault(symbol.name, 0)
    for symbol in public:
        owner = symbol.name.partition(".")[0]
        if owner in members:
            members[owner] += 1
    return sorted(sorted(members, key=lambda name: (-members[name], name))[:most])


def _divided(
    name: str, symbols: Iterable[Symbol], exported: Collection[str] | None
) -> tuple[list[Symbol], list[Symbol]]:
    """Public symbols that are shown, and those that are folded."""
    shown, hidden = [], []
    inside = exported is not None and is_internal(name)
    marked = {symbol.name for symbol in symbols if symbol.internal}
    for symbol in symbols:
        if not symbol.public:
            continue
        parts = symbol.name.split(".")
        folded = any(".".join(parts[:count]) in marked for count in range(1, len(parts) + 1))
        if folded or (inside and parts[0] not in (exported or ())):
            hidden.append(symbol)
        else:
            shown.append(symbol)
    return shown, hidden


def _file(name: str, link: str, facts: FileFacts, exported: Collection[str] | None) -> ApiFile:
    symbols, hidden = _divided(name, facts.symbols, exported)
    entries, values = _entries(symbols, facts.language)
    names = main_types(symbols) or [entry.name for entry in entries[:3]] or [s.name for s in symbols[:3]]
    summary, notes = first_sentence(facts.summary), _notes(facts)
    return ApiFile(
        name=code(name),
        link=link,
        anchor=file_anchor(name),
        about=summary
        or ", ".join(map(code, names))
        or ("Hands on what other files define." if facts.exports else ""),
        summary=summary,
        notes=notes,
        entries=tuple(entries),
        values=tuple(values),
        folded=_listed(hidden),
        shown=bool(symbols or notes),
    )


def _notes(facts: FileFacts) -> tuple[str, ...]:
    """What could not be read of a file, as sentences."""
    if not facts.parsed:
        return ("This file could not be read.",)
    return tuple(
        f"Line {first} could not be read." if first == last else f"Lines {first}-{last} could not be read."
        for first, last in facts.unread
    )


def _headings(symbols: Iterable[Symbol]) -> list[str]:
    """The names of the symbols that have a heading of their own."""
    return [entry.name for entry in _entries([s for s in symbols if s.public], "")[0]]


def _entries(symbols: list[Symbol], language: str) -> tuple[list[Entry], list[Item]]:
    """Symbols with a heading, and the rest of the file's own as a list."""
    groups: dict[str, list[Symbol]] = {}
    for symbol in sorted(symbols, key=_order):
        groups.setdefault(symbol.name, []).append(symbol)
    owned: dict[str, list[str]] = {}
    for name in groups:
        owned.setdefault(_parent(name, groups), []).append(name)
    functions = sum(
        groups[name][0].kind in _FUNCTIONS or groups[name][0].kind == "macro" for name in owned.get("", ())
    )
    entries: list[Entry] = []
    values: list[Item] = []

    def place(name: str, *, alone: bool) -> None:
        """Put a symbol and all below it where they belong."""
        group, below = groups[name], owned.get(name, [])
        if alone:
            members = [n for n in below if not _needs_heading(groups[n], owned.get(n))]
            entries.append(_entry(name, group, [_item(groups[n]) for n in members], language))
        else:
            members = []
            values.append(_item(group))
        for inner in below:
            if inner not in members:
                place(inner, alone=True)

    for name in owned.get("", ()):
        kind = groups[name][0].kind
        listed = functions > _MANY_FUNCTIONS and kind not in TYPES
        heading = kind in TYPES or kind == "module" or (kind in _FUNCTIONS and not listed)
        bare = _is_bare(groups[name], owned.get(name))
        place(name, alone=(heading and not bare) or _needs_heading(groups[name], owned.get(name)))
    return entries, values


def _is_bare(group: list[Symbol], below: Collection[str] | None) -> bool:
    """A module that only is there: `pub mod x`."""
    return group[0].kind == "module" and not below


def _needs_heading(group: list[Symbol], below: Collection[str] | None) -> bool:
    """A symbol with members of its own, or one that no line holds; formatters write ticks in code spans differently."""
    return bool(below) or sum(len(s.signature) for s in group) > _LONGEST_ITEM or _has_ticks(group)


def _has_ticks(group: list[Symbol]) -> bool:
    return any("`" in symbol.signature for symbol in group)


def _entry(name: str, group: list[Symbol], members: list[Item], language: str) -> Entry:
    signatures = list(dict.fromkeys(s.signature for s in group if s.signature and s.signature != name))
    lines = [line for signature in signatures for line in wrapped(signature[:_LONGEST_SIGNATURE])]
    if (len(lines) == 1 and not _has_ticks(group)) or not _may_stand_alone(lines):
        whole = ", ".join(code(s, _LONGEST_SIGNATURE) for s in signatures)
        summary = _summary(group, starts=not whole)
        return Entry(name, code(name), whole, summary, tuple(members), (), "", "")
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    shown = "text" if language in _FORMATTED or not language else language
    return Entry(
        name,
        code(name),
        "",
        _summary(group, starts=True),
        tuple(members),
        tuple(lines),
        shown,
        "`" * max(3, longest + 1),
    )


def _may_stand_alone(lines: list[str]) -> bool:
    """Whether lines read as nothing of ours or of git's."""
    return bool(lines) and not any(
        re.match(r"\s*(?:<!--\s*)?repodoc:|[<>|]{7}|\s*(?:~~~|```)", line) for line in lines
    )


def _item(group: list[Symbol]) -> Item:
    signatures = list(dict.fromkeys(s.signature or s.name for s in group))
    return Item(", ".join(code(s, _LONGEST_SIGNATURE) for s in signatures), _summary(group, starts=False))


def _summary(group: list[Symbol], *, starts: bool) -> str:
    """The first sentence that one of the overloads has; `starts`: nothing stands before it on its line."""
    return next((text for s in group if (text := inline(s.summary, starts=starts))), "")


def _listed(symbols: Iterable[Symbol]) -> str:
    names = list(dict.fromkeys(symbol.name for symbol in symbols if "." not in symbol.name))
    names = names or list(dict.fromkeys(symbol.name for symbol in symbols))
    shown = [code(name) for name in sorted(names)[:_NAMED]]
    return ", ".join([*shown, *(["others"] if len(names) > _NAMED else [])])


def _order(symbol: Symbol) -> tuple[int, str, str, str]:
    return kind_rank(symbol.kind), symbol.name.lower(), symbol.name, symbol.signature


def _parent(name: str, names: Collection[str]) -> str:
    """The nearest enclosing definition that is listed itself, "" for none."""
    while "." in name:
        name = name.rpartition(".")[0]
        if name in names:
            return name
    return ""
