"""Rust: the items of a block with what stands above each: documentation, attributes, visibility.

Documentation are `///`, `/** */` and `#[doc = "..."]` in the order in which they stand; `//` is a remark. Blank lines
and other attributes between them change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from repodoc_hooks.analysis.languages.markup import to_markdown
from repodoc_hooks.analysis.languages.outline import Definition
from repodoc_hooks.analysis.languages.recovery import children
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENTS = frozenset({"line_comment", "block_comment"})
_DOC_VALUE = expression(r"\A#!?\[\s*doc\s*=\s*(.*?)\s*\]\Z", re.DOTALL)
_CONDITIONAL_DOC = expression(r"\A#!?\[\s*cfg_attr\s*\(.*?,\s*doc\s*=\s*(.*?)\s*,?\s*\)\s*\]\Z", re.DOTALL)
_INCLUDED = expression(r"\Ainclude_str!\s*[(\[{]\s*\"([^\"]+)\"")
_LITERAL = expression(r"\Ar?(?P<hashes>#*)\"(?P<text>.*)\"(?P=hashes)\Z", re.DOTALL)
_CONCAT = expression(r"\Aconcat!\s*[(\[{](.*)[)\]}]\Z", re.DOTALL)
_CONCAT_PIECE = expression(
    r"stringify!\s*[(\[{](?P<word>[^()\[\]{}]*)[)\]}]|r?(?P<hashes>#*)\"(?P<text>(?:\\.|[^\"\\])*)\"(?P=hashes)",
    re.DOTALL,
)
_ESCAPE = expression(r"\\(?:\n\s*|(.))")
_ESCAPES = {"n": "\n", "t": "\t", "r": ""}
_ALIAS = expression(r"=\s*([A-Za-z_]\w*)\s*(?:<.*>)?\Z", re.DOTALL)
_HIDDEN = expression(r"\bdoc\s*\(\s*hidden\b")
_TEST = expression(r"\bcfg\s*\(\s*(?:all\s*\(\s*)?test\b")
_STAR = expression(r"^[ \t]*\*(?!/)[ \t]?", re.MULTILINE)


class Item(Struct, frozen=True):
    """One item; `included` is the path of a file that its documentation begins with, as written, "" for none."""

    node: Node
    doc: str = ""
    attributes: tuple[str, ...] = ()
    included: str = ""

    @property
    def is_hidden(self) -> bool:
        """Marked as no part of the documentation."""
        return any(_HIDDEN.search(text) for text in self.attributes)

    @property
    def is_test(self) -> bool:
        """Compiled for tests alone."""
        return any(_TEST.search(text) for text in self.attributes)


def items(source: Source, parent: Node) -> Iterator[Item]:
    """The items of a block in source order."""
    above: list[str] = []
    attributes: list[str] = []
    for node in children(parent):
        kind = node.type
        if kind in _COMMENTS:
            if source.data.startswith((b"///", b"/**"), node.start_byte):
                above.append(source.raw(node))
        elif kind == "attribute_item":
            text = source.raw(node)
            attributes.append(text)
            above.append(text)
        elif kind != "inner_attribute_item":
            doc, included = documentation(above)
            yield Item(node, doc, tuple(attributes), included)
            above.clear()
            attributes.clear()


def inner_documentation(source: Source, parent: Node) -> tuple[str, str]:
    """What `//!`, `/*! */` and `#![doc = "..."]` at the top of a block say, and the file that it begins with."""
    texts = []
    for node in parent.named_children:
        if node.type in _COMMENTS:
            if source.data.startswith((b"//!", b"/*!"), node.start_byte):
                texts.append(source.raw(node))
        elif node.type == "inner_attribute_item":
            texts.append(source.raw(node))
        elif node.type != "attribute_item":
            break
    return documentation(texts)


def documentation(texts: Sequence[str]) -> tuple[str, str]:
    """The Markdown that comments and attributes make together, and the file that it begins with ("" for none)."""
    pieces: list[str] = []
    included = ""
    for text in texts:
        if text.startswith("#"):
            found = _DOC_VALUE.match(text) or _CONDITIONAL_DOC.match(text)
            if found is None:
                continue
            if (path := _INCLUDED.match(found[1])) and not pieces:
                included = included or path[1]
            else:
                pieces += _value(found[1])
        else:
            pieces.append(_without_marks(text))
    return to_markdown("\n".join(pieces).strip(), "markdown"), included


def visibility(source: Source, node: Node) -> str:
    """What an item says of its visibility: "pub", "pub(crate)", "" for nothing."""
    return next((squeeze(source.text(n)) for n in node.children if n.type == "visibility_modifier"), "")


def _value(text: str) -> Iterator[str]:
    """The text that a value stands for: a string, or strings and `stringify!` in a `concat!`; nothing otherwise."""
    if (literal := _LITERAL.match(text)) is not None:
        yield _unescaped(literal)
    elif (found := _CONCAT.match(text)) is not None and not _CONCAT_PIECE.sub("", found[1]).strip(", \n\t"):
        pieces = _CONCAT_PIECE.finditer(found[1])
        yield "".join(m["word"].strip() if m["word"] else _unescaped(m) for m in pieces)


def _unescaped(literal: re.Match[str]) -> str:
    if literal[0].startswith("r"):
        return literal["text"]
    return _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]) if m[1] else "", literal["text"])


def _without_marks(comment: str) -> str:
    """The text of a documentation comment."""
    if comment.startswith("//"):
        text = comment[3:].rstrip()
        return text.removeprefix(" ") if not comment.startswith("////") else ""
    if comment.startswith("/***") or comment == "/**/":
        return ""
    return _STAR.sub("", comment[3:].removesuffix("*/").rstrip()).strip()


def short_path(path: str) -> str:
    """`std::fmt::Display` as `Display`, generic arguments as they are."""
    head, bracket, arguments = path.partition("<")
    return head.rpartition("::")[2] + bracket + arguments


def invocation_in(node: Node) -> Node | None:
    """The macro invocation that an item is, with or without a semicolon behind it."""
    if node.type == "expression_statement" and node.named_children:
        node = node.named_children[0]
    return node if node.type == "macro_invocation" else None


def aliases(definitions: Sequence[Definition], types: Collection[str]) -> dict[str, str]:
    """Other names of types of a file, by which `impl` may call them: `type Owned = Set<Vec<u8>>;`."""
    own = {d.name for d in definitions if d.kind in types}
    found: dict[str, str] = {}
    for d in definitions:
        target = _ALIAS.search(d.signature) if d.kind == "type" else None
        if target is not None:
            name = f"{d.name.rpartition('.')[0]}.{target[1]}".removeprefix(".")
            found.update({d.name: name} if name in own else {})
    return found
