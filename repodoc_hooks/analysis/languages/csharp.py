"""C#: public and protected members of public types; members of interfaces are public."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.csharp_mask import assigns, extension_heads, known, reduced
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.outline import Definition, Outline, declared_names, main_documentation
from repodoc_hooks.analysis.languages.record import Language, by_stem_or_end_of_package
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.told_parts import told_parts
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

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
_SPACED = _NAMESPACES | {"using_directive", "qualified_name"}
_CONTAINERS = frozenset(
    {"declaration_list", "preproc_if", "preproc_else", "preproc_elif", "preproc_region", "ERROR"}
)
_FINAL = frozenset({"sealed", "static"})
_NAMESPACE_DOCUMENT = "NamespaceDoc"
"""The type whose documentation is that of its namespace, by convention of the tools that make pages of it."""
_NAMESPACE = expression(r"(?:global::)?(?P<name>[^\W\d][\w.:]*+)(?![*?\[])")
"""What an alias names; of tuples, arrays and pointers nothing."""
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
    spoken = (d.doc for d in out.definitions if d.name == _NAMESPACE_DOCUMENT and d.doc)
    out.doc = next(spoken, "") or main_documentation(out.definitions) or source.leading_comment
    _name_extended(source, out)
    known = declared_names(out.definitions)
    spaces = [*_spaces(source.root)]
    mention = source.mention(_MENTIONS, known, spaces)
    usings = [node for node in spaces if node.type == "using_directive"]
    names = {n for n in mention.names if n[:1].isupper()} | _named_whole(source) | _named_in(source, usings)
    out.imports.append(Import("", tuple(sorted(names)), kind="mention"))
    return out


def _spaces(parent: Node) -> Iterator[Node]:
    """What names namespaces, and no types of them: usings, and the names of those that the file declares."""
    for node in parent.named_children:
        if node.type == "using_directive":
            yield node
        elif node.type in _NAMESPACES:
            if (name := node.child_by_field_name("name")) is not None:
                yield name
            yield from _spaces(node.child_by_field_name("body") or node)


def _named_whole(source: Source) -> set[str]:
    """Types that are named with the namespace before them: `Shop.Wire.Crate`."""
    nodes = (
        n
        for n in source.captures("(qualified_name) @name")
        if n.parent is None or n.parent.type not in _SPACED
    )
    texts = (_NAMESPACE.fullmatch(squeeze(source.text(n)).partition("<")[0]) for n in nodes)
    return {found["name"] for found in texts if found is not None}


def _named_in(source: Source, usings: Iterable[Node]) -> set[str]:
    """The types that `using static Shop.Crate` and `using C = Shop.Crate` name."""
    return {
        item.rpartition(".")[2]
        for node in usings
        if any(n.type in ("static", "=") for n in node.children)
        for item in _opened(source, node)
    }


def _opened(source: Source, node: Node) -> Iterator[str]:
    """What a `using` opens or names: a namespace or a type."""
    target = next((n for n in reversed(node.named_children) if n.type != "type_argument_list"), None)
    if target is not None and (named := _NAMESPACE.match(squeeze(source.text(target)))):
        yield named["name"]


def _name_extended(source: Source, out: Outline) -> None:
    """Members of extension blocks say what they extend: `extension(string s) public bool IsBlank { get; }`."""
    for start, end, head in extension_heads(source.data):
        for d in out.definitions:
            if start <= d.node.start_byte < end:
                d.signature = f"{head} {d.signature}"


def _read(source: Source, parent: Node, out: Outline) -> None:
    for node, doc in source.members(parent):
        if node.type in _NAMESPACES:
            name = squeeze(source.text(node.child_by_field_name("name")))
            out.package = out.package or name
            out.interface.append(f"namespace {name}")
            body = node.child_by_field_name("body")
            _read(source, body if body is not None else node, out)
        elif node.type == "using_directive":
            out.imports += map(Import, _opened(source, node))
        elif node.type in _TYPES:
            out.definitions += _type(source, node, doc, _Owner())
        elif node.type in _CONTAINERS:
            _read(source, node, out)


def _head(source: Source, node: Node) -> tuple[set[str], int]:
    """Modifier words, and the byte where the signature starts, after the attributes."""
    words = {source.text(n) for n in node.named_children if n.type == "modifier"}
    start = max(
        (n.end_byte for n in node.named_children if n.type == "attribute_list"), default=node.start_byte
    )
    return words, start


class _Owner(Struct, frozen=True):
    """What a definition stands in: the prefix of its name, whether that is public, whether members are public unless
    they say otherwise (interfaces), whether nobody inherits them (sealed and static classes, structs)."""

    prefix: str = ""
    public: bool = True
    implied: bool = False
    final: bool = False

    def shows(self, words: set[str]) -> bool:
        """Whether a member with these modifiers is public."""
        if not self.public or "private" in words:
            return False
        if self.final and "protected" in words:
            return False
        return bool(words & {"public", "protected"}) or (self.implied and "internal" not in words)


def _type(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    kind = _TYPES[node.type]
    if kind == "class" and any(n.type == "struct" for n in node.children):
        kind = "struct"
    name = owner.prefix + _name(source, node)
    words, start = _head(source, node)
    public = owner.shows(words)
    body = node.child_by_field_name("body")
    signature = one_line(known(source.slice(start, body.start_byte if body is not None else node.end_byte)))
    yield Definition(name, kind, node, signature, doc, public)
    final = kind == "struct" or bool(words & _FINAL) or _is_closed(source, node, body, words)
    inside = _Owner(name + ".", public, kind == "interface", final)
    members = [*_members(source, body, inside)] if body is not None else []
    if node.type == "record_declaration":
        yield from _positional(source, node, inside, {d.name for d in members})
    yield from members


def _name(source: Source, node: Node) -> str:
    return known(source.text(node.child_by_field_name("name")))


def _is_closed(source: Source, node: Node, body: Node | None, words: set[str]) -> bool:
    """Whether nobody outside can derive from a class: all its constructors are private or internal."""
    if body is None or "partial" in words or any(n.type == "parameter_list" for n in node.named_children):
        return False
    constructors = [_head(source, n)[0] for n in body.named_children if n.type == "constructor_declaration"]
    constructors = [found for found in constructors if "static" not in found]
    return bool(constructors) and not any(_Owner().shows(found) for found in constructors)


def _positional(source: Source, record: Node, owner: _Owner, declared: set[str]) -> Iterator[Definition]:
    """The properties that the parameters of a record are."""
    parameters = next((n for n in record.named_children if n.type == "parameter_list"), None)
    told = told_parts(source, record) if parameters is not None else {}
    if parameters is None:
        return
    found = [n for n in parameters.named_children if n.type == "parameter"]
    if (
        parameters.child_by_field_name("name") is not None
    ):  # `params`, whose type and name stand by themselves
        found.append(parameters)
    for parameter in found:
        label = _name(source, parameter)
        if owner.prefix + label not in declared:
            if parameter is parameters:
                text = f"params {source.text(parameter.child_by_field_name('type'))} {label}"
            else:
                text = source.slice(_head(source, parameter)[1], parameter.end_byte)
            about = told.get(label, "")
            yield Definition(owner.prefix + label, "property", parameter, one_line(text), about, owner.public)


def _members(source: Source, body: Node, owner: _Owner) -> Iterator[Definition]:
    for node, doc in source.members(body):
        if node.type in _TYPES:
            yield from _type(source, node, doc, owner)
        elif node.type in _CONTAINERS:
            yield from _members(source, node, owner)
        elif node.type == "enum_member_declaration":
            name = owner.prefix + _name(source, node)
            _, start = _head(source, node)
            signature = one_line(source.slice(start, node.end_byte))
            yield Definition(name, "constant", node, signature, doc, owner.public)
        elif node.type in ("field_declaration", "event_field_declaration"):
            yield from _fields(source, node, doc, owner)
        elif node.type in _MEMBERS:
            yield _member(source, node, doc, owner)


def _fields(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    words, start = _head(source, node)
    declaration = next((n for n in node.named_children if n.type == "variable_declaration"), None)
    if declaration is None:
        return
    constant = "const" in words
    variables = [n for n in declaration.named_children if n.type == "variable_declarator"]
    for variable in variables:
        label = known(source.text(variable.child_by_field_name("name") or variable.named_children[0]))
        head = source.slice(start, variables[0].start_byte)
        size = next(
            (source.text(n) for n in variable.named_children if n.type == "bracketed_argument_list"), ""
        )
        text = one_line(f"{head} {source.text(variable)}" if constant else f"{head} {label}{size}")
        value = squeeze(source.text(variable)) if constant else ""
        kind = "constant" if constant else "property"
        yield Definition(owner.prefix + label, kind, node, text, doc, owner.shows(words), value)


def _member(source: Source, node: Node, doc: str, owner: _Owner) -> Definition:
    words, start = _head(source, node)
    explicit = any(n.type == "explicit_interface_specifier" for n in node.named_children)
    kind = _MEMBERS[node.type]
    ends = [c.start_byte for f in _BODIES if (c := node.child_by_field_name(f)) is not None]
    signature = (
        one_line(known(source.slice(start, min(ends, default=node.end_byte)))).removesuffix("=>").rstrip()
    )
    if assigns(source.data, node):
        signature = re.sub(r" ?\(", "=(", signature, count=1)
    accessors = node.child_by_field_name("accessors")
    if kind == "property" and accessors is not None and node.type != "event_declaration":
        signature += f" {{ {' '.join(_accessors(source, accessors))} }}"
    elif ends and node.type in ("property_declaration", "indexer_declaration"):  # `=> ...`
        signature += " { get; }"
    shown = not explicit and owner.shows(words) and not (kind == "method" and _is_of_the_type(node, words))
    name = owner.prefix + _label(source, node)
    return Definition(name, kind, node, signature, doc, shown)


def _is_of_the_type(node: Node, words: set[str]) -> bool:
    """Whether a constructor is that of the type itself, which nobody calls."""
    return node.type == "constructor_declaration" and "static" in words


def _label(source: Source, node: Node) -> str:
    match node.type:
        case "indexer_declaration":
            return "this[]"
        case "operator_declaration":
            operator = "operator " + source.text(node.child_by_field_name("operator"))
            return operator + "=" * assigns(source.data, node)
        case "conversion_operator_declaration":
            return "operator " + squeeze(source.text(node.child_by_field_name("type")))
        case _:
            return _name(source, node)


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
    mask=reduced,
    distance=10,
    masks_signatures=True,
)


LANGUAGES = (
    Language(
        name="csharp",
        suffixes=("cs",),
        parse=partial(reading.parse, GRAMMAR),
        family="csharp",
        manifests=("*.csproj", "*.props", "*.sln", "*.slnx"),
        resolver="csharp:CSharpImports",
        chars_per_token=5.0,
        visibility="What says `public` (members of interfaces need not), and `protected` members.",
        whole_package=True,
        generated=(".g.cs", ".designer.cs"),
        might_import=by_stem_or_end_of_package,
    ),
)
