"""From the text of a Python file to its tree, whatever Python it was written for.

Syntax that is younger than the oldest Python we run on is taken out before `ast` reads a file, so that a file means the
same under every interpreter: type parameters (PEP 695) are blanked out and put back into signatures, `type X = ...`
becomes an assignment, `except A, B:` (PEP 758) gets its parentheses, `lazy import` (PEP 810) loses its first word,
f-strings and t-strings are read by hand. Statements that are no Python are left out, and their lines told.
"""

from __future__ import annotations

import ast
import re

from msgspec import Struct, field

from repodoc_hooks.analysis.languages.python_strings import Literal, PutBack, blanked, scan, without_younger
from repodoc_hooks.expressions import expression

OLDEST = (3, 11)
FILE_NAME = "<analysed>"
_HEAD = expression(
    r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+\w+[ \t]*(?=\[)|^[ \t]*type[ \t]+\w+[ \t]*(?=[\[=])",
    re.MULTILINE,
)
_ALIAS = expression(r"(?P<indent>[ \t]*)type(?P<name>[ \t]+\w+)[ \t]*\Z")
_EXCEPT = expression(r"^([ \t]*except\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:", re.MULTILINE)
_LAZY = expression(r"^([ \t]*)lazy[ \t]+(?=import[ \t]|from[ \t])", re.MULTILINE)
_EMPTY_BLOCK = expression(r"expected an indented block after .* on line (\d+)")
_INDENT = expression(r"[ \t\f]*")
_MOST_BROKEN, _MOST_LINES = 40, 20_000
"""How often a file is read again without what is broken, and how many lines that may come to."""


class Younger(Struct):
    """What was taken out: line (1-based) -> type parameters with their brackets, the same of type aliases ("" without
    any); all as text; names that are used in it."""

    parameters: dict[int, str] = field(default_factory=dict)
    aliases: dict[int, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def read(data: bytes | str) -> tuple[ast.Module, Younger]:
    """The tree of a module, and what younger syntax it holds.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is no Python that this interpreter can read.
    """
    try:
        return ast.parse(data, FILE_NAME, feature_version=OLDEST), Younger()
    except SyntaxError:
        text = data.decode() if isinstance(data, bytes) else data
        older, younger, kept = _older(text)
        if older == text:
            raise
        tree = ast.parse(older, FILE_NAME, feature_version=OLDEST)
        if kept:
            put_back = PutBack(kept)
            tree = put_back.visit(tree)
            younger.names |= put_back.names
        return tree, younger


def read_in_part(text: str) -> tuple[ast.Module, Younger, list[tuple[int, int]]]:
    """The same without the statements that cannot be read, and the rows (0-based, first and last) of these.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: too much of the file is no Python.
    """
    lines = text.split("\n")
    rows: list[tuple[int, int]] = []
    for _ in range(max(3, min(_MOST_BROKEN, _MOST_LINES // len(lines)))):
        try:
            tree, younger = read("\n".join(lines))
        except SyntaxError as error:
            if error.lineno is None:
                raise
            if header := _EMPTY_BLOCK.search(error.msg):
                first = last = int(header[1]) - 1
            else:
                first, last = _statement(lines, min(error.lineno, len(lines)) - 1, rows)
            if first == 0 and last >= len(lines) - 1:
                raise
            rows = _joined([*rows, (first, last)])
            indent = "" if isinstance(error, IndentationError) else _indent(lines[first])
            lines[first : last + 1] = [(indent + "pass") if indent else "", *[""] * (last - first)]
            continue
        return tree, younger, rows
    raise SyntaxError("too much of it cannot be read")


def _statement(lines: list[str], row: int, known: list[tuple[int, int]]) -> tuple[int, int]:
    """The rows of the statement around a row; if it was left out already, of the one around that."""
    around = next(((a, b) for a, b in known if a <= row <= b), None)
    if around is not None:
        row = _header(lines, around[0])
    elif not lines[row].strip():
        row = max((r for r in range(row) if lines[r].strip()), default=0)
    first = row
    while first and lines[first - 1].lstrip().startswith("@") and lines[row].strip():
        first -= 1
    return first, _last(lines, row)


def _header(lines: list[str], row: int) -> int:
    """The nearest row above that is indented less; the row above where there is none."""
    own = len(_indent(lines[row]))
    above = (r for r in range(row - 1, -1, -1) if lines[r].strip())
    return next((r for r in above if len(_indent(lines[r])) < own), max(row - 1, 0))


def _last(lines: list[str], row: int) -> int:
    """The last row of the block that begins in a row."""
    own = len(_indent(lines[row]))
    last = row
    for number in range(row + 1, len(lines)):
        if lines[number].strip():
            if len(_indent(lines[number])) <= own:
                break
            last = number
    return last


def _indent(line: str) -> str:
    found = _INDENT.match(line)
    return found[0] if found else ""


def _joined(rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(rows):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def _older(text: str) -> tuple[str, Younger, list[tuple[Literal, str]]]:
    found = Younger()
    kept: list[tuple[Literal, str]] = []
    text = without_younger(text, kept)
    found.text += ["".join(literal.prefix) for literal, _ in kept if "t" in literal.prefix]
    code = blanked(text, scan(text))
    out = []
    position = 0
    for head in _HEAD.finditer(code):
        if head.start() < position:
            continue
        line = text.count("\n", 0, head.end()) + 1
        end = _closing(code, head.end()) if text[head.end()] == "[" else head.end()
        words = head[0]
        parameters = text[head.end() : end]
        shown = " ".join(parameters.split())
        if alias := _ALIAS.match(words):
            found.aliases[line] = shown
            words = f"{alias['indent']}{alias['name'].strip()} "
        elif parameters:
            found.parameters[line] = shown
        found.text.append(f"{head[0].strip()}{shown}")
        out += [text[position : head.start()], words, "\\\n" * parameters.count("\n")]
        position = end
    older = "".join([*out, text[position:]])
    for pattern, new, word in ((_EXCEPT, r"\1(\2):", "except"), (_LAZY, r"\1", "lazy")):
        changed = _outside_of_strings(pattern, new, older)
        if changed != older:
            found.text.append(word)
            older = changed
    return older, found, kept


def _outside_of_strings(pattern: re.Pattern[str], new: str, text: str) -> str:
    """Replace a pattern where it stands in code."""
    code = blanked(text, scan(text))
    for found in reversed([*pattern.finditer(code)]):
        text = text[: found.start()] + found.expand(new) + text[found.end() :]
    return text


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
