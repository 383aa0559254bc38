"""Ruby that the grammar cannot read, blanked out or written otherwise: nested heredocs, bodies that are bare calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

_HEREDOC = expression(rb"<<[~-]?[\"'`]?[A-Za-z_]")
_NESTED_HEREDOC = expression(rb"#\{[^\n]*<<[~-]?[\"'`]?[A-Za-z_]")
_COMMAND_BODY = expression(
    rb"^[ \t]*(?:[a-z_]+[ \t]+)*def[ \t]+[\w.]+[?!]?(?:\([^()\n]*\))?[ \t]*=[ \t]+"
    rb"(?P<body>[a-z_]\w*(?:\.\w+)*[?!]?[ \t]+(?!(?:if|unless|and|or|do|rescue|while|until|in)\b)[\w\"':@\[*&]"
    rb"(?:[^\n]*,[ \t]*\n)*[^\n]*)",
    re.MULTILINE,
)
_BARE_BLOCK = expression(rb",\s*(?P<block>&)[ \t]*\n\s*\)")
"""A block that is handed on without a name, in a line of its own or at the end of one."""
_DEFINED_KEY = expression(rb"(?<![\w.:@$])defined\?:(?!:)")
"""A key, or a parameter, that is called like an operator."""
_VISIBLE = expression(rb"[^\n]")
_MOST_NESTED = 50


def repaired(data: bytes, root: Node, parser: Parser, interpolations: Query) -> bytes | None:
    """The text to read instead, None if nothing is to be done about it.

    Args:
        interpolations: a query that captures those of heredocs as `inner`.
    """
    masked = bytearray(data)
    if root.has_error:
        for found in _BARE_BLOCK.finditer(data):
            masked[found.start("block")] = ord(" ")
        for found in _DEFINED_KEY.finditer(data):
            masked[found.end() - 2] = ord("_")
        for found in _COMMAND_BODY.finditer(data):
            start, end = found.span("body")
            masked[start:end] = b"nil" + _VISIBLE.sub(b" ", masked[start + 3 : end])
    if _NESTED_HEREDOC.search(data):
        _without_nested(masked, parser, interpolations)
    return bytes(masked) if masked != data else None


def _without_nested(masked: bytearray, parser: Parser, interpolations: Query) -> None:
    """Blank out heredocs that begin inside of another: the grammar takes all that follows for their text."""
    import tree_sitter

    for _ in range(_MOST_NESTED):
        root = parser.parse(bytes(masked)).root_node
        found = tree_sitter.QueryCursor(interpolations).captures(root).get("inner", [])
        nested = [n for n in found if _HEREDOC.search(masked, n.start_byte, n.end_byte)]
        if not nested:
            break
        for node in nested:
            place = slice(node.start_byte, node.end_byte)
            masked[place] = _VISIBLE.sub(b" ", masked[place])
