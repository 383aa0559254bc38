"""Text from models and doc comments as safe Markdown: a sentence a line, no HTML, links, images or markers.

What stays of markup is code spans, emphasis, and (in `blocks`) headings and flat lists. Sanitised text stays as it
is when it is sanitised again, so that a model may hand back the sentences that it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from repodoc_hooks.pages.text import code, escape_inline, guard_start, plain

MAX_LINE = 600
MAX_LINES = 80

_HTML_TAGS = (
    "a|abbr|b|blockquote|body|br|center|cite|code|dd|del|details|div|dl|dt|em|embed|font|form|h[1-6]|head|hr|html|i|"
    "iframe|img|input|ins|kbd|li|link|meta|object|ol|p|pre|q|s|samp|script|small|span|strong|style|sub|summary|sup|"
    "svg|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|video"
)
_PUNCTUATION = r"[!-/:-@\[-`{-~]"
_ESCAPE = rf"\\(?:{_PUNCTUATION}|(?!{_PUNCTUATION}))"
_INLINE = re.compile(
    rf"""
    \\(?P<escaped>{_PUNCTUATION})
    | (?P<ticks>`+)(?P<code>(?:(?!(?P=ticks)).)+?)(?P=ticks)(?!`)(?P<rst>_{{0,2}})
    | :[a-zA-Z][\w:+-]*:`(?P<role>[^`]+)`
    | \{{@(?:code|link|linkplain|literal|value)\s+(?P<doc>[^{{}}]*)\}}
    | <(?:code|tt|kbd|samp)>(?P<html>[^<>]*)</(?:code|tt|kbd|samp)>
    | <!--.*?-->
    | </?(?:{_HTML_TAGS})(?:\s[^<>]*)?/?>
    | !?\[(?P<link>[^\[\]]*)\](?:\((?:[^()\s]|\([^()]*\))*(?:\s+["'][^"']*["'])?\)|\[[^\[\]]*\])
    | <?(?P<url>(?:https?|ftp|file)://[^\s<>`"']*[^\s<>`"'.,;:!?)\]}}])>?
    | \*\*(?=[^\s*])(?P<bold>(?:{_ESCAPE}|[^*`\\])+)(?<!\s)\*\*(?![\w*])
    | (?<![\w*])\*(?=[^\s*])(?P<italic>(?:{_ESCAPE}|[^*`\\])+)(?<!\s)\*(?![\w*])
    | (?<!\w)_(?=[^\s_])(?P<stress>(?:{_ESCAPE}|[^_`\\])+)(?<!\s)_(?!\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BOUNDARY = re.compile(
    r"""\\.|(?P<ticks>`+).+?(?P=ticks)(?!`)|(?P<stop>[.!?][*"')\]]*)\s+(?=[A-Z0-9`*"'(\\]|(?<=[a-z)`]{3}[.!?]\s)[a-z])"""
)
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:(?i:e\.g|i\.e|etc|vs|cf|resp|approx|incl|dr|mr|ms)|[A-Z])$")
_ESCAPED = re.compile(rf"\\({_PUNCTUATION})")
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.*?)\s*#*$")
_ITEM = re.compile(r"(?:[-*+•]|[0-9]{1,3}[.)])\s+(?P<text>.+)")
_FENCE = re.compile(r"(?:`{3,}|~{3,})")


def inline(text: str) -> str:
    """One line of Markdown from text that may hold Markdown, HTML, reStructuredText, Javadoc or anything."""
    return guard_start(_inline(_cut(plain(text))))


def sentences(text: str) -> list[str]:
    """The text's sentences, each one line of safe Markdown."""
    return [guard_start(sentence) for sentence in _split(_inline(_cut(plain(text), MAX_LINE * 10)))]


def first_sentence(text: str) -> str:
    """The first sentence as one line of safe Markdown, "" when there is none."""
    return next(iter(sentences(text)), "")


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
            if _FENCE.match(line) and not _INLINE.match(line):
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
    parts = []
    words = ""
    position = 0
    for found in _INLINE.finditer(line):
        words += line[position : found.start()]
        position = found.end()
        if found["escaped"] is not None:
            words += found["escaped"]
        elif markup := _markup(found):
            parts += [_words(words), markup]
            words = ""
    return "".join([*parts, _words(words + line[position:])]).strip()


def _words(text: str) -> str:
    return escape_inline(re.sub(" {2,}", " ", text))


def _markup(found: re.Match[str]) -> str:
    """What a piece of markup becomes."""
    if found["code"] is not None:
        text = found["code"].strip()
        if found["rst"]:
            return escape_inline(re.sub(r"\s*<[^<>]*>$", "", text))
        return code(text) if text else ""
    for name in ("role", "doc", "html", "url"):
        if found[name] is not None:
            text = found[name].strip()
            if name == "role":
                text = re.sub(r"^[~!.]|\s*<[^<>]*>$", "", text)
            return code(text) if text else ""
    if found["link"] is not None:
        return _inline(found["link"])
    if found["bold"] is not None:
        return f"**{_emphasised(found['bold'])}**"
    for name in ("italic", "stress"):
        if found[name] is not None:
            return f"*{_emphasised(found[name])}*"
    return ""


def _emphasised(text: str) -> str:
    return escape_inline(_ESCAPED.sub(r"\1", text))


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
