"""JavaScript with the types of Flow, written so that the grammar of TypeScript reads it, byte for byte as long."""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_IS_TYPED = expression(
    rb"@(?:no)?flow\b|^[ \t]*(?:import|export)[ \t]+(?:type|typeof|opaque)\b|^[ \t]*declare\b", re.MULTILINE
)
_SAME_LENGTH = (
    (expression(rb"\{\|"), rb"{ "),
    (expression(rb"\|\}"), rb" }"),
    (expression(rb"\bimport(\s+)typeof\b"), rb"import\1type  "),
    (expression(rb"(?<=[{,])(\s*)typeof(?=\s+\w+\s*(?:[,}]|as\b))"), rb"\1type  "),
    (expression(rb"\bopaque(?=\s+type\b)"), rb"      "),
    (
        expression(rb"^(\s*)declare export (?=function|class|var|let|const|type|interface)", re.MULTILINE),
        rb"\1export declare ",
    ),
    (expression(rb"<\*>"), rb"<_>"),
    (expression(rb"([{,]\s*)\.\.\.(?=[A-Z$])"), rb"\1   "),
    (expression(rb"(:\s*)%checks\b"), rb"\1boolean"),
    (expression(rb"%checks\b"), rb"       "),
    (expression(rb"([:<|,&(=>])(\s*)\?(?=[\w$({\[*'\"])"), rb"\1\2 "),
    (expression(rb"([{,;|<\n]\s*|static\s+)[+-](?=(?:\[[^\]\n]*\]|[\w$]+)\s*(?:\?\s*)?[:,>=])"), rb"\1 "),
    (expression(rb"(,\s*|\{\s*)\.\.\.(?=\s*\})"), rb"\1   "),
    (expression(rb"([:<,(]\s?)\*(?=\s*[,;})>=])"), rb"\1_"),
)
_BOUNDS = expression(rb"(?:\bclass|\bfunction|\btype|\binterface)\b\s*\w*\s*<[^<>()]*>")
_BOUND = expression(rb":[^,=>]*")
_SUPERTYPE = expression(rb"(\btype\s+\w+(?:<[^>\n]*>)?\s*)(:[^=\n;]+)(?=[=;\n])")
"""What an opaque type says of itself."""
_CAST = expression(
    rb"(?<![\w$)\]>])(\s*)\(([^():?{}]+|[^():?{}]*\([^()]*\)[^():?{}]*)(:[^()={};]+)\)(?!\s*(?:=>|[{:]))"
)


def with_types(text: bytes) -> bytes | None:
    """What to read instead of a text with Flow's types; None for one that seems to have none."""
    if not _IS_TYPED.search(text):
        return None
    for pattern, new in _SAME_LENGTH:
        text = pattern.sub(new, text)
    text = _BOUNDS.sub(lambda m: _BOUND.sub(lambda b: b" " * len(b[0]), m[0]), text)
    text = _SUPERTYPE.sub(lambda m: m[1] + b" " * len(m[2]), text)
    return _CAST.sub(lambda m: m[1] + b"(" + m[2] + b" " * len(m[3]) + b")", text)
