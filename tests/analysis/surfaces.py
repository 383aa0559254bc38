"""Surfaces of small repositories, from real source or from facts made up for a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from repodoc_hooks.analysis.components import discover
from repodoc_hooks.analysis.entry_points import SurfaceReader
from repodoc_hooks.analysis.facts import Component, Export, FileFacts, Import, Symbol
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import language_of, parse
from repodoc_hooks.analysis.surface import Surface
from repodoc_hooks.analysis.symbol_table import SymbolTable
from repodoc_hooks.config import Config


def made_up(
    language: str, own: str = "", exports: Iterable[Export] = (), imports: Iterable[Import] = ()
) -> FileFacts:
    """Facts of a file with some functions (`_private` ones are not public)."""
    symbols = tuple(
        Symbol(name, "function", f"{name}()", f"Does {name}.", not name.startswith("_"), name)
        for name in own.split()
    )
    return replace(parse(language, b""), symbols=symbols, exports=tuple(exports), imports=tuple(imports))


class World:
    """A repository of some files; `facts` replaces what would be read from them."""

    def __init__(self, files: Mapping[str, str], facts: Mapping[str, FileFacts] | None = None) -> None:
        self.files = {**files, **dict.fromkeys(facts or {}, "")}
        known = dict(facts or {})
        found = discover([(path, path) for path in self.files], Config(), self.read)
        self.components = found.components
        for path in self.files:
            if path not in known and (language := language_of(path)) is not None:
                known[path] = parse(language, self.read(path))
        self.facts = known
        sources = {file.path for c in self.components.values() for file in c.files}
        resolver = Resolver(sources, self.read, facts_of=known.__getitem__, files={*self.files})
        self.reader = SurfaceReader(sources, self.read, resolver, known.__getitem__)

    def read(self, path: str) -> bytes:
        return self.files.get(path, "").encode()

    def surface(self, component: str = "") -> Surface:
        return self.reader.surface(self.component(component))

    def component(self, id_: str = "") -> Component:
        return self.components[id_] if id_ else next(iter(self.components.values()))

    def table(self) -> SymbolTable:
        return SymbolTable(self.components, self.facts.__getitem__, self.reader.surface)

    def told(self, component: str = "") -> dict[str, dict[str, str]]:
        """Entry point -> name -> where it is defined."""
        return {
            entry.name: {n.name: f"{n.file}#{n.symbol}" if n.symbol else n.file for n in entry.names}
            for entry in self.surface(component).entries
        }
