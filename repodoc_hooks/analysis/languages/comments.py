"""Text of declarations and of the comments that document them."""

from __future__ import annotations

import re

from repodoc_hooks.analysis.languages.text import collapse

_TIDY = (
    (re.compile(r"([(\[]|(?<=\w)<)\s+"), r"\1"),
    (re.compile(r",?\s+([)\]])|,\s*(>)"), r"\1\2"),
    (re.compile(r",([)\]])"), r"\1"),
    (re.compile(r"\s+([,;])"), r"\1"),
)
_SIGNATURE_LIMIT = 1500
CUT = " ..."
_COMMENT_EDGE = re.compile(r"^[ \t]*(?:/\*[*!]?<?|//[/!]?<?|#+!?|--)[ \t]?|\*+/[ \t]*$", re.MULTILINE)
_COMMENT_STAR = re.compile(r"^[ \t]*\*(?![*/])[ \t]?", re.MULTILINE)
_DIRECTIVE = re.compile(
    r"^[ \t]*(?:go:\w|\+build |rubocop:|eslint|noinspection|nolint|@ts-|prettier-|istanbul|clang-format|biome-).*$",
    re.MULTILINE | re.IGNORECASE,
)
_TAG = re.compile(
    r"^[ \t]*[@\\](?:brief|short|summary|file|fileoverview|description|desc)\b[ \t]*(?:\S+\.\w+$)?",
    re.MULTILINE,
)
_LATER_TAG = re.compile(r"^[ \t]*[@\\][A-Za-z]+.*", re.MULTILINE | re.DOTALL)
_INLINE_TAG = re.compile(r"\{@(?:code|link|linkplain|literal|value)\s+([^{}]*)\}")
_XML_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
_XML_REFERENCE = re.compile(r'<(?:see|seealso|paramref|typeparamref)\s+\w+="(?:\w:)?([^"]*)"\s*/>')
_HTML = re.compile(r"</?[A-Za-z][^<>]*>")
_RULER = re.compile(r"^[ \t]*[-=*#_/]{3,}[ \t]*|[-=*#_/]{4,}[ \t]*$", re.MULTILINE)


def strip_comment(comment: str) -> str:
    """Text of a comment without its delimiters, tags and markup."""
    if comment.lstrip().startswith("/*"):
        comment = _COMMENT_STAR.sub("", comment)
    text = _COMMENT_EDGE.sub("", comment)
    if found := _XML_SUMMARY.search(text):
        text = found[1]
    text = _XML_REFERENCE.sub(r"`\1`", text)
    text = _INLINE_TAG.sub(lambda m: f"`{m[1].split('#')[-1].strip()}`", text)
    text = _LATER_TAG.sub("", _TAG.sub("", _DIRECTIVE.sub("", text)))
    return _HTML.sub("", _RULER.sub("", text)).strip()


def one_line(text: str) -> str:
    """Source of a declaration on one tidy line, without what opens its body."""
    text = collapse(text)
    for pattern, replacement in _TIDY:
        text = pattern.sub(replacement, text)
    text = text.rstrip(" {;=:,") if not text.endswith(("operator=", "operator==")) else text
    return text if len(text) <= _SIGNATURE_LIMIT else text[:_SIGNATURE_LIMIT].rsplit(" ", 1)[0] + CUT
