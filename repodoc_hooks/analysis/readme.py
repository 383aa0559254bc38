"""How a repository introduces itself: the first paragraph of prose in its README, as plain text."""

from __future__ import annotations

import re

NAMES = ("README.md", "README.rst", "README.txt", "README", "readme.md", "Readme.md")

_FEWEST_WORDS = 4
_MARKUP_START = re.compile(r"#|<|!\[|\[!|\[\[|\.\. |:\w|[-*+] |>|\||```|~~~|\$ |>>>|\d+[.)] |=+$|-+$")
_UNDERLINE = re.compile(r"([=\-~^*#\"'`:.+_])\1{2,}")
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)\s]*(?:\s[^)]*)?\)|\[[^\]]*\])")
_RST_LINK = re.compile(r"`([^`<]+?)\s*<[^>]*>`__?")
_ASIDE = re.compile(r"(?i)^(?:dual-)?licen[cs]ed|^copyright|\b(?:announc|deprecated in favou?r)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def introduction(text: str) -> str:
    """The first paragraph that is prose, on one line, without headings, badges and Markdown or reST markup."""
    text = _FENCE.sub("", text.replace("\r\n", "\n"))
    for block in re.split(r"\n[ \t]*\n", text):
        prose = plain(" ".join(_prose_lines(block)))
        if len(prose.split()) >= _FEWEST_WORDS and not _ASIDE.search(prose):
            return prose
    return ""


def plain(text: str) -> str:
    """Text without links, emphasis and HTML tags; code spans stay."""
    text = _RST_LINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = re.sub(r"<[^>]+>", "", text)
    text = re.sub(r"(?<![\w`])(\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1(?![\w`])", r"\2", text)
    return " ".join(text.replace("``", "`").split())


def _prose_lines(block: str) -> list[str]:
    """The lines of a block below its headings; none when markup begins it."""
    lines = [line.strip() for line in block.strip("\n").split("\n")]
    while len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]):
        lines = lines[2:]
    while lines and (lines[0].startswith("#") or _UNDERLINE.fullmatch(lines[0])):
        lines = lines[1:]
    if not lines or _MARKUP_START.match(lines[0]):
        return []
    return lines
