"""Files that a grammar can read only in part: which lines are lost, and what beside them can be believed.

tree-sitter wraps what it cannot put together into ERROR nodes, with the pieces that it could read inside. Braces that
such a node leaves open belong to a class or function that was torn apart: what follows up to the closing one are its
members, not those of the file, so nothing is known of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_KEYWORDS = (
    r"\b(?:return|while|switch|goto|else)\b"
    r"|^\s*(?:if|for|do|case|throw|new|delete|break|continue|await|yield)\b"
)
_STATEMENT = expression(_KEYWORDS)
_REMAINS = expression(rf"[{{;]|#\s*(?:if|el|endif)|{_KEYWORDS}")
_WORDS = frozenset(
    (
        *("if", "else", "for", "while", "do", "switch", "case", "return", "throw", "goto"),
        *("break", "continue", "new", "delete"),
    )
)

_MARK = expression(rb"^(?:<{7}|={7}|\|{7}|>{7})(?![<=|>])[^\n]*", re.MULTILINE)

Rows = tuple[int, int]
"""The first and last row of something, 0-based."""


def conflicts(data: bytes) -> list[tuple[int, int]]:
    """The lines that mark the sides of a merge that nobody finished: first byte and the one behind."""
    if b"\n<<<<<<< " not in data or b"\n>>>>>>> " not in data:
        return []
    return [found.span() for found in _MARK.finditer(data)]


def marks(root: Node, data: bytes, aside: frozenset[str]) -> list[Rows]:
    """The rows of such marks, but for those inside of nodes of types that are text (strings, comments)."""
    found = []
    for start, end in conflicts(data):
        node = root.descendant_for_byte_range(start, end)
        while node is not None and node.type not in aside:
            node = node.parent
        if node is None:
            row = data.count(b"\n", 0, start)
            found.append((row, row))
    return found


def children(parent: Node) -> list[Node]:
    """Named children of a node; of broken ones the pieces that stand at the level of the node itself."""
    return (
        [node for node, level in _pieces(parent) if not level] if parent.has_error else parent.named_children
    )


def unread(root: Node, also: Iterable[Node] = ()) -> list[Rows]:
    """The rows that could not be read, those of `also` among them, in order and apart from each other."""
    rows = [(node.start_point[0], node.end_point[0]) for node in also]
    if root.has_error:
        rows += _lost(root)
    return joined(rows)


def is_believable(node: Node, name: str, signature: str) -> bool:
    """Whether a definition is one, and no statement that an error made look like it."""
    if _has_broken_head(node):
        torn = _REMAINS.search(signature) or _is_open(node, node.child_by_field_name("body"))
        return not torn and name.rpartition(".")[2] not in _WORDS
    if _is_in_error(node):
        return not _STATEMENT.search(signature) and name.rpartition(".")[2] not in _WORDS
    return True


def _pieces(parent: Node) -> Iterator[tuple[Node, int]]:
    """Named children, those of ERROR nodes in their place, each with the number of braces that are open around it."""
    level = 0
    stack = [*reversed(parent.children)]
    while stack:
        node = stack.pop()
        if node.is_error:
            stack += reversed(node.children)
        elif node.is_named:
            yield node, level
        elif _is_loose(node):
            level = max(0, level + (1 if node.type == "{" else -1))


def _is_loose(node: Node) -> bool:
    """Whether a token is a brace that belongs to no construct; that of `extern "C" {` would hold nothing back."""
    before = node.prev_sibling
    is_linkage = before is not None and before.type == "string_literal"
    return node.type in ("{", "}") and node.parent is not None and node.parent.is_error and not is_linkage


def _lost(parent: Node) -> Iterator[Rows]:
    kept = []
    for node, level in _pieces(parent):
        if level:
            yield node.start_point[0], node.end_point[0]
        else:
            kept.append(node)
            if node.has_error:
                yield from _lost(node)
    rows = [(node.start_point[0], node.end_point[0]) for node in kept]
    if parent.is_error:
        yield from _without(parent, rows)
        return
    for child in parent.children:
        if child.is_error:
            yield from _without(child, rows)
        elif child.is_missing and (child.is_named or child.type == ")"):
            yield child.start_point[0], child.start_point[0]


def _without(error: Node, kept: Iterable[Rows]) -> Iterator[Rows]:
    """The rows of an error outside of the pieces that could be read; its first row if they leave none."""
    first, last = row, end = error.start_point[0], error.end_point[0]
    found = False
    for start, stop in kept:
        if stop < first or start > last:
            continue
        if start > row:
            yield row, start - 1
            found = True
        row = max(row, stop + 1)
    if row <= end:
        yield row, end
    elif not found:
        yield first, first


def joined(rows: Iterable[Rows]) -> list[Rows]:
    """Rows in order and apart from each other."""
    found: list[Rows] = []
    for first, last in sorted(rows):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def _is_in_error(node: Node) -> bool:
    above = node.parent
    while above is not None and not above.is_error:
        above = above.parent
    return above is not None


def _is_open(node: Node, body: Node | None = None) -> bool:
    """Whether a parenthesis is open before the body of a definition."""
    return any(
        (child.is_missing and child.type == ")") or (child.has_error and _is_open(child))
        for child in node.children
        if child != body
    )


def _has_broken_head(node: Node) -> bool:
    """Whether there is an error before the body of a definition."""
    if not node.has_error:
        return False
    body = node.child_by_field_name("body")
    return any(child.has_error or child.is_missing for child in node.children if child != body)
