"""C and C++: headers offer what they declare, sources their functions that are not `static`.

Whether a file is a header shows in its content: an include guard, `#pragma once`, or prototypes and no function.
Definitions of members outside their class (`void C::f() {}`) are implementation: the class says what is public.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import FileFacts, Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.c_declarators import (
    body_start,
    end_of_head,
    is_body,
    is_pointer_to_function,
    name_of,
    storage,
)
from repodoc_hooks.analysis.languages.c_text import is_cpp, is_header, mask
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Grammar, Source

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "class_specifier": "class",
    "struct_specifier": "struct",
    "union_specifier": "struct",
    "enum_specifier": "enum",
}
_CONDITIONALS = frozenset(
    {
        "preproc_if",
        "preproc_ifdef",
        "preproc_else",
        "preproc_elif",
        "preproc_elifdef",
        "declaration_list",
        "ERROR",
    }
)


def _load_c() -> Any:
    import tree_sitter_c

    return tree_sitter_c.language()


def _load_cpp() -> Any:
    import tree_sitter_cpp

    return tree_sitter_cpp.language()


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a declaration stands: inside which class, visible or not, in a header or not."""

    header: bool
    owner: str = ""
    public: bool = True


def _outline(source: Source) -> Outline:
    out = Outline(doc=source.leading_comment)
    _read(source, source.root, _Scope(is_header(source.data)), out)
    return out


def _read(source: Source, parent: Node, scope: _Scope, out: Outline) -> None:
    for node, doc in source.members(parent):
        _declaration(source, node, node, doc, scope, out)


def _declaration(source: Source, node: Node, whole: Node, doc: str, scope: _Scope, out: Outline) -> None:
    """One declaration; `whole` is the template around it, else the node itself."""
    match node.type:
        case "preproc_include":
            out.imports += _include(source, node)
        case "preproc_def" | "preproc_function_def":
            out.definitions += _macro(source, node, doc, scope)
        case "namespace_definition":
            name = node.child_by_field_name("name")
            body = node.child_by_field_name("body")
            out.package = out.package or squeeze(source.text(name)).replace("::", ".")
            if body is not None:
                _read(source, body, scope if name is not None else replace(scope, public=False), out)
        case "linkage_specification":
            body = node.child_by_field_name("body")
            if body is not None and body.type == "declaration_list":
                _read(source, body, scope, out)
            elif body is not None:
                _declaration(source, body, body, doc, scope, out)
        case "template_declaration":
            for inner in node.named_children:
                if inner.type not in ("template_parameter_list", "requires_clause"):
                    _declaration(source, inner, node, doc, scope, out)
        case "function_definition":
            out.definitions += _function(source, node, whole, doc, scope)
        case "declaration" | "field_declaration":
            out.definitions += _declared(source, node, whole, doc, scope, out)
        case "type_definition":
            out.definitions += _typedef(source, node, doc, scope, out)
        case "alias_declaration":
            name_text = source.text(node.child_by_field_name("name"))
            out.definitions.append(
                Definition(
                    scope.owner + name_text,
                    "type",
                    node,
                    source.signature(whole),
                    doc,
                    scope.public and scope.header,
                )
            )
        case "using_declaration":
            if scope.header and scope.public:
                out.interface.append(scope.owner + squeeze(source.text(node)))
        case "concept_definition":
            name_text = source.text(node.child_by_field_name("name"))
            out.definitions.append(
                Definition(
                    name_text, "type", node, source.signature(whole), doc, scope.public and scope.header
                )
            )
        case kind if kind in _TYPES:
            out.definitions += _type(source, node, whole, doc, scope, out)
        case kind if kind in _CONDITIONALS:
            _read(source, node, scope, out)


def _include(source: Source, node: Node) -> Iterator[Import]:
    path = node.child_by_field_name("path")
    if path is not None and path.type in ("string_literal", "system_lib_string"):
        kind = "quote" if path.type == "string_literal" else "angle"
        yield Import(source.text(path).strip('"<>'), kind=kind)


def _macro(source: Source, node: Node, doc: str, scope: _Scope) -> Iterator[Definition]:
    name = source.text(node.child_by_field_name("name"))
    value = node.child_by_field_name("value")
    if value is None and node.type == "preproc_def":
        return
    text = source.text(value)
    parameters = source.text(node.child_by_field_name("parameters"))
    head = f"#define {name}{parameters}"
    if node.type == "preproc_def" and len(text) <= 60:
        head += " " + text.strip()
    yield Definition(name, "macro", node, one_line(head), doc, scope.header, squeeze(text))


def _function(source: Source, node: Node, whole: Node, doc: str, scope: _Scope) -> Iterator[Definition]:
    name, function = name_of(source, node.child_by_field_name("declarator"))
    if not name or not function:
        return
    end = end_of_head(node)
    signature = one_line(source.slice(whole.start_byte, end.start_byte if end is not None else node.end_byte))
    hidden = "static" in storage(source, node) and not scope.owner and not scope.header
    if "::" in name:
        name = name.rsplit("::", 2)[-2].split("<")[0] + "." + name.rsplit("::", 1)[-1]
        yield Definition(name, "method", whole, signature, doc, False)
    else:
        kind = "method" if scope.owner else "function"
        shown = scope.public and not hidden and (scope.header or not scope.owner)
        yield Definition(scope.owner + name, kind, whole, signature, doc, shown)


def _declared(
    source: Source, node: Node, whole: Node, doc: str, scope: _Scope, out: Outline
) -> Iterator[Definition]:
    """Prototypes, variables, fields; and the type that a declaration may define on the way."""
    kind_node = node.child_by_field_name("type")
    if (
        kind_node is not None
        and kind_node.type in _TYPES
        and kind_node.child_by_field_name("body") is not None
    ):
        yield from _type(source, kind_node, kind_node, doc, scope, out)
    classes = storage(source, node)
    declarators = node.children_by_field_name("declarator")
    for declarator in declarators:
        name, function = name_of(source, declarator)
        if not name or "::" in name:
            continue
        if function and not is_pointer_to_function(declarator):
            if scope.owner or scope.header:
                kind = "method" if scope.owner else "function"
                shown = scope.public and scope.header and ("static" not in classes or bool(scope.owner))
                yield Definition(scope.owner + name, kind, whole, source.signature(whole), doc, shown)
        elif scope.owner:
            constant = "static" in classes and ("constexpr" in classes or b"const" in _bytes(source, node))
            shape = "constant" if constant else "property"
            yield Definition(
                scope.owner + name, shape, node, source.signature(node), doc, scope.public and scope.header
            )
        else:
            value = declarator.child_by_field_name("value") if declarator.type == "init_declarator" else None
            head = source.slice(node.start_byte, value.start_byte if value is not None else node.end_byte)
            shown = scope.public and "static" not in classes and (scope.header or "extern" not in classes)
            yield Definition(name, "variable", node, one_line(head), doc, shown)


def _bytes(source: Source, node: Node) -> bytes:
    return source.data[node.start_byte : node.end_byte]


def _typedef(source: Source, node: Node, doc: str, scope: _Scope, out: Outline) -> Iterator[Definition]:
    inner = node.child_by_field_name("type")
    names = [name_of(source, d)[0] for d in node.children_by_field_name("declarator")]
    shown = scope.public and scope.header
    if inner is not None and inner.type in _TYPES and inner.child_by_field_name("body") is not None:
        own = source.text(inner.child_by_field_name("name"))
        yield from _type(source, inner, node, doc, scope, out, name=own or (names[0] if names else ""))
        names = [n for n in names if n != own] if own else []
    for name in filter(None, names):
        text = f"typedef {source.text(inner)} {name}" if inner is not None and is_body(inner) else ""
        head = (
            f"typedef {one_line(source.slice(inner.start_byte, body_start(inner)))} {name}"
            if text and inner
            else ""
        )
        yield Definition(scope.owner + name, "type", node, head or source.signature(node), doc, shown)


def _type(
    source: Source, node: Node, whole: Node, doc: str, scope: _Scope, out: Outline, name: str = ""
) -> Iterator[Definition]:
    body = node.child_by_field_name("body")
    label = name or squeeze(source.text(node.child_by_field_name("name")))
    kind = _TYPES[node.type]
    shown = scope.public and scope.header
    if body is None or not label:
        if body is not None and kind == "enum":
            yield from _enumerators(source, body, scope.owner, public=shown)
        return
    head = one_line(source.slice(whole.start_byte, body.start_byte))
    if whole.type == "type_definition" and node.child_by_field_name("name") is None:
        head = f"{head} {label}"
    qualified = scope.owner + label.replace("::", ".")
    yield Definition(qualified, kind, whole, head, doc, shown)
    if kind == "enum":
        yield from _enumerators(source, body, qualified + ".", public=shown)
        return
    inner = Outline()
    _members(source, body, _Scope(scope.header, qualified + ".", shown and kind != "class"), shown, inner)
    out.imports += inner.imports
    out.interface += inner.interface
    yield from inner.definitions


def _enumerators(source: Source, body: Node, owner: str, *, public: bool) -> Iterator[Definition]:
    for node, doc in source.members(body):
        if node.type == "enumerator":
            name = owner + source.text(node.child_by_field_name("name"))
            yield Definition(name, "constant", node, source.signature(node), doc, public)


def _members(source: Source, body: Node, scope: _Scope, visible: bool, out: Outline) -> _Scope:
    """Members of a class body; the access in force moves with every `public:`."""
    for node, doc in source.members(body):
        if node.type == "access_specifier":
            scope = replace(scope, public=visible and not source.text(node).startswith("private"))
        elif node.type in _CONDITIONALS:
            scope = _members(source, node, scope, visible, out)
        elif node.type != "friend_declaration":
            _declaration(source, node, node, doc, scope, out)
    return scope


def _grammar(name: str, load: Any) -> Grammar:
    return Grammar(
        name=name,
        load=load,
        outline=_outline,
        markup="doxygen",
        comments=frozenset({"comment"}),
        verbatim=frozenset({"string_literal", "raw_string_literal", "char_literal", "system_lib_string"}),
        definitions=frozenset(
            {
                *_TYPES,
                "function_definition",
                "declaration",
                "field_declaration",
                "type_definition",
                "alias_declaration",
                "template_declaration",
                "enumerator",
                "preproc_def",
                "preproc_function_def",
            }
        ),
        trailing_commas=False,
        mask=mask,
        conditionals=True,
    )


C = _grammar("c", _load_c)
CPP = _grammar("cpp", _load_cpp)


def _parse_c(data: bytes) -> FileFacts:
    """Headers of C++ are called `.h`, too."""
    return reading.parse(CPP if is_cpp(data) else C, data)


def _included(new: NewFile) -> tuple[str, ...]:
    return (new.name,)


LANGUAGES = (
    Language(
        name="c",
        suffixes=("c", "h"),
        parse=_parse_c,
        resolver="files:CImports",
        chars_per_token=3.2,
        visibility="What a header declares, and the functions of a source file that are not `static`.",
        might_import=_included,
    ),
    Language(
        name="cpp",
        suffixes=("cc", "cpp", "cxx", "c++", "hh", "hpp", "hxx", "h++", "ipp", "inl", "tpp"),
        parse=partial(reading.parse, CPP),
        resolver="files:CImports",
        chars_per_token=3.6,
        visibility="What a header declares, members of classes that are neither private nor protected.",
        might_import=_included,
    ),
)
