"""READMEs in other markups (reStructuredText, AsciiDoc, Org, RDoc) as Markdown, as far as an introduction needs it."""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_RST = expression(r"^\.\. |`__?(?!\w)|^[=~\-^*#+]{3,}\n.+\n[=~\-^*#+]{3,}$", re.MULTILINE)
_RST_DIRECTIVE = expression(r"^\.\.(?:[ \t].*)?\n(?:(?:[ \t]+.*)?\n)*", re.MULTILINE)
_RST_HEADING = expression(
    r"^(?:([=~\-^*#\"'`:.+_])\1{2,}[ \t]*\n)?[ \t]*(\S.*)\n([=~\-^*#\"'`:.+_])\3{2,}[ \t]*$", re.MULTILINE
)
_RST_LINK = expression(r"`([^`<]+?)\s*<[^>]*>`__?|`([^`<>]+)`__?(?!\w)|(?<=\w)__?(?=[\s.,;:!?)]|$)")
_RST_ROLE = expression(r":[a-z:]+:`~?!?([^`<]*?)\s*(?:<[^`>]*>)?`")
_RST_IMAGE = expression(r"\|[\w .-]+\|_{0,2}")
_RST_FIELD = expression(r"^:[\w -]+:.*$", re.MULTILINE)

# A line that begins with `:name:` is an emoji in Markdown, an attribute only above or below a title of AsciiDoc.
_ADOC = expression(
    r"\A(?:[:/].*\n|\s)*=+ \S|^image::?\S*\[|\A\s*:\w[\w-]*:[^\n]*\n(?:.*\n)*?=+ \S", re.MULTILINE
)
_ADOC_TITLE = expression(r"\A(?:[:/].*\n|\s)*=+ \S")
_ADOC_HEADER = expression(r"(\A(?:[:/].*\n|\s)*= \S.*\n)(?:\S.*(?:\n|\Z))+")
"""A document's title, and below it, up to a blank line: authors, revision, attributes."""
_ADOC_ATTRIBUTE = expression(r"^(?:ifndef::[\w-]+\[)?:(\w[\w-]*):[ \t]+(\S.*?)[ \t\]]*$", re.MULTILINE)
_ADOC_VALUE = expression(r"\{(\w[\w-]*)\}")
_LONGEST_VALUE = 200  # and no text of a value that names itself twice grows without end
_ADOC_LINE = expression(
    r"^(?:image::?|ifdef|ifndef|endif|include::|:!?\w[\w-]*!?:|//|\[[^\]]*\]$|toc::).*$", re.MULTILINE
)
_ADOC_LINK = expression(r"(?:(?:link|xref|mailto):|(?=https?://))[^\s\[]+\[([^\],]*)[^\]]*\]")
_RDOC_LINK = expression(
    r"\{([^{}<]*)\}\[[^\]\s]+\]|\b([A-Za-z][\w-]*)\[(?:https?:|link:|rdoc-ref:)[^\]\s]+\]"
)
_RDOC_IMAGE = expression(r"\{<[^{}]*>\}\[[^\]\s]+\]|^rdoc-image:\S+", re.MULTILINE)
_RDOC_CODE = expression(r"(?<![\w+])\+([\w.:!?#/-]+)\+(?!\w)|<(?:tt|code)>([^<`]+)</(?:tt|code)>")

_ORG = expression(
    r"(?i)^#\+(?:title|author|options|startup|begin_\w+|html|attr_html|language|date|email|description|property)\b"
    r"|^:properties:\s*$|\[\[[^\]\s]+\]\[[^\]]+\]\]",
    re.MULTILINE,
)
_ORG_CODE = expression(
    r"^[ \t]*#\+begin_(?:src|example|export)\b.*\n((?:.*\n)*?)[ \t]*#\+end_\w+.*$",
    re.MULTILINE | re.IGNORECASE,
)
_ORG_DRAWER = expression(r"^[ \t]*:\w+:[ \t]*\n(?:.*\n)*?[ \t]*:end:[ \t]*$", re.MULTILINE | re.IGNORECASE)
_ORG_LINE = expression(r"^[ \t]*(?:#\+.*|# .*|#)$", re.MULTILINE)
_ORG_HEADING = expression(r"^(\*+)[ \t]+(.*?)(?:[ \t]+:[\w@:]+:)?[ \t]*$", re.MULTILINE)
_ORG_PICTURE = expression(r"\[\[[^\]\s]+\]\[(?:https?|file):[^\]]*\]\]|\[\[[^\]\s]+\]\]")
_ORG_LINK = expression(r"\[\[[^\]\s]+\]\[([^\]]+)\]\]")
_ORG_SPAN = expression(r"(?<![\w~=])([~=])(\S|\S[^\n]*?\S)\1(?![\w~=])")
_ORG_SLANTED = expression(r"(?<!\S)/([^\s/][^/\n]*)/(?=[\s.,;:!?)]|$)")


def as_markdown(text: str) -> str:
    """reStructuredText, AsciiDoc, RDoc and Org as Markdown; other text as it is."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    if _ADOC_TITLE.search(text):
        return _adoc(text)
    if _ORG.search(text):
        return _org(text)
    if _RST.search(text):
        return _rst(text)
    return _adoc(text) if _ADOC.search(text) else text


def _rst(text: str) -> str:
    text = _RST_DIRECTIVE.sub("\n", text + "\n")
    text = _RST_HEADING.sub(r"# \2\n", text)
    text = _RST_FIELD.sub("", _RST_ROLE.sub(r"`\1`", text))
    return _RST_IMAGE.sub("", _RST_LINK.sub(lambda m: m[1] or m[2] or "", text))


def _adoc(text: str) -> str:
    """AsciiDoc and RDoc, whose titles look alike."""
    values = dict(_ADOC_ATTRIBUTE.findall(text))
    text = _ADOC_HEADER.sub(r"\1\n", text, count=1)
    text = _ADOC_LINE.sub("", re.sub(r"^(=+) ", lambda m: "#" * len(m[1]) + " ", text, flags=re.MULTILINE))
    for _ in range(3):  # what an attribute says may name others
        text = _ADOC_VALUE.sub(lambda m: values.get(m[1].lower(), m[0])[:_LONGEST_VALUE], text)
    text = _ADOC_LINK.sub(r"\1", text)
    text = _RDOC_LINK.sub(lambda m: f"[{m[1] or m[2]}](x)", _RDOC_IMAGE.sub("", text))
    return _RDOC_CODE.sub(lambda m: f"`{m[1] or m[2]}`", text)


def _org(text: str) -> str:
    text = _ORG_CODE.sub(lambda m: f"\n```\n{m[1]}```\n", text)
    text = _ORG_LINE.sub("", _ORG_DRAWER.sub("", text))
    text = _ORG_HEADING.sub(lambda m: f"{'#' * min(len(m[1]), 6)} {m[2]}\n", text)
    text = _ORG_LINK.sub(r"[\1](x)", _ORG_PICTURE.sub("", text))
    return _ORG_SLANTED.sub(r"\1", _ORG_SPAN.sub(r"`\2`", text))
