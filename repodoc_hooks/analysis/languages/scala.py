"""Scala: public is what is neither `private` nor bound to a scope (`private[cats]`); `protected` members are, as
whoever derives from a class has them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct

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
from repodoc_hooks.analysis.languages.record import Language, by_stem_or_end_of_package
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.told_parts import told_parts
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "class_definition": "class",
    "trait_definition": "trait",
    "object_definition": "module",
    "package_object": "module",
    "enum_definition": "enum",
}
_VALUES = {
    "val_definition": "val",
    "val_declaration": "val",
    "var_definition": "var",
    "var_declaration": "var",
}
_FUNCTIONS = frozenset({"function_definition", "function_declaration"})
_CASES = frozenset({"simple_enum_case", "full_enum_case"})
_BODIES = frozenset({"template_body", "with_template_body", "enum_body"})
_WILDCARDS = frozenset({"namespace_wildcard", "wildcard"})
_LONGEST_VALUE = 60
_OPAQUE = expression(r"^[\w\s]*\bopaque\s")
"""A type whose other side is nobody's business."""
_MENTIONS = """
(type_identifier) @name
(call_expression function: (identifier) @name)
(field_expression value: (identifier) @name)
(case_class_pattern type: (type_identifier) @name)
(infix_expression right: (identifier) @name)
(arguments (identifier) @name)
(stable_type_identifier) @full
(field_expression) @full
"""


def _load() -> Any:
    import tree_sitter_scala

    return tree_sitter_scala.language()


class _Owner(Struct, frozen=True):
    """What a definition stands in: the prefix of its name, whether others see that, and whether it is a single thing
    (an object or a package), whose values are constants."""

    prefix: str = ""
    public: bool = True
    single: bool = True


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    _read(source, source.root, out)
    out.doc = main_documentation(out.definitions) or out.doc
    known = declared_names(out.definitions) | imported_names(out.imports)
    out.imports.append(source.mention(_MENTIONS, known))
    return out


def _read(source: Source, parent: Node, out: Outline) -> None:
    for node, doc in source.members(parent):
        if node.type == "package_clause":
            _package(source, node, doc, out)
        elif node.type == "import_declaration":
            out.imports += _imports(source, node)
        else:
            if node.type == "export_declaration":
                out.interface.append(squeeze(source.text(node)))
                out.imports += _imports(source, node, use="export")
            out.definitions += _declaration(source, node, doc, _Owner())


def _package(source: Source, node: Node, doc: str, out: Outline) -> None:
    """`package a.b`; of one inside of another the names of the outer one are seen, too, as if imported whole."""
    name = squeeze(source.text(node.child_by_field_name("name")))
    if out.package:
        out.imports.append(Import(out.package, ("*",), kind="package"))
    out.package = f"{out.package}.{name}" if out.package else name
    out.doc = out.doc or doc
    body = node.child_by_field_name("body")
    if body is not None:
        _read(source, body, out)


def _imports(source: Source, node: Node, use: str = "") -> Iterator[Import]:
    """`import a.b, c.{D, E => F, _}`: one a name."""
    path: list[str] = []
    for child in node.children:
        if child.type == ",":
            if path:
                yield Import(".".join(path), use=use)
            path = []
        elif child.type in ("identifier", "operator_identifier", "stable_identifier"):
            path.append(squeeze(source.text(child)))
        elif child.type in _WILDCARDS:
            yield Import(".".join(path), ("*",), use=use)
            path = []
        elif child.type in ("namespace_selectors", "as_renamed_identifier", "arrow_renamed_identifier"):
            selectors = child.named_children if child.type == "namespace_selectors" else [child]
            for selector in selectors:
                if selector.type in _WILDCARDS or not selector.is_named:
                    yield Import(".".join(path), ("*",), use=use)
                else:
                    name = selector.child_by_field_name("name") or selector
                    alias = source.text(selector.child_by_field_name("alias"))
                    target = ".".join([*path, squeeze(source.text(name))])
                    yield Import(target, (alias,) if alias else (), use=use)
            path = []
    if path:
        yield Import(".".join(path), use=use)


def _head(source: Source, node: Node) -> tuple[bool, int]:
    """Whether the modifiers keep a definition to itself, and the byte where the signature starts, after the
    annotations."""
    hidden, start = False, node.start_byte
    for child in node.named_children:
        if child.type == "annotation":
            start = child.end_byte
        elif child.type == "modifiers":
            for modifier in child.named_children:
                if modifier.type == "access_modifier":
                    hidden = squeeze(source.text(modifier)) != "protected"
    return hidden, start


def _declaration(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    if node.type in _TYPES:
        yield from _type(source, node, doc, owner)
    elif node.type in _FUNCTIONS:
        yield _function(source, node, doc, owner)
    elif node.type in _VALUES:
        yield from _values(source, node, doc, owner)
    elif node.type == "type_definition":
        hidden, start = _head(source, node)
        label = source.text(node.child_by_field_name("name"))
        end = _end_of_head(node) if _OPAQUE.search(source.slice(start, node.end_byte)) else node.end_byte
        signature = one_line(source.slice(start, end))
        yield Definition(owner.prefix + label, "type", node, signature, doc, owner.public and not hidden)
    elif node.type == "given_definition":
        yield from _given(source, node, doc, owner)
    elif node.type == "extension_definition":
        yield from _extension(source, node, doc, owner)
    elif node.type == "export_declaration" and owner.prefix:
        yield from _handed_on(source, node, doc, owner)
    elif node.type == "enum_case_definitions":
        for case in node.named_children:
            if case.type in _CASES:
                label = source.text(case.child_by_field_name("name"))
                signature = one_line("case " + source.text(case))
                yield Definition(owner.prefix + label, "constant", case, signature, doc, owner.public)


def _handed_on(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    """The members that `export b.{c, d as e}` makes of another's, as far as it names them."""
    for each in _imports(source, node):
        path, _, name = each.target.rpartition(".")
        if path and each.names != ("*",) and each.names != ("_",):
            label = each.names[0] if each.names else name
            signature = f"export {each.target}" + (f" as {label}" if each.names else "")
            yield Definition(owner.prefix + label, "method", node, signature, doc, owner.public)


def _type(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    hidden, start = _head(source, node)
    label = source.text(node.child_by_field_name("name"))
    name = owner.prefix + label
    body = next((n for n in node.named_children if n.type in _BODIES), None)
    signature = one_line(source.slice(start, body.start_byte if body is not None else node.end_byte))
    public = owner.public and not hidden
    kind = _TYPES[node.type]
    yield Definition(name, kind, node, signature, doc, public)
    inside = _Owner(name + ".", public, kind == "module")
    yield from _fields(source, node, inside)
    for member, about in source.members(body) if body is not None else ():
        yield from _declaration(source, member, about, inside)


def _fields(source: Source, node: Node, owner: _Owner) -> Iterator[Definition]:
    """The parameters of a class that its users can read: `val`, `var`, and all of the first list of a case class."""
    is_case = any(n.type == "case" for n in node.children)
    for position, group in enumerate(node.children_by_field_name("class_parameters")):
        told = told_parts(source, node)
        for parameter, about in source.members(group):
            if parameter.type != "class_parameter":
                continue
            stored = any(n.type in ("val", "var") for n in parameter.children)
            if stored or (is_case and not position):
                hidden, start = _head(source, parameter)
                label = source.text(parameter.child_by_field_name("name"))
                text = one_line(source.slice(start, parameter.end_byte))
                public = owner.public and not hidden
                yield Definition(
                    owner.prefix + label, "property", parameter, text, about or told.get(label, ""), public
                )


def _function(source: Source, node: Node, doc: str, owner: _Owner, before: str = "") -> Definition:
    hidden, start = _head(source, node)
    label = source.text(node.child_by_field_name("name"))
    kind = "method" if owner.prefix else "function"
    text = source.slice(start, _end_of_head(node))
    name = owner.prefix + label
    return Definition(name, kind, node, one_line(before + text), doc, owner.public and not hidden)


def _end_of_head(node: Node) -> int:
    """Where what others must know of a definition ends: before its `=`, else its body."""
    for child in node.children:
        if child.type == "=" or child.type in ("block", *_BODIES):
            return child.start_byte
    return node.end_byte


def _values(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    hidden, start = _head(source, node)
    word = _VALUES[node.type]
    patterns = node.children_by_field_name("pattern") or node.children_by_field_name("name")
    if not patterns:
        return
    binding = source.slice(start, patterns[0].start_byte)
    value = node.child_by_field_name("value")
    told = one_line(source.text(value)) if value is not None else ""
    given = node.child_by_field_name("type")
    rest = f": {source.text(given)}" if given is not None else ""
    constant = owner.single and word == "val" and "lazy" not in binding
    for label in [name for pattern in patterns for name in _bound(source, pattern)]:
        text = f"{binding}{label}{rest}"
        if constant and told and len(told) <= _LONGEST_VALUE and _is_literal(value):
            text += f" = {told}"
        kind = "constant" if constant else "property" if owner.prefix else "variable"
        public = owner.public and not hidden
        shown = squeeze(told) if constant and _is_literal(value) else ""
        yield Definition(owner.prefix + label, kind, node, one_line(text), doc, public, shown)


def _is_literal(value: Node | None) -> bool:
    return value is not None and (value.type.endswith("_literal") or value.type == "string")


def _bound(source: Source, pattern: Node) -> list[str]:
    """The names that a pattern binds: `x`, `(a, b)`, `Some(c)`, `d :: e`."""
    if pattern.type in ("identifier", "operator_identifier"):
        return [source.text(pattern)]
    aside = pattern.child_by_field_name("type"), pattern.child_by_field_name("operator")
    return [name for each in pattern.named_children if each not in aside for name in _bound(source, each)]


def _given(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    """An instance, under the name that the compiler makes of its type where it has none: `given_Ord_Int`."""
    hidden, start = _head(source, node)
    named = source.text(node.child_by_field_name("name"))
    label = named or "_".join(["given", *_heads(source, node.child_by_field_name("return_type"))])
    body = next((n for n in node.named_children if n.type in _BODIES), None)
    end = body.start_byte if body is not None else _end_of_head(node)
    signature = one_line(source.slice(start, end)).removesuffix(" with")
    if label != "given":
        kind = "property" if owner.prefix else "variable"
        yield Definition(owner.prefix + label, kind, node, signature, doc, owner.public and not hidden)
        inside = _Owner(f"{owner.prefix}{label}.", owner.public and not hidden)
        for member, about in source.members(body) if body is not None else ():
            yield from _declaration(source, member, about, inside)


def _heads(source: Source, type_: Node | None) -> list[str]:
    """The names of a type without what is before them, and of its arguments without theirs: `a.Ord[List[T]]`."""
    if type_ is None:
        return []
    match type_.type:
        case "type_identifier":
            return [source.text(type_)]
        case "stable_type_identifier" | "applied_constructor_type":
            return _heads(source, next((n for n in type_.named_children if "type" in n.type), None))
        case "generic_type":
            arguments = type_.child_by_field_name("type_arguments")
            inner = arguments.named_children if arguments is not None else ()
            own = _heads(source, type_.child_by_field_name("type"))
            return own + [name for each in inner for name in _heads(source, each)[:1]]
    return []


def _extension(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    """Methods with the parameters of the extension before them: `extension (s: String) def shout: String`."""
    bodies = node.children_by_field_name("body")
    head = source.slice(node.start_byte, bodies[0].start_byte if bodies else node.end_byte)
    head = head.rstrip().rstrip("{:") + " "
    for body in bodies:
        inside = [(body, doc)] if body.type in _FUNCTIONS else [*source.members(body)]
        for member, about in inside:
            if member.type in _FUNCTIONS:
                yield _function(source, member, about or doc, owner, head)


GRAMMAR = Grammar(
    name="scala",
    load=_load,
    outline=_outline,
    markup="scaladoc",
    documentation=("/**",),
    comments=frozenset({"comment", "block_comment", "using_directive"}),
    verbatim=frozenset({"string", "interpolated_string", "character_literal"}),
    definitions=frozenset(
        {*_TYPES, *_VALUES, *_FUNCTIONS, *_CASES, "type_definition", "given_definition", "class_parameter"}
    ),
    distance=4,
    indented=True,
)

LANGUAGES = (
    Language(
        name="scala",
        suffixes=("scala", "sc"),
        parse=partial(reading.parse, GRAMMAR),
        family="jvm",
        manifests=("*build.sbt",),
        resolver="jvm:JvmImports",
        chars_per_token=4.0,
        visibility="What is not `private`, not even to a scope (`private[x]`); `protected` members of classes.",
        whole_package=True,
        might_import=by_stem_or_end_of_package,
    ),
)
