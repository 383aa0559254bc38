"""Comments of a syntax tree: which stand above a node, which at the end of one, where they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


def comments_above(node: Node, kinds: frozenset[str], *, indented: bool) -> list[Node]:
    """The comments right above a node, in order; `indented` where they may be counted to what stands before it."""
    found: list[Node] = []
    above = node.prev_named_sibling
    while above is not None and above.type in kinds:
        found.insert(0, above)
        above = above.prev_named_sibling
    return swallowed_comments(above, kinds) if indented and not found and above is not None else found


def swallowed_comments(node: Node, kinds: frozenset[str]) -> list[Node]:
    """The comments at the very end of a node, in order."""
    found: list[Node] = []
    last: Node | None = node
    while last is not None and last.type not in kinds:
        children = last.children
        size = len(children)
        while size and children[size - 1].type in kinds:
            size -= 1
        found[:0] = children[size:]
        last = children[size - 1] if size else None
    return found


def end_row(node: Node) -> int:
    """Last row of a node; a comment that includes its line end does not reach into the next row."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point[0] else row
