"""Kotlin: public is what is neither private nor internal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

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
from repodoc_hooks.analysis.languages.text import decode, squeeze
from repodoc_hooks.analysis.languages.told_parts import told_parts
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_HIDDEN = frozenset({"private", "internal"})
_BODIES = frozenset({"class_body", "enum_class_body", "function_body", "block"})
_MISREAD = frozenset(
    {
        "annotated_expression",
        "infix_expression",
        "identifier",
        "modifiers",
        "delegation_specifiers",
        "user_type",
    }
)
_SUPPRESSED = b"@suppress"
_CONTEXT = expression(rb"\bcontext[ \t]*\(")
_LEAD_ON = frozenset((b"=", b".", b"?.", b"?:", b"->", b"return", b"("))
_AFTER_CONTEXT = (b"", b"@", b"/")
_CONTEXT_LINE = expression(rb"^[ \t]*(?:@[^\n]*[ \t])?context[ \t]*\(", re.MULTILINE)
_MENTIONS = """
(user_type (identifier) @name)
(call_expression . (identifier) @name)
(navigation_expression . (identifier) @name)
(callable_reference . (identifier) @name)
(user_type) @full
(navigation_expression) @full
"""


def _load() -> Any:
    import tree_sitter_kotlin

    return tree_sitter_kotlin.language()


def _declarations_alone(data: bytes, root: Node) -> bytes | None:
    """The text to read instead where the tree has an error, or an expression stands where only declarations may."""
    if not (
        root.has_error
        or any(n.type in _MISREAD for n in root.named_children)
        or (b"context" in data and _CONTEXT_LINE.search(data))
        or (b" by " in data and _swallows_bodies(root))
    ):
        return None
    from repodoc_hooks.analysis.languages.kotlin_mask import declarations

    return declarations(data)


def _swallows_bodies(root: Node) -> bool:
    """Whether the body of a class was taken for a lambda: `class A : B by c { ... }`."""
    import tree_sitter

    found = tree_sitter.QueryCursor(GRAMMAR.query("(explicit_delegation) @by")).captures(root)
    return any(node.text and b"{" in node.text for node in found.get("by", ()))


def _words(data: bytes) -> list[bytes]:
    from repodoc_hooks.analysis.languages.kotlin_tokens import tokens

    found = tokens(data)
    return found.texts[:-1] if found is not None else data.split()


def _blanked_mentions(source: Source) -> set[str]:
    """Types and functions that blanked out text names."""
    words = [b"", *source.blanked, b""]
    found = {
        word
        for before, word, after in zip(words, words[1:], words[2:], strict=False)
        if before not in (b".", b"?.") and (word[:1].isupper() or (after == b"(" and word[:1].islower()))
    }
    return {decode(word) for word in found}


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    for node, doc in source.members(source.root):
        if node.type == "package_header":
            out.package = squeeze(source.text(node.named_children[-1])) if node.named_children else ""
            out.doc = doc
        elif node.type == "import":
            out.imports.append(_import(source, node))
        elif node.type in _MISREAD:
            out.unread.append(node)
        else:
            internal = source.is_marked(node, _SUPPRESSED)
            for d in _declaration(source, node, doc, "", public=True):
                d.internal = internal or source.is_marked(d.node, _SUPPRESSED)
                out.definitions.append(d)
    out.doc = out.doc or main_documentation(out.definitions)
    known = declared_names(out.definitions) | imported_names(out.imports)
    mention = source.mention(_MENTIONS, known)
    if source.blanked:
        mention = replace(
            mention, names=tuple(sorted({*mention.names, *(_blanked_mentions(source) - known)}))
        )
    out.imports.append(mention)
    return out


def _import(source: Source, node: Node) -> Import:
    target, *alias = (squeeze(source.text(n)) for n in node.named_children)
    return Import(target, ("*",) if any(n.type == "*" for n in node.children) else tuple(alias[:1]))


class _Head(NamedTuple):
    """Modifier words, how the signature begins with them, the byte where the rest of it starts."""

    words: frozenset[str]
    before: str
    start: int

    def signature(self, source: Source, end: int) -> str:
        """The declaration up to a byte on one line, without its annotations."""
        return one_line(self.before + source.slice(self.start, end))


def _head(source: Source, node: Node) -> _Head:
    """What stands before the keyword of a declaration."""
    words, start = [], node.start_byte
    for child in node.children:
        if child.type == "modifiers":
            words += [source.text(n) for n in child.children if n.type != "annotation" and not n.is_extra]
            start = child.end_byte
        elif child.type == "annotation":
            start = child.end_byte
    return _Head(frozenset(words), " ".join([*words, ""]), start)


def _context(source: Source, node: Node) -> str:
    """The context parameters before a declaration, which are blanked out in the tree: "context(log: Log) "."""
    gap = source.data[_end_before(source, node) : node.start_byte]
    if not _CONTEXT.search(gap):
        return ""
    from repodoc_hooks.analysis.languages.kotlin_tokens import tokens

    if (found := tokens(gap)) is None:
        return ""
    told = ""
    i = 0
    while word := found.texts[i]:
        if word == b"context" and found.texts[i + 1] == b"(" and not (i and found.texts[i - 1] in _LEAD_ON):
            end = found.ends[found.partners[i + 1]]
            told = decode(gap[found.starts[i] : end]) if gap[end:].lstrip()[:1] in _AFTER_CONTEXT else ""
        i = max(found.partners[i], i) + 1
    return one_line(told) + " " if told else ""


def _end_before(source: Source, node: Node) -> int:
    """The byte behind what stands before a declaration; the semicolon in the place of a body is where that begins."""
    before = node.prev_sibling
    if before is not None:
        return before.start_byte if before.type == ";" else before.end_byte
    inside = node.parent if node.parent is not None and node.parent.parent is not None else None
    return inside.start_byte + source.data.startswith(b"{", inside.start_byte) if inside is not None else 0


def _declaration(source: Source, node: Node, doc: str, prefix: str, *, public: bool) -> Iterator[Definition]:
    head = _head(source, node)
    public = public and not head.words & _HIDDEN
    before = _context(source, node) if source.blanked else ""
    match node.type:
        case "class_declaration" | "object_declaration" | "companion_object":
            yield from _class(source, node, doc, prefix, head, public=public)
        case "function_declaration":
            name = source.text(node.child_by_field_name("name"))
            body = _child(node, "function_body")
            signature = before + head.signature(
                source, body.start_byte if body is not None else node.end_byte
            )
            kind = "method" if prefix else "function"
            yield Definition(prefix + name, kind, node, signature, doc, public)
        case "secondary_constructor":
            body = _child(node, "constructor_delegation_call") or _child(node, "block")
            signature = head.signature(source, body.start_byte if body is not None else node.end_byte)
            yield Definition(prefix + "constructor", "method", node, signature, doc, public)
        case "property_declaration":
            for d in _property(source, node, doc, prefix, head, public=public):
                yield replace(d, signature=before + d.signature) if before else d
        case "type_alias":
            name = source.text(node.child_by_field_name("type") or _child(node, "identifier"))
            signature = head.signature(source, node.end_byte)
            yield Definition(prefix + name, "type", node, signature, doc, public)
        case "ERROR":  # what the grammar could not put together still holds declarations
            for inner, about in source.members(node):
                yield from _declaration(source, inner, about, prefix, public=public)
        case "enum_entry":
            name = source.text(_child(node, "identifier"))
            yield Definition(prefix + name, "constant", node, name, doc, public)


def _class(
    source: Source, node: Node, doc: str, prefix: str, head: _Head, *, public: bool
) -> Iterator[Definition]:
    kind = "class"
    if any(n.type == "interface" for n in node.children):
        kind = "interface"
    elif "enum" in head.words:
        kind = "enum"
    label = source.text(node.child_by_field_name("name") or _child(node, "identifier"))
    if node.type == "companion_object":
        label = label or "Companion"
    name = prefix + label
    body = _child(node, "class_body") or _child(node, "enum_class_body")
    signature = head.signature(source, body.start_byte if body is not None else _class_end(source, node))
    yield Definition(name, kind, node, signature, doc, public)
    constructor = _child(node, "primary_constructor")
    parameters = _child(constructor, "class_parameters") if constructor is not None else None
    told = told_parts(source, node) if parameters is not None and doc else {}
    for parameter, about in source.members(parameters) if parameters is not None else ():
        if any(n.type in ("val", "var") for n in parameter.children):
            own = _head(source, parameter)
            label = source.text(_child(parameter, "identifier"))
            text = own.signature(source, parameter.end_byte)
            shown = public and not own.words & _HIDDEN
            about = about or told.get(label.strip("`"), "")
            yield Definition(f"{name}.{label}", "property", parameter, text, about, shown)
    inner = prefix if node.type == "companion_object" else name + "."
    for member, about in source.members(body) if body is not None else ():
        yield from _declaration(source, member, about, inner, public=public)


def _class_end(source: Source, node: Node) -> int:
    """The end of a class without body; its delegates may be blanked out in the tree."""
    if not source.blanked or not source.data[node.end_byte : node.end_byte + 80].lstrip().startswith(b"by "):
        return node.end_byte
    from repodoc_hooks.analysis.languages.kotlin_tokens import tokens

    following = node.next_sibling
    found = tokens(source.data[node.end_byte : following.start_byte if following is not None else None])
    if found is None:
        return node.end_byte
    i = 0
    while found.texts[i] and not (i and found.breaks[i] and found.texts[i - 1] not in (b"by", b",")):
        i = max(found.partners[i], i) + 1
    return node.end_byte + found.ends[i - 1]


def _property(
    source: Source, node: Node, doc: str, prefix: str, head: _Head, *, public: bool
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
    constant = "const" in head.words
    text = head.signature(source, stop)
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
    markup="markdown",
    documentation=("/**",),
    distance=10,
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
    reread=_declarations_alone,
    tokens=_words,
)

LANGUAGES = (
    Language(
        name="kotlin",
        suffixes=("kt", "kts"),
        parse=partial(reading.parse, GRAMMAR),
        family="jvm",
        resolver="jvm:JvmImports",
        chars_per_token=4.2,
        visibility="What is neither `private` nor `internal`.",
        whole_package=True,
        might_import=by_stem_or_package,
    ),
)
