"""Definitions of a file as entries with a heading and as lists, written more densely where there are many."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from repodoc_hooks.analysis.facts import FileFacts, Symbol
from repodoc_hooks.analysis.naming import TYPES, outermost, written
from repodoc_hooks.pages.room import AROUND_DEFINITIONS, DEFINITION_BYTES
from repodoc_hooks.pages.sanitise import MAX_LINE, inline
from repodoc_hooks.pages.signatures import wrapped
from repodoc_hooks.pages.text import code

_FUNCTIONS = frozenset(("function", "method"))
_RANKS = {"module": 0, **dict.fromkeys(TYPES, 1), "function": 2, "method": 2, "macro": 3, "property": 4}
_LAST_RANK = 5
_LONGEST_ITEM = 220
_ENTRY_AND_STAMP = 12
_CONTENTS = 3
_APART = 2  # stamps stand densely on a page that is so long
_FOLDED = 6
_TOGETHER = 8
_MARKUP = 8
# Prettier formats what it knows the language of; these it would write anew.
_FORMATTED = frozenset(("javascript", "typescript", "tsx"))


class Item(Struct, frozen=True):
    """A symbol in a list: its signatures as one or more code spans, and its sentence."""

    signature: str
    summary: str


class Entry(Struct, frozen=True):
    """A symbol with a heading of its own; `lines` is its signature where it needs several lines, in `fence`."""

    name: str
    title: str
    signature: str
    summary: str
    members: tuple[Item, ...]
    lines: tuple[str, ...]
    language: str
    fence: str


class Density(Struct, frozen=True):
    """How much of a file is shown: so many functions with a heading, else a list; long signatures on several lines;
    members with signatures, else by name; at most so many entries and values, the rest is counted; a list of the
    files above them; of a signature so many characters; or nothing but a line for each file (`listed`)."""

    functions: int = 30
    wrapped: bool = True
    members: bool = True
    most: int = 10_000
    contents: bool = True
    signature: int = 4000
    listed: bool = False


ROOM = 380
"""A longer section, the stamps of its files included, is written more densely."""
_DENSITIES = (
    Density(),
    Density(functions=0),
    Density(functions=0, wrapped=False),
    Density(functions=0, wrapped=False, members=False),
    Density(functions=0, wrapped=False, members=False, most=60),
    *(Density(functions=0, wrapped=False, members=False, most=most, contents=False) for most in (60, 40, 25)),
    Density(functions=0, wrapped=False, members=False, most=12, contents=False, signature=300),
    Density(listed=True),
)
_USUAL = _DENSITIES[0]
DENSEST = _DENSITIES[-2]
"""The densest in which definitions are shown."""


def density_of(facts: Mapping[str, FileFacts], room: int = ROOM, most: int = 0) -> Density:
    """The first way of writing in which the section has at most so many lines (and bytes), else the last one.

    With definitions in it it may have `most` lines, where that is more.
    """
    files = [(known, _offered(known)) for known in facts.values()]
    for density in _DENSITIES[:-1]:
        may_have = max(room, most) if density is DENSEST else room
        if (
            sum(_lines(known, families, density) for known, families in files)
            <= may_have - AROUND_DEFINITIONS
            and sum(_bytes(known, families, density) for known, families in files) <= DEFINITION_BYTES
        ):
            return density
    return _DENSITIES[-1]


def file_lines(facts: FileFacts, density: Density = _USUAL) -> int:
    """How many lines a file takes on its page: its entry in the list of files, its definitions, its stamp."""
    return _lines(facts, _offered(facts), density)


def densest_lines(facts: Mapping[str, FileFacts]) -> int:
    """How many lines the section takes in the densest form in which it has definitions."""
    return sum(file_lines(known, DENSEST) for known in facts.values()) + AROUND_DEFINITIONS


def _offered(facts: FileFacts) -> _Families:
    """What a file has for its users."""
    return _Families([symbol for symbol in described(facts) if symbol.public and not symbol.internal])


def _lines(facts: FileFacts, families: _Families, density: Density) -> int:
    """The lines of a file that offers these, counted without writing them."""
    groups = families.groups
    placed = [*_places(families, density)]
    entries = [(groups[name], len(members)) for name, members in placed if members is not None]
    shown = entries[: density.most]
    told = {groups[name][0].group for name, members in placed if members is None} - {""}
    values = len(placed) - len(entries) + len(told)
    listed = min(values, density.most)
    head = (
        _ENTRY_AND_STAMP
        - _CONTENTS * (not density.contents)
        - _APART * (density is DENSEST)
        + 2 * (bool(facts.summary) + len(facts.unread) + facts.generated)
    )
    left_out = 2 * (len(entries) > len(shown) or values > listed)
    folded = _FOLDED * any(symbol.internal and symbol.public for symbol in described(facts))
    own = sum(_entry_lines(group, members, density) for group, members in shown)
    return head + left_out + folded + listed + bool(listed) + own


def _bytes(facts: FileFacts, families: _Families, density: Density) -> int:
    """About how many bytes these lines have, with room for what is escaped in them, rather too many."""

    def told(name: str) -> int:
        return sum(
            _MARKUP
            + 2 * (_encoded(symbol.signature[: density.signature]) + min(MAX_LINE, _encoded(symbol.summary)))
            for symbol in families.groups[name]
        )

    def named(name: str) -> int:
        return _MARKUP + 2 * _encoded(name.rpartition(".")[2])

    placed = [*_places(families, density)]
    values = [name for name, members in placed if members is None]
    entries = [(name, members) for name, members in placed if members is not None]
    inside = told if density.members else named
    shown = sum(told(name) + sum(map(inside, members)) for name, members in entries[: density.most])
    return shown + sum(map(told, values[: density.most])) + 2 * _encoded(facts.summary)


def _encoded(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def described(facts: FileFacts) -> tuple[Symbol, ...]:
    """The definitions that a page may show: nobody reads those of a file that a program wrote."""
    return () if facts.generated else facts.symbols


def _entry_lines(group: list[Symbol], members: int, density: Density) -> int:
    """A heading, the signature, the sentence, the members, and the blank lines between."""
    signatures = _signatures(group)
    fence = _fence(group, signatures, density)
    fenced = len(fence) + 3 if fence else 0
    sentence = 2 if (signatures and not fenced) or any(_is_written(symbol.summary) for symbol in group) else 0
    listed = members if density.members else min(members, 1)
    return 2 + fenced + sentence + listed + bool(listed)


def headings(symbols: Iterable[Symbol], density: Density) -> list[str]:
    """The names of the symbols that have a heading of their own."""
    families = _Families([symbol for symbol in symbols if symbol.public])
    return [name for name, members in _places(families, density) if members is not None]


def entries_of(symbols: list[Symbol], language: str, density: Density) -> tuple[list[Entry], list[Item]]:
    """Symbols with a heading, and the rest of the file's own as a list."""
    families = _Families(symbols)
    entries: list[Entry] = []
    values: list[Item] = []
    groups: set[str] = set()
    for name, members in _places(families, density):
        group = families.groups[name]
        if members is None:
            if (told := group[0].group) and told not in groups:
                groups.add(told)
                values.append(_of_group(told, symbols))
            values.append(_item(group, density))
            continue
        items = [_item(families.groups[n], density) for n in members] if density.members else _named(members)
        entries.append(_entry(name, group, items, language, density))
    return entries, values


class _Families:
    """Symbols by name, and the names below each name, "" for the file; all in the order of a page."""

    def __init__(self, symbols: Iterable[Symbol]) -> None:
        self.groups: dict[str, list[Symbol]] = {}
        for symbol in sorted(symbols, key=_order):
            self.groups.setdefault(symbol.name, []).append(symbol)
        self.owned: dict[str, list[str]] = {}
        for name in self.groups:
            self.owned.setdefault(_parent(name, self.groups), []).append(name)


def _places(families: _Families, density: Density) -> Iterator[tuple[str, list[str] | None]]:
    """Each symbol that is no member of another, and its members where it has a heading; None where it is listed."""
    groups, owned = families.groups, families.owned
    top = owned.get("", ())
    functions = sum(groups[name][0].kind in _FUNCTIONS or groups[name][0].kind == "macro" for name in top)

    def is_member(name: str, above: str) -> bool:
        """It stands in the list below what it is in; types in a module have a heading as those of a file."""
        in_module = groups[above][0].kind == "module" and groups[name][0].kind in TYPES
        return not in_module and not _needs_heading(groups[name], owned.get(name), density)

    def place(name: str, *, alone: bool) -> Iterator[tuple[str, list[str] | None]]:
        """A symbol and all below it where they belong."""
        below = owned.get(name, [])
        members = [n for n in below if is_member(n, name)] if alone else []
        if not alone:
            yield name, None
        elif members or groups[name][0].kind != "module" or any(symbol.summary for symbol in groups[name]):
            yield name, members
        for inner in below:
            if inner not in members:
                yield from place(inner, alone=True)

    for name in top:
        kind = groups[name][0].kind
        listed = functions > density.functions and kind not in TYPES
        heading = kind in TYPES or kind == "module" or (kind in _FUNCTIONS and not listed)
        bare = _is_bare(groups[name], owned.get(name))
        alone = (heading and not bare) or _needs_heading(groups[name], owned.get(name), density)
        yield from place(name, alone=alone)


def _is_bare(group: list[Symbol], below: Collection[str] | None) -> bool:
    """A module that only is there: `pub mod x`."""
    return group[0].kind == "module" and not below


def _named(members: list[str]) -> list[Item]:
    """Members by their names alone, on one line."""
    names = ", ".join(code(name.rpartition(".")[2]) for name in members)
    return [Item(names, "")] if names else []


def _needs_heading(group: list[Symbol], below: Collection[str] | None, density: Density) -> bool:
    """A symbol with members of its own, or one that no line holds; formatters write ticks in code spans differently."""
    long = density.wrapped and sum(len(s.signature) for s in group) > _LONGEST_ITEM
    return bool(below) or long or _has_ticks(group)


def _has_ticks(group: list[Symbol]) -> bool:
    return any("`" in symbol.signature for symbol in group)


def _entry(name: str, group: list[Symbol], members: list[Item], language: str, density: Density) -> Entry:
    title = code(written(name, language))
    signatures = _signatures(group)
    lines = _fence(group, signatures, density)
    if not lines:
        told = ", ".join(code(signature, density.signature) for signature in signatures)
        return Entry(name, title, told, _summary(group, starts=not told), tuple(members), (), "", "")
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    shown = "text" if language in _FORMATTED or not language else language
    fence = "`" * max(3, longest + 1)
    return Entry(name, title, "", _summary(group, starts=True), tuple(members), tuple(lines), shown, fence)


def _signatures(group: list[Symbol]) -> list[str]:
    """Those that say more than the name."""
    return list(dict.fromkeys(s.signature for s in group if s.signature and s.signature != s.name))


def _fence(group: list[Symbol], signatures: Iterable[str], density: Density) -> list[str]:
    """The lines of signatures that stand in a block of code, none where a line with code spans holds them."""
    ticks = _has_ticks(group)
    if not density.wrapped and not ticks:
        return []
    whole = (signature[: density.signature] for signature in signatures)
    lines = [
        line for signature in whole for line in (wrapped(signature) if density.wrapped else (signature,))
    ]
    if (len(lines) == 1 and not ticks) or not _may_stand_alone(lines):
        return []
    return lines


def _may_stand_alone(lines: list[str]) -> bool:
    """Whether lines read as nothing of ours or of git's."""
    return bool(lines) and not any(
        re.match(r"\s*(?:<!--\s*)?repodoc:|[<>|]{7}|\s*(?:~~~|```)", line) for line in lines
    )


def _of_group(told: str, symbols: Iterable[Symbol]) -> Item:
    """The definitions that are documented together, by name, above the first of them."""
    names = sorted({symbol.name for symbol in symbols if symbol.group == told})
    shown = [*map(code, names[:_TOGETHER]), *(["others"] if len(names) > _TOGETHER else [])]
    return Item(", ".join(shown), inline(told, starts=False))


def _item(group: list[Symbol], density: Density) -> Item:
    signatures = list(dict.fromkeys(s.signature or s.name for s in group))
    told = ", ".join(code(s, density.signature) for s in signatures)
    return Item(told, _summary(group, starts=False))


def _summary(group: list[Symbol], *, starts: bool) -> str:
    """The first sentence that one of the overloads has; `starts`: nothing stands before it on its line."""
    return next((text for s in group if (text := inline(s.summary, starts=starts))), "")


def _is_written(text: str) -> bool:
    """Anything of a sentence stands on the page; for most that is seen without reading it."""
    return bool(text) and ((text[0].isalnum() and text.isascii()) or bool(inline(text, starts=False)))


def kind_rank(kind: str) -> int:
    """Where symbols of a kind stand among others."""
    return _RANKS.get(kind, _LAST_RANK)


def leading(symbols: Iterable[Symbol], most: int = 3) -> list[str]:
    """The names of the first symbols of a file in the order of a page."""
    own = sorted((symbol for symbol in outermost(symbols)), key=_order)
    return list(dict.fromkeys(symbol.name for symbol in own))[:most]


def _order(symbol: Symbol) -> tuple[int, str, str, str]:
    return kind_rank(symbol.kind), symbol.name.lower(), symbol.name, symbol.signature


def _parent(name: str, names: Collection[str]) -> str:
    """The nearest enclosing definition that is listed itself, "" for none."""
    while "." in name:
        name = name.rpartition(".")[0]
        if name in names:
            return name
    return ""
