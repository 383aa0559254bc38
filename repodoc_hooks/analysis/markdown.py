"""Markdown read by a Markdown parser: blocks of a document, and the plain words of a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER = expression(r"\A(---|\+\+\+)[ \t]*\n.*?^(?:\1|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_ALERT = expression(r"\[!\w+\]")
_BREAKS = frozenset({"softbreak", "hardbreak"})
_HTML_BREAK = expression(r"</?(?:br|p|div|hr)\b", re.IGNORECASE)
# `[word]` that no definition resolves; not a list of options, an index or a task.
_UNRESOLVED = expression(r"(?<![\w\]`\\])\[([A-Za-z][\w .'-]+)\](?![\[(:])")


class Block(NamedTuple):
    """One block of a document.

    `kind` is heading, paragraph, quote (a paragraph in a block quotation), html (a paragraph in HTML), code or other
    (lists, tables). `words` is its text without markup, `linked` what of it is the text of links, a link each; `level`
    that of a heading.
    """

    kind: str
    words: str = ""
    linked: tuple[str, ...] = ()
    level: int = 0


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown document in their order, front matter and definitions of links left out."""
    text = _FRONT_MATTER.sub("", text.lstrip("\ufeff").replace("\r\n", "\n"))
    tokens = parser().parse(text)
    lists = quotes = tables = 0
    alert = False  # in a quotation that GitHub shows as a note or a warning
    for number, token in enumerate(tokens):
        step = token.nesting
        if token.type in ("bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close"):
            if not lists and step > 0:
                yield Block("other")
            lists += step
        elif token.type in ("blockquote_open", "blockquote_close"):
            quotes += step
            alert = alert and quotes > 0
        elif lists or (tables and token.type != "table_close"):
            continue
        elif token.type == "heading_open":
            words, linked = inline_words(tokens[number + 1].children or ())
            yield Block("heading", words, linked, int(token.tag[1:]))
        elif token.type == "paragraph_open":
            words, linked = inline_words(tokens[number + 1].children or ())
            alert = alert or bool(quotes and _ALERT.match(tokens[number + 1].content))
            yield Block("other") if alert else Block("quote" if quotes else "paragraph", words, linked)
        elif token.type == "html_block":
            from repodoc_hooks.analysis.html_text import html_paragraphs

            yield from (Block(*each) for each in html_paragraphs(token.content))
        elif token.type in ("fence", "code_block"):
            yield Block("code")
        elif token.type == "table_open":
            tables += 1
            yield Block("other")
        elif token.type == "table_close":
            tables -= 1


def inline_words(tokens: Iterable[Token]) -> tuple[str, tuple[str, ...]]:
    """The text of a paragraph without its markup (code spans stay), and that of each link in it."""
    parts: list[str] = []
    links: list[str] = []
    begin = -1
    for token in tokens:
        if token.type == "text" or token.type == "text_special":
            parts.append(token.content)
        elif token.type == "code_inline":
            parts.append(code_span(token.content))
        elif token.type in _BREAKS or (token.type == "html_inline" and _HTML_BREAK.match(token.content)):
            parts.append(" ")
        elif token.type == "link_open":
            begin = len(parts)
        elif token.type == "link_close":
            links.append("".join(parts[begin:]))
    words = " ".join("".join(parts).split())
    return _UNRESOLVED.sub(r"\1", words), tuple(link for link in links if link.strip())


def code_span(content: str) -> str:
    """A code span of Markdown for this content."""
    if "`" not in content:
        return f"`{content}`"
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{fence}{pad}{content}{pad}{fence}"


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables; parsed once per process and shared. Imported here: it takes 30 ms, and hooks often end
    without it."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")
