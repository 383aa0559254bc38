"""What a language module tells of a file: its definitions, imports and exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from repodoc_hooks.analysis.facts import Export, Import, Unmade

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = frozenset({"class", "interface", "trait", "struct", "enum", "type", "module"})
_SPACES = frozenset({"class", "module"})
_HELPER = 2
"""A type is a helper of functions that are so many times longer."""


class Definition(Struct):
    """A definition as an outline finds it; `doc` is its whole documentation, `value` that of a constant. `digest` is
    given where `node` is not the definition itself but what makes it (a macro), `included` where the documentation
    begins with another file, `group` the documentation of all that are declared together with it."""

    name: str
    kind: str
    node: Node
    signature: str
    doc: str = ""
    public: bool = True
    value: str = ""
    internal: bool = False
    digest: str = ""
    included: str = ""
    group: str = ""


class Outline(Struct):
    """What a language module reads from a tree.

    `interface` are further lines of the interface, `unread` nodes that the grammar misread without an error.
    """

    definitions: list[Definition] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)
    interface: list[str] = field(default_factory=list)
    unread: list[Node] = field(default_factory=list)
    package: str = ""
    doc: str = ""
    included: str = ""
    unmade: list[Unmade] = field(default_factory=list)


def imported_names(imports: Sequence[Import], separator: str = ".") -> set[str]:
    """The names under which a file knows what it imports by name: the last of a path, else what that is renamed to."""
    return {name for i in imports for name in i.names or (i.target.rpartition(separator)[2],)}


def declared_names(definitions: Sequence[Definition]) -> set[str]:
    """The names under which a file knows what it declares: types inside of types also by their own name."""
    inner = {d.name.rpartition(".")[2] for d in definitions if d.kind in _TYPES}
    return {d.name for d in definitions} | inner


def main_documentation(definitions: Sequence[Definition]) -> str:
    """The documentation of the type that a file is about: the only one of its level, or most of it, and not a mere
    helper of functions beside it.

    A type without any leaves it to the one inside of it that it is about.
    """
    level = [d for d in definitions if "." not in d.name]
    beside = [d for d in level if d.kind in _TYPES]
    functions = sum(_size(d) for d in level if d.kind == "function")
    while types := [d for d in level if d.kind in _TYPES]:
        sizes = [*map(_size, types)]
        main = types[sizes.index(max(sizes))]
        if max(sizes) * 2 < sum(map(_size, beside)) or max(sizes) * _HELPER < functions:
            return ""
        if main.doc or main.kind not in _SPACES:
            return main.doc
        inside = main.name + "."
        level = [d for d in definitions if d.name.startswith(inside) and "." not in d.name[len(inside) :]]
        beside = level
    return ""


def _size(d: Definition) -> int:
    return d.node.end_byte - d.node.start_byte
