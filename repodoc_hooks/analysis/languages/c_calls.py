"""C and C++: calls of a file's own macros in the place of declarations: `DECLARE_LIST(int)`, `HANDLER(f) { ... }`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from repodoc_hooks.analysis.languages.c_expansion import arguments, functions
from repodoc_hooks.analysis.languages.c_words import Span, last_byte
from repodoc_hooks.expressions import expression

_CALL = expression(rb"^[ \t]*(?P<name>[A-Za-z_]\w*)[ \t]*(?=\()", re.MULTILINE)
_BEHIND = expression(rb"[ \t]*(?:(?P<end>;)|(?P<body>\n?[ \t]*\{)|(?=\n|\Z|\}))")
_BRACE = expression(rb"[{}]")
_HOLDS = expression(
    rb"(?:\b(?:namespace|class|struct|union)\b[^;{}()]*|\bextern\s*\"\w*\"\s*|\b(?:class|struct)\b[^;{}]*:[^;{}]*)\Z"
)
_HEAD = 300


def own_calls(data: bytes, plain: bytes) -> Iterator[Span]:
    """Calls of macros that the file defines, with the body that they have or the `;` behind them.

    `plain` is the text without comments, directives and the content of strings.
    """
    names = functions(data)
    if not names:
        return
    depth: list[Span] | None = None
    done = 0
    for found in _CALL.finditer(plain):
        if (
            found["name"] not in names
            or found.start() < done
            or last_byte(plain, found.start()) not in b";}{:"
        ):
            continue
        call = arguments(plain, found.end())
        behind = _BEHIND.match(plain, call[1]) if call is not None else None
        if behind is None:
            continue
        depth = _code(plain) if depth is None else depth
        position = bisect_right(depth, (found.start(), len(plain))) - 1
        if position >= 0 and found.start() < depth[position][1]:
            continue
        done = closing(plain, behind.end() - 1) + 1 if behind["body"] else behind.end()
        yield found.start("name"), done


def closing(plain: bytes, opening: int) -> int:
    """The position of the brace that closes one; the end of the text without one."""
    depth = 0
    for found in _BRACE.finditer(plain, opening):
        depth += 1 if found[0] == b"{" else -1
        if not depth:
            return found.start()
    return len(plain)


def _code(plain: bytes) -> list[Span]:
    """The outermost braces in which no declarations of members or of the file stand: bodies, values, enumerations."""
    found: list[Span] = []
    stack: list[int] = []
    inside = 0
    for brace in _BRACE.finditer(plain):
        if brace[0] == b"{":
            holds = not inside and _HOLDS.search(plain, max(0, brace.start() - _HEAD), brace.start())
            stack.append(-1 if holds else brace.start())
            inside += not holds
        elif stack:
            start = stack.pop()
            inside -= start >= 0
            if start >= 0 and not inside:
                found.append((start, brace.end()))
    return found
