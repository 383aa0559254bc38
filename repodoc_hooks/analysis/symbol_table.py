"""The symbol table of one tree: every definition with the names by which it is imported.

Pages, surfaces, prompts and the check of prose all ask this one table. It is filled file by file, as it is asked, so
that a question about a component parses no file of another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.surface import Surface


class TableEntry(Struct, frozen=True):
    """One definition. `id` is "file#name", of overloads followed by their number ("file#name~2"); `imported_as` are
    the names by which users get at it ("requests.get", "@trpc/server/http.createHandler", "serde::Serialize"), "" for
    none; `visibility` is "public", "internal" (public by the language, but nobody's business) or "private";
    `documentation` is its first sentence."""

    id: str
    file: str
    name: str
    imported_as: tuple[str, ...]
    kind: str
    visibility: str
    signature: str
    documentation: str


class SymbolTable:
    """The definitions of a tree by file and by name.

    `components` are those of the tree, `facts` gives what is known of a file, `surface` what a component hands out.
    """

    def __init__(
        self,
        components: Mapping[str, Component],
        facts: Callable[[str], FileFacts],
        surface: Callable[[Component], Surface],
    ) -> None:
        self._components = components
        self._facts = facts
        self._surface = surface
        self._owners = {file.path: c.id for c in components.values() for file in c.files}
        self._imported: dict[str, dict[tuple[str, str], list[str]]] = {}
        self._entries: dict[str, tuple[TableEntry, ...]] = {}

    def of_file(self, path: str) -> tuple[TableEntry, ...]:
        """The definitions of a file in the order of its source."""
        if path not in self._entries:
            names = self._names_of(self._owners[path]) if path in self._owners else {}
            self._entries[path] = tuple(self._read(path, names))
        return self._entries[path]

    def of_component(self, component: Component) -> Iterator[TableEntry]:
        """The definitions of a component, file by file."""
        for file in component.files:
            yield from self.of_file(file.path)

    def named(self, name: str, paths: Iterable[str] | None = None) -> list[TableEntry]:
        """The definitions that a reader may mean by a name: `get`, `Session.get`, `requests.get`, `Session::get`.

        Without `paths` all files of the tree are asked.
        """
        wanted = _plain(name)
        where = self._owners if paths is None else paths
        return [entry for path in where for entry in self.of_file(path) if _means(entry, wanted)]

    def _read(self, path: str, imported: Mapping[tuple[str, str], list[str]]) -> Iterator[TableEntry]:
        times: dict[str, int] = {}
        for symbol in self._facts(path).symbols:
            times[symbol.name] = number = times.get(symbol.name, 0) + 1
            visibility = "internal" if symbol.internal else "public" if symbol.public else "private"
            yield TableEntry(
                f"{path}#{symbol.name}" + (f"~{number}" if number > 1 else ""),
                path,
                symbol.name,
                tuple(imported.get((path, symbol.name), ())),
                symbol.kind,
                visibility,
                symbol.signature,
                symbol.summary,
            )

    def _names_of(self, component: str) -> Mapping[tuple[str, str], list[str]]:
        """(file, symbol) -> names by which users of the component import it."""
        if component not in self._imported:
            found: dict[tuple[str, str], list[str]] = {}
            for entry in self._surface(self._components[component]).entries:
                for name in entry.names:
                    joint = "::" if name.file.endswith(".rs") else "."
                    found.setdefault((name.file, name.symbol), []).append(f"{entry.name}{joint}{name.name}")
            self._imported[component] = found
        return self._imported[component]


def _plain(name: str) -> str:
    return name.removesuffix("()").replace("::", ".").replace("#", ".").replace("->", ".")


def _means(entry: TableEntry, wanted: str) -> bool:
    own = entry.name
    if own == wanted or own.endswith(f".{wanted}"):
        return True
    return any(_plain(name) == wanted for name in entry.imported_as)
