"""What a prompt shows of source files: all of them in outline, then bodies by importance, extracts where room is short.

Sizes are in characters. Nothing is left out whole: a file without room for its body stands in the outline, and where
even that is too long, with its name.
"""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterable, Sequence

from repodoc_hooks.expressions import expression
from repodoc_hooks.sections.task import FileChange, Offered

_ENTRY = expression(r"(?:__init__|__main__|main|lib|mod|index|app|cli|core|client|server|api)\.\w+$")
_TEST = expression(
    r"(?:^|/)(?:tests?|__tests__|spec|fixtures|examples?)/|(?:_test|\.test|\.spec)\.\w+$|(?:^|/)test_"
)
_LONGEST_SUMMARY = 160
_LEAST_EXTRACT = 300
_USUAL_SIZE = 8_000
_CHUNKS = (40, 20, 10, 5, 2)
_GAP = "[...]"


def outline(files: Sequence[FileChange], room: int) -> str:
    """The files with what they offer, nested as it is, each with its first sentence; less where it is too long."""
    text = ""
    for depth, told in ((9, True), (9, False), (0, True), (0, False), (-1, True), (-1, False)):
        text = "\n".join(_block(file, depth, told=told) for file in files)
        if len(text) <= room:
            return text
    return text[:room].rpartition("\n")[0]


def bodies(files: Sequence[FileChange], room: int) -> list[tuple[str, str]]:
    """The text of files, the most telling first: whole where there is room, else an extract; tests come last."""
    ranked = sorted((file for file in files if file.new), key=lambda file: (-worth(file), file.path))
    found: list[tuple[str, str]] = []
    left = room
    rest = sum(len(file.new or "") for file in ranked)
    for file in ranked:
        body = file.new or ""
        fits = rest <= left or len(body) <= left // 2
        rest -= len(body)
        if not fits:
            body = extract(file, max(left // 3, _LEAST_EXTRACT)) if worth(file) > 0 else ""
        if body and len(body) <= left:
            found.append((file.path, body))
            left -= len(body)
    return found


def extract(file: FileChange, size: int) -> str:
    """How a file begins, and the beginnings of what it offers."""
    lines = (file.new or "").splitlines()
    starts = [0, *_definitions(lines, file)]
    text = ""
    for length in _CHUNKS:
        text = _pieces(lines, starts, length)
        if len(text) <= size:
            return text
    return text[:size].rpartition("\n")[0] + f"\n{_GAP}"


def importance(file: FileChange) -> float:
    """How much a file tells about its component: entry points and wide interfaces much, tables of
    constants and tests little."""
    telling = sum(0.2 if " = " in line and "(" not in line else 1.0 for line in file.interface)
    score = math.log2(1 + telling)
    score += 3.0 if _ENTRY.search(posixpath.basename(file.path)) else 0.0
    return score - (12.0 if _TEST.search(file.path) else 0.0)


def worth(file: FileChange) -> float:
    """Its importance, more with every file that uses it, less where it would take much room."""
    size = math.log2(max(1.0, len(file.new or "") / _USUAL_SIZE))
    return importance(file) + 1.5 * math.log2(1 + file.uses) - 0.5 * size


def _block(file: FileChange, depth: int, *, told: bool) -> str:
    head = f"{file.path}: {file.summary[:_LONGEST_SUMMARY]}" if told and file.summary else file.path
    return "\n".join([head, *(_line(each, told=told) for each in _offered(file) if each.depth <= depth)])


def _offered(file: FileChange) -> Iterable[Offered]:
    return file.offered or (Offered(0, line, "") for line in file.interface)


def _line(offered: Offered, *, told: bool) -> str:
    line = "  " * (offered.depth + 1) + offered.signature
    return f"{line}  -- {offered.summary[:_LONGEST_SUMMARY]}" if told and offered.summary else line


def _definitions(lines: Sequence[str], file: FileChange) -> list[int]:
    """Where what the file offers is defined, as far as a line begins as its signature does."""
    heads = {each.signature.partition("(")[0].strip() for each in _offered(file)} - {""}
    return [number for number, line in enumerate(lines) if any(line.strip().startswith(h) for h in heads)]


def _pieces(lines: Sequence[str], starts: Sequence[int], length: int) -> str:
    wanted = sorted({n for start in starts for n in range(start, min(start + length, len(lines)))})
    found: list[str] = []
    before = -1
    for number in wanted:
        if number != before + 1:
            found.append(_GAP)
        found.append(lines[number])
        before = number
    if before + 1 < len(lines):
        found.append(_GAP)
    return "\n".join(found)
