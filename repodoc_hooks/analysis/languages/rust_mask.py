"""Rust: what the grammar does not know yet, blanked out before it reads a file. Signatures keep it."""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_UNREAD: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (b"safe ", expression(rb"(?<![\w.])(?P<blank>safe)(?=\s+(?:fn|static|extern)\b)")),
    (b"unsafe static", expression(rb"(?P<blank>\bunsafe)(?=\s+static\b)")),
    (b"gen ", expression(rb"(?<![\w.])(?P<blank>gen)(?=\s+(?:fn\b|move\b|unsafe\s+fn\b))")),
    (b"const trait", expression(rb"(?P<blank>\bconst)(?=\s+(?:unsafe\s+)?trait\b)")),
    (b"const unsafe trait", expression(rb"(?P<blank>\bconst)(?=\s+unsafe\s+trait\b)")),
    (b"const ", expression(rb"\bimpl(?:\s*<[^{};]*?>)?\s+(?P<blank>const)(?=\s+[A-Z:])")),
    (b"async Fn", expression(rb"(?<![\w.])(?P<blank>async)(?=\s+Fn(?:Mut|Once)?\b)")),
    (b"const]", expression(rb"(?P<blank>\[const\])(?=\s*[A-Za-z:])")),
    (b"~const", expression(rb"(?P<blank>~const)(?=\s+[A-Za-z:])")),
    (b"builtin#", expression(rb"(?P<blank>builtin\s*#)")),
    (b"unsafe<", expression(rb"(?P<blank>\bunsafe\s*<[^<>{}();]*>)(?=\s*(?:extern|fn|unsafe)\b)")),
)
"""Bytes without which there is no such thing in a text, and what of it (`blank`) is to go."""
_ALIAS = expression(rb"\btrait(?=\s+[A-Z]\w*(?:<[^={};]*>)?\s*=[^={};]*;)")
_SPACE = b" "


def mask(data: bytes) -> bytes:
    """The text as the grammar can read it, byte for byte as long."""
    for guard, pattern in _UNREAD:
        if guard in data:
            data = pattern.sub(_blank, data)
    if b"trait " in data and b";" in data:
        data = _ALIAS.sub(b"type ", data)
    return data


def _blank(found: re.Match[bytes]) -> bytes:
    start, end = (place - found.start() for place in found.span("blank"))
    return found[0][:start] + _SPACE * (end - start) + found[0][end:]
