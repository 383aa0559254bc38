"""The words and signs of Kotlin source, without its comments: for what the grammar cannot read."""

from __future__ import annotations

import re

from msgspec import Struct

from repodoc_hooks.expressions import expression

_TOKEN = expression(
    rb"(?P<space>[ \t\f\r]+)"
    rb"|(?P<line>\n)"
    rb"|(?P<word>[A-Za-z_\x80-\xff][0-9A-Za-z_\x80-\xff]*|`[^`\n]*`)"
    rb"|(?P<comment>//[^\n]*|/\*)"
    rb'|(?P<string>\$*(?:"""|"))'
    rb"|(?P<number>[0-9][0-9A-Za-z_]*(?:\.[0-9][0-9A-Za-z_]*)?)"
    rb"|(?P<char>'(?:\\[^\n][^'\n]*|[^'\\\n]+)')"
    rb"|(?P<sign>->|::|\?:|\?\.|&&|\|\||[=!]==?|[<>]=|\.\.<?|\+\+|--|[-+*/%]=|(?s:.))",
)
_COMMENT_EDGE = expression(rb"/\*|\*/")
_IN_TEXT = expression(rb'\\.|"|\$+(?=\{)|\n', re.DOTALL)
_IN_RAW_TEXT = expression(rb'"{3,}|\$+(?=\{)')
_CLOSING = {b")": b"(", b"]": b"[", b"}": b"{"}


class Tokens(Struct):
    """The tokens of a file, a list an attribute, all of one length; the last one is empty and marks the end.

    `texts` as they stand, `starts` and `ends` in bytes, `breaks` whether a line ends before it, `partners` the index of
    the closing bracket for an opening one (else 0).
    """

    texts: list[bytes]
    starts: list[int]
    ends: list[int]
    breaks: list[bool]
    partners: list[int]


def tokens(data: bytes) -> Tokens | None:
    """The tokens of `data`; None where brackets or quotes do not match."""
    found = Tokens([], [], [], [], [])
    broken = False
    opened: list[int] = []
    position = 0
    while match := _TOKEN.match(data, position):
        position = match.end()
        kind = match.lastgroup
        if kind == "space":
            continue
        if kind == "line":
            broken = True
            continue
        if kind == "comment":
            position = position if match[0] != b"/*" else _comment_end(data, position)
            continue
        if kind == "string":
            position = _string_end(data, match)
        if position < 0:
            return None
        text = data[match.start() : position]
        if kind == "sign" and text in b"([{":
            opened.append(len(found.texts))
        elif kind == "sign" and text in _CLOSING:
            if not opened or found.texts[opened[-1]] != _CLOSING[text]:
                return None
            found.partners[opened.pop()] = len(found.texts)
        _add(found, text, match.start(), position, broken)
        broken = False
    _add(found, b"", len(data), len(data), True)
    return None if opened else found


def _add(found: Tokens, text: bytes, start: int, end: int, broken: bool) -> None:
    found.texts.append(text)
    found.starts.append(start)
    found.ends.append(end)
    found.breaks.append(broken)
    found.partners.append(0)


def _comment_end(data: bytes, position: int) -> int:
    """The end of a comment that opened before `position`; they nest. One without an end goes on to the last byte."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(data, position)
        if edge is None:
            return len(data)
        depth += 1 if edge[0] == b"/*" else -1
        position = edge.end()
    return position


def _string_end(data: bytes, opening: re.Match[bytes]) -> int:
    """The end of a string with its templates, -1 without one.

    Before a template stand as many `$` as before the string.
    """
    dollars = max(opening[0].count(b"$"), 1)
    raw = opening[0].endswith(b'"""')
    pattern = _IN_RAW_TEXT if raw else _IN_TEXT
    position = opening.end()
    while edge := pattern.search(data, position):
        position = edge.end()
        if edge[0].startswith(b'"'):
            return position
        if edge[0] == b"\n":
            return -1
        if edge[0].startswith(b"$") and len(edge[0]) >= dollars:
            position = _template_end(data, position)
            if position < 0:
                return -1
    return -1


def _template_end(data: bytes, position: int) -> int:
    """The byte after the `}` that closes the template whose `{` stands at `position`, -1 without one."""
    depth = 0
    while match := _TOKEN.match(data, position):
        position = match.end()
        if match.lastgroup == "comment" and match[0] == b"/*":
            position = _comment_end(data, position)
        elif match.lastgroup == "string":
            position = _string_end(data, match)
            if position < 0:
                return -1
        elif match.lastgroup == "sign":
            depth += (match[0] == b"{") - (match[0] == b"}")
            if not depth:
                return position
    return -1
