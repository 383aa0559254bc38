"""What macros of other files make, and what files put in hold, as definitions of the file in which they stand.

Facts belong to a blob, whatever stands beside it in a tree; here they get what the tree's other files make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Export, FileFacts, Symbol, Unmade
from repodoc_hooks.analysis.languages import record, without_secrets
from repodoc_hooks.analysis.languages.text import digest
from repodoc_hooks.analysis.resolution.tree import Tree


class Made(Struct, frozen=True):
    """What one such place comes to: its definitions, and the lines of what nobody can tell though it makes something
    for sure. `sources` are the files that had a part in it, `exports` what it hands on;
    `is_whole` says that what the file alone told of the place is in `symbols` again, or was wrong."""

    left: Unmade
    symbols: tuple[Symbol, ...]
    lost: tuple[tuple[int, int], ...] = ()
    sources: frozenset[str] = frozenset()
    exports: tuple[Export, ...] = ()
    is_whole: bool = False


class Maker(Protocol):
    """Makes for one language what files leave to others."""

    def made(self, path: str, data: bytes, facts: FileFacts) -> list[Made]:
        """What each place of a file comes to; `data` are the bytes of which the facts are."""
        ...


class Elsewhere:
    """The files of one tree as each other's macros; `files` are all of them, `read` gives their bytes."""

    def __init__(self, files: Collection[str], read: Callable[[str], bytes]) -> None:
        self._tree = Tree(files, read, lambda path: "", _no_facts, files)
        self._makers: dict[str, Maker] = {}
        self._sources: dict[tuple[str, tuple[Unmade, ...]], frozenset[str]] = {}

    def complete(self, path: str, data: bytes, facts: FileFacts) -> FileFacts:
        """The facts of a file with what the macros of others make in it; what they cannot tell counts as unread.

        `data` are the bytes of which the facts are: those of the file in this tree, or of an older version.
        """
        maker = self._maker(facts.language) if facts.unmade else None
        if maker is None:
            return facts
        symbols, lost, known = list(facts.symbols), list(facts.unread), []
        found = maker.made(path, data, facts)
        self._sources[path, facts.unmade] = frozenset(source for each in found for source in each.sources)
        for each in reversed(found):
            made = [without_secrets(symbol) for symbol in each.symbols]
            symbols = _placed(symbols, each, made)
            known += [f"{s.kind} {s.name} {s.signature} {s.summary} {s.digest}" for s in made]
            lost += each.lost
        return replace(
            facts,
            ast=digest(facts.ast, *known),
            doc=digest(facts.doc, *known),
            interface=digest(facts.interface, *known),
            symbols=tuple(symbols),
            exports=_exports(facts, found),
            unread=_joined(lost),
        )

    def sources(self, path: str, facts: FileFacts) -> frozenset[str]:
        """The files whose macros make something in a file whose facts were completed, and those through which it gets
        at them."""
        return self._sources.get((path, facts.unmade), frozenset())

    def _maker(self, language: str) -> Maker | None:
        kind = record(language).maker
        if not kind:
            return None
        if kind not in self._makers:
            module, _, name = kind.partition(":")
            found = import_module(f"repodoc_hooks.analysis.resolution.{module}")
            self._makers[kind] = getattr(found, name)(self._tree)
        return self._makers[kind]


def _exports(facts: FileFacts, found: list[Made]) -> tuple[Export, ...]:
    """What a file hands out; where it says what, what is made is part of it."""
    more = [export for each in found for export in each.exports]
    if not facts.exports and not more:
        return ()
    known = {e.name for e in facts.exports}
    own = [*(s for each in found for s in each.symbols), *(() if facts.exports else facts.symbols)]
    names = dict.fromkeys(s.name for s in own if s.public and not s.internal and "." not in s.name)
    return (*facts.exports, *more, *(Export(name, origin=name) for name in names if name not in known))


def _no_facts(path: str) -> FileFacts:
    raise LookupError(path)


def _placed(symbols: list[Symbol], place: Made, made: list[Symbol]) -> list[Symbol]:
    """The symbols of a file with those made in their place."""
    new = {(s.name, s.kind, s.signature) for s in made}
    names = {s.name for s in made} if place.is_whole else frozenset()
    kept = [s for s in symbols if s.name not in names and (s.name, s.kind, s.signature) not in new]
    start = max((i + 1 for i, s in enumerate(kept) if s.name == place.left.after), default=0)
    behind = kept[start:]
    if made and behind and made[0].summary and behind[0].summary == made[0].summary:
        behind[0] = replace(
            behind[0], summary=""
        )  # a comment above what seemed to be a mark of what stands below
    return [*kept[:start], *made, *behind]


def _joined(lines: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(lines):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)
