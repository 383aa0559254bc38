"""What of a file's definitions speaks for it, and how users of its language write a name."""

from __future__ import annotations

from collections.abc import Iterable

from repodoc_hooks.analysis.facts import Symbol
from repodoc_hooks.analysis.languages import record

TYPES = frozenset(("class", "interface", "trait", "struct", "enum", "type"))
PROGRAMS = frozenset(("main", "__main__"))
"""Stems of files that stand for the program of their directory."""
ENTRIES = PROGRAMS | {"__init__", "index", "mod", "lib", "doc", "package-info"}
"""Stems of files that stand for their directory."""


def written(name: str, language: str) -> str:
    """A qualified name as users write it: `Depot::Yard` in Ruby, `Depot.Yard` in Python."""
    separator = record(language).separator
    return name if separator == "." else name.replace(".", separator)


def outermost(symbols: Iterable[Symbol]) -> list[Symbol]:
    """The symbols that a file is about: its types and functions, seen through what is but a space for names.

    A space is a module, and a type without documentation that only holds types (Ruby and C++ open one again in each
    file). One that holds functions or values itself is named in place of these; what holds nothing is not named.
    """
    known = list(symbols)
    below: dict[str, list[Symbol]] = {}
    for symbol in known:
        below.setdefault(symbol.name.rpartition(".")[0], []).append(symbol)
    spaces = {symbol.name for symbol in known if _is_space(symbol, below.get(symbol.name, []))}
    modules = {symbol.name for symbol in known if symbol.kind == "module"} - spaces
    listed = {symbol.name for symbol in known}

    def shown(symbol: Symbol) -> bool:
        if symbol.name in spaces or symbol.name.endswith(".impl"):
            return False
        above = symbol.name
        while above := above.rpartition(".")[0]:
            named = above in modules and (symbol.kind in TYPES or symbol.kind == "module")
            unknown = above not in listed and symbol.kind in TYPES
            if not (above in spaces or named or unknown):
                return False
        return True

    return [symbol for symbol in known if shown(symbol)]


def main_types(symbols: Iterable[Symbol], most: int = 3) -> list[str]:
    """The public types with the most members, in the order of their names."""
    every = list(symbols)
    public = [symbol for symbol in every if symbol.public and not symbol.internal]
    outer = {symbol.name for symbol in outermost(every) if symbol.kind in TYPES or symbol.kind == "module"}
    members = {symbol.name: 0 for symbol in public if symbol.name in outer}
    for symbol in public:
        owner = symbol.name
        while owner and owner not in members:
            owner = owner.rpartition(".")[0]
        if owner:
            members[owner] += 1
    return sorted(sorted(members, key=lambda name: (-members[name], name))[:most])


def _is_space(symbol: Symbol, below: list[Symbol]) -> bool:
    below = [each for each in below if not each.name.endswith(".impl")]  # what a type of Rust is, besides
    if not all(each.kind in TYPES or each.kind == "module" for each in below):
        return False
    return symbol.kind == "module" or (symbol.kind in TYPES and bool(below) and not symbol.summary)
