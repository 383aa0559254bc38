"""Syntax that is younger than the oldest Python we run on, taken out before `ast` reads a file.

So that a file means the same under every interpreter: type parameters (PEP 695) are blanked out and put back into
signatures, `type X = ...` becomes an assignment, `except A, B:` (PEP 758) gets its parentheses.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from repodoc_hooks.expressions import expression

OLDEST = (3, 11)
FILE_NAME = "<analysed>"
_HEAD = expression(
    r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+\w+[ \t]*(?=\[)|^[ \t]*type[ \t]+\w+[ \t]*(?=[\[=])",
    re.MULTILINE,
)
_ALIAS = expression(r"(?P<indent>[ \t]*)type(?P<name>[ \t]+\w+)[ \t]*\Z")
_EXCEPT = expression(r"^([ \t]*except\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:", re.MULTILINE)


@dataclass(slots=True)
class Younger:
    """What was taken out: line (1-based) -> type parameters with their brackets; lines of type aliases; all as text."""

    parameters: dict[int, str] = field(default_factory=dict)
    aliases: set[int] = field(default_factory=set)
    text: list[str] = field(default_factory=list)


def read(data: bytes | str) -> tuple[ast.Module, Younger]:
    """The tree of a module, and what younger syntax it holds.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is no Python that this interpreter can read.
    """
    try:
        return ast.parse(data, FILE_NAME, feature_version=OLDEST), Younger()
    except SyntaxError:
        text = data.decode() if isinstance(data, bytes) else data
        older, younger = _older(text)
        if older == text:
            raise
        return ast.parse(older, FILE_NAME, feature_version=OLDEST), younger


def _older(text: str) -> tuple[str, Younger]:
    found = Younger()
    out = []
    position = 0
    for head in _HEAD.finditer(text):
        if head.start() < position:
            continue
        line = text.count("\n", 0, head.end()) + 1
        end = _closing(text, head.end()) if text[head.end()] == "[" else head.end()
        words = head[0]
        if alias := _ALIAS.match(words):
            found.aliases.add(line)
            words = f"{alias['indent']}{alias['name'].strip()} "
        parameters = text[head.end() : end]
        if parameters:
            found.parameters[line] = " ".join(parameters.split())
        found.text.append(f"{head[0].strip()}{' '.join(parameters.split())}")
        breaks = parameters.count("\n")
        out += [text[position : head.start()], words, "\\\n" * breaks]
        position = end
    older = "".join([*out, text[position:]])
    excepted = _EXCEPT.sub(r"\1(\2):", older)
    if excepted != older:
        found.text.append("except")
    return excepted, found


def _closing(text: str, start: int) -> int:
    """The position behind the bracket that closes the one at `start`."""
    depth = 0
    for position in range(start, len(text)):
        if text[position] in "[(":
            depth += 1
        elif text[position] in "])":
            depth -= 1
            if not depth:
                return position + 1
    return start
