"""Kotlin: public is what is neither private nor internal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.record import Language, by_stem_or_package
from repodoc_hooks.analysis.languages.text import is_boilerplate, squeeze
from repodoc_hooks.analysis.languages.treesitter import Grammar, Source

if TYPE_CHECKING:
    from tree_sitter import Node

_HIDDEN = frozenset({"private", "internal"})
_BODIES = frozenset({"class_body", "enum_class_body", "function_body", "block"})
_MENTIONS = """
(user_type (identifier) @name)
(call_expression . (identifier) @name)
(navigation_expression . (identifier) @name)
(callable_reference . (identifier) @name)
"""


def _load() -> Any:
    import tree_sitter_kotlin

    return tree_sitter_kotlin.language()


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    for node, doc in source.members(source.root):
        if node.type == "package_header":
            out.package = squeeze(source.text(node.named_children[-1])) if node.named_children else ""
            out.doc = "" if is_boilerplate(doc) else doc
        elif node.type == "import":
            out.imports.append(_import(source, node))
        else:
            out.definitions += _declaration(source, node, doc, "", public=True)
            out.doc = out.doc or (doc if node.type == "class_declaration" else "")
    known = {d.name for d in out.definitions} | {i.target.rsplit(".", 1)[-1] for i in out.imports}
    out.imports.append(source.mention(_MENTIONS, known))
    return out


def _import(source: Source, node: Node) -> Import:
    target = squeeze(source.text(node.named_children[0]))
    names = ("*",) if any(n.type == "*" for n in node.children) else ()
    return Import(target, names)


def _head(source: Source, node: Node) -> tuple[frozenset[str], int]:
    """Modifier words, and the byte where the signature starts, after the annotations."""
    words, start = [], node.start_byte
    for child in node.children:
        if child.type == "modifiers":
            for modifier in child.children:
                if modifier.type == "annotation":
                    start = modifier.end_byte
                else:
                    words.append(source.text(modifier))
        elif child.type == "annotation":
            start = child.end_byte
    return frozenset(words), start


def _declaration(source: Source, node: Node, doc: str, prefix: str, *, public: bool) -> Iterator[Definition]:
    words, start = _head(source, node)
    public = public and not words & _HIDDEN
    match node.type:
        case "class_declaration" | "object_declaration" | "companion_object":
            yield from _class(source, node, doc, prefix, words, start, public=public)
        case "function_declaration":
            name = source.text(node.child_by_field_name("name"))
            body = _child(node, "function_body")
            signature = one_line(source.slice(start, body.start_byte if body is not None else node.end_byte))
            kind = "method" if prefix else "function"
            yield Definition(prefix + name, kind, node, signature, doc, public)
        case "secondary_constructor":
            body = _child(node, "block") or _child(node, "constructor_delegation_call")
            signature = one_line(source.slice(start, body.start_byte if body is not None else node.end_byte))
            yield Definition(prefix + "constructor", "method", node, signature, doc, public)
        case "property_declaration":
            yield from _property(source, node, doc, prefix, words, start, public=public)
        case "type_alias":
            name = source.text(node.child_by_field_name("type") or _child(node, "identifier"))
            yield Definition(prefix + name, "type", node, source.signature(node), doc, public)
        case "ERROR":  # what the grammar could not put together still holds declarations
            for inner, about in source.members(node):
                yield from _declaration(source, inner, about, prefix, public=public)
        case "enum_entry":
            name = source.text(_child(node, "identifier"))
            yield Definition(prefix + name, "constant", node, name, doc, public)


def _class(
    source: Source, node: Node, doc: str, prefix: str, words: frozenset[str], start: int, *, public: bool
) -> Iterator[Definition]:
    kind = "class"
    if any(n.type == "interface" for n in node.children):
        kind = "interface"
    elif "enum" in words or _child(node, "enum_class_body") is not None:
        kind = "enum"
    label = source.text(node.child_by_field_name("name") or _child(node, "identifier"))
    if node.type == "companion_object":
        label = label or "Companion"
    name = prefix + label
    body = _child(node, "class_body") or _child(node, "enum_class_body")
    signature = one_line(source.slice(start, body.start_byte if body is not None else node.end_byte))
    yield Definition(name, kind, node, signature, doc, public)
    constructor = _child(node, "primary_constructor")
    parameters = _child(constructor, "class_parameters") if constructor is not None else None
    for parameter in parameters.named_children if parameters is not None else ():
        if any(n.type in ("val", "var") for n in parameter.children):
            own, begin = _head(source, parameter)
            label = source.text(_child(parameter, "identifier"))
            text = one_line(source.slice(begin, parameter.end_byte))
            yield Definition(f"{name}.{label}", "property", parameter, text, "", public and not own & _HIDDEN)
    inner = prefix if node.type == "companion_object" else name + "."
    for member, about in source.members(body) if body is not None else ():
        yield from _declaration(source, member, about, inner, public=public)


def _property(
    source: Source, node: Node, doc: str, prefix: str, words: frozenset[str], start: int, *, public: bool
) -> Iterator[Definition]:
    variable = _child(node, "variable_declaration")
    if variable is None:
        return
    name = source.text(_child(variable, "identifier"))
    stop = node.end_byte
    value = ""
    for child in node.children[node.children.index(variable) + 1 :]:
        if child.type == "=" and child.next_named_sibling is not None:
            value = source.text(child.next_named_sibling)
        if child.type in ("=", "property_delegate", "getter", "setter", "type_constraints"):
            stop = child.start_byte
            break
    constant = "const" in words
    text = one_line(source.slice(start, stop))
    if constant and value:
        text = f"{text} = {one_line(value)}"
    kind = "constant" if constant else ("property" if prefix else "variable")
    yield Definition(prefix + name, kind, node, text, doc, public, squeeze(value) if constant else "")


def _child(node: Node, kind: str) -> Node | None:
    return next((n for n in node.named_children if n.type == kind), None)


GRAMMAR = Grammar(
    name="kotlin",
    load=_load,
    outline=_outline,
    comments=frozenset({"line_comment", "block_comment", "shebang"}),
    verbatim=frozenset({"string_literal", "multiline_string_literal", "character_literal"}),
    definitions=frozenset(
        {
            "class_declaration",
            "object_declaration",
            "companion_object",
            "function_declaration",
            "secondary_constructor",
            "property_declaration",
            "type_alias",
            "enum_entry",
            "class_parameter",
        }
    ),
    optional=frozenset({";"}),
)

LANGUAGES = (
    Language(
        name="kotlin",
        suffixes=("kt", "kts"),
        parse=partial(reading.parse, GRAMMAR),
        resolver="namespaces:JvmImports",
        chars_per_token=4.2,
        visibility="What is neither `private` nor `internal`.",
        whole_package=True,
        might_import=by_stem_or_package,
    ),
)
