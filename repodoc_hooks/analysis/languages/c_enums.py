"""C and C++: macros between the values of an enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repodoc_hooks.analysis.languages.c_words import CAPITALS, MARKED, PAREN, WORD, Span, last_byte
from repodoc_hooks.expressions import expression

ENUM = expression(rb"\benum\b[^;{}()]*\{(?P<body>[^{}]*)\}")
_COMMA = expression(rb"\s*,")
_LIST_LINE = expression(
    rb"(?:\A|(?<=[,{)]))\s*(?P<blank>[A-Z_]\w*)[ \t]*\n(?=\s*(?!" + MARKED + rb")\w+\s*[,=}])"
)
_MARKED_VALUE = expression(rb"(?<=\w)[ \t]+(?P<blank>" + CAPITALS + rb")(?=\s*[,=}])")
_CALL = expression(WORD + rb"\s*" + PAREN)
_DIRECTIVE = expression(rb"^[ \t]*\#[ \t]*(?:define|undef|include)\b(?:[^\\\n]|\\.|\\\n)*", re.MULTILINE)


def enum_calls(text: bytes) -> Iterator[Span]:
    """Macros between the values of an enumeration that make values, or mark one: `MAP(XX)`, `RED DEPRECATED(1)`."""
    for found in ENUM.finditer(text):
        start, end = found.span("body")
        for pattern in (_LIST_LINE, _MARKED_VALUE):
            yield from (each.span("blank") for each in pattern.finditer(text, start, end + 1))
        if b"(" in found["body"]:
            for call in _CALL.finditer(text, *found.span("body")):
                before = last_byte(text, call.start())
                if before in b",{)" or before.isalnum() or before == b"_":
                    comma = _COMMA.match(text, call.end()) if before in b",{" else None
                    yield call.start(), comma.end() if comma is not None else call.end()


def enum_directives(data: bytes, plain: bytes) -> Iterator[Span]:
    """Definitions of macros, and files put in, between the values of an enumeration."""
    for found in ENUM.finditer(plain):
        start, end = found.span("body")
        if b"#" in data[start:end]:
            yield from (each.span() for each in _DIRECTIVE.finditer(data, start, end))
