"""What changed between two versions of a file, symbol by symbol, in words a developer understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from repodoc_hooks.analysis.facts import FileFacts, Symbol

Kind = Literal["formatting", "doc", "body", "interface"]
SymbolKind = Literal["added", "removed", "signature", "body", "doc"]

_WORDS = {
    "added": "`{0}` added",
    "removed": "`{0}` removed",
    "signature": "`{0}` changed its signature",
    "body": "the body of `{0}` changed",
    "doc": "the docstring of `{0}` changed",
}
_VALUES = frozenset({"constant", "variable", "property", "macro"})
_WORDS_OF_VALUES = {**_WORDS, "signature": "`{0}` changed", "body": "the value of `{0}` changed"}
_ORDER: tuple[SymbolKind, ...] = ("removed", "signature", "added", "body", "doc")


class SymbolChange(Struct, frozen=True):
    """One symbol that differs; `old` and `new` are its signatures, "" where it does not exist, `symbol` its kind."""

    name: str
    kind: SymbolKind
    old: str
    new: str
    public: bool
    symbol: str = ""


class Change(Struct, frozen=True):
    """What an edit of a file comes to.

    `kind` is the farthest-reaching effect: "interface" reaches dependents, "body" this component's prose, "doc" its
    API section, "formatting" nothing. Symbols are in the order removed, signature, added, body, doc, public ones
    first. `offered` and `withdrawn` are names of elsewhere that a file hands out now, or no longer; `moved` are those
    that it takes from another place.
    """

    kind: Kind
    symbols: tuple[SymbolChange, ...] = ()
    imports_added: tuple[str, ...] = ()
    imports_removed: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def compare(old: FileFacts, new: FileFacts) -> Change:
    """What changed from `old` to `new`, both under the same parser version."""
    if old.interface != new.interface:
        kind: Kind = "interface"
    elif old.ast != new.ast:
        kind = "body"
    elif old.doc != new.doc:
        kind = "doc"
    else:
        return Change("formatting")
    before, after = _imported(old), _imported(new)
    symbols = sorted(_symbol_changes(old, new), key=lambda c: (_ORDER.index(c.kind), not c.public, c.name))
    had, has = _offered(old), _offered(new)
    told = {c.name for c in symbols if c.kind in ("added", "removed")}
    return Change(
        kind,
        tuple(symbols),
        tuple(t for t in after if t not in before),
        tuple(t for t in before if t not in after),
        offered=tuple(sorted(has.keys() - had.keys() - told)),
        withdrawn=tuple(sorted(had.keys() - has.keys() - told)),
        moved=tuple(sorted(name for name in had.keys() & has.keys() if had[name] != has[name])),
    )


def describe(change: Change, limit: int = 5) -> tuple[str, ...]:
    """The change as short phrases, the farthest-reaching first, at most `limit` and a count of the rest."""
    if change.kind == "formatting":
        return ("only formatting or comments changed",)
    phrases = [
        (_WORDS_OF_VALUES if c.symbol in _VALUES else _WORDS)[c.kind].format(c.name) for c in change.symbols
    ]
    phrases = list(dict.fromkeys(phrases))
    handed = [f"`{name}` is no longer exported" for name in change.withdrawn]
    phrases[:0] = handed if change.kind == "interface" else ()
    phrases += [f"`{name}` is exported" for name in change.offered]
    phrases += [f"`{name}` is taken from another place" for name in change.moved]
    phrases += [f"`{target}` is imported" for target in change.imports_added]
    phrases += [f"`{target}` is no longer imported" for target in change.imports_removed]
    if not phrases:
        phrases = [
            {
                "interface": "what the file offers changed",
                "body": "code outside of definitions changed",
                "doc": "documentation changed",
            }[change.kind]
        ]
    if len(phrases) > limit:
        phrases[limit - 1 :] = [f"{len(phrases) - limit + 1} more changes"]
    return tuple(phrases)


def _symbol_changes(old: FileFacts, new: FileFacts) -> list[SymbolChange]:
    before, after = _by_name(old.symbols), _by_name(new.symbols)
    changes = [
        SymbolChange(s.name, "removed", s.signature, "", s.public, s.kind)
        for name, group in before.items()
        if name not in after
        for s in group
    ]
    changes += [
        SymbolChange(s.name, "added", "", s.signature, s.public, s.kind)
        for name, group in after.items()
        if name not in before
        for s in group
    ]
    for name in before.keys() & after.keys():
        changes += _pairwise(before[name], after[name])
    return _without_containers(changes)


def _by_name(symbols: Iterable[Symbol]) -> Mapping[str, list[Symbol]]:
    found: dict[str, list[Symbol]] = {}
    for symbol in symbols:
        found.setdefault(symbol.name, []).append(symbol)
    return found


def _pairwise(old: list[Symbol], new: list[Symbol]) -> list[SymbolChange]:
    """Changes among symbols of one name: those with the same signature belong together, then by order."""
    new_by_signature = {s.signature: s for s in new}
    old_signatures = {s.signature for s in old}
    changes = []
    for before in old:
        after = new_by_signature.get(before.signature)
        if after is None:
            continue
        if before.public != after.public or before.kind != after.kind:
            kind: SymbolKind = "signature"
        elif before.digest != after.digest:
            kind = "body"
        elif before.summary != after.summary:
            kind = "doc"
        else:
            continue
        public = before.public or after.public
        changes.append(SymbolChange(after.name, kind, before.signature, after.signature, public, after.kind))
    gone = [s for s in old if s.signature not in new_by_signature]
    come = [s for s in new if s.signature not in old_signatures]
    for position in range(max(len(gone), len(come))):
        was = gone[position] if position < len(gone) else None
        now = come[position] if position < len(come) else None
        if was is not None and now is not None:
            public = was.public or now.public
            change = SymbolChange(now.name, "signature", was.signature, now.signature, public, now.kind)
        elif now is not None:
            change = SymbolChange(now.name, "added", "", now.signature, now.public, now.kind)
        elif was is not None:
            change = SymbolChange(was.name, "removed", was.signature, "", was.public, was.kind)
        changes.append(change)
    return changes


def _without_containers(changes: list[SymbolChange]) -> list[SymbolChange]:
    """The changes without those of a class that only say that one of its members changed, came or went, and
    without the members of a class that came or went whole."""
    names = {c.name for c in changes if c.kind != "doc"}
    parents = {parent for name in names for parent in _parents(name)}
    whole = {(c.name, c.kind) for c in changes if c.kind in ("added", "removed")}
    return [
        c
        for c in changes
        if not (c.kind == "body" and c.name in parents)
        and not any((parent, c.kind) in whole for parent in _parents(c.name))
    ]


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:i]) for i in range(1, len(parts))]


def _offered(facts: FileFacts) -> Mapping[str, tuple[str, int, str]]:
    """The names that a file hands out, with where it has them from; of a whole module its name."""
    if not facts.exports:
        return {s.name: ("", 0, "") for s in facts.symbols if s.public and "." not in s.name}
    found: dict[str, tuple[str, int, str]] = {}
    for e in facts.exports:
        if e.name != "*":
            found.setdefault(e.name, (e.target, e.level, e.origin))
        else:
            found.setdefault(f"{'.' * e.level}{e.target} *", ("", 0, ""))
    return found


def _imported(facts: FileFacts) -> tuple[str, ...]:
    """What a file imports, as a reader names it."""
    names = ("." * i.level + i.target for i in facts.imports if i.kind != "mention")
    return tuple(dict.fromkeys(name for name in names if name))
