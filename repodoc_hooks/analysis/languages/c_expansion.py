"""C and C++: what macros come to, by their definitions, without a compiler.

Definitions count where they stand, whatever conditionals are around them. Macros that are but a value (`#define MAX 3`)
are left by their name: that is how people read them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from repodoc_hooks.expressions import expression

_DEFINE = expression(
    rb"^[ \t]*#[ \t]*(?:define[ \t]+(?P<name>[A-Za-z_]\w*)(?P<parameters>\([^()]*\))?(?P<body>"
    rb"(?:[^\\\n/]|\\.|\\\n|/(?![*/])|//(?:[^\\\n]|\\.|\\\n)*|/\*.*?\*/)*)|undef[ \t]+(?P<gone>[A-Za-z_]\w*))",
    re.MULTILINE | re.DOTALL,
)
NAME = expression(rb"[A-Za-z_]\w*")
_REMARK = expression(rb"//[^\n]*|/\*(?![*!](?![*/])).*?\*/", re.DOTALL)
_TOKEN = expression(
    rb"(?P<word>[A-Za-z_]\w*)|(?P<whole>R?\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)+'|/\*.*?\*/|//[^\n]*|\.?\d[\w.]*)"
    rb"|(?P<paste>\s*\#\#\s*)|(?P<space>\s+)|.",
    re.DOTALL,
)
_PASTED = expression(rb"\s*\#\#\s*")
_VALUE = expression(
    rb"\s*(?:[-+~!]?[\w.]*\d[\w.]*|\(.*\)|\"[^\"]*\"|[A-Z][A-Z0-9_]*|[\w.'\"]+(?:\s*[-+*/|&^<>]+\s*[\w.'\"]+)+)\s*",
    re.DOTALL,
)
_OPENING, _CLOSING = b"([{", b")]}"
_MOST_BYTES = 500_000
_DEEPEST = 40


class Macro(Struct, frozen=True):
    """What a macro comes to; `parameters` are None for one that takes no arguments."""

    body: bytes
    parameters: tuple[bytes, ...] | None = None

    @property
    def is_value(self) -> bool:
        """Whether it is a name for a value and nothing else."""
        return self.parameters is None and _VALUE.fullmatch(self.body) is not None

    @property
    def is_switched_off(self) -> bool:
        """Whether it takes arguments and makes nothing of them, as in a configuration without what it declares."""
        return self.parameters is not None and not self.body


Macros = Mapping[bytes, Macro]


@lru_cache(maxsize=4)
def definitions(data: bytes) -> tuple[tuple[int, bytes, Macro | None], ...]:
    """The definitions in a text in their order: where, which name, and what it comes to (None from `#undef` on)."""
    if b"define" not in data:
        return ()
    return tuple(
        (m.start(), m["name"] or m["gone"], _macro(m) if m["name"] else None) for m in _DEFINE.finditer(data)
    )


def called(text: bytes) -> bytes:
    """The name of the macro that a text begins with."""
    found = NAME.match(text)
    return found[0] if found is not None else b""


def known_at(data: bytes, position: int) -> dict[bytes, Macro]:
    """The macros of a text as they are known at a byte of it."""
    return _known(data, bisect_left(definitions(data), position, key=lambda each: each[0]))


@lru_cache(maxsize=8)
def _known(data: bytes, number: int) -> dict[bytes, Macro]:
    """The macros that the first so many definitions of a text leave known."""
    known: dict[bytes, Macro] = {}
    for _, name, macro in definitions(data)[:number]:
        if macro is None:
            known.pop(name, None)
        elif not macro.is_switched_off or name not in known:
            known[name] = macro
    return known


def functions(data: bytes) -> frozenset[bytes]:
    """The names of all macros of a text that take arguments."""
    return frozenset(
        name for _, name, macro in definitions(data) if macro is not None and macro.parameters is not None
    )


@lru_cache(maxsize=4)
def lists(data: bytes) -> frozenset[bytes]:
    """The names of all macros of a text that take no arguments and are no value."""
    every = ((name, macro) for _, name, macro in definitions(data) if macro is not None)
    return frozenset(
        name for name, macro in every if macro.parameters is None and macro.body and not macro.is_value
    )


def expanded(text: bytes, known: Macros, used: set[bytes] | None = None) -> bytes | None:
    """A text with the macros in it replaced by what they come to; their names are added to `used`.

    None where they come to more than anybody would read.
    """
    try:
        return _Expansion(known, used).of(text, frozenset())
    except _TooMuch:
        return None


class _TooMuch(Exception):
    """Macros come to more than anybody would read."""


def _macro(found: re.Match[bytes]) -> Macro:
    body = _REMARK.sub(b" ", found["body"].replace(b"\\\n", b"\n")).strip()
    if found["parameters"] is None:
        return Macro(body)
    names = (each.strip() for each in found["parameters"][1:-1].replace(b"\\\n", b" ").split(b","))
    return Macro(body, tuple(name for name in names if name))


class _Expansion:
    """One expansion; what it makes in all is limited."""

    def __init__(self, known: Macros, used: set[bytes] | None) -> None:
        self._known = known
        self._used = used if used is not None else set()
        self._left = _MOST_BYTES

    def of(self, text: bytes, hidden: frozenset[bytes]) -> bytes:
        """The text expanded; `hidden` are the macros that are being expanded around it."""
        self._left -= len(text)
        if self._left < 0 or len(hidden) > _DEEPEST:
            raise _TooMuch
        out: list[bytes] = []
        position = 0
        while (token := _TOKEN.match(text, position)) is not None:
            position = token.end()
            name = token["word"]
            macro = self._known.get(name) if name and name not in hidden else None
            if macro is None or macro.is_value:
                out.append(token[0])
            elif macro.parameters is None:
                self._used.add(name)
                out.append(self.of(macro.body, hidden | {name}))
            elif (call := arguments(text, position)) is None:
                out.append(name)
            else:
                given, position = call
                self._used.add(name)
                out.append(self.of(self._filled(macro, given, hidden), hidden | {name}))
        return b"".join(out)

    def _filled(self, macro: Macro, given: Sequence[bytes], hidden: frozenset[bytes]) -> bytes:
        """The body of a macro with arguments in the place of its parameters."""
        bound = _bound(macro.parameters or (), given)
        pieces = [*_TOKEN.finditer(macro.body)]
        out: list[bytes] = []
        for i, token in enumerate(pieces):
            argument = bound.get(token["word"]) if token["word"] else None
            if argument is None:
                out.append(token[0])
            elif _is_next_to_paste(pieces, i):
                out.append(argument)
            elif (mark := next((j for j in range(len(out) - 1, -1, -1) if out[j].strip()), -1)) >= 0 and out[
                mark
            ] == b"#":
                out[mark:] = [b'"', re.sub(rb'(["\\])', rb"\\\1", argument), b'"']
            else:
                out.append(self.of(argument, hidden))
        return _PASTED.sub(b"", b"".join(out))


def _is_next_to_paste(pieces: Sequence[re.Match[bytes]], position: int) -> bool:
    """Whether `##` stands on one side of a token."""
    around = ([*reversed(pieces[:position])], pieces[position + 1 :])
    nearest = (next((piece for piece in side if not piece["space"]), None) for side in around)
    return any(piece is not None and piece["paste"] for piece in nearest)


def _bound(parameters: Sequence[bytes], given: Sequence[bytes]) -> dict[bytes, bytes]:
    """Parameters with their arguments; the last one takes the rest if it says so."""
    bound = dict(zip(parameters, given, strict=False))
    bound.update((name, b"") for name in parameters[len(given) :])
    if parameters and parameters[-1].endswith(b"..."):
        name = parameters[-1][:-3].strip() or b"__VA_ARGS__"
        bound.pop(parameters[-1])
        bound[name] = b", ".join(given[len(parameters) - 1 :])
    return bound


def arguments(text: bytes, position: int) -> tuple[list[bytes], int] | None:
    """The arguments of a call whose name ends at a position, and where it ends; None where there is no call."""
    tokens = _tokens(text, position)
    if next((t[0] for t in tokens if not t["space"]), b"") != b"(":
        return None
    given: list[list[bytes]] = [[]]
    depth = 0
    for token in tokens:
        word = token[0]
        if word == b")" and not depth:
            found = [b"".join(each).strip() for each in given]
            return found if found != [b""] else [], token.end()
        if word == b"," and not depth:
            given.append([])
            continue
        if len(word) == 1:
            depth += (word in _OPENING) - (word in _CLOSING)
        given[-1].append(word if not word.startswith((b"//", b"/*")) else b" ")
    return None


def _tokens(text: bytes, position: int) -> Iterator[re.Match[bytes]]:
    while (token := _TOKEN.match(text, position)) is not None:
        yield token
        position = token.end()
