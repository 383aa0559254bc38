"""Names that files hand out: their own, and those of other files, followed to where they are defined."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Export, FileFacts, Symbol
from repodoc_hooks.analysis.imports import Resolver

_FRAMES = 20_000
"""How deep Python may go for a name that is handed from file to file to file: some thousand files."""
_PYTHON = "python"
_TYPES = frozenset({"type", "interface"})
_SCRIPTED = frozenset({"javascript", "typescript", "tsx"})


class Origin(Struct, frozen=True):
    """Where a name is defined: `symbol` of a `file`, "" for the module that the file is; no file for a name that comes
    from outside the repository, or from nowhere that could be found."""

    file: str = ""
    symbol: str = ""
    type_only: bool = False


_NOWHERE = Origin()
_Found = TypeVar("_Found", Origin, Origin | None)


class HandedOn:
    """The names that the files of one snapshot hand out. Every answer is kept; circles end where they begin.

    A scope is a module inside a file (`inline.` in Rust), "" for the file itself.
    """

    def __init__(self, resolver: Resolver, facts: Callable[[str], FileFacts]) -> None:
        self._resolver = resolver
        self._facts = facts
        self._symbols: dict[str, dict[str, Symbol]] = {}
        self._explicit: dict[tuple[str, str], dict[str, Export]] = {}
        self._stars: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._names: dict[tuple[str, str], Mapping[str, Origin]] = {}
        self._found: dict[tuple[str, str], Origin] = {}
        self._taken: dict[tuple[str, str], Origin] = {}

    def symbols(self, path: str) -> Mapping[str, Symbol]:
        """The symbols of a file by name, of overloads the first, public ones before others, what is there at run time
        before the type of its name; with the first words that one of them has."""
        if path not in self._symbols:
            found: dict[str, Symbol] = {}
            for symbol in self._facts(path).symbols:
                seen = found.get(symbol.name)
                if seen is None or (symbol.public, symbol.kind not in _TYPES) > (
                    seen.public,
                    seen.kind not in _TYPES,
                ):
                    found[symbol.name] = symbol
                    seen, symbol = symbol, seen or symbol
                if symbol.summary and not seen.summary and symbol.public == seen.public:
                    found[symbol.name] = replace(seen, summary=symbol.summary)
            self._symbols[path] = found
        return self._symbols[path]

    def names(self, path: str, scope: str = "") -> Mapping[str, Origin]:
        """The names that a file, or a module in it, hands out, each with where it is defined; in source order."""
        key = path, scope
        if key not in self._names:
            found: dict[str, Origin] = {}
            several: set[str] = set()
            for position, (file, inside) in enumerate(self._reached(path, scope)):
                for name, export in self._handed(file, inside).items():
                    if position and not self._passes_star(file, name):
                        continue
                    if name not in found:
                        found[name] = self._origin(file, inside, name, export)
                    elif found[name] != self._origin(file, inside, name, export):
                        several.add(name)
            if several and self._facts(path).language in _SCRIPTED:
                own = self._handed(path, scope)
                for name in several - own.keys():
                    if _deep(self._through_stars, path, name, set()) is None:
                        del found[name]
            self._names[key] = found
        return self._names[key]

    def _through_stars(self, path: str, name: str, seen: set[str]) -> Origin | None:
        """What a JavaScript module exports by a name; `_NOWHERE` for nothing, None where two stars disagree."""
        if path in seen:
            return _NOWHERE
        seen.add(path)
        if (export := self._handed(path, "").get(name)) is not None:
            return self._origin(path, "", name, export)
        found = _NOWHERE
        for place, _ in self._star_targets(path, ""):
            other = self._through_stars(place, name, seen)
            if other is None or (other != _NOWHERE and found not in (_NOWHERE, other)):
                return None
            found = other if other != _NOWHERE else found
        return found

    def find(self, path: str, name: str) -> Origin:
        """Where a name of a file is defined, whether or not the file hands it out; "" is the file itself."""
        if not name:
            return Origin(path)
        key = path, name
        if key not in self._found:
            self._found[key] = _NOWHERE  # where a circle ends
            self._found[key] = _deep(self._search, path, name)
        return self._found[key]

    def _search(self, path: str, name: str) -> Origin:
        if name in self.symbols(path):
            return Origin(path, name)
        scope, _, last = name.rpartition(".")
        scope = f"{scope}." if scope else ""
        for file, inside in self._reached(path, scope):
            if (export := self._handed(file, inside).get(last)) is not None:
                return self._origin(file, inside, last, export)
        return _NOWHERE if "." in name else self._imported(path, name)

    def _reached(self, path: str, scope: str) -> list[tuple[str, str]]:
        """A module and those whose names it hands on whole, directly or through others, each once."""
        seen = {(path, scope): None}
        waiting = [(path, scope)]
        while waiting:
            for place in self._star_targets(*waiting.pop(0)):
                if place not in seen:
                    seen[place] = None
                    waiting.append(place)
        return list(seen)

    def _star_targets(self, path: str, scope: str) -> list[tuple[str, str]]:
        key = path, scope
        if key not in self._stars:
            found: list[tuple[str, str]] = []
            facts = self._facts(path)
            locator = self._resolver.locator(facts.language)
            for export in facts.exports if locator is not None else ():
                if export.name != f"{scope}*" or locator is None:
                    continue
                place = locator.locate(path, export.target, export.level, "*")
                if place is not None:
                    inside = place[1].removesuffix("*").rstrip(".")
                    found += self._scopes(place[0], inside)
            if path.endswith(".py") and not facts.exports and self._resolver.has(path + "i"):
                found.append((path + "i", ""))  # its stub: what is there at run time only when asked for
            self._stars[key] = found
        return self._stars[key]

    def _scopes(self, path: str, name: str) -> list[tuple[str, str]]:
        """The scope that a name in a file stands for, followed if the file only hands it on."""
        symbols = self.symbols(path)
        if not name or name in symbols or any(each.startswith(f"{name}.") for each in symbols):
            return [(path, f"{name}." if name else "")]
        origin = self.find(path, name)
        return [(origin.file, f"{origin.symbol}." if origin.symbol else "")] if origin.file else []

    def _handed(self, path: str, scope: str) -> Mapping[str, Export]:
        """What a module hands out by name."""
        key = path, scope
        if key not in self._explicit:
            facts = self._facts(path)
            named = [e for e in facts.exports if e.name.startswith(scope) and not e.name.endswith("*")]
            found: dict[str, Export] = {}
            for export in named:
                if "." not in (name := export.name[len(scope) :]):
                    found.setdefault(name, export)  # a trait before the macro of its name
            if scope or not facts.exports:
                for symbol in facts.symbols:
                    name = symbol.name[len(scope) :]
                    # What a module within a file of Rust keeps for its crate counts once it is handed on.
                    shown = symbol.public and (not symbol.internal or (scope and facts.language == "rust"))
                    if shown and symbol.name.startswith(scope) and "." not in name:
                        found.setdefault(name, Export(name, origin=symbol.name))
            self._explicit[key] = found
        return self._explicit[key]

    def _origin(self, path: str, scope: str, name: str, export: Export) -> Origin:
        if not export.target and not export.level:
            own = export.origin or export.name
            if own in self.symbols(path):
                return self.module(path, own, export.type_only)
            found = self._imported(path, own)
            if not found.file and self._facts(path).language == _PYTHON:
                found = self._submodule(path, own)
            return Origin(found.file, found.symbol, export.type_only or found.type_only)
        locator = self._resolver.locator(self._facts(path).language)
        place = (
            locator.locate(path, export.target, export.level, export.origin) if locator is not None else None
        )
        if place is None:
            return Origin(type_only=export.type_only)
        found = self.find(*place) if place != (path, f"{scope}{name}") else _NOWHERE
        return Origin(found.file, found.symbol, export.type_only or found.type_only)

    def _imported(self, path: str, name: str) -> Origin:
        """Where a name comes from that a file imports."""
        key = path, name
        if key not in self._taken:
            self._taken[key] = _NOWHERE  # where a circle ends
            locator = self._resolver.locator(self._facts(path).language)
            for item in self._facts(path).imports if locator is not None else ():
                if locator is None or not (name in item.names or "*" in item.names):
                    continue
                place = locator.locate(path, item.target, item.level, name)
                if place is not None and place != key and (found := self.find(*place)).file:
                    self._taken[key] = found
                    break
        return self._taken[key]

    def _submodule(self, package: str, name: str) -> Origin:
        """A module beside the `__init__.py` that lists it in `__all__`."""
        locator = self._resolver.locator(_PYTHON)
        place = locator.locate(package, "", 1, name) if locator is not None else None
        return Origin(place[0]) if place is not None and not place[1] else _NOWHERE

    def module(self, path: str, symbol: str, type_only: bool = False) -> Origin:
        """A symbol, or the file behind a symbol that only declares a module (`pub mod x;`)."""
        if self.symbols(path)[symbol].kind == "module":
            locator = self._resolver.locator(self._facts(path).language)
            place = locator.locate(path, symbol.replace(".", "::"), 0, "") if locator is not None else None
            if place is not None and place[0] != path and not place[1]:
                return Origin(place[0], "", type_only)
        return Origin(path, symbol, type_only)

    def _passes_star(self, path: str, name: str) -> bool:
        """Whether a name goes through `*`: `default` does not, nor `_x` in Python unless its module lists it."""
        if self._facts(path).language == _PYTHON:
            return not name.startswith("_") or bool(self._facts(path).exports)
        return name != "default"


def _deep(look: Callable[..., _Found], *args: object) -> _Found | Origin:
    """The answer of a look that may go through thousands of files; the first makes room for those within it."""
    before = sys.getrecursionlimit()
    if before >= _FRAMES:
        return look(*args)
    sys.setrecursionlimit(_FRAMES)
    try:
        return look(*args)
    except RecursionError:
        return _NOWHERE
    finally:
        sys.setrecursionlimit(before)
