"""Java: public and protected members of public types; members of interfaces and annotations are public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.outline import (
    Definition,
    Outline,
    declared_names,
    imported_names,
    main_documentation,
)
from repodoc_hooks.analysis.languages.record import Language, by_stem_or_package
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "class_declaration": "class",
    "record_declaration": "class",
    "interface_declaration": "interface",
    "annotation_type_declaration": "interface",
    "enum_declaration": "enum",
}
_ANNOTATIONS = frozenset({"marker_annotation", "annotation"})
_MODULE = expression(rb"^([ \t]*import[ \t]+)(module[ \t]+)(?=[\w.]+[ \t]*;)", re.MULTILINE)
_CALL = expression(rb"[;}]\s*(?=(?:super|this)\s*\()")
_VALUE_TYPE = expression(rb"\bvalue(?=\s+(?:class|record)\s+\w)")
_ESCAPED = expression(
    rb'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*+"|\'(?:\\.|[^\'\\\n])*+\'|//[^\n]*|/\*.*?\*/|\\u+([0-9A-Fa-f]{4})',
    re.DOTALL,
)
"""An escape of a letter, or what else may hold one."""
_VARIABLE = expression(rb"@[\w.]+(?=[ \t]*(?:@[\w.]+[ \t]*)*\.\.\.)")
_LOOSE = frozenset({"method_declaration", "field_declaration", "local_variable_declaration"})
"""Members of the class that a file without one is."""
_MENTIONS = """
(type_identifier) @name
(method_invocation object: (identifier) @name)
(field_access object: (identifier) @name)
(method_reference . (identifier) @name)
(marker_annotation name: (identifier) @name)
(annotation name: (identifier) @name)
(scoped_type_identifier) @full
(field_access) @full
(scoped_identifier) @full
"""


def _load() -> Any:
    import tree_sitter_java

    return tree_sitter_java.language()


def _translated(data: bytes) -> bytes:
    """The text with letters for their escapes outside of strings, as compilers read it."""
    return _ESCAPED.sub(_letter, data) if b"\\u" in data else data


def _letter(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1], 16)).encode("utf-8", "replace") if found[1] else found[0]


def _mask(data: bytes) -> bytes:
    """The text without what the grammar does not know yet: the line that runs a script, imports of modules, statements
    before the call of another constructor, annotated variable arguments, classes without identity."""
    if data.startswith(b"#!"):
        end = data.find(b"\n") % (len(data) + 1)
        data = b" " * end + data[end:]
    if b"import module" in data:
        data = _MODULE.sub(lambda found: found[1] + b" " * len(found[2]), data)
    if b"value" in data:  # a class without identity is final, too
        data = _VALUE_TYPE.sub(b"final", data)
    if b"..." in data and b"@" in data:
        data = _VARIABLE.sub(lambda found: b" " * len(found[0]), data)
    calls = [found.end() for found in _CALL.finditer(data)]
    if calls:
        masked = bytearray(data)
        for position in calls:
            masked[position : position + 1] = b"x"
        return bytes(masked)
    return data


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    _read(source, source.root, out)
    out.doc = main_documentation(out.definitions) or out.doc
    known = declared_names(out.definitions) | imported_names(out.imports)
    out.imports.append(source.mention(_MENTIONS, known | {i.target for i in out.imports}))
    return out


def _read(source: Source, parent: Node, out: Outline) -> None:
    for node, doc in source.members(parent):
        if node.type == "package_declaration":
            out.package = squeeze(source.text(node.named_children[-1]))
            out.doc = doc
        elif node.type == "import_declaration":
            out.imports.append(_import(source, node))
        elif node.type in _TYPES:
            out.definitions += _type(source, node, doc, "", outer_public=True, implied=False)
        elif node.type == "module_declaration":
            out.interface.append(squeeze(source.text(node)))
            out.definitions.append(_module(source, node, doc))
        elif node.type in _LOOSE:
            out.definitions += _member(source, node, doc, "", "", owner_public=False, implied=False)
        elif node.type == "ERROR":  # what the grammar could not put together still holds declarations
            _read(source, node, out)


def _module(source: Source, node: Node, doc: str) -> Definition:
    """The module that `module-info.java` declares."""
    body = node.child_by_field_name("body")
    start = max((n.end_byte for n in node.named_children if n.type in _ANNOTATIONS), default=node.start_byte)
    signature = one_line(source.slice(start, body.start_byte if body is not None else node.end_byte))
    name = squeeze(source.text(node.child_by_field_name("name")))
    return Definition(name, "module", node, signature, doc)


def _import(source: Source, node: Node) -> Import:
    target = squeeze(source.text(next(n for n in node.named_children if n.type != "asterisk")))
    names = ("*",) if any(n.type == "asterisk" for n in node.named_children) else ()
    static = any(n.type == "static" for n in node.children)
    return Import(target, names, kind="static" if static else "")


def _modifiers(source: Source, node: Node) -> tuple[set[str], str, int]:
    """Modifier words of a declaration, how its signature begins with them, the byte after them and the annotations."""
    first = node.named_children[0] if node.named_children else None
    if first is None or first.type != "modifiers":
        return set(), "", node.start_byte
    words = [source.text(n) for n in first.children if n.type not in _ANNOTATIONS and not n.is_extra]
    return {*words}, " ".join([*words, ""]), first.end_byte


def _public(words: set[str], *, implied: bool) -> bool:
    return bool(words & {"public", "protected"}) or (implied and "private" not in words)


def _type(
    source: Source, node: Node, doc: str, prefix: str, *, outer_public: bool, implied: bool
) -> Iterator[Definition]:
    kind = _TYPES[node.type]
    short = source.text(node.child_by_field_name("name"))
    name = prefix + short
    words, before, start = _modifiers(source, node)
    public = outer_public and _public(words, implied=implied)
    body = node.child_by_field_name("body")
    signature = one_line(before + source.slice(start, body.start_byte if body is not None else node.end_byte))
    yield Definition(name, kind, node, signature, doc, public)
    inside = kind == "interface"
    for member, about in _members(source, body):
        yield from _member(source, member, about, name, short, owner_public=public, implied=inside)


def _members(source: Source, body: Node | None) -> Iterator[tuple[Node, str]]:
    if body is None:
        return
    for member, doc in source.members(body):
        if member.type == "enum_body_declarations":
            yield from source.members(member)
        else:
            yield member, doc


def _member(
    source: Source, node: Node, doc: str, owner: str, short: str, *, owner_public: bool, implied: bool
) -> Iterator[Definition]:
    if node.type in _TYPES:
        yield from _type(source, node, doc, owner + ".", outer_public=owner_public, implied=implied)
        return
    if node.type == "enum_constant":
        label = source.text(node.child_by_field_name("name"))
        yield Definition(f"{owner}.{label}", "constant", node, label, doc, owner_public)
        return
    prefix = f"{owner}." if owner else ""
    words, before, start = _modifiers(source, node)
    public = owner_public and _public(words, implied=implied)
    match node.type:
        case "method_declaration" | "constructor_declaration" | "annotation_type_element_declaration":
            end = node.child_by_field_name("body")
        case "compact_constructor_declaration":
            end = node.child_by_field_name("body")
        case "field_declaration" | "constant_declaration" | "local_variable_declaration":
            constant = implied or {"static", "final"} <= words
            for declarator in node.children_by_field_name("declarator"):
                if any(n.is_error for n in declarator.children):
                    continue  # what is left of a method
                label = source.text(declarator.child_by_field_name("name"))
                value = declarator.child_by_field_name("value")
                head = before + source.slice(start, node.children_by_field_name("declarator")[0].start_byte)
                text = (
                    f"{head} {source.text(declarator)}" if constant and _literal(value) else f"{head} {label}"
                )
                kind = "constant" if constant else "property" if owner else "variable"
                content = squeeze(source.text(value)) if constant and value is not None else ""
                yield Definition(prefix + label, kind, node, one_line(text), doc, public, content)
            return
        case _:
            return
    label = source.text(node.child_by_field_name("name")) or short
    text = source.slice(start, end.start_byte if end is not None else node.end_byte)
    if node.type == "compact_constructor_declaration":  # has the parameters of its record
        text = text.rstrip() + source.text(_record_of(node).child_by_field_name("parameters"))
    signature = one_line(before + text)
    kind = "method" if owner else "function"
    yield Definition(prefix + label, kind, node, signature, doc, public)


def _record_of(node: Node) -> Node:
    while node.type != "record_declaration" and node.parent is not None:
        node = node.parent
    return node


def _literal(value: Node | None) -> bool:
    if value is not None and value.type == "unary_expression":  # -1
        value = value.child_by_field_name("operand")
    return value is not None and value.type.endswith("_literal")


GRAMMAR = Grammar(
    name="java",
    load=_load,
    outline=_outline,
    markup="javadoc",
    documentation=("/**", "///"),
    distance=10,
    translated=_translated,
    mask=_mask,
    comments=frozenset({"line_comment", "block_comment"}),
    verbatim=frozenset({"string_literal", "character_literal"}),
    definitions=frozenset(
        {
            *_TYPES,
            "method_declaration",
            "constructor_declaration",
            "compact_constructor_declaration",
            "annotation_type_element_declaration",
            "field_declaration",
            "constant_declaration",
            "enum_constant",
        }
    ),
)

LANGUAGES = (
    Language(
        name="java",
        suffixes=("java",),
        parse=partial(reading.parse, GRAMMAR),
        family="jvm",
        manifests=("*.gradle", "*pom.xml"),
        resolver="jvm:JvmImports",
        chars_per_token=4.5,
        visibility="What says `public` or `protected`, members of interfaces.",
        whole_package=True,
        might_import=by_stem_or_package,
    ),
)
