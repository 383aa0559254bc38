"""Patterns over paths by the rules of gitignore(5): anchored by a slash, `**`, `!` takes back, the last wins.

A pattern that matches a directory matches everything below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


def to_regex(pattern: str) -> str:
    """Regular expression for a whole path (directories without their final slash) that a pattern describes."""
    anchored = "/" in pattern.rstrip("/")  # also by a slash in front
    pattern = pattern.strip("/")
    out = "" if anchored else "(?:.*/)?"
    i = 0
    while i < len(pattern):
        rest = pattern[i:]
        if rest.startswith("**/"):
            out += "(?:.*/)?"
            i += 3
        elif rest == "**":
            out += ".+"
            i += 2
        elif rest[0] == "*":
            out += "[^/]*"
            i += 1
        elif rest[0] == "?":
            out += "[^/]"
            i += 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", "\\\\")
            out += f"[^{inner[1:]}]" if inner[0] in "!^" else f"[{inner}]"
            i += end + 1
        elif rest[0] == "\\" and len(rest) > 1:
            out += re.escape(rest[1])
            i += 2
        else:
            out += re.escape(rest[0])
            i += 1
    return out


@dataclass(frozen=True, slots=True)
class _Rule:
    regex: re.Pattern[str]
    keep: bool
    directories_only: bool


@dataclass(frozen=True, slots=True)
class Patterns:
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
