"""Swift: public is what says `public` or `open`, what a public protocol asks for, the cases of a public enumeration,
and what a `public extension` holds. An application that says nothing of it has nothing public: what stands in one
module is nobody else's, and one file cannot tell whether another one says `public`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.outline import Definition, Outline, main_documentation
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS = {"struct": "struct", "enum": "enum", "class": "class", "actor": "class", "extension": ""}
_SHOWN = frozenset({"public", "open"})
_HIDDEN = frozenset({"private", "fileprivate", "internal", "package"})
_CALLABLE = {
    "function_declaration": "",
    "protocol_function_declaration": "",
    "init_declaration": "init",
    "deinit_declaration": "deinit",
    "subscript_declaration": "subscript",
}
_PROPERTIES = frozenset({"property_declaration", "protocol_property_declaration"})
_ALIASES = frozenset({"typealias_declaration", "associatedtype_declaration"})
_BODIES = frozenset(
    {
        "class_body",
        "enum_class_body",
        "protocol_body",
        "function_body",
        "computed_property",
        "willset_didset_block",
        "macro_definition",
    }
)
_UNKNOWN = expression(
    rb"\bnonisolated\s*\(\s*nonsending\s*\)|\b__(?:owned|shared|consuming)\b|@_?(?:lifetime|extern)\s*\([^()\n]*\)"
    rb"|^[ \t]*#(?:error|warning)\s*\([^\n]*\)[ \t]*$"
    rb"|(?P<several>\bassociatedtype\s+\w+\s*:[^\n,={}]+(?:,[ \t]*[\w.]+)+)"
    rb"|(?P<accessor>^[ \t]*(?:@\w+(?:\(\w*\))?\s+)*(?:borrow|mutate)(?=[ \t]*\{))",
    re.MULTILINE,
)
_VISIBLE = expression(rb"[^\n]")
_LONGEST_VALUE = 60
_FRIENDS = frozenset({"@spi", "@_spi"})
_MENTIONS = """
(user_type . (type_identifier) @name)
(call_expression . (simple_identifier) @name)
(navigation_expression . (simple_identifier) @name)
(macro_invocation (simple_identifier) @name)
(inheritance_specifier (user_type (type_identifier) @name))
"""


def _load() -> Any:
    import tree_sitter_swift

    return tree_sitter_swift.language()


def _mask(data: bytes) -> bytes:
    """The text without what the grammar does not know, and what says the same in words that it knows."""
    return _UNKNOWN.sub(_known, data)


def _known(found: re.Match[bytes]) -> bytes:
    whole = found[0]
    if found["several"]:
        return whole.replace(b",", b"&")
    if found["accessor"]:
        return whole.replace(b"borrow", b"get   ").replace(b"mutate", b"set   ")
    return _VISIBLE.sub(b" ", whole)


class _Owner(Struct, frozen=True):
    """What a definition stands in: the prefix of its name, whether others see that, whether members need not say so,
    whether it is marked as nobody's business."""

    prefix: str = ""
    public: bool = True
    implied: bool = False
    internal: bool = False

    def shows(self, words: frozenset[str]) -> bool:
        """Whether a member with these modifiers is public."""
        return self.public and not words & _HIDDEN and (self.implied or bool(words & _SHOWN))


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    for node, doc in source.members(source.root):
        if node.type == "import_declaration":
            out.imports.append(_import(source, node))
        else:
            out.definitions += _declaration(source, node, doc, _Owner())
    out.doc = main_documentation(out.definitions)
    known = {d.name for d in out.definitions} | {name for i in out.imports for name in i.names}
    out.imports.append(source.mention(_MENTIONS, known))
    return out


def _import(source: Source, node: Node) -> Import:
    """`import Module`, or a single declaration of one: `import struct Module.Name`."""
    path = squeeze(source.text(next(n for n in node.named_children if n.type == "identifier")))
    words = _modifiers(source, node).words
    use = "export" if words & {"@_exported", "public"} else ""
    single = any(not n.is_named and n.type not in ("import", ".") for n in node.children)
    module, _, name = path.partition(".")
    return Import(module, (name,) if single and name else (), use=use)


class _Head(NamedTuple):
    """Modifier words and attributes without their arguments, how the signature begins with the words, the byte where
    the rest of it starts."""

    words: frozenset[str]
    before: str
    start: int


def _modifiers(source: Source, node: Node) -> _Head:
    """What stands before the keyword of a declaration."""
    words: list[str] = []
    before: list[str] = []
    start = node.start_byte
    for child in node.children:
        if child.type not in ("modifiers", "attribute"):
            break
        for modifier in child.children if child.type == "modifiers" else (child,):
            text = source.text(modifier)
            if modifier.type == "attribute":
                words.append(squeeze(text).partition("(")[0])
            else:
                words.append(text)
                before.append(text)
        start = child.end_byte
    return _Head(frozenset(words), " ".join([*before, ""]), start)


def _declaration(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    match node.type:
        case "class_declaration" | "protocol_declaration":
            yield from _type(source, node, doc, owner)
        case kind if kind in _CALLABLE:
            yield from _callable(source, node, doc, owner)
        case kind if kind in _PROPERTIES:
            yield from _property(source, node, doc, owner)
        case kind if kind in _ALIASES:
            label = source.text(node.child_by_field_name("name"))
            yield _plain(source, node, doc, owner, label, "type")
        case "macro_declaration":
            label = source.text(next(n for n in node.named_children if n.type == "simple_identifier"))
            yield _plain(source, node, doc, owner, label, "macro")
        case "enum_entry":
            yield from _cases(source, node, doc, owner)


def _type(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    word = source.text(node.child_by_field_name("declaration_kind"))
    kind = "interface" if node.type == "protocol_declaration" else _KINDS.get(word, "class")
    words, before, start = _modifiers(source, node)
    name = owner.prefix + squeeze(source.text(node.child_by_field_name("name"))).partition("<")[0]
    internal = owner.internal or _is_internal(name, words)
    body = node.child_by_field_name("body")
    if kind:
        public = owner.shows(words)
        implied = kind == "interface"
        signature = one_line(
            before + source.slice(start, body.start_byte if body is not None else node.end_byte)
        )
        yield Definition(name, kind, node, signature, doc, public, internal=internal)
    else:  # of an extension each member says it, or the extension for all of them
        public, implied = not words & _HIDDEN, bool(words & _SHOWN)
    inside = _Owner(name + ".", public, implied, internal)
    cases = _Owner(name + ".", public, True, internal) if kind == "enum" else inside
    for member, about in source.members(body) if body is not None else ():
        yield from _declaration(source, member, about, cases if member.type == "enum_entry" else inside)


def _is_internal(name: str, words: frozenset[str]) -> bool:
    """Whether a public name is for friends alone: `_name`, `@_spi(Friends)`."""
    return name.rpartition(".")[2].startswith("_") or not words.isdisjoint(_FRIENDS)


def _plain(source: Source, node: Node, doc: str, owner: _Owner, label: str, kind: str) -> Definition:
    """A definition that is named once and has a signature up to its body."""
    words, before, start = _modifiers(source, node)
    body = next((n for n in node.named_children if n.type in _BODIES), None)
    signature = one_line(before + source.slice(start, body.start_byte if body is not None else node.end_byte))
    name = owner.prefix + label
    internal = owner.internal or _is_internal(label, words)
    return Definition(name, kind, node, signature, doc, owner.shows(words), internal=internal)


def _callable(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    label = _CALLABLE[node.type] or source.text(node.child_by_field_name("name"))
    if label == "deinit":
        return
    found = _plain(source, node, doc, owner, label, "method" if owner.prefix else "function")
    accessors = next((n for n in node.named_children if n.type == "computed_property"), None)
    if accessors is not None:
        found.signature += _accessors(accessors)
    yield found


def _accessors(block: Node) -> str:
    """` { get set }` where a property or subscript can be assigned to, "" where it can but be read."""
    kinds = {n.type for n in block.named_children}
    return " { get set }" if kinds & {"computed_setter", "computed_modify"} else ""


def _property(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    """The names that one `let` or `var` declares, each with its type."""
    words, before, start = _modifiers(source, node)
    public = owner.shows(words)
    patterns = node.children_by_field_name("name")
    binding = before + source.slice(start, _binding_end(patterns[0])) if patterns else ""
    constant = binding.split()[-1:] == ["let"] and (not owner.prefix or bool(words & {"static", "class"}))
    for position, pattern in enumerate(patterns):
        stop = patterns[position + 1].start_byte if position + 1 < len(patterns) else node.end_byte
        if pattern.type != "pattern":
            continue
        rest, value = _type_and_value(source, node, pattern, stop)
        for label in _bound(source, pattern):
            text = one_line(f"{binding} {label}{rest}")
            if value and len(value) <= _LONGEST_VALUE and (constant or not rest):
                text = one_line(f"{text} = {value}")
            kind = "constant" if constant else "property" if owner.prefix else "variable"
            internal = owner.internal or _is_internal(label, words)
            told = squeeze(value) if constant else ""
            yield Definition(owner.prefix + label, kind, node, text, doc, public, told, internal)


def _binding_end(pattern: Node) -> int:
    """Where the `let` or `var` before a pattern ends, which protocols have inside of it."""
    first = pattern.named_children[0] if pattern.named_children else pattern
    return first.end_byte if first.type == "value_binding_pattern" else pattern.start_byte


def _type_and_value(source: Source, node: Node, pattern: Node, stop: int) -> tuple[str, str]:
    """What follows the name of a property: its type (`: Int { get set }`), and its value."""
    rest = value = ""
    for child in node.children:
        if not pattern.end_byte <= child.start_byte < stop:
            continue
        if child.type == "type_annotation":
            rest = source.text(child)
        elif child.type == "protocol_property_requirements":
            rest += " " + source.text(child)
        elif child.type == "computed_property":
            rest += _accessors(child)
        elif child.type == "=" and child.next_named_sibling is not None:
            value = source.text(child.next_named_sibling)
    for child in pattern.named_children:
        if child.type == "type_annotation":
            rest = source.text(child) + rest
    return rest, one_line(value)


def _bound(source: Source, pattern: Node) -> list[str]:
    """The names that a pattern binds: `x`, `(a, b)`."""
    label = pattern.child_by_field_name("bound_identifier")
    if label is not None:
        return [source.text(label)]
    inner = [n for n in pattern.named_children if n.type == "pattern"]
    if not inner:
        return [source.text(n) for n in pattern.named_children if n.type == "simple_identifier"]
    return [name for each in inner for name in _bound(source, each)]


def _cases(source: Source, node: Node, doc: str, owner: _Owner) -> Iterator[Definition]:
    words = _modifiers(source, node).words
    labels = [n for n in node.children_by_field_name("name") if n.type == "simple_identifier"]
    for position, label in enumerate(labels):
        stop = labels[position + 1].start_byte if position + 1 < len(labels) else node.end_byte
        text = one_line("case " + source.slice(label.start_byte, stop))
        name = owner.prefix + source.text(label)
        yield Definition(name, "constant", node, text, doc, owner.shows(words), internal=owner.internal)


GRAMMAR = Grammar(
    name="swift",
    load=_load,
    outline=_outline,
    markup="markdown",
    documentation=("///", "/**"),
    comments=frozenset({"comment", "multiline_comment"}),
    verbatim=frozenset(
        {"line_string_literal", "multi_line_string_literal", "raw_string_literal", "regex_literal"}
    ),
    definitions=frozenset(
        {
            "class_declaration",
            "protocol_declaration",
            "macro_declaration",
            "enum_entry",
            *_CALLABLE,
            *_PROPERTIES,
            *_ALIASES,
        }
    ),
    distance=4,
    mask=_mask,
)


def _imported(new: NewFile) -> tuple[str, ...]:
    """Files of a module see each other; others name the module, which is called after a folder above."""
    return (new.stem.partition("+")[0], *filter(None, new.directory.split("/")[-3:]))


LANGUAGES = (
    Language(
        name="swift",
        suffixes=("swift",),
        parse=partial(reading.parse, GRAMMAR),
        family="swift",
        resolver="swift:SwiftImports",
        chars_per_token=4.3,
        visibility="What says `public` or `open`, requirements of public protocols, cases of public enumerations.",
        unit="Package.swift",
        whole_package=True,
        might_import=_imported,
    ),
)
