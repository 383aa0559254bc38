"""TypeScript that its grammar reads wrongly, written so that it reads it right, byte for byte as long.

A generic call signature below a member without semicolon is taken for type arguments of that member; a field that is
called `abstract` for the modifier; `export type *` and `import defer *` are too young for it, `&` in the text of JSX
too bare, `static accessor` unknown. The same goes for variance (`in out T`), types of other modules (`import("a").B`)
and a member called `in`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMED_ABSTRACT = expression(
    rb"((?:^[ \t]|[;{,])[ \t]*(?:(?:public|private|protected|readonly|static|declare)[ \t]+)*)"
    rb"abstract(?=[ \t]*[?!]?[ \t]*[:=(;])",
    re.MULTILINE,
)
_VARIANCE = expression(
    rb"([<,]\s*(?:/\*(?:[^*]|\*(?!/))*\*/\s*|//[^\n]*\n\s*)*)(in\s+out|in|out)(?=\s+[A-Z_$][\w$]*\s*(?:extends\b|[=,>]))"
)
"""`interface Box<in out T>`."""
_NAMED_IN = expression(rb"^([ \t]+(?:readonly[ \t]+)?)in(?=\??:)", re.MULTILINE)
_IMPORTED_TYPE = expression(
    rb"([:<|&=,(\[][ \t]*|\b(?:extends|keyof|readonly)[ \t]+)(import\([\"']([^\"'\n]+)[\"']\))(?=\.[A-Z])"
)
_STATIC_ACCESSOR = expression(
    rb"^([ \t]+(?:\w+[ \t]+)*?static[ \t]+(?:override[ \t]+)?)accessor(?=[ \t]+[#\w$])", re.MULTILINE
)
_NAMELESS_ABSTRACT = expression(
    rb"^([ \t]*export[ \t]+default[ \t]+)abstract(?=[ \t]+class\b[ \t]*(?:\{|extends\b))",
    re.MULTILINE,
)
_VISIBLE = expression(rb"[^\n]")
_YOUNG = expression(
    rb"^([ \t]*export)([ \t]+type)(?=[ \t]*\*)|^([ \t]*import)([ \t]+(?:defer|source))(?=[ \t]+(?!from\b)[\w*])",
    re.MULTILINE,
)
_TEXT = expression(rb"[>}][^<>{}()=;&]*&[^<>{}()=]*</?\w")
_BARE = expression(rb"&(?!#?\w+;)")
_ENDS_MEMBER = expression(rb"[\w)\]}>'\"`][ \t]*(?://[^\n]*)?$")
_COMMENT = expression(rb"[ \t]*(?:$|//|/?\*)")


def reread(text: bytes, root: Node) -> bytes | None:
    """What to read instead of a text with errors; None when there is nothing to gain."""
    if not root.has_error:
        return None
    masked = _separated(_NAMED_ABSTRACT.sub(rb"\1abstrac_", text))
    masked = _STATIC_ACCESSOR.sub(rb"\1        ", masked)
    masked = _VARIANCE.sub(lambda m: m[1] + _VISIBLE.sub(b" ", m[2]), masked)
    masked = _NAMELESS_ABSTRACT.sub(rb"\1        ", masked)
    masked = _NAMED_IN.sub(rb"\1i_", masked)
    masked = _IMPORTED_TYPE.sub(lambda m: m[1] + b"I" + b"_" * (len(m[2]) - 1), masked)
    masked = _YOUNG.sub(lambda m: (m[1] or m[3]) + b" " * len(m[2] or m[4]), masked)
    if b"&" in masked and b"</" in masked:
        masked = _TEXT.sub(lambda m: _BARE.sub(b" ", m[0]), masked)
    return masked if masked != text else None


def imported_types(text: bytes) -> list[bytes]:
    """The modules whose types a text names in place."""
    return [found[3] for found in _IMPORTED_TYPE.finditer(text)]


def _separated(text: bytes) -> bytes:
    """A semicolon in the indentation of every call signature that stands below a member."""
    if b"\n" not in text or not re.search(rb"^[ \t]+<", text, re.MULTILINE):
        return text
    lines = text.split(b"\n")
    before = b""
    for number, line in enumerate(lines):
        if line[:1] in b" \t" and line.lstrip()[:1] == b"<" and _ENDS_MEMBER.search(before):
            lines[number] = b";" + line[1:]
        if not _COMMENT.match(line):
            before = line
    return b"\n".join(lines)
