"""Signatures as a reader wants them: short ones on a line, long ones with one parameter a line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.text import plain

WIDTH = 100
_OPENING = "([{"
_CLOSING = ")]}"
_QUOTES = "\"'"
_SIGNS = expression(r"[\[\](){}<>\"',]| (?=[|&+] )")


@lru_cache(4096)
def wrapped(signature: str) -> tuple[str, ...]:
    """The lines of a signature: one while it is short, else one for each parameter; nothing is cut."""
    line = plain(signature)
    if len(line) <= WIDTH:
        return (line,)
    begin, end = max(
        _groups(line), key=lambda group: (line[group[0]] == "(", group[1] - group[0]), default=(0, 0)
    )
    parts = list(_split(line[begin + 1 : end], ","))
    if len(parts) < 2:
        return _alternatives(line)
    body = [f"    {part}{',' if number < len(parts) else ''}" for number, part in enumerate(parts, 1)]
    return (line[: begin + 1], *body, line[end:])


def _alternatives(line: str) -> tuple[str, ...]:
    """A union or sum of types with one alternative a line; any other line as it is."""
    for mark in (" | ", " & ", " + "):
        parts = list(_split(line, mark))
        if len(parts) > 2:
            return (parts[0], *(f"    {mark.strip()} {part}" for part in parts[1:]))
    return (line,)


def _groups(line: str) -> Iterator[tuple[int, int]]:
    """Where the outermost brackets open and close, those that hold something."""
    depth, begin = 0, 0
    for position, char in _code(line):
        if char in _OPENING:
            begin = begin if depth else position
            depth += 1
        elif char in _CLOSING and depth:
            depth -= 1
            if not depth and position > begin + 1:
                yield begin, position


def _split(text: str, mark: str) -> Iterator[str]:
    """The pieces between marks that stand outside of brackets, angle brackets included."""
    depth, begin = 0, 0
    for position, char in _code(text):
        if position < begin:
            continue
        if char in _OPENING or (char == "<" and text[position + 1 : position + 2] not in ("", " ", "=", "<")):
            depth += 1
        elif depth and (char in _CLOSING or (char == ">" and text[position - 1] not in "-=")):
            depth -= 1
        elif not depth and text.startswith(mark, position):
            yield text[begin:position].strip()
            begin = position + len(mark)
    if rest := text[begin:].strip():
        yield rest


def _code(line: str) -> Iterator[tuple[int, str]]:
    """The brackets outside of strings, and where marks may stand."""
    quote = ""
    for found in _SIGNS.finditer(line):
        position, char = found.start(), found[0]
        if quote:
            if char == quote and line[position - 1] != "\\":
                quote = ""
        elif (
            char in _QUOTES
            and line.find(char, position + 1) > 0
            and not line[position - 1 : position].isalnum()
        ):
            quote = char
        else:
            yield position, char
