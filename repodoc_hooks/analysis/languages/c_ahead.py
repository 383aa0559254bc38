"""C and C++: what the grammars do not know yet, masked before they read a file; what a module exports.

Unlike macros these are part of what a declaration says: they stay in its signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from repodoc_hooks.analysis.languages.c_words import PAREN, Span
from repodoc_hooks.expressions import expression

_BRACES = rb"\{(?>[^{};]++|\{[^{};]*+\})*+\}"
_UNREAD = expression(
    rb"\benum(?:\s+(?:class|struct)\b)?(?:\s+\w+)?\s*(?P<base>:[\w:\s]+?)\s*\{"
    rb"|(?P<default>=\s*" + _BRACES + rb")(?=\s*[,)])"
    rb"|(?:[=(|&+\-*/?:!]|\breturn|<<)\s*(?P<cast>\b(?:unsigned|signed|long|short))(?=\s*\((?!\s*\*))"
    rb"|[(,]\s*(?P<this>this)(?=\s+[A-Za-z_:])"
    rb"|(?<=[;{}>])\s*(?P<instance>(?:extern\s+)?template\s+(?![<\s])[^;{}]*;)"
    rb"|(?P<align>\balignas\s*" + PAREN + rb")(?=\s*(?:struct|class|union)\b)"
    rb"|\b(?P<storage>_Thread_local|_Complex|__(?:cdecl|stdcall|fastcall|vectorcall|thiscall))\b"
    rb"|(?P<member>\b[A-Za-z_]\w*+(?:<[^;{}()<>]*+>)?::)(?=\*\s*[\w)])"
    rb"|:\s*\d++(?P<width>\s*=[^;,{}()]*+|\s*\{[^;{}]*+\})(?=\s*[;,])"
    rb"|(?<=\w)(?P<marks>(?:\s*\[\[[^\]\n]*\]\])+)(?=\s*[=,}])"
    rb"|(?P<operand>,\s*(?:[=!]=|[<>]=?))(?=\s*,)"
    rb"|(?<=\")\s*(?P<tail>\b[A-Z_][A-Z0-9_]+\b(?:\s*" + PAREN + rb")?)(?=\s*[,;)}])"
    rb"|\b(?P<spelled>[A-Z_][A-Z0-9_]+\s*" + PAREN + rb")(?=\s*\")"
    rb"|\bnew\s+(?P<new>const\b)?\s*[\w:]+(?P<stars>\s*\*+)?(?=\s*[\[({;])"
    rb"|(?P<empty>,)(?=\s*[,)])"
    rb"|[(,]\s*(?P<struct>struct|union|enum)(?=\s+\w+\s*[,)])"
    rb"|(?:=|\breturn\b)\s*\w+\s*\(\s*(?:\w+\s+)*\w+\s*(?P<pointer>\*+)(?=\s*\))"
    rb"|->(?P<chosen>\*)(?=\w)"
    rb"|\)(?:\s*(?:const|noexcept|override|final)\b)*(?P<contract>(?:\s*\b(?:pre|post)\s*" + PAREN + rb")+)"
    rb"(?=\s*[;{])"
)
_TYPE = expression(
    rb"\b(?:(?:__)?typeof(?:__|_unqual)?|decltype|va_arg|_Atomic|_BitInt)\s*"
    + PAREN
    + rb"|^(?P<before>[ \t]*(?:static[ \t]+|extern[ \t]+)?)(?P<made>[A-Z_][A-Z0-9_]+[ \t]*\([^()\n]*\))"
    rb"(?=[ \t]+\*?\w+\s*[;=\[])",
    re.MULTILINE,
)
_VARIADIC = expression(
    rb"^(?P<head>[ \t]*#[ \t]*define[ \t]+\w+\([^()\n]*?)(?P<name>\w+)(?=\.\.\.[ \t]*\))", re.MULTILINE
)
_WORD = expression(rb"\W")
_DEFINITION = expression(
    rb"^[ \t]*#[ \t]*(?P<word>[a-z]+)\b(?:[^\\\n/]|\\.|\\\n|/(?![*/])|/\*.*?\*/)*", re.MULTILINE | re.DOTALL
)
_COMMENT = expression(rb"/\*.*?\*/", re.DOTALL)
_WITHIN = expression(rb"[^\n\\]|\\(?!\n)")
_CONSTEVAL = expression(rb"\bif\s*(?:!\s*|\bnot\s+)?consteval\b")
_EMBEDDED = expression(rb"^[ \t]*#[ \t]*embed\b[^\n]*", re.MULTILINE)
_MODULE = expression(
    rb"^[ \t]*(?:(?P<interface>export[ \t]+)?module\b[ \t]*(?P<name>[\w.]+(?::[\w.]+)?|:[ \t]*private)?[ \t]*"
    rb"(?:\[\[[^\]\n]*\]\])?[ \t]*;"
    rb"|(?P<hands_on>export[ \t]+)?import\b[ \t]*(?:[\w.]*:?[\w.]+|<[^>\n]*>|\"[^\"\n]*\")[ \t]*;)",
    re.MULTILINE,
)
_EXPORT = expression(rb"\bexport\b(?P<block>\s*\{)?")


def unread(plain: bytes, data: bytes) -> Iterator[Span]:
    """What the grammar does not take: `enum : unsigned {`, `f(T x = {})`, `f(this T& self)`, modules, `#embed`.

    Args:
        plain: the text without comments, directives and the content of strings.
        data: the text as it stands.
    """
    for found in _UNREAD.finditer(plain):
        if found.lastgroup:
            yield found.span(found.lastgroup)
        if found["new"]:
            yield found.span("new")
    if b"embed" in data:
        yield from (found.span() for found in _EMBEDDED.finditer(data))
    if b"module" in plain or b"import" in plain:
        yield from _of_modules(plain)


def _of_modules(plain: bytes) -> Iterator[Span]:
    if not any(found["name"] or found["hands_on"] for found in _MODULE.finditer(plain)):
        return
    yield from (found.span() for found in _MODULE.finditer(plain))
    for found in _EXPORT.finditer(plain):
        yield found.span()
        if found["block"]:
            end = _closing(plain, found.end() - 1)
            yield end, end + 1


def replaced(data: bytes) -> bytes:
    """The text in other forms, as long: `if consteval` as a condition, `typeof(x)` as a name, definitions of macros
    without comments."""
    if b"consteval" in data:
        data = _CONSTEVAL.sub(lambda found: b"if (1)".ljust(len(found[0])), data)
    if b"*/" in data:
        data = _DEFINITION.sub(_uncommented, data)
    if b"...)" in data:
        data = _VARIADIC.sub(lambda found: found["head"] + b" " * len(found["name"]), data)
    return _TYPE.sub(_name, data)


def _name(found: re.Match[bytes]) -> bytes:
    """A type that is made of others as one name."""
    before = found["before"] or b""
    return before + _WORD.sub(b"_", found[0][len(before) :])


def _uncommented(definition: re.Match[bytes]) -> bytes:
    """A directive of several lines without comments, at which the grammar takes it to end."""
    text = definition[0]
    if b"/*" not in text or (b"\\\n" if definition["word"] == b"define" else b"\n") not in text:
        return text
    return _COMMENT.sub(lambda found: _WITHIN.sub(b" ", found[0]), definition[0])


def exports(plain: bytes) -> Sequence[Span] | None:
    """The parts of a module's interface that it exports; None for what is no interface of a module."""
    if b"module" not in plain or not any(found["interface"] for found in _MODULE.finditer(plain)):
        return None
    return [(found.start(), _end(plain, found)) for found in _EXPORT.finditer(plain)]


def _end(plain: bytes, export: re.Match[bytes]) -> int:
    """Where an exported declaration ends: at its `;`, or with the body of a function, a namespace or a block."""
    if export["block"]:
        return _closing(plain, export.end() - 1)
    for found in re.compile(rb"[;{(]").finditer(plain, export.end()):
        if found[0] == b";":
            return found.end()
        if found[0] == b"{":
            return _closing(plain, found.start())
    return len(plain)


def _closing(plain: bytes, opening: int) -> int:
    """The position of the brace that closes one; the end of the text without one."""
    depth = 0
    for found in re.compile(rb"[{}]").finditer(plain, opening):
        depth += 1 if found[0] == b"{" else -1
        if not depth:
            return found.start()
    return len(plain)
