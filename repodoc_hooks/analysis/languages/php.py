"""PHP: functions, classes and constants are public; members are unless they say private or protected."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Grammar, Source

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "trait_declaration": "trait",
    "enum_declaration": "enum",
}
_INCLUDES = """
(include_expression) @include
(include_once_expression) @include
(require_expression) @include
(require_once_expression) @include
"""
_MENTIONS = """
(name) @name
(member_call_expression name: (name) @member)
(member_access_expression name: (name) @member)
(scoped_call_expression name: (name) @member)
(class_constant_access_expression (_) (name) @member)
(variable_name (name) @member)
(method_declaration name: (name) @member)
(const_element (name) @member)
(namespace_name (name) @member)
(qualified_name (name) @member)
(qualified_name) @name
(namespace_use_clause (qualified_name) @member)
"""


def _load() -> Any:
    import tree_sitter_php

    return tree_sitter_php.language_php()


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    _read(source, source.root, out)
    out.doc = next((d.doc for d in out.definitions if d.doc), "") or source.leading_comment
    for node in source.captures(_INCLUDES):
        text = source.text(node)
        path = "".join(text.split("'")[1::2] or text.split('"')[1::2])
        if path.endswith((".php", ".inc")):
            out.imports.append(Import(path, kind="include"))
    known = {d.name for d in out.definitions} | {i.target.rsplit("\\", 1)[-1] for i in out.imports}
    mention = source.mention(_MENTIONS, known)
    names = (squeeze(name) for name in mention.names)
    out.imports.append(Import("", tuple(n for n in names if _is_type(n)), kind="mention"))
    return out


def _is_type(name: str) -> bool:
    r"""Whether a name is that of a class by its spelling; `\strlen` is a function."""
    return name.rpartition("\\")[2][:1].isupper()


def _read(source: Source, parent: Node, out: Outline) -> None:
    for node, doc in source.members(parent):
        match node.type:
            case "namespace_definition":
                out.package = out.package or squeeze(source.text(node.child_by_field_name("name")))
                body = node.child_by_field_name("body")
                if body is not None:
                    _read(source, body, out)
            case "namespace_use_declaration":
                out.imports += _uses(source, node)
            case "function_definition":
                name = source.text(node.child_by_field_name("name"))
                signature = _signature(source, node, node.child_by_field_name("body"))
                out.definitions.append(Definition(name, "function", node, signature, doc))
            case "const_declaration":
                out.definitions += _constants(source, node, doc, "", public=True)
            case "expression_statement":
                out.definitions += _defined(source, node, doc)
            case "if_statement" | "compound_statement":  # `if (!function_exists('f')) { function f() ... }`
                body = node.child_by_field_name("body") if node.type == "if_statement" else node
                if body is not None:
                    _read(source, body, out)
            case kind if kind in _TYPES:
                out.definitions += _type(source, node, doc)


def _uses(source: Source, node: Node) -> Iterator[Import]:
    """`use A\\B as C;`, `use function A\\f;`, `use A\\{B, C};`."""
    kind = next((n.type for n in node.children if n.type in ("function", "const")), "")
    prefix = next((source.text(n) for n in node.named_children if n.type == "namespace_name"), "")
    clauses = [n for n in node.named_children if n.type == "namespace_use_clause"]
    for group in node.named_children:
        if group.type == "namespace_use_group":
            clauses += [n for n in group.named_children if n.type == "namespace_use_clause"]
    for clause in clauses:
        name = next((n for n in clause.named_children if n.type in ("qualified_name", "name")), None)
        own = next((n.type for n in clause.children if n.type in ("function", "const")), kind)
        target = squeeze(source.text(name)).lstrip("\\")
        alias = source.text(clause.child_by_field_name("alias"))
        names = (alias,) if alias else ()
        yield Import(f"{prefix}\\{target}".lstrip("\\") if prefix else target, names, kind=own)


def _signature(source: Source, node: Node, body: Node | None) -> str:
    """A declaration without its attributes and body."""
    start = max(
        (n.end_byte for n in node.named_children if n.type == "attribute_list"), default=node.start_byte
    )
    return one_line(source.slice(start, body.start_byte if body is not None else node.end_byte))


def _type(source: Source, node: Node, doc: str) -> Iterator[Definition]:
    name = source.text(node.child_by_field_name("name"))
    body = node.child_by_field_name("body")
    yield Definition(name, _TYPES[node.type], node, _signature(source, node, body), doc)
    if body is None:
        return
    for member, about in source.members(body):
        words = {source.text(n) for n in member.named_children if n.type == "visibility_modifier"}
        public = not words & {"private", "protected"}
        match member.type:
            case "method_declaration":
                label = source.text(member.child_by_field_name("name"))
                signature = _signature(source, member, member.child_by_field_name("body"))
                yield Definition(f"{name}.{label}", "method", member, signature, about, public)
                if label == "__construct":
                    yield from _promoted(source, member, name)
            case "property_declaration":
                elements = [n for n in member.named_children if n.type == "property_element"]
                for element in elements:
                    label = source.text(element.named_children[0]).lstrip("$")
                    head = source.slice(member.start_byte, elements[0].start_byte)
                    text = one_line(f"{head} ${label}")
                    yield Definition(f"{name}.{label}", "property", member, text, about, public)
            case "const_declaration":
                yield from _constants(source, member, about, name + ".", public=public)
            case "enum_case":
                label = source.text(member.child_by_field_name("name"))
                yield Definition(f"{name}.{label}", "constant", member, source.signature(member), about)


def _promoted(source: Source, constructor: Node, owner: str) -> Iterator[Definition]:
    parameters = constructor.child_by_field_name("parameters")
    for node in parameters.named_children if parameters is not None else ():
        if node.type == "property_promotion_parameter":
            label = source.text(node.child_by_field_name("name")).lstrip("&$")
            text = source.signature(node)
            public = not text.startswith(("private", "protected"))
            yield Definition(f"{owner}.{label}", "property", node, text, "", public)


def _constants(source: Source, node: Node, doc: str, prefix: str, *, public: bool) -> Iterator[Definition]:
    for element in node.named_children:
        if element.type == "const_element":
            label = source.text(element.named_children[0])
            value = squeeze(source.text(element))
            text = "const " + source.signature(element)
            yield Definition(prefix + label, "constant", element, text, doc, public, value)


def _defined(source: Source, statement: Node, doc: str) -> Iterator[Definition]:
    """`define('NAME', value);`."""
    call = statement.named_children[0] if statement.named_children else statement
    if call.type != "function_call_expression":
        return
    arguments = call.child_by_field_name("arguments")
    if source.text(call.child_by_field_name("function")) != "define" or arguments is None:
        return
    first = next(iter(arguments.named_children), None)
    label = source.text(first).strip("'\"")
    if label.isidentifier():
        text = one_line(source.text(call))
        yield Definition(label, "constant", call, text, doc, value=squeeze(source.text(call)))


GRAMMAR = Grammar(
    name="php",
    load=_load,
    outline=_outline,
    markup="jsdoc",
    documentation=("/**",),
    comments=frozenset({"comment"}),
    verbatim=frozenset(
        {"string", "encapsed_string", "heredoc", "nowdoc", "text", "shell_command_expression"}
    ),
    definitions=frozenset(
        {
            *_TYPES,
            "function_definition",
            "method_declaration",
            "property_declaration",
            "property_promotion_parameter",
            "const_element",
            "enum_case",
            "function_call_expression",
        }
    ),
    plain_quotes=b"\\$'\"",
)


def _used(new: NewFile) -> tuple[str, ...]:
    last = new.package.rpartition("\\")[2]
    return (new.stem, last) if last else (new.stem,)


LANGUAGES = (
    Language(
        name="php",
        suffixes=("php",),
        parse=partial(reading.parse, GRAMMAR),
        resolver="php:PhpImports",
        chars_per_token=4.2,
        visibility="Members that are not `private`, all functions and types.",
        manifests=("*.json",),
        might_import=_used,
    ),
)
