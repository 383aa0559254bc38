"""Percent-encoding (RFC 3986) of paths that may hold any byte."""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_ESCAPE = expression(rb"%([0-9A-Fa-f]{2})")


def percent_encode(text: str, safe: re.Pattern[str]) -> str:
    """Encode every character that `safe` does not match as UTF-8, undecodable bytes (surrogates) as such."""
    if safe.fullmatch(text):
        return text
    return "".join(char if safe.fullmatch(char) else _encoded(char) for char in text)


def percent_decode(text: str) -> str:
    """The text that `percent_encode` encoded."""
    if "%" not in text:
        return text
    data = text.encode("utf-8", "surrogateescape")
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data).decode("utf-8", "surrogateescape")


def _encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))
