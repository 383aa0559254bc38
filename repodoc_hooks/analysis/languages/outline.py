"""What a language module tells of a file: its definitions, imports and exports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from repodoc_hooks.analysis.facts import Export, Import

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(slots=True)
class Definition:
    """A definition as an outline finds it; `doc` is its whole documentation, `value` that of a constant. `digest` is
    given where `node` is not the definition itself but what makes it (a macro)."""

    name: str
    kind: str
    node: Node
    signature: str
    doc: str = ""
    public: bool = True
    value: str = ""
    internal: bool = False
    digest: str = ""


@dataclass(slots=True)
class Outline:
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
