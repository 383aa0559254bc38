"""Text that is safe to print: paths and model text may hold anything."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

from repodoc_hooks.expressions import expression

_UNPRINTABLE = expression(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_COLOR = expression(r"(\x1b\[[0-9;]*m)")


def printable(text: str) -> str:
    """`text` on one line, with control characters, bidirectional overrides and undecodable bytes escaped.

    What is left is legal in XML 1.0, harmless to a terminal and encodable as UTF-8.
    """
    return _UNPRINTABLE.sub(_escape, text)


def printable_lines(text: str) -> str:
    """`text` with its line ends, every line printable."""
    return "\n".join(map(printable, text.splitlines()))


def harmless(text: str) -> str:
    """`text` with its line ends and colours (SGR sequences), every other control character escaped."""
    return "".join(
        part if number % 2 else "\n".join(map(printable, part.split("\n")))
        for number, part in enumerate(_COLOR.split(text))
    )


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        return f"\\x{code - 0xDC00:02x}"
    return {"\n": "\\n", "\r": "\\r"}.get(match[0], f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def uri(path: str) -> str:
    """A path as a relative URI reference (RFC 3986), byte for byte."""
    return quote(os.fsencode(path), safe="/")
