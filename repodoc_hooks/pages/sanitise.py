"""Text from models and doc comments as safe Markdown: a sentence a line, no HTML, links, images or markers.

What stays of markup is code spans, emphasis, and (in `blocks`) headings and flat lists. Sanitised text stays as it
is when it is sanitised again, so that a model may hand back the sentences that it was given. Markdown is read by a
Markdown parser; the idioms of doc comments (roles, Javadoc tags, HTML for code) become code spans before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from repodoc_hooks.analysis.markdown import parser
from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.text import code, escape_inline, guard_start, join, plain, seamless

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_LINE = 600
MAX_LINES = 80

_HTML_TAG = expression(
    r"</?(?:a|abbr|b|blockquote|body|br|center|cite|code|dd|del|details|div|dl|dt|em|embed|font|form|h[1-6]|head|hr|html|"
    r"i|iframe|img|input|ins|kbd|li|link|meta|object|ol|p|pre|q|s|samp|script|small|span|strong|style|sub|summary|sup|"
    r"svg|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|video|see|seealso|para|remarks|c|returns?)(?:\s[^<>]*)?/?>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = expression(r"</?(?:br|p|li|tr|td|div|hr|h[1-6]|dd|dt)\b", re.IGNORECASE)
_IDIOM = expression(
    r"""
      \\. | (?P<ticks>`+)(?P<span>(?:(?!(?P=ticks)).)+?)(?P=ticks)(?!`)(?P<rst>_{0,2}(?!\w))
    | :[a-zA-Z][\w:+-]*:`(?P<role>[^`]+)`
    | \{@(?:code|link|linkcode|linkplain|literal|value)\s+(?P<doc>[^{}]*)\}
    | <(?P<tag>code|tt|kbd|samp|c)>(?P<html>[^<>]*)</(?P=tag)>
    | (?<![\w_])(?P<dunder>__\w+__)(?![\w_])
    | (?<!\]\()(?<!\]\(<)<?(?P<url>(?:https?|ftp|file)://[^\s<>`"']*[^\s<>`"'.,;:!?)\]}])>?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKED = expression(r"[\\`*_\[<&{:]")
# No emphasis, escape, entity or HTML outside of code spans; an underscore inside a word is none.
_SIMPLE = expression(
    r"(?:[^\\`*_<&]|(?<=[^\W_])_+(?=[^\W_])|<(?![A-Za-z/!?])|&(?![#\w])|``[^`]+``(?!`)|`[^`]+`(?!`))*"
)
_SPAN = expression(r"(`{1,2})([^`]+)\1")
_EDGE = {"em_open": "_", "em_close": "_", "strong_open": "**", "strong_close": "**"}
_BOUNDARY = expression(
    r"""\\.|(?P<ticks>`+).+?(?P=ticks)(?!`)|(?P<stop>[.!?][*_"')\]]*)\s+(?=[A-Z0-9`*_"'(\\]|(?<=[a-z)`]{3}[.!?]\s)[a-z])"""
)
_ABBREVIATION = expression(r"(?:^|[\s(])(?:(?i:e\.g|i\.e|etc|vs|cf|resp|approx|incl|dr|mr|ms)|[A-Z])$")
_HEADING = expression(r"#{1,6}\s+(?P<text>.*?)\s*#*$")
_ITEM = expression(r"(?:[-*+•]|[0-9]{1,3}[.)])\s+(?P<text>.+)")
_FENCE = expression(r"(?:`{3,}|~{3,})")


@lru_cache(4096)
def inline(text: str, *, starts: bool = True) -> str:
    """One line of Markdown from text that may hold Markdown, HTML, reStructuredText, Javadoc or anything.

    `starts` False: it will stand behind other words, where nothing opens a heading or a list.
    """
    line = _inline(_cut(plain(text)))
    return guard_start(line) if starts else line


def sentences(text: str) -> list[str]:
    """The text's sentences, each one line of safe Markdown."""
    return [guard_start(sentence) for sentence in _split(_inline(_cut(plain(text), MAX_LINE * 10)))]


def first_sentence(text: str, *, starts: bool = True) -> str:
    """The first sentence as one line of safe Markdown, "" when there is none.

    `starts` False: it will stand behind other words, where nothing opens a heading or a list.
    """
    if starts:
        return next(iter(sentences(text)), "")
    return next(_split(_inline(_cut(plain(text), MAX_LINE * 10))), "")


def blocks(items: Iterable[str], *, headings: bool = False) -> str:
    """Paragraphs, lists and (on request) headings from what a model wrote, a sentence a line, bounded.

    Args:
        items: sentences or longer pieces; an empty one ends a paragraph.
        headings: keep headings, at level three; otherwise they become sentences.
    """
    rows: list[tuple[str, str]] = []
    for kind, text in _rows(items):
        if kind == "item" or (kind == "heading" and headings):
            line = inline(text)
            rows += [(kind, f"{'-' if kind == 'item' else '###'} {line}")] if line else []
        else:
            rows += [("text", sentence) for sentence in sentences(text)] if text else [("", "")]
    lines: list[str] = []
    before = ""
    for kind, line in rows[:MAX_LINES]:
        if lines and (kind != before or kind == "heading") and lines[-1]:
            lines.append("")
        if kind:
            lines.append(line)
        before = kind
    return "\n".join(lines).strip("\n")


def _rows(items: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(kind, text) of every line; kind is text, item, heading or "" for a gap. Fenced code is left out."""
    fenced = False
    for item in items:
        lines = item.splitlines() or [""]
        for line in map(plain, lines):
            if _FENCE.match(line) and not _IDIOM.match(line):
                fenced = not fenced
            elif fenced:
                continue
            elif heading := _HEADING.fullmatch(line):
                yield "heading", heading["text"]
            elif entry := _ITEM.fullmatch(line):
                yield "item", entry["text"]
            else:
                yield ("text" if line else ""), line
        fenced = False


def _inline(line: str) -> str:
    """A line of whatever markup as safe Markdown; emphasis goes where it would not read as such again."""
    if not _MARKED.search(line):
        return escape_inline(line)
    line = seamless(line)
    line = _IDIOM.sub(_idiom, line)
    simple = _simply_written(line)
    if simple is not None:
        return simple
    tokens = _parsed(line)
    written = _written(tokens, emphasis=True)
    if any(token.type in _EDGE for token in tokens) and _written(_parsed(written), emphasis=True) != written:
        return _written(tokens, emphasis=False)
    return written


def _simply_written(line: str) -> str | None:
    """A line of words and code spans, read without the parser, whose import takes a fifth of a commit's time.

    None if it holds anything that the parser may read otherwise.
    """
    if "](" in line or not _SIMPLE.fullmatch(line):
        return None
    parts: list[str] = []
    position = 0
    for span in _SPAN.finditer(line):
        parts += [_words(line[position : span.start()]), code(span[2]) if span[2].strip() else ""]
        position = span.end()
    return join([*parts, _words(line[position:])]).strip()


def _parsed(line: str) -> Sequence[Token]:
    (token,) = parser().parseInline(line)
    return token.children or ()


def _written(tokens: Iterable[Token], *, emphasis: bool) -> str:
    parts: list[str] = []
    words = ""
    for token in tokens:
        if token.type in ("text", "text_special", "image"):
            words += token.content
        elif token.type == "html_inline":
            words += (
                (" " if _BREAK.match(token.content) else "")
                if _HTML_TAG.match(token.content)
                else token.content
            )
        elif token.type in ("softbreak", "hardbreak"):
            words += " "
        elif token.type == "code_inline":
            parts += [_words(words), code(token.content)] if token.content.strip() else [_words(words)]
            words = ""
        elif emphasis and token.type in _EDGE:
            parts += [_words(words), _EDGE[token.type]]
            words = ""
    return join([*parts, _words(words)]).strip()


def _words(text: str) -> str:
    return escape_inline(re.sub(" {2,}", " ", text))


def _idiom(found: re.Match[str]) -> str:
    """What an idiom of doc comments is in Markdown."""
    if found["span"] is not None:
        text = found["span"].strip()
        return re.sub(r"\s*<[^<>]*>$", "", text) if found["rst"] else found[0]
    for name in ("role", "doc", "html", "url", "dunder"):
        if found[name] is not None:
            text = found[name].strip()
            if name == "role":
                text = re.sub(r"^[~!.]|\s*<[^<>]*>$", "", text)
            return code(text, len(text)) if text else ""
    return found[0]


def _split(line: str) -> Iterator[str]:
    position = 0
    for found in _BOUNDARY.finditer(line):
        stop = found["stop"]
        if stop is None or (stop == "." and _ABBREVIATION.search(line, position, found.start())):
            continue
        yield line[position : found.end()].rstrip()
        position = found.end()
    if line[position:].strip():
        yield line[position:].strip()


def _cut(line: str, limit: int = MAX_LINE) -> str:
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
