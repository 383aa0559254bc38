"""Comments that document a variable: `#: ...` above it or behind it on its last line (Sphinx, autodoc)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct, field

from repodoc_hooks.analysis.languages.text import decode
from repodoc_hooks.expressions import expression

_MARK = b"#:"
_ABOVE = expression(r"[ \t]*#:[ \t]?(.*)")
_BEHIND = expression(r"(?P<code>[ \t]*[^#\s][^\n]*?)[ \t]*#:[ \t]?(?P<text>.*)")


class Comments(Struct):
    """Texts by 1-based row: `above` by that of the line below them, `behind` with the column where they begin."""

    above: dict[int, str] = field(default_factory=dict)
    behind: dict[int, tuple[int, str]] = field(default_factory=dict)

    def of(self, node: ast.stmt) -> str:
        """What is said of a statement, "" for nothing."""
        column, text = self.behind.get(node.end_lineno or node.lineno, (-1, ""))
        if text and column >= (node.end_col_offset or 0):
            return text
        return self.above.get(node.lineno, "")

    def __iter__(self) -> Iterator[str]:
        yield from self.above.values()
        yield from (text for _, text in self.behind.values())


def comments(data: bytes) -> Comments:
    """The comments of a file."""
    found = Comments()
    if _MARK not in data:
        return found
    block: list[str] = []
    for row, line in enumerate(decode(data).split("\n"), 1):
        if (above := _ABOVE.fullmatch(line)) is not None:
            block.append(above[1])
            continue
        if block:
            found.above[row] = "\n".join(block)
            block = []
        if "#:" in line and (behind := _BEHIND.fullmatch(line)) is not None:
            found.behind[row] = (len(behind["code"].encode()), behind["text"])
    return found
