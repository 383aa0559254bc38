"""What a JavaScript or TypeScript module hands out: every name under which users can import something.

A name is bound to a definition of the file, to what the file imports, or to a whole module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from repodoc_hooks.analysis.facts import Export, Import
from repodoc_hooks.analysis.languages.javascript_imports import string_value
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node


class Bound(Struct):
    """Where an imported local name comes from; `origin` "" is the module itself."""

    target: str
    origin: str
    type_only: bool = False


class Exports(Struct):
    """The exports of a file, and the names that they are made from."""

    found: list[Export] = field(default_factory=list)
    bound: dict[str, Bound] = field(default_factory=dict)
    local: dict[str, list[str]] = field(default_factory=dict)
    """Local name -> the names that it is exported under."""

    def own(self, name: str, origin: str = "", *, type_only: bool = False) -> None:
        """A definition of the file (`origin`, if it has another name there), or what it imports by that name."""
        local = origin or name
        self.local.setdefault(local, []).append(name)
        self.found.append(Export(name, origin="" if local == name else local, type_only=type_only))

    def other(self, name: str, target: str, origin: str, *, type_only: bool = False) -> None:
        """Something of another module."""
        self.found.append(Export(name, target, origin, type_only=type_only))

    def resolved(self, renamed: dict[str, str]) -> list[Export]:
        """The exports with imported names led back to their modules; `renamed` are definitions by a new name."""
        return [self._resolved(each, renamed) for each in self.found]

    def _resolved(self, export: Export, renamed: dict[str, str]) -> Export:
        local = export.origin or export.name
        if export.target or export.name == "*":
            return export
        if (bound := self.bound.get(local)) is not None:
            return Export(
                export.name, bound.target, bound.origin, type_only=export.type_only or bound.type_only
            )
        if local in renamed:
            return Export(export.name, origin="" if renamed[local] == export.name else renamed[local])
        return export


def is_type(node: Node) -> bool:
    """Whether an import, an export or one of its names says `type`."""
    return any(child.type in ("type", "typeof") for child in node.children[:2])


def _hands_on_types(source: Source, node: Node) -> bool:
    """Whether an export says `type`, which before `*` the grammar does not know."""
    words = source.raw(node).split(None, 2)[:2]
    return is_type(node) or any(c.type == "type" for c in node.children) or words == ["export", "type"]


def bind(source: Source, node: Node, exports: Exports) -> None:
    """Note the local names of an import statement."""
    target = string_value(source, node.child_by_field_name("source"))
    whole = is_type(node)
    for clause in node.named_children:
        if clause.type == "import_require_clause":
            local = next((n for n in clause.named_children if n.type == "identifier"), None)
            required = string_value(source, clause.child_by_field_name("source"))
            exports.bound[source.text(local)] = Bound(required, "")
        if clause.type != "import_clause":
            continue
        for part in clause.named_children:
            if part.type == "identifier":
                exports.bound[source.text(part)] = Bound(target, "default", whole)
            elif part.type == "namespace_import":
                exports.bound[source.text(part.named_children[-1])] = Bound(target, "", whole)
            elif part.type == "named_imports":
                for spec in part.named_children:
                    if spec.type == "import_specifier":
                        name, alias = specifier(source, spec)
                        exports.bound[alias] = Bound(target, name, whole or is_type(spec))


def specifier(source: Source, node: Node) -> tuple[str, str]:
    """Name and alias of `a as b`, twice the name without alias."""
    name = string_value(source, node.child_by_field_name("name"))
    alias = node.child_by_field_name("alias")
    return name, string_value(source, alias) if alias is not None else name


def hand_on(source: Source, node: Node, exports: Exports) -> list[Import]:
    """`export ... from`: the imports that it is; its names go to `exports`."""
    target = string_value(source, node.child_by_field_name("source"))
    whole = _hands_on_types(source, node)
    clause = next((n for n in node.named_children if n.type in ("export_clause", "namespace_export")), None)
    if clause is None:
        exports.other("*", target, "", type_only=whole)
        return [Import(target, ("*",), kind="export", use="export")]
    if clause.type == "namespace_export":
        exports.other(string_value(source, clause.named_children[-1]), target, "", type_only=whole)
        return [Import(target, ("*",), kind="export", use="export")]
    names = []
    for spec in clause.named_children:
        if spec.type == "export_specifier":
            name, alias = specifier(source, spec)
            exports.other(alias, target, name, type_only=whole or is_type(spec))
            names.append(name)
    return [Import(target, tuple(names), kind="export", use="export")]


def hand_out(source: Source, clause: Node, exports: Exports, *, type_only: bool) -> None:
    """`export { a, b as c }`."""
    for spec in clause.named_children:
        if spec.type == "export_specifier":
            name, alias = specifier(source, spec)
            exports.own(alias, name, type_only=type_only or is_type(spec))
