"""C and C++: macros between the parts of one declaration, or behind its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repodoc_hooks.analysis.languages.c_words import (
    CAPITALS,
    KEYWORDS,
    NO_TYPE,
    PAREN,
    TYPES,
    WORD,
    Span,
    last_byte,
)
from repodoc_hooks.expressions import expression

_TRAILING = expression(
    rb"\)(?:\s*(?:const|volatile|override|final|noexcept(?:\s*" + PAREN + rb")?|&&?)(?!\w))*+"
    rb"(?P<blank>(?>\s*" + CAPITALS + rb"(?:[ \t]*" + PAREN + rb")?)++)"
    rb"(?=\s*(?:const\b|override\b|final\b|noexcept\b|[;{]|=\s*(?:0|default|delete)\s*;|->|:[^:]))"
)
_STATEMENTS = frozenset(rb"if while for switch return sizeof catch else do case defined".split())
_ANNOTATED = expression(
    rb"\b(?P<before>[A-Za-z_]\w*+[\])]*+)(?>\s++[A-Z][A-Z0-9_]{4,}+[ \t]*+" + PAREN + rb")++(?=\s*[;{=])"
)
_MIDDLE = expression(
    rb"(?P<before>\b\w++|[*&>])(?P<blank>\s++"
    + CAPITALS
    + rb"(?:\s*"
    + PAREN
    + rb")?|(?<=[*&>])"
    + CAPITALS
    + rb"(?:\s*"
    + PAREN
    + rb")?)"
    rb"(?=\s+\*?\s*" + WORD + rb"\s*\()"
)
_SMALL = rb"(?=[A-Z_]*[a-z0-9])" + WORD
_BETWEEN = expression(
    rb"\b(?P<type>" + _SMALL + rb")[\s*&]++(?P<blank>" + CAPITALS + rb"(?:\s*" + PAREN + rb")?)"
    rb"(?=\s+\*?\s*(?!" + CAPITALS + rb")" + WORD + rb"\s*[;=\[,)])"
)
_ANNOTATION = expression(
    rb"[*&](?:\s*const\b)?\s*(?P<blank>\b[a-z_]\w*)(?=\s+(?P<name>[A-Za-z_]\w*)\s*[;=,()\[{])"
)
_NO_ANNOTATION = frozenset(
    rb"and or xor not bitand bitor compl not_eq and_eq or_eq xor_eq volatile restrict __restrict __restrict__ in is"
    rb" noexcept override final _Nonnull _Nullable".split()
)
_BEFORE_CONST = expression(
    rb"^[ \t]*+(?P<blank>[a-z]\w*+)(?=[ \t]+const[ \t]+"
    + WORD
    + rb"(?:[ \t]+|[ \t]*\*[ \t]*)(?:"
    + CAPITALS
    + rb"[ \t]+)?"
    + WORD
    + rb"[ \t]*[;=\[(])",
    re.MULTILINE,
)
_AROUND = expression(
    rb"(?P<type>\b[A-Za-z_]\w*+)[\s*]++(?P<blank>"
    + CAPITALS
    + rb")(?=[ \t]*\([ \t]*[a-z]\w*[ \t]*\)[ \t]*\()"
)
_IN_PARENTHESES = expression(
    rb"(?<=[\w \t*])(?P<open>\()[ \t]*+(?P<name>[A-Za-z_]\w*+)[ \t]*+(?P<close>\))(?=[ \t]*+\()"
)
_RESULT = expression(rb"\s*+(?:[A-Za-z_]\w*+[ \t]++)*?(?P<type>[A-Za-z_]\w*+)[ \t*]++")
_NO_RESULT = frozenset(
    rb"if while for switch return sizeof catch else do case defined typedef alignof".split()
)
_NO_MACRO = frozenset(
    rb"const unsigned signed long short mutable register thread_local constinit constexpr".split()
)
_LONGEST_PARAMETERS = 4000


def middle(text: bytes) -> Iterator[Span]:
    """A macro between the type and the name of a function: `int WINAPI open(`, `T DEPRECATED(1, "x") open(`."""
    for found in _MIDDLE.finditer(text):
        if found["before"] not in NO_TYPE:
            yield found.span("blank")


def between(text: bytes) -> Iterator[Span]:
    """A macro between the type and the name of a variable: `uch ZLIB_INTERNAL codes[]`, `char* absl_nonnull p`; one in
    the place of a storage class: `local const word table[]`."""
    for found in _BETWEEN.finditer(text):
        if found["type"] not in NO_TYPE and found["type"] not in _NO_MACRO:
            yield found.span("blank")
    for found in _ANNOTATION.finditer(text):
        words = {found["blank"], found["name"]}
        if words.isdisjoint(_NO_ANNOTATION) and words.isdisjoint(KEYWORDS):
            yield found.span("blank")
    for found in _BEFORE_CONST.finditer(text):
        if found["blank"] not in KEYWORDS and found["blank"] not in _NO_MACRO:
            yield found.span("blank")


def around_names(text: bytes) -> Iterator[Span]:
    """A macro around the name of a function or pointer: `typedef int CALLBACK(done)(int);`; parentheses around one:
    `state *(new_state)(void);`."""
    for found in _AROUND.finditer(text):
        if found["type"] not in _STATEMENTS and found["type"] not in KEYWORDS - NO_TYPE - TYPES:
            yield found.span("blank")
    for found in _IN_PARENTHESES.finditer(text):
        start = found.start("open")
        line = max(text.rfind(end, 0, start) for end in (b";", b"{", b"}", b"\n")) + 1
        result = _RESULT.fullmatch(text, line, start)
        known = result is None or found["name"] in KEYWORDS or result["type"] in _NO_RESULT
        if not known and last_byte(text, line) in b";{}":
            yield start, start + 1
            yield found.start("close"), found.start("close") + 1


def trailing(text: bytes) -> Iterator[Span]:
    """Macros behind the parameters of a function: `int (*F)(void *p) ATTR;`, `int f() NOEXCEPT {`."""
    for found in _TRAILING.finditer(text):
        if _caller(text, found.start()) not in _STATEMENTS:
            yield found.span("blank")
    for found in _ANNOTATED.finditer(text):
        if found["before"] not in KEYWORDS and _last_word(text, found.start("before")) not in (
            b"",
            *NO_TYPE,
        ):
            yield found.end("before"), found.end()


def _caller(text: bytes, position: int) -> bytes:
    """The word before the parenthesis that is closed at a position; of a cast, which has none, a statement's."""
    start = max(0, position - _LONGEST_PARAMETERS)
    depth = 0
    for found in reversed([*re.finditer(rb"[()]", text[start : position + 1])]):
        depth += 1 if found[0] == b")" else -1
        if not depth:
            before = text[max(0, start + found.start() - 80) : start + found.start()].rstrip()
            word = re.search(rb"\w+\Z|\boperator\s*[^\w\s()]+\Z|\boperator\s*\(\s*\)\Z", before)
            return word[0] if word else before[-1:] if before.endswith(b")") else b"return"
    return b"return"


def _last_word(text: bytes, position: int) -> bytes:
    """The word right before a position, b"" if something else stands there."""
    found = re.search(rb"\w+[\s*&>]*\Z", text[max(0, position - 80) : position])
    return found[0].rstrip(b" \t\n*&>") if found else b""
