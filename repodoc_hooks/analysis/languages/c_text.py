"""What the text of a C or C++ file tells before it is parsed."""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_GUARD = expression(
    rb"\A(?>(?:\s|//[^\n]*|(?>/\*.*?\*/))*)#[ \t]*(?:ifndef[ \t]+(\w+)\s+#[ \t]*define[ \t]+\1\b"
    rb"|if[ \t]+!?[ \t]*defined)|^[ \t]*#[ \t]*pragma[ \t]+once",
    re.MULTILINE | re.DOTALL,
)
_BODY = expression(rb"^[^#\s/*].*\)\s*(?:const\s*)?\{", re.MULTILINE)
_PUT_IN = expression(rb"(?:static|inline|extern[ \t]+inline|[A-Z_]*INLINE\w*)\b")
_REACHED = expression(
    rb"^(?!static\b|typedef\b|else\b|return\b)[A-Za-z_][\w \t*]*(?:\[[^\]\n]*\][ \t]*)*=(?!=)"
    rb"|^[A-Za-z_]\w*[ \t]*\([^;{}]*\)[ \t]*;",
    re.MULTILINE,
)
_CPP = expression(
    rb"^[ \t]*(?:class[ \t]+\w[\w \t()]*(?:[:{;]|$)|(?:inline[ \t]+)?namespace\b|template[ \t]*<|using[ \t]+[\w:]+"
    rb"|(?:public|private|protected)[ \t]*:|friend[ \t]|explicit[ \t]+\w|virtual[ \t~])"
    rb"|\w::~?\w|\benum\s+(?:class|struct)\s+\w+"
    rb"|\bstruct\s+\w+\s*(?:final\s*)?:\s*(?:public|private|virtual)?\s*[A-Za-z_][\w:<>, \t]*\{"
    rb"|\boperator\s*(?:[-+*/%^&|~!=<>,]+|\(\s*\)|\[\s*\]|\"\")\s*\(|\)\s*(?:const\s*)?(?:noexcept|override)\b|\)\s*const\s*[;{]"
    rb"|=\s*(?:default|delete)\s*;|\b(?:constexpr|decltype|typename|nullptr|static_cast|reinterpret_cast)\b|[{;]\s*~\w+\s*\(",
    re.MULTILINE,
)


def is_cpp(plain: bytes) -> bool:
    """Whether a file that its name calls C reads like C++ (headers of both are called `.h`).

    Which constructs it uses decides, not that it asks for `__cplusplus`: headers of C do so for `extern "C"`, those of
    C++ for its version. `plain` is the text without comments, directives and the content of strings.
    """
    return bool(_CPP.search(plain))


def is_header(data: bytes, plain: bytes) -> bool:
    """Whether a file reads like a header: include guard, `#pragma once`, no function body at all, or none but such as
    others must put in to use: all of them `static`, and nothing else that they could be reached by.

    `plain` is the text without comments, directives and the content of strings.
    """
    bodies = [*_BODY.finditer(data)] if not _GUARD.search(data) else []
    return all(_PUT_IN.match(found[0]) for found in bodies) and not (bodies and _REACHED.search(plain))
