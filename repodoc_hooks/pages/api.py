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
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from repodoc_hooks.analysis.facts import Component, FileFacts, Symbol
from repodoc_hooks.analysis.naming import ENTRIES, main_types, written
from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.definitions import (
    ROOM,
    Density,
    Entry,
    Item,
    density_of,
    described,
    entries_of,
    headings,
    leading,
)
from repodoc_hooks.pages.layout import digest, display_path, source_link
from repodoc_hooks.pages.room import DEFINITION_BYTES
from repodoc_hooks.pages.sanitise import first_sentence
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides, fill
from repodoc_hooks.pages.text import code, liquid, shortened

_NAMED, _NAMED_BEYOND = 40, 100
_FEW, _A_SCREEN = 8, 80  # what needs no list of contents: so many definitions, so many lines
_AROUND_A_LISTING = 12  # markers, heading, the line that counts, and what keeps Jekyll from reading braces
_HANDS_ON = "Re-exports what other files define."
_ABOVE = (
    "summary",
    "overview",
    "public-api",
    "parts",
    "structure",
    "architecture",
    "components",
    "dependencies",
)
_SECTIONS = (*_ABOVE, "api", "design", "walkthrough", "not-described-here")
_INTERNAL = expression(
    r"(?:^|/)(?:_(?!_)[^/]*|__?internals?(?:__)?|internals?|details?|impl|private|__private)(?:/|\.\w+$|$)"
)


class ApiFile(Struct, frozen=True):
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
    room: int = ROOM,
    most: int = 0,
    contents: int = 0,
) -> str:
    """Every file with its public symbols: signature and first sentence of the documentation; "" without files.

    Args:
        page: path of the page, for links.
        templates: the repository's own, which replace ours.
        source_url: pattern of links to source, "" for relative ones.
        exported: file -> names of its top-level symbols that users import under some name: they are shown wherever
            they are defined. None: not known, and only what is marked as internal is folded.
        room: a longer section is written more densely.
        most: lines of one that even so is longer; without any room only files are listed.
        contents: lines for a list of what a single file defines, where the definitions leave it less.
    """
    density, files = density_of(facts, room, most), []
    if density.listed:
        return _listing(component, facts, page, templates, source_url, max(room, most))
    at = file_anchors(display_path(component.id, path) for path in facts)
    for path in sorted(facts, key=lambda path: file_order(display_path(component.id, path))):
        own, name = None if exported is None else exported.get(path, ()), display_path(component.id, path)
        link = source_link(page, path, source_url)
        files.append(_file(name, link, at[name], facts[path], own, density))
    if not files:
        return ""
    listed = density.contents and (len(files) > 1 or not files[0].shown)
    text = fill("pages/api.md.j2", templates, files=files, contents=listed, names=[])
    if len(files) == 1 and len(files[0].entries) > _FEW:
        places = anchors(component.id, facts, room, most)
        (path,) = facts
        own = places[path, ""]
        headed = [(entry.title, places.get((path, entry.name), own)) for entry in files[0].entries]
        names = [(title, place) for title, place in headed if place != own]
        left = max(contents, room - _AROUND_A_LISTING - text.count("\n"))
        if text.count("\n") > _A_SCREEN and 2 * len(names) <= left:
            text = fill("pages/api.md.j2", templates, files=files, contents=listed, names=names)
    return liquid(re.sub(r"\n{3,}", "\n\n", text))


def _listing(
    component: Component,
    facts: Mapping[str, FileFacts],
    page: str,
    templates: Overrides,
    source_url: str,
    room: int,
) -> str:
    """A line for each file and nothing more, as far as there is room; the others are counted."""
    lines: list[str] = []
    size = 0
    for path in sorted(facts, key=lambda path: file_order(display_path(component.id, path))):
        name, known = display_path(component.id, path), facts[path]
        public = [symbol for symbol in described(known) if symbol.public and not symbol.internal]
        words = [_about(public, known, starts=False), *(f"_{note}_" for note in _notes(known))]
        told = " ".join(word for word in words if word)
        line = f"[{code(name)}]({source_link(page, path, source_url)}){': ' if told else ''}{told}"
        size += len(line.encode("utf-8", "surrogateescape"))
        if len(lines) >= room - _AROUND_A_LISTING or size > DEFINITION_BYTES:
            break
        lines.append(line)
    left_out = len(facts) - len(lines)
    return liquid(
        fill("pages/listing.md.j2", templates, heading="API", above="", lines=lines, left_out=left_out)
    )


def anchors(
    component: str, facts: Mapping[str, FileFacts], room: int = ROOM, most: int = 0
) -> dict[tuple[str, str], str]:
    """(file, symbol) -> fragment on the page of these files: of the symbol's heading, else of the file's place."""
    slugs: dict[str, list[tuple[str, str]]] = {}
    places: dict[tuple[str, str], str] = {}
    density = density_of(facts, room, most)
    if density.listed:
        return {}
    at = file_anchors(display_path(component, path) for path in facts)
    for path, known in facts.items():
        own = at[display_path(component, path)]
        places[path, ""] = own
        for symbol in known.symbols:
            places[path, symbol.name] = own
        for name in headings(_divided(path, described(known), None)[0], density)[: density.most]:
            slugs.setdefault(fragment(shortened(name)), []).append((path, name))
    taken = {*_SECTIONS, *at.values(), *map(fragment, at)}
    alone = {owners[0]: slug for slug, owners in slugs.items() if len(owners) == 1 and slug not in taken}
    return {**places, **alone}


def file_anchors(names: Iterable[str]) -> dict[str, str]:
    """Name of a file -> the fragment of its place on its page. Those that letters, digits and dashes do not tell apart
    (`rack/test.rb` and `rack_test.rb`, names in other scripts) and those of sections get six digits of a SHA-256."""
    slugs = {name: re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "file" for name in names}
    times = Counter(slugs.values())
    return {
        name: f"{slug}-{digest(name)}" if times[slug] > 1 or slug in _SECTIONS else slug
        for name, slug in slugs.items()
    }


def fragment(heading: str) -> str:
    """The fragment that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


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
        (False, stem not in ENTRIES, name),
    )


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


def _file(
    name: str, link: str, anchor: str, facts: FileFacts, exported: Collection[str] | None, density: Density
) -> ApiFile:
    symbols, hidden = _divided(name, described(facts), exported)
    entries, values = entries_of(symbols, facts.language, density)
    left_out = max(0, len(entries) - density.most) + max(0, len(values) - density.most)
    summary, notes = first_sentence("" if facts.generated else facts.summary), _notes(facts)
    if left_out:
        named = [entry.title for entry in entries[density.most :]][:_NAMED_BEYOND]
        among = f"; among them are {', '.join(named)}" if named else ""
        notes = (*notes, f"There is no room here for {left_out} further definitions{among}.")
    return ApiFile(
        name=code(name),
        link=link,
        anchor=anchor,
        about=_about(symbols, facts),
        summary="" if any(entry.summary.startswith(summary) for entry in entries) else summary,
        notes=notes,
        entries=tuple(entries[: density.most]),
        values=tuple(values[: density.most]),
        folded=_listed(hidden, facts.language),
        shown=bool(symbols or notes),
    )


def _about(symbols: Iterable[Symbol], facts: FileFacts, *, starts: bool = True) -> str:
    """What a list of files says of one: its own sentence, else its main types or first definitions."""
    names = main_types(symbols) or leading(symbols)
    return (
        first_sentence("" if facts.generated else facts.summary, starts=starts)
        or ", ".join(code(written(name, facts.language)) for name in names)
        or (_HANDS_ON if facts.exports and not facts.generated else "")
    )


def _notes(facts: FileFacts) -> tuple[str, ...]:
    """Why definitions of a file are not there, as sentences."""
    if not facts.parsed:
        return ("This file could not be read.",)
    if facts.generated:
        return ("Generated: its definitions are left out.",)
    return tuple(
        f"Line {first} could not be read." if first == last else f"Lines {first}-{last} could not be read."
        for first, last in facts.unread
    )


def _listed(symbols: Iterable[Symbol], language: str) -> str:
    """Names of those that stand in none of the others."""
    every = {symbol.name for symbol in symbols}
    names = [name for name in every if not any(up in every for up in _around(name))]
    shown = [code(written(name, language)) for name in sorted(names)[:_NAMED]]
    return ", ".join([*shown, *(["others"] if len(names) > _NAMED else [])])


def _around(name: str) -> Iterable[str]:
    while name := name.rpartition(".")[0]:
        yield name
