"""C#: public and protected members of public types; members of interfaces are public."""

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
    "record_declaration": "class",
    "struct_declaration": "struct",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "delegate_declaration": "type",
}
_MEMBERS = {
    "method_declaration": "method",
    "constructor_declaration": "method",
    "operator_declaration": "method",
    "conversion_operator_declaration": "method",
    "property_declaration": "property",
    "indexer_declaration": "property",
    "event_declaration": "property",
    "event_field_declaration": "property",
    "field_declaration": "property",
}
_NAMESPACES = frozenset({"namespace_declaration", "file_scoped_namespace_declaration"})
_CONTAINERS = frozenset(
    {"declaration_list", "preproc_if", "preproc_else", "preproc_elif", "preproc_region", "ERROR"}
)
_BODIES = ("body", "accessors", "value")
_MENTIONS = """
(identifier) @name
(member_access_expression name: (identifier) @member)
(member_binding_expression name: (identifier) @member)
(method_declaration name: (identifier) @member)
(property_declaration name: (identifier) @member)
(enum_member_declaration name: (identifier) @member)
"""


def _load() -> Any:
    import tree_sitter_c_sharp

    return tree_sitter_c_sharp.language()


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    _read(source, source.root, out)
    out.doc = next((d.doc for d in out.definitions if d.doc), "") or source.leading_comment
    known = {d.name for d in out.definitions}
    mention = source.mention(_MENTIONS, known)
    out.imports.append(Import("", tuple(n for n in mention.names if n[:1].isupper()), kind="mention"))
    return out


def _read(source: Source, parent: Node, out: Outline) -> None:
    for node, doc in source.members(parent):
        if node.type in _NAMESPACES:
            name = squeeze(source.text(node.child_by_field_name("name")))
            out.package = out.package or name
            out.interface.append(f"namespace {name}")
            body = node.child_by_field_name("body")
            _read(source, body if body is not None else node, out)
        elif node.type == "using_directive":
            target = next((n for n in reversed(node.named_children) if n.type != "type_argument_list"), None)
            if target is not None:
                out.imports.append(Import(squeeze(source.text(target))))
        elif node.type in _TYPES:
            out.definitions += _type(source, node, doc, "", outer_public=True, implied=False)
        elif node.type in _CONTAINERS:
            _read(source, node, out)


def _head(source: Source, node: Node) -> tuple[set[str], int]:
    """Modifier words, and the byte where the signature starts, after the attributes."""
    words = {source.text(n) for n in node.named_children if n.type == "modifier"}
    start = max(
        (n.end_byte for n in node.named_children if n.type == "attribute_list"), default=node.start_byte
    )
    return words, start


def _public(words: set[str], *, implied: bool) -> bool:
    if "private" in words:
        return False
    return bool(words & {"public", "protected"}) or (implied and "internal" not in words)


def _type(
    source: Source, node: Node, doc: str, prefix: str, *, outer_public: bool, implied: bool
) -> Iterator[Definition]:
    kind = _TYPES[node.type]
    short = source.text(node.child_by_field_name("name"))
    name = prefix + short
    words, start = _head(source, node)
    public = outer_public and _public(words, implied=implied)
    body = node.child_by_field_name("body")
    signature = one_line(source.slice(start, body.start_byte if body is not None else node.end_byte))
    yield Definition(name, kind, node, signature, doc, public)
    if body is not None:
        yield from _members(source, body, name, owner_public=public, implied=kind == "interface")


def _members(
    source: Source, body: Node, owner: str, *, owner_public: bool, implied: bool
) -> Iterator[Definition]:
    for node, doc in source.members(body):
        if node.type in _TYPES:
            yield from _type(source, node, doc, owner + ".", outer_public=owner_public, implied=implied)
        elif node.type in _CONTAINERS:
            yield from _members(source, node, owner, owner_public=owner_public, implied=implied)
        elif node.type == "enum_member_declaration":
            label = source.text(node.child_by_field_name("name"))
            yield Definition(f"{owner}.{label}", "constant", node, source.signature(node), doc, owner_public)
        elif node.type in _MEMBERS:
            yield from _member(source, node, doc, owner, owner_public=owner_public, implied=implied)


def _member(
    source: Source, node: Node, doc: str, owner: str, *, owner_public: bool, implied: bool
) -> Iterator[Definition]:
    words, start = _head(source, node)
    explicit = any(n.type == "explicit_interface_specifier" for n in node.named_children)
    public = owner_public and not explicit and _public(words, implied=implied)
    kind = _MEMBERS[node.type]
    if node.type in ("field_declaration", "event_field_declaration"):
        declaration = next((n for n in node.named_children if n.type == "variable_declaration"), None)
        if declaration is None:
            return
        variables = [n for n in declaration.named_children if n.type == "variable_declarator"]
        for variable in variables:
            label_node = variable.child_by_field_name("name") or variable.named_children[0]
            label = source.text(label_node)
            constant = "const" in words
            head = source.slice(start, variables[0].start_byte)
            text = f"{head} {source.text(variable)}" if constant else f"{head} {label}"
            value = squeeze(source.text(variable)) if constant else ""
            shape = "constant" if constant else kind
            yield Definition(f"{owner}.{label}", shape, node, one_line(text), doc, public, value)
        return
    label = source.text(node.child_by_field_name("name"))
    if node.type == "indexer_declaration":
        label = "this[]"
    elif node.type == "operator_declaration":
        label = "operator " + source.text(node.child_by_field_name("operator"))
    elif node.type == "conversion_operator_declaration":
        label = "operator " + squeeze(source.text(node.child_by_field_name("type")))
    ends = [c.start_byte for f in _BODIES if (c := node.child_by_field_name(f)) is not None]
    signature = one_line(source.slice(start, min(ends, default=node.end_byte))).removesuffix("=>").rstrip()
    accessors = node.child_by_field_name("accessors")
    if kind == "property" and accessors is not None and node.type != "event_declaration":
        signature += f" {{ {' '.join(_accessors(source, accessors))} }}"
    yield Definition(f"{owner}.{label}", kind, node, signature, doc, public)


def _accessors(source: Source, accessors: Node) -> Iterator[str]:
    """`get;` and `private set;` of a property."""
    for accessor in accessors.named_children:
        if accessor.type == "accessor_declaration":
            words = [source.text(n) for n in accessor.named_children if n.type == "modifier"]
            yield " ".join([*words, source.text(accessor.child_by_field_name("name"))]) + ";"


GRAMMAR = Grammar(
    name="csharp",
    load=_load,
    outline=_outline,
    markup="xml",
    documentation=("///", "/**"),
    comments=frozenset({"comment"}),
    verbatim=frozenset(
        {
            "string_literal",
            "verbatim_string_literal",
            "raw_string_literal",
            "character_literal",
            "interpolated_string_expression",
        }
    ),
    definitions=frozenset({*_TYPES, *_MEMBERS, "enum_member_declaration"}),
    conditionals=True,
)


def _named(new: NewFile) -> tuple[str, ...]:
    last = new.package.rpartition(".")[2]
    return (last, new.stem) if last else (new.stem,)


LANGUAGES = (
    Language(
        name="csharp",
        suffixes=("cs",),
        parse=partial(reading.parse, GRAMMAR),
        resolver="namespaces:CSharpImports",
        chars_per_token=5.0,
        visibility="What says `public` (members of interfaces need not), and `protected` members.",
        whole_package=True,
        generated=(".g.cs", ".designer.cs"),
        might_import=_named,
    ),
)
