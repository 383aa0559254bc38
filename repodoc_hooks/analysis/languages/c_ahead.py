"""C and C++: what the grammars do not know yet, masked before they read a file; what a module exports.

Unlike macros these are part of what a declaration says: they stay in its signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from repodoc_hooks.analysis.languages.c_calls import closing
from repodoc_hooks.analysis.languages.c_within import around_names
from repodoc_hooks.analysis.languages.c_words import PAREN, Span, last_byte
from repodoc_hooks.expressions import expression

_BRACES = rb"\{(?>[^{};]++|\{[^{};]*+\})*+\}"
_UNREAD: tuple[tuple[tuple[bytes, ...], re.Pattern[bytes]], ...] = (
    ((b"enum",), expression(rb"\benum(?:\s+(?:class|struct)\b)?(?:\s+\w+)?\s*(?P<blank>:[\w:\s]+?)\s*\{")),
    ((b"=",), expression(rb"=\s*\w+\s*\(\s*(?:\w+\s+)*\w+\s*(?P<blank>\*+)(?=\s*\))")),
    ((b"return ",), expression(rb"return\s+\w+\s*\(\s*(?:\w+\s+)*\w+\s*(?P<blank>\*+)(?=\s*\))")),
    ((b"{",), expression(rb"(?P<blank>=\s*" + _BRACES + rb")(?=\s*[,)])")),
    ((b",",), expression(rb",\s*(?:(?P<sign>[=!]=|[<>]=?)(?=\s*,)|(?=[,)]))")),
    ((b"this ",), expression(rb"[(,]\s*(?P<blank>this)(?=\s+[A-Za-z_:])")),
    (
        (b"template",),
        expression(
            rb"(?:\A|(?<=[;{}\n])|(?<=[^-]>))\s*(?P<blank>(?:extern\s+)?template\s+(?![<\s])[^;{}]*;)"
        ),
    ),
    ((b"alignas",), expression(rb"(?P<blank>alignas\s*" + PAREN + rb")(?=\s*(?:struct|class|union)\b)")),
    (
        (b"_Thread_local", b"_Complex", b"call ", b"__cdecl"),
        expression(
            rb"\b(?P<blank>_Thread_local|_Complex|__(?:cdecl|stdcall|fastcall|vectorcall|thiscall))\b"
        ),
    ),
    ((b"::*",), expression(rb"(?P<blank>\b[A-Za-z_]\w*+(?:<[^;{}()<>]*+>)?::)(?=\*\s*[\w)])")),
    ((b":",), expression(rb":\s*\d++(?P<blank>\s*=[^;,{}()]*+|\s*\{[^;{}]*+\})(?=\s*[;,])")),
    ((b"[[",), expression(rb"(?<=\w)(?P<blank>(?:\s*\[\[[^\]\n]*\]\])+)(?=\s*[=,}])")),
    ((b'"',), expression(rb"\"\s*(?P<blank>\b[A-Z_][A-Z0-9_]+\b(?:\s*" + PAREN + rb")?)(?=\s*[,;)}])")),
    ((b') "', b')"'), expression(rb"\b(?P<blank>[A-Z_][A-Z0-9_]+\s*" + PAREN + rb")(?=\s*\")")),
    ((b"new const",), expression(rb"new\s+(?P<blank>const\b)")),
    ((b"new ",), expression(rb"new\s+(?:const\s+)?[\w:]+(?P<blank>\s*\*+)(?=\s*[\[({;])")),
    ((b"->*",), expression(rb"->(?P<blank>\*)(?=\w)")),
    ((b"struct ", b"union ", b"enum "), expression(rb"[(,]\s*(?P<blank>struct|union|enum)(?=\s+\w+\s*[,)])")),
    (
        (b"pre(", b"post(", b"pre (", b"post ("),
        expression(
            rb"\)(?:\s*(?:const|noexcept|override|final)\b)*(?P<blank>(?:\s*\b(?:pre|post)\s*"
            + PAREN
            + rb")+)"
            rb"(?=\s*[;{])"
        ),
    ),
)
"""Bytes of which one stands in every text that holds such a thing, and what of it (`blank`, else all) is to go."""
_CAST = expression(rb"(?:unsigned|signed|long|short)(?=\s*\((?!\s*\*))")
_TYPE = expression(
    rb"\b(?:(?:__)?typeof(?:__|_unqual)?|decltype|va_arg|_Atomic|_BitInt)\s*"
    + PAREN
    + rb"|^(?P<before>[ \t]*+(?:static[ \t]+|extern[ \t]+)?)(?P<made>[A-Z_][A-Z0-9_]+[ \t]*\([^()\n]*\))"
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
_ASKED = expression(rb"^[ \t]*#[ \t]*(?:el)?if\b(?:[^\\\n]|\\.|\\\n)*", re.MULTILINE | re.DOTALL)
_ASKED_FOR = expression(rb"(?<=\()[^()\n]*[<:\"][^()\n]*(?=\))")
_ACCESS = expression(
    rb"^(?P<before>[ \t]*(?:(?:public|protected|private)[ \t]+(?=(?:Q_SLOTS|slots)[ \t]*:))?)"
    rb"(?P<name>signals|(?<=[ \t])(?:slots|Q_SLOTS)|Q_SIGNALS|[A-Z_]*(?:PUBLIC|PRIVATE|PROTECTED)\w*):"
    rb"(?=[ \t]*(?:$|//|/\*))",
    re.MULTILINE,
)
_OBJECTIVE = expression(
    rb"^[ \t]*@(?:interface|protocol|implementation)\b.*?^[ \t]*@end\b", re.MULTILINE | re.DOTALL
)
_SEEN = expression(rb"\S")
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
    for guards, pattern in _UNREAD:
        if any(guard in plain for guard in guards):
            group = "blank" if "blank" in pattern.groupindex else 0
            yield from (found.span(group) for found in pattern.finditer(plain))
    for found in _CAST.finditer(plain):
        if last_byte(plain, found.start()) in b"=(|&+-*/?:!" or plain[: found.start()].endswith(b"return "):
            yield found.span()
    yield from around_names(plain)
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
            end = closing(plain, found.end() - 1)
            yield end, end + 1


def replaced(data: bytes) -> bytes:
    """The text in other forms, as long: `if consteval` as a condition, `typeof(x)` as a name, definitions of macros
    without comments; classes of Objective-C as what nobody can read."""
    if b"consteval" in data:
        data = _CONSTEVAL.sub(lambda found: b"if (1)".ljust(len(found[0])), data)
    if b"@end" in data:
        data = _OBJECTIVE.sub(lambda found: _SEEN.sub(b"@", found[0]), data)
    if b"class" in data or b"struct" in data:
        data = _ACCESS.sub(_access, data)
    if b"(<" in data or b"__has" in data:
        data = _ASKED.sub(_named, data)
    if b"*/" in data:
        data = _DEFINITION.sub(_uncommented, data)
    if b"...)" in data:
        data = _VARIADIC.sub(lambda found: found["head"] + b" " * len(found["name"]), data)
    return _TYPE.sub(_name, data)


def _name(found: re.Match[bytes]) -> bytes:
    """A type that is made of others as one name."""
    before = found["before"] or b""
    return before + _WORD.sub(b"_", found[0][len(before) :])


def _access(found: re.Match[bytes]) -> bytes:
    """An access specifier that a macro makes as the one that it tells of: `Q_SIGNALS:`, `PRIVATE_UNLESS_TESTED:`."""
    name = found["name"]
    word = b"private:" if b"PRIVATE" in name else b"public:"
    return found["before"] + (
        word.ljust(len(name) + 1) if len(name) >= len(word) - 1 else b" " * (len(name) + 1)
    )


def _named(condition: re.Match[bytes]) -> bytes:
    """A condition with names in the place of what it asks for: `__has_include(<x.h>)`, `__has_cpp_attribute(a::b)`."""
    return _ASKED_FOR.sub(lambda found: _WORD.sub(b"_", found[0]), condition[0])


def _uncommented(definition: re.Match[bytes]) -> bytes:
    """A directive of several lines without comments, at which the grammar takes it to end."""
    text = definition[0]
    if b"/*" not in text or (b"\n" not in text and text.endswith(b"*/")):
        return text
    if definition["word"] == b"define" and b"\\\n" not in text and b"\n" in text:
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
        return closing(plain, export.end() - 1)
    for found in re.compile(rb"[;{(]").finditer(plain, export.end()):
        if found[0] == b";":
            return found.end()
        if found[0] == b"{":
            return closing(plain, found.start())
    return len(plain)
