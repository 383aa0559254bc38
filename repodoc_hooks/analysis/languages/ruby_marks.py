"""Ruby: comments that say that something is not meant for users (`:nodoc:`, `@private`, `@api private`)."""

from __future__ import annotations

import re
from typing import Literal

from repodoc_hooks.expressions import expression

Mark = Literal["", "own", "all"]
"""What is not meant for users: nothing, a definition and its members, or all that stands in it as well."""

_ANY = expression(rb":nodoc:|:stopdoc:|@private\b|@api[ \t]+private\b|@!visibility\b")
_UNDOCUMENTED = expression(rb"#.*:nodoc:(?P<all>[ \t]*all\b)?")
_PRIVATE = expression(rb"^[ \t]*#[ \t]*(?:@private\b|@api[ \t]+private\b)")
_SWITCH = expression(
    rb"^[ \t]*#[ \t]*(?::(?P<word>stopdoc|startdoc):|@!visibility[ \t]+(?P<visibility>\w+))", re.MULTILINE
)
_COMMENT = expression(rb"^[ \t]*#")


class Marks:
    """The marks of a file; rows are 0-based."""

    def __init__(self, data: bytes) -> None:
        self._lines = data.split(b"\n") if _ANY.search(data) else []
        self._switches = [
            (row, found["word"] == b"stopdoc" or found["visibility"] in (b"private", b"protected"))
            for row, line in enumerate(self._lines)
            if (found := _SWITCH.match(line))
        ]

    def of(self, first: int, head: int) -> Mark:
        """The mark of a definition that begins in row `first` and whose head ends in row `head`."""
        if not self._lines:
            return ""
        for row in (first, head):
            if found := _UNDOCUMENTED.search(self._lines[row]):
                return "all" if found["all"] else "own"
        row = first - 1
        while row >= 0 and _COMMENT.match(self._lines[row]):
            if _PRIVATE.match(self._lines[row]):
                return "all"
            if found := _UNDOCUMENTED.search(self._lines[row]):
                return "all" if found["all"] else "own"
            row -= 1
        return ""

    def stops(self, first: int, after: int) -> bool | None:
        """Whether the last switch in these rows is `:stopdoc:` (True) or `:startdoc:` (False); None without one."""
        found = [stops for row, stops in self._switches if first <= row < after]
        return found[-1] if found else None
