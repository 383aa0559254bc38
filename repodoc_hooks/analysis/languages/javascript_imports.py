"""What JavaScript and TypeScript modules import, however they say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node


def read_import(source: Source, node: Node) -> Import:
    names: list[str] = []
    for clause in node.named_children:
        if clause.type == "import_require_clause":
            return Import(string_value(source, clause.child_by_field_name("source")), ("*",), kind="require")
        if clause.type != "import_clause":
            continue
        for part in clause.named_children:
            if part.type == "identifier":
                names.append("default")
            elif part.type == "namespace_import":
                names.append("*")
            elif part.type == "named_imports":
                names += clause_names(source, part)
    return Import(string_value(source, node.child_by_field_name("source")), tuple(names))


def clause_names(source: Source, clause: Node) -> Iterator[str]:
    if clause.type == "namespace_export":
        yield "*"
    for spec in clause.named_children:
        if spec.type in ("import_specifier", "export_specifier"):
            yield source.text(spec.child_by_field_name("name"))


def string_value(source: Source, node: Node | None) -> str:
    return source.text(node).strip("'\"`")


def bound_names(source: Source, pattern: Node) -> Iterator[str]:
    """Names that a destructuring pattern binds."""
    for node in pattern.named_children:
        if node.type in ("shorthand_property_identifier_pattern", "identifier"):
            yield source.text(node)
        elif node.type == "pair_pattern":
            value = node.child_by_field_name("value")
            if value is not None and value.type == "identifier":
                yield source.text(value)


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


def called_imports(source: Source) -> Iterator[Import]:
    """`require("x")` and `import("x")` wherever they stand."""
    if b"require" not in source.data and b"import(" not in source.data:
        return
    for node in source.captures("(call_expression function: [(identifier) (import)]) @call"):
        if target := required(source, node):
            yield Import(target, kind="require")
