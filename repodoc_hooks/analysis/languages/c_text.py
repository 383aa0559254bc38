"""What the text of a C or C++ file tells before it is parsed."""

from __future__ import annotations

import re

_GUARD = re.compile(
    rb"\A(?>(?:\s|//[^\n]*|(?>/\*.*?\*/))*)#[ \t]*(?:ifndef[ \t]+(\w+)\s+#[ \t]*define[ \t]+\1\b"
    rb"|if[ \t]+!?[ \t]*defined)|^[ \t]*#[ \t]*pragma[ \t]+once",
    re.MULTILINE | re.DOTALL,
)
_BODY = re.compile(rb"^[^#\s/*].*\)\s*(?:const\s*)?\{", re.MULTILINE)
_CPP = re.compile(
    rb"^[ \t]*(?:class[ \t]+\w|namespace\b|template[ \t]*<|using[ \t]+[\w:]+|(?:public|private|protected)[ \t]*:)"
    rb"|\bstd::|^[ \t]*#[ \t]*include[ \t]*<\w+>",
    re.MULTILINE,
)
_CONDITIONAL_CPP = re.compile(rb"__cplusplus")
_MACROS = re.compile(
    rb"(?<=\bclass )(?P<a>[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?)(?=\s+\w[\w:<>]*\s*(?:final\s*)?[:{;])"
    rb"|(?<=\bstruct )(?P<b>[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?)(?=\s+\w[\w:<>]*\s*(?:final\s*)?[:{;])"
    rb"|^(?P<c>[A-Z][A-Z0-9_]*(?:EXPORT|EXTERN|API|INLINE|PUBLIC|DLL|DECL|FUNC|CALL|NORETURN|UNUSED)[A-Z0-9_]*)"
    rb"(?=[ \t]+[A-Za-z_])"
    rb"|(?<=[\w)])(?P<d>\s+[A-Z][A-Z0-9_]{4,}\([^()\n]*\))(?=\s*[;{])",
    re.MULTILINE,
)
_VISIBLE = re.compile(rb"[^\n]")


def is_cpp(data: bytes) -> bool:
    """Whether a file that its name calls C reads like C++ (headers of both are called `.h`)."""
    return bool(_CPP.search(data)) and not _CONDITIONAL_CPP.search(data)


def mask(data: bytes) -> bytes:
    """Macros that stand where the grammar expects none, as spaces."""
    return _MACROS.sub(lambda found: _VISIBLE.sub(b" ", found[0]), data)


def is_header(data: bytes) -> bool:
    """Whether a file reads like a header: include guard, `#pragma once`, or no function body at all."""
    return bool(_GUARD.search(data)) or not _BODY.search(data)
