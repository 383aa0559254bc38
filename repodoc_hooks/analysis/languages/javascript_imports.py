"""What JavaScript and TypeScript modules import, however they say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.javascript_mask import imported_types
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_OF_TYPES = frozenset(
    (
        "type_annotation",
        "type_query",
        "type_alias_declaration",
        "type_arguments",
        "extends_type_clause",
        "constraint",
    )
)
"""Nodes in which, and in all that are called types, `import("a").B` is a type."""


def read_imports(source: Source, node: Node) -> list[Import]:
    """What an import statement imports: what only a type checker sees is an import of its own."""
    target = string_value(source, node.child_by_field_name("source"))
    use = "type" if _says_type(node) else ""
    names: list[str] = []
    types: list[str] = []
    for clause in node.named_children:
        if clause.type == "import_require_clause":
            target = string_value(source, clause.child_by_field_name("source"))
            return [Import(target, ("*",), kind="require", use=use)]
        if clause.type != "import_clause":
            continue
        for part in clause.named_children:
            if part.type == "identifier":
                names.append("default")
            elif part.type == "namespace_import":
                names.append("*")
            elif part.type == "named_imports":
                for spec in part.named_children:
                    if spec.type == "import_specifier":
                        taken = string_value(source, spec.child_by_field_name("name"))
                        (types if _says_type(spec) else names).append(taken)
    found = [Import(target, tuple(names), use=use)] if names or not types else []
    return found + ([Import(target, tuple(types), use="type")] if types else [])


def _says_type(node: Node) -> bool:
    return any(child.type in ("type", "typeof") for child in node.children[:2])


def string_value(source: Source, node: Node | None) -> str:
    return source.text(node).strip("'\"`")


def bound_names(source: Source, pattern: Node) -> Iterator[str]:
    """Names that a destructuring pattern binds, nested ones included."""
    for node in pattern.named_children:
        if node.type in ("shorthand_property_identifier_pattern", "identifier"):
            yield source.text(node)
        elif node.type in ("object_pattern", "array_pattern", "rest_pattern"):
            yield from bound_names(source, node)
        elif node.type == "pair_pattern":
            value = node.child_by_field_name("value")
            if value is not None and value.type == "identifier":
                yield source.text(value)
            elif value is not None:
                yield from bound_names(source, value)
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            left = node.child_by_field_name("left")
            if left is not None and left.child_count:
                yield from bound_names(source, left)
            elif left is not None:
                yield source.text(left)


def taken_names(source: Source, pattern: Node) -> Iterator[tuple[str, str]]:
    """Local names of `const { a, b: c } = ...`, each with the property that it takes."""
    for node in pattern.named_children if pattern.type == "object_pattern" else ():
        if node.type == "shorthand_property_identifier_pattern":
            yield source.text(node), source.text(node)
        elif node.type == "object_assignment_pattern":
            name = source.text(node.child_by_field_name("left"))
            yield name, name
        elif node.type == "pair_pattern":
            value = node.child_by_field_name("value")
            if value is not None and value.type == "assignment_pattern":
                value = value.child_by_field_name("left")
            if value is not None and value.type == "identifier":
                yield source.text(value), string_value(source, node.child_by_field_name("key"))


def required(source: Source, call: Node) -> str:
    """The argument of `require("x")` or `import("x")`."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if (
        function is None
        or arguments is None
        or source.text(function) not in ("require", "import", "require.resolve")
    ):
        return ""
    first = next(iter(arguments.named_children), None)
    return (
        string_value(source, first)
        if first is not None and first.type in ("string", "template_string")
        else ""
    )


def required_member(source: Source, value: Node) -> tuple[str, str]:
    """Module and name of `require("x").name`, "" twice for anything else."""
    if value.type != "member_expression":
        return "", ""
    inner = value.child_by_field_name("object")
    if inner is None or inner.type != "call_expression" or not (target := required(source, inner)):
        return "", ""
    return target, source.text(value.child_by_field_name("property"))


def called_imports(source: Source) -> Iterator[Import]:
    """`require("x")` and `import("x")` wherever they stand; in a type they are for type checkers alone."""
    if b"require" not in source.data and b"import(" not in source.data:
        return
    for node in source.captures("(call_expression function: [(identifier) (import)]) @call"):
        if target := required(source, node):
            yield Import(target, use="type") if _is_in_type(node) else Import(target, kind="require")
    if source.rewritten:
        yield from (Import(target.decode(), use="type") for target in imported_types(source.data))


def _is_in_type(call: Node) -> bool:
    above = call.parent
    while above is not None and above.type == "member_expression":
        above = above.parent
    return above is not None and (above.type in _OF_TYPES or above.type.endswith("_type"))
