"""PHP: functions, classes and constants are public; members are unless they say private or protected."""

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
    imported_names,
    main_documentation,
)
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.told_parts import told_parts
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "trait_declaration": "trait",
    "enum_declaration": "enum",
}
_CONDITIONS = frozenset(
    {"if_statement", "else_clause", "else_if_clause", "compound_statement", "colon_block"}
)
_INTERNAL = b"@internal"
_PROMOTED = expression(
    rb"(?P<before>[(,]\s*(?:#\[[^\n]*\]\s*|/\*\*.*?\*/\s*)*)"
    rb"(?:(?P<final>final)(?=\s+(?:public|protected|private)\b[^(),;]*\$)"
    rb"|(?P<readonly>readonly)(?=\s+(?!public|protected|private|class\b|function\b)[^\s(),;$]*\s*\$\w))",
    re.DOTALL,
)
_NAMED = expression(
    rb"(?P<before>[(,]\s*)(?P<word>clone|include(?:_once)?|list|new|print|require(?:_once)?|yield)(?=\s*:(?!:))"
)
"""A word of the language as the name of an argument."""
_FUNCTION = expression(rb"(?P<before>\bfunction\s+)readonly(?=\s*\()")
_HALT = expression(rb"^[ \t]*__halt_compiler[ \t]*\([ \t]*\)[ \t]*;", re.MULTILINE)
_VISIBLE = expression(rb"[^\n]+")
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


def _mask(data: bytes) -> bytes:
    """The text with what the grammar lacks as something else of the same length: modifiers of promoted parameters,
    words of the language as names, what is behind the end of the program."""
    if b":" in data:
        data = _NAMED.sub(lambda m: m["before"] + b"x" * len(m["word"]), data)
    if b"readonly" in data:
        data = _FUNCTION.sub(rb"\g<before>readonl_", data)
    if b"(void)" in data:
        data = data.replace(b"(void)", b"(bool)")
    if b"__halt_compiler" in data and (halt := _HALT.search(data)):
        data = data[: halt.start()] + _VISIBLE.sub(lambda m: b" " * len(m[0]), data[halt.start() :])
    if b"__construct" in data and (b"readonly" in data or b"final" in data):
        data = _PROMOTED.sub(lambda m: m["before"] + (b"     " if m["final"] else b"public  "), data)
    return data


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    _read(source, source.root, out)
    out.doc = main_documentation(out.definitions) or source.leading_comment
    for node in source.captures(_INCLUDES):
        text = source.text(node)
        path = "".join(text.split("'")[1::2] or text.split('"')[1::2])
        if path.endswith((".php", ".inc")):
            out.imports.append(Import(path, kind="include"))
    known = {d.name for d in out.definitions} | imported_names(out.imports, "\\")
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
                internal = source.is_marked(node, _INTERNAL)
                out.definitions.append(Definition(name, "function", node, signature, doc, internal=internal))
            case "const_declaration":
                out.definitions += _constants(source, node, doc, "", public=True)
            case "expression_statement":
                out.definitions += _defined(source, node, doc)
            case kind if kind in _CONDITIONS:  # `if (!function_exists('f')) { function f() ... }`
                _read(source, node, out)
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
    return one_line(source.slice(_head(node), body.start_byte if body is not None else node.end_byte))


def _type(source: Source, node: Node, doc: str) -> Iterator[Definition]:
    name = source.text(node.child_by_field_name("name"))
    body = node.child_by_field_name("body")
    internal = source.is_marked(node, _INTERNAL)
    yield Definition(name, _TYPES[node.type], node, _signature(source, node, body), doc, internal=internal)
    if body is None:
        return
    for member, about in source.members(body):
        own = internal or source.is_marked(member, _INTERNAL)
        for d in _member(source, member, about, name + "."):
            d.internal = own
            yield d


def _member(source: Source, member: Node, doc: str, prefix: str) -> Iterator[Definition]:
    public = _is_public(source, member)
    match member.type:
        case "method_declaration":
            label = source.text(member.child_by_field_name("name"))
            signature = _signature(source, member, member.child_by_field_name("body"))
            yield Definition(prefix + label, "method", member, signature, doc, public)
            if label == "__construct":
                yield from _promoted(source, member, prefix)
        case "property_declaration":
            yield from _properties(source, member, doc, prefix, public=public)
        case "const_declaration":
            yield from _constants(source, member, doc, prefix, public=public)
        case "enum_case":
            label = source.text(member.child_by_field_name("name"))
            signature = _signature(source, member, None)
            yield Definition(prefix + label, "constant", member, signature, doc)


def _is_public(source: Source, node: Node) -> bool:
    """Whether something may be read from everywhere; `private(set)` says nothing of that."""
    words = {source.text(n) for n in node.named_children if n.type == "visibility_modifier"}
    return not words & {"private", "protected"}


def _head(node: Node) -> int:
    """The byte where a declaration starts behind its attributes."""
    return max(
        (n.end_byte for n in node.named_children if n.type == "attribute_list"), default=node.start_byte
    )


def _hooks(source: Source, node: Node) -> str:
    """`{ get; set; }` of a property that has hooks."""
    hooks = next((n for n in node.named_children if n.type == "property_hook_list"), None)
    if hooks is None:
        return ""
    names = (next((c for c in n.named_children if c.type == "name"), None) for n in hooks.named_children)
    return f" {{ {' '.join(source.text(name) + ';' for name in names if name is not None)} }}"


def _properties(source: Source, node: Node, doc: str, prefix: str, *, public: bool) -> Iterator[Definition]:
    elements = [n for n in node.named_children if n.type == "property_element"]
    for element in elements:
        label = source.text(element.named_children[0]).lstrip("$")
        head = source.slice(_head(node), elements[0].start_byte)
        text = one_line(f"{head} ${label}") + (_hooks(source, node) or _hooks(source, element))
        yield Definition(prefix + label, "property", node, text, doc, public)


def _promoted(source: Source, constructor: Node, prefix: str) -> Iterator[Definition]:
    """Parameters of a constructor that are properties."""
    parameters = constructor.child_by_field_name("parameters")
    told = told_parts(source, constructor) if parameters is not None else {}
    for node, doc in source.members(parameters) if parameters is not None else ():
        if node.type == "property_promotion_parameter":
            label = source.text(node.child_by_field_name("name")).lstrip("&$")
            hooks = next((n for n in node.named_children if n.type == "property_hook_list"), None)
            end = hooks.start_byte if hooks is not None else node.end_byte
            text = one_line(source.slice(_head(node), end)) + _hooks(source, node)
            about = doc or told.get(label, "")
            yield Definition(prefix + label, "property", node, text, about, _is_public(source, node))


def _constants(source: Source, node: Node, doc: str, prefix: str, *, public: bool) -> Iterator[Definition]:
    declared = node.child_by_field_name("type")
    head = f"const {one_line(source.text(declared))} " if declared is not None else "const "
    for element, own in source.members(node):
        if element.type == "const_element":
            label = source.text(element.named_children[0])
            value = squeeze(source.text(element))
            text = head + source.signature(element)
            yield Definition(prefix + label, "constant", element, text, own or doc, public, value)


def _defined(source: Source, statement: Node, doc: str) -> Iterator[Definition]:
    """`define('NAME', value);`, `defined('NAME') or define('NAME', value);`."""
    call = statement.named_children[0] if statement.named_children else statement
    if call.type == "binary_expression":
        call = call.child_by_field_name("right") or call
    if call.type != "function_call_expression":
        return
    arguments = call.child_by_field_name("arguments")
    if source.text(call.child_by_field_name("function")).lstrip("\\") != "define" or arguments is None:
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
    distance=10,
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
    mask=_mask,
)


def _used(new: NewFile) -> tuple[str, ...]:
    last = new.package.rpartition("\\")[2]
    return (new.stem, last) if last else (new.stem,)


LANGUAGES = (
    Language(
        name="php",
        suffixes=("php",),
        separator="::",
        parse=partial(reading.parse, GRAMMAR),
        family="php",
        resolver="php:PhpImports",
        chars_per_token=4.2,
        visibility="Members that are not `private`, all functions and types.",
        manifests=("*.json",),
        might_import=_used,
    ),
)
