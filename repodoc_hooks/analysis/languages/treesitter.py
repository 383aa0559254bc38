"""A file that tree-sitter has read, for every language but Python: one walk that hashes structure, digests of single
definitions, text without comments, documentation.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import recovery
from repodoc_hooks.analysis.languages.comment_nodes import comments_above, end_row, swallowed_comments
from repodoc_hooks.analysis.languages.comments import (
    describe_file,
    documenting,
    is_run_line,
    one_line,
    strip_comment,
)
from repodoc_hooks.analysis.languages.grammar import (
    COMMA,
    COMMENT,
    DEFINITION,
    NODE,
    TOKEN,
    VERBATIM,
    Grammar,
)
from repodoc_hooks.analysis.languages.text import decode, digest, digest_bytes, squeeze
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_CLOSING = frozenset((b")", b"]", b"}", b">"))
_GAP = b" \t\n\f\v\\"
_ERROR = (NODE, b"(ERROR", b"=ERROR")
_ARGUMENTS = expression(r"[<\[]")
_FULL_NAME = expression(r"[a-z_]\w*(?:\.[a-z_]\w*)*+(?:\.[A-Z]\w*)+")
_BLANK_LINE = expression(rb"\n[ \t]*(?=\n)")
_FARTHEST = 6
_SPACE = 32
_LINE_END = expression(rb"\n")
_FOR_TOOLS = (b"/**", b"/*!", b"///", b"//!")


class Source:
    """A parsed file: text of nodes with comments taken out, documentation of definitions."""

    def __init__(self, grammar: Grammar, data: bytes, tree: Tree, masked: bytes = b"") -> None:
        """`masked` is the text that the tree was made from where whole constructs were blanked out."""
        self.grammar = grammar
        self.data = data
        self.blanked: list[bytes] = []
        self._masked = masked
        self._shown = masked if masked and grammar.masks_signatures else data
        self.root = tree.root_node
        self._tree = tree
        self.structure: list[bytes] = []
        self._spans: dict[int, tuple[int, int]] = {}
        self._comment_starts: list[int] = []
        self._comment_ends: list[int] = []
        self._walk()

    def _walk(self) -> None:
        """Fill `structure` (enter, named leaves, exit), the span in it of every definition, and the comments.

        Text that no leaf covers (some grammars leave string content or recovered errors bare) is added
        verbatim: re-doing too much is better than missing a change.
        """
        data, roles = self.data, self.grammar.parser[1]
        quotes = self.grammar.plain_quotes
        cursor = self._tree.walk()
        down, next_sibling, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
        out = self.structure
        push = out.append
        opened: list[tuple[int, int, int]] = []
        depth = last = 0
        open_depth = -1
        comma = False
        while True:
            node: Any = cursor.node
            role, name, text = roles.get(node.kind_id, _ERROR)
            start = node.start_byte
            if start > last:
                if start - last > 1 or data[last] != _SPACE:
                    gap = data[last:start].strip(_GAP)
                    if gap and self._masked:
                        out += self._tokens(gap)
                    elif gap:
                        push(gap)
                last = start
            if comma and role != COMMENT:
                comma = False
                if name not in _CLOSING:
                    push(b",")
            if role == TOKEN:
                last = node.end_byte
                push(name)
            elif role <= DEFINITION or not depth:
                if role == DEFINITION:
                    opened.append((depth, len(out), node.id))
                    open_depth = depth
                if down():
                    push(name)
                    depth += 1
                    continue
                push(text)
                last = node.end_byte
                push(data[start:last])
            else:
                last = node.end_byte
                if role == VERBATIM:
                    push(_plain(data[start:last], quotes) if quotes else data[start:last])
                elif role == COMMA:
                    comma = True
                elif role == COMMENT:
                    self._comment_starts.append(start)
                    self._comment_ends.append(last)
            while True:
                if depth == open_depth:
                    _, begin, node_id = opened.pop()
                    self._spans[node_id] = (begin, len(out))
                    open_depth = opened[-1][0] if opened else -1
                if next_sibling():
                    break
                if not up():
                    return
                depth -= 1
                push(b")")

    def unread(self, also: Iterable[Node] = ()) -> list[recovery.Rows]:
        """The rows that the grammar could not read, and those of nodes that it misread."""
        rows = [*map(self._true_rows, recovery.unread(self.root, also))]
        marks = recovery.marks(self.root, self.data, self.grammar.verbatim | self.grammar.comments)
        return recovery.joined([*rows, *marks]) if marks else rows

    def _true_rows(self, rows: recovery.Rows) -> recovery.Rows:
        """Rows of the file for rows of the tree; the text that the tree was made from may have fewer line ends."""
        if not self._masked:
            return rows
        ends = self._line_ends
        first = self.data.count(b"\n", 0, ends[rows[0] - 1] + 1) if rows[0] else 0
        last = self.data.count(b"\n", 0, ends[rows[1]]) if rows[1] < len(ends) else self.data.count(b"\n")
        return first, last

    @cached_property
    def _line_ends(self) -> list[int]:
        """Where the lines of the text end that the tree was made from."""
        return [found.start() for found in _LINE_END.finditer(self._masked)]

    def _tokens(self, gap: bytes) -> Sequence[bytes]:
        found = self.grammar.tokens(gap)
        self.blanked += found
        return found

    def rows(self, rows: recovery.Rows) -> bytes:
        """The text of rows as it stands."""
        return b"\n".join(self._lines[rows[0] : rows[1] + 1])

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.data.split(b"\n")

    @property
    def rewritten(self) -> bool:
        """Whether the tree was made from another text."""
        return bool(self._masked)

    def digest(self, node: Node) -> str:
        """Structure hash of a node."""
        span = self._spans.get(node.id)
        if span is None:
            return digest(squeeze(self.text(node)))
        return digest_bytes(self.structure[span[0] : span[1]])

    def captures(self, query: str) -> list[Node]:
        """The nodes that a tree-sitter query captures, in source order, outer ones before inner ones."""
        import tree_sitter

        found = tree_sitter.QueryCursor(self.grammar.query(query)).captures(self.root)
        return sorted(
            (n for nodes in found.values() for n in nodes), key=lambda n: (n.start_byte, -n.end_byte)
        )

    def mention(self, query: str, known: Iterable[str], aside: Iterable[Node] = ()) -> Import:
        """The names that a query captures and that the file neither declares nor imports by name.

        A capture called `member` (`b` of `a.b`) is not a name of its own; one called `full` may be the full name of a
        type (`org.x.Type`), which counts as it is written. What stands inside the nodes `aside` does not count.
        """
        import tree_sitter

        found = tree_sitter.QueryCursor(self.grammar.query(query)).captures(self.root)
        spans = [(n.start_byte, n.end_byte) for n in aside]
        last = max((end for _, end in spans), default=0)
        members = {n.id for n in found.pop("member", ())}
        full = {_ARGUMENTS.split(self.raw(n), 1)[0] for n in found.pop("full", ())}
        names = {
            self.raw(n)
            for nodes in found.values()
            for n in nodes
            if n.id not in members
            and (n.start_byte >= last or not any(a <= n.start_byte < b for a, b in spans))
        }
        names.update(name for name in full if _FULL_NAME.fullmatch(name))
        return Import("", tuple(sorted(names.difference(known))), kind="mention")

    def text(self, node: Node | None) -> str:
        """Source of a node without comments; "" for None."""
        return self.slice(node.start_byte, node.end_byte) if node is not None else ""

    def raw(self, node: Node) -> str:
        """Source of a node as it stands."""
        return decode(self.data[node.start_byte : node.end_byte])

    def slice(self, start: int, end: int) -> str:
        """Source between two byte offsets without comments."""
        first = bisect_left(self._comment_starts, start)
        last = bisect_left(self._comment_starts, end)
        if first == last:
            return decode(self._shown[start:end])
        pieces = []
        for i in range(first, last):
            pieces.append(self._shown[start : self._comment_starts[i]])
            start = self._comment_ends[i]
        pieces.append(self._shown[start:end])
        return decode(b" ".join(pieces))

    def signature(self, node: Node, body: Node | None = None) -> str:
        """A definition on one line, from the start of `node` to its body (to its end without one)."""
        return one_line(self.slice(node.start_byte, body.start_byte if body is not None else node.end_byte))

    def members(
        self, parent: Node, skip: frozenset[str] = frozenset(), lead: Iterable[Node] = ()
    ) -> Iterator[tuple[Node, str]]:
        """Named children of a node, each with the text of the comment that stands right above it, or behind it.

        Nodes of a type in `skip` (attributes) may stand between comment and definition and are not given. `lead` are
        comments that stand before the node and belong to its first child.
        """
        comments = self.grammar.comments
        above: list[Node] = []
        behind: list[Node] = []
        held: tuple[Node, str] | None = None
        previous_end = (
            parent.start_point[0] if self.data[parent.start_byte : parent.start_byte + 1] == b"{" else -1
        )
        for child in self._in_order((*lead, *recovery.children(parent))):
            if child.type in comments:
                row = child.start_point[0]
                if held is not None and self._is_behind(child, held[0], row == previous_end):
                    behind.append(child)
                    continue
                if row == previous_end and not self._leads(child):
                    continue  # trails what stands before it
                if above and row > end_row(above[-1]) + (
                    1 if self._documents(child) else self.grammar.distance
                ):
                    above.clear()
                above.append(child)
                continue
            near = above and self._is_near(above[-1], child)
            if child.type in skip:
                if near:
                    above[-1:] = [above[-1], child]
                continue
            if held is not None:
                yield held[0], held[1] or self.documentation(behind)
            held = child, self.documentation([c for c in above if c.type in comments]) if near else ""
            above.clear()
            behind.clear()
            swallowed = swallowed_comments(child, comments) if self.grammar.indented else []
            previous_end = end_row(swallowed[0].prev_sibling or child) if swallowed else end_row(child)
        if held is not None:
            yield held[0], held[1] or self.documentation(behind)

    def _documents(self, comment: Node) -> bool:
        """Whether a comment is of the kind that documents something, no mere remark."""
        kinds = self.grammar.documentation
        return not kinds or self.raw(comment).startswith(kinds)

    def _is_behind(self, comment: Node, node: Node, on_its_row: bool) -> bool:
        """Whether a comment documents what stands before it: `int x; ///< How many.`"""
        if on_its_row and node.type in self.grammar.described:
            return not self.data[node.start_byte : node.end_byte].endswith((b"}", b"};"))
        return self.data.startswith(self.grammar.behind, comment.start_byte)

    def _leads(self, comment: Node) -> bool:
        """Whether a documentation comment behind something belongs to what follows, as compilers have it:
        `A, /** The b. */ B` on one row, `///` at the end of a row."""
        following = comment.next_named_sibling
        slashes = "///" in self.grammar.documentation and not self.grammar.behind
        if slashes and self.data.startswith(b"///", comment.start_byte):
            return following is not None
        return (
            following is not None
            and following.start_point[0] == comment.end_point[0]
            and following.type not in self.grammar.comments
            and self.data.startswith(b"/**", comment.start_byte)
        )

    def _in_order(self, nodes: Sequence[Node]) -> Iterable[Node]:
        """Nodes, those comments after each that stand below it though the grammar counts them to it."""
        if not self.grammar.indented:
            return nodes
        return [each for node in nodes for each in (node, *swallowed_comments(node, self.grammar.comments))]

    def is_marked(self, node: Node, mark: bytes) -> bool:
        """Whether the comments right above a node hold a mark: `@internal`."""
        if mark not in self.data:
            return False
        return any(mark in self.data[c.start_byte : c.end_byte] for c in self.comments_above(node))

    def comments_above(self, node: Node) -> list[Node]:
        """The comments right above a node, in order."""
        return comments_above(node, self.grammar.comments, indented=self.grammar.indented)

    def documentation(self, group: list[Node]) -> str:
        """Markdown of the comments above a definition that document it: a `/** */` block alone, else all."""
        texts = [self.raw(comment) for comment in group if not self._is_run_line(comment)]
        texts = documenting(texts, self.grammar.documentation, self.grammar.markup)
        return strip_comment(texts, self.grammar.markup) if texts else ""

    def documentation_before(self, position: int) -> str:
        """Markdown of the comments right above a byte at which no node begins."""
        texts: list[str] = []
        end = position
        for i in range(bisect_left(self._comment_starts, position) - 1, -1, -1):
            gap = self.data[self._comment_ends[i] : end]
            if gap.strip() or gap.count(b"\n") > 1:
                break
            end = self._comment_starts[i]
            texts.insert(0, decode(self.data[end : self._comment_ends[i]]))
            if texts[0].startswith("/**"):
                break
        return strip_comment(texts, self.grammar.markup) if texts else ""

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment begins between two bytes."""
        found = bisect_left(self._comment_starts, start)
        return found < len(self._comment_starts) and self._comment_starts[found] < end

    def _is_run_line(self, comment: Node) -> bool:
        return not comment.start_byte and is_run_line(self.raw(comment))

    def _is_near(self, comment: Node, node: Node) -> bool:
        """Whether a comment belongs to the node below it; one blank line may follow a documentation block."""
        gap = node.start_point[0] - end_row(comment)
        if self._masked and self.grammar.conditionals and 2 <= gap <= _FARTHEST:
            gap = 1 + len(_BLANK_LINE.findall(self.data, comment.end_byte, node.start_byte))
        marks = _FOR_TOOLS if self.grammar.behind else _FOR_TOOLS[:1]
        return gap <= self.grammar.distance or (gap == 2 and self.data.startswith(marks, comment.start_byte))

    @cached_property
    def leading_comment(self) -> str:
        """The first comment block at the top that describes something; it may be a definition's own."""
        block: list[Node] = []
        for child in self.root.named_children:
            if child.type not in self.grammar.comments:
                break
            if self._is_run_line(child):
                continue
            if block and child.start_point[0] > end_row(block[-1]) + 1:
                if text := self._description(block):
                    return text
                block = []
            block.append(child)
        return self._description(block)

    def _description(self, block: list[Node]) -> str:
        return describe_file(map(self.raw, block), self.grammar.markup)


def _plain(text: bytes, special: bytes) -> bytes:
    """A string without its quotes if nothing in it needs them."""
    if text[:1] in b"'\"" and text[:1] == text[-1:] and not any(c in special for c in text[1:-1]):
        return b'"' + text[1:-1]
    return text
