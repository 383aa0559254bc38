"""Which names may stand in a path inside a repository: those that git takes for its index on every file system.

git refuses `.git` in all its disguises (`verify_path`, `is_ntfs_dotgit`, `is_hfs_dotgit` in its source): in capitals,
with blanks and full stops behind it or as a stream (NTFS), by its short name, and with characters between the letters
that HFS+ ignores.
"""

from __future__ import annotations

import os
import re

from repodoc_hooks.expressions import expression

_IGNORED = r"[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]*"
_LETTERS = (r"\.", "[gG]", "[iI]", "[tT]")
_DOT_GIT = _IGNORED + "".join(letter + _IGNORED for letter in _LETTERS)
DOT_GIT_PATTERN = rf"(?:{_DOT_GIT}|[gG][iI][tT]~1)[ .]*(?::[^/]*)?"
"""A regular expression of names that are `.git` somewhere; for JSON Schema, too."""
_is_dot_git = expression(DOT_GIT_PATTERN, re.DOTALL).fullmatch
_LONGEST = 255
"""Bytes of a name, on every file system in use."""


def is_inside(path: str) -> bool:
    """Is it a relative path that neither leaves the repository nor enters its `.git`, and that a disk can hold?"""
    return not any(
        part in ("", ".", "..") or "\0" in part or len(os.fsencode(part)) > _LONGEST or _is_dot_git(part)
        for part in path.split("/")
    )
