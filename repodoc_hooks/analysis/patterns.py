"""Patterns over paths by the rules of gitignore(5): anchored by a slash, `**`, `!` takes back, the last wins.

A pattern that matches a directory matches everything below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct


def to_regex(pattern: str) -> str:
    """Regular expression for a whole path (directories without their final slash) that a pattern describes.

    It never goes back over what it has matched: between two stars the first place that fits is as good as any other,
    so each is an atomic group. The time is that of the path's length times the pattern's, whoever has written it.
    """
    anchored = "/" in pattern.rstrip("/")  # also by a slash in front
    parts = pattern.strip("/").split("/")
    if not anchored:
        parts = ["**", *parts]
    below = parts[-1] == "**"
    runs = _runs(parts[:-1] if below else parts)
    out = "/".join(map(_segment, runs[0]))
    for number, run in enumerate(runs[1:], 1):
        last = number == len(runs) - 1
        out += "/" if number == 1 and out else ""
        if last and not below:
            out += "(?:[^/]*/)*" + "/".join(map(_segment, run))
        elif run:
            out += "(?>(?:[^/]*/)*?" + "/".join(map(_segment, run)) + "/)"
    if not below:
        return out
    # What is above the directory, if anything is, ends in a slash already or has none at all.
    return out + ("/.+" if out and len(runs) == 1 else ".+")


def _runs(parts: list[str]) -> list[list[str]]:
    """The parts of a path pattern between its `**`; the first run stands at the beginning."""
    runs: list[list[str]] = [[]]
    for part in parts:
        if part != "**":
            runs[-1].append(part)
        elif len(runs) == 1 or runs[-1]:
            runs.append([])
    return runs


def _segment(part: str) -> str:
    """Regular expression for one name, up to the next slash or the end."""
    chunks = _chunks(part)
    out = chunks[0]
    for chunk in chunks[1:-1]:
        out += f"(?>[^/]*?{chunk})" if chunk else ""
    if len(chunks) > 1:
        out += f"(?>[^/]*{chunks[-1]}(?=/|\\Z))" if chunks[-1] else "[^/]*+"
    return out


def _chunks(part: str) -> list[str]:
    """Regular expressions of what stands between the stars of a name, each of a fixed length."""
    chunks = [""]
    i = 0
    while i < len(part):
        rest = part[i:]
        if rest[0] == "*":
            chunks.append("")
            i += 1
        elif rest[0] == "?":
            chunks[-1] += "[^/]"
            i += 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", "\\\\").replace("[", "\\[")
            chunks[-1] += f"(?!/)[^{inner[1:]}]" if inner[0] in "!^" else f"(?!/)[{inner}]"
            i += end + 1
        elif rest[0] == "\\" and len(rest) > 1:
            chunks[-1] += re.escape(rest[1])
            i += 2
        else:
            chunks[-1] += re.escape(rest[0])
            i += 1
    return chunks


class _Rule(Struct, frozen=True):
    regex: re.Pattern[str]
    keep: bool
    directories_only: bool


class Patterns(Struct, frozen=True):
    """A list of patterns, ready to be asked about paths."""

    rules: tuple[_Rule, ...]

    @classmethod
    def compile(cls, patterns: Iterable[str]) -> Patterns:
        """Patterns as a user writes them; a part that is no regular expression after all matches literally."""
        return _compile(tuple(patterns))

    def verdict(self, path: str, *, directory: bool) -> bool | None:
        """True: matched; False: taken back by a `!` pattern; None: no pattern speaks of this path itself."""
        for rule in reversed(self.rules):
            if (directory or not rule.directories_only) and rule.regex.fullmatch(path):
                return not rule.keep
        return None

    def matches_tree(self, path: str) -> bool:
        """Whether a file or one of the directories above it is matched."""
        cut = path.find("/")
        while cut != -1:
            if self.verdict(path[:cut], directory=True):
                return True
            cut = path.find("/", cut + 1)
        return bool(self.verdict(path, directory=False))


@lru_cache(maxsize=64)
def _compile(patterns: tuple[str, ...]) -> Patterns:
    rules = []
    for text in patterns:
        pattern = text.removeprefix("!")
        if pattern.strip("/ "):
            try:
                regex = re.compile(to_regex(pattern), re.DOTALL)
            except re.error:
                regex = re.compile(re.escape(pattern.strip("/")), re.DOTALL)
            rules.append(_Rule(regex, text.startswith("!"), pattern.endswith("/")))
    return Patterns(tuple(rules))
