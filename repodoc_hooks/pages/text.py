"""Any text as safe Markdown: CommonMark, GitHub, MkDocs, MDX and Vue read it as the same plain words.

What some of these would take for markup and cannot be escaped for all of them (`{`, `<`, `$`, addresses, directives)
stands in a code span, a whole word or pair of brackets at a time. The few escapes that remain are those that prettier
and mdformat write themselves, so that neither changes a page.
"""

from __future__ import annotations

import re
from functools import lru_cache

from repodoc_hooks.analysis.markdown import code_span
from repodoc_hooks.expressions import expression

_UNSEEN = expression(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U000e0000-\U000e0fff]"
)
_SURROGATE = expression("[\ud800-\udfff]")
_SPACES = expression(r"\s+")
_LITERAL = expression(
    r"""
      [{}$~]                              # MDX, Vue, Liquid; mathematics, struck text
    | <(?=\S)                             # HTML, JSX
    | &(?:\#?\w+;)                        # entities
    | ://|\bwww\.                         # addresses that become links
    | [\w.+-]@[\w-]+\.\w                  # the same for mail
    | :\w[\w+-]*:                         # emoji
    | \][(\[:]|!\[|\[\[|^\[(?:[\^!]|[xX]\]|$)  # links, images, definitions, tasks, footnotes
    | (?<![A-Za-z0-9])_|_(?![A-Za-z0-9])  # emphasis
    | (?:^|(?<=\s))\*(?=\s|$)             # formatters disagree on a star alone
    | repodoc:
    | ^(?::::|!!!|\?\?\?|===)             # directives
    | ^(?=.*-)(?=.*[|:])[|:-]+$           # the ruler of a table
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HARMLESS = expression(r"(?!.*(?:www\.|\?\?|!!|==|--))[A-Za-z0-9 ,.;'\"()/?!#%+=>^-]*")
_ESCAPED = expression(r"[\\`*]")
_BEFORE = expression(r"[(\"'\u201c\u2018]*")
_AFTER = expression(r"[)\"'\u201d\u2019.,;:!?]*$")
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_SEAM = "<!-- -->"
_SPLIT = expression(r"(?<=\{)(?=\{)|(?<=<)(?=!\[)")
_SEAMED = expression(r"(?<=\{)`<!-- -->`(?=\{)|(?<=<)`<!-- -->`(?=!\[)")
RAW, END_RAW = "<!-- {% raw %} -->", "<!-- {% endraw %} -->"
_LONGEST_LITERAL = 100
_LONGEST_CODE = 300
_BLOCK_START = expression(r"(?:#{1,6}|[+-])(?=\s|$)|>|[0-9]{1,9}[.)](?=\s|$)")
_RULER = expression(r"=+|-{2,}|[:|]\S*|#{1,6}[^\s#]\S*")
_MODULE = expression(r"(?:import|export)(?![A-Za-z0-9_`-])")


def plain(text: str) -> str:
    """One line without control, invisible and direction-changing characters; surrogates become U+FFFD."""
    if text.isascii() and text.isprintable():  # nearly all that is written, and what it takes is a third
        return " ".join(text.split())
    return _SPACES.sub(" ", _SURROGATE.sub("\ufffd", _UNSEEN.sub("", _SPACES.sub(" ", text)))).strip()


@lru_cache(maxsize=1024)  # the titles of the pages above stand on every page below
def escape(text: str) -> str:
    """Plain text in which nothing reads as markup of Markdown, HTML or MDX."""
    return guard_start(escape_inline(plain(text)))


def escape_inline(text: str) -> str:
    """The same for a piece from the middle of a line, with the spaces at its ends."""
    if _HARMLESS.fullmatch(text):
        return text
    parts: list[str] = []
    position = 0
    loose = _loose_brackets(text)
    for word in re.finditer(r"\S+", text):
        if word.start() < position:
            continue
        parts.append(text[position : word.start()])
        position = word.end()
        if _LITERAL.search(word[0]) or any(word.start() <= at < word.end() for at in loose):
            begin, position = _extent(text, word)
            parts += [_escaped(text[word.start() : begin]), code(text[begin:position])]
            rest = text[position : word.end()] if position < word.end() else ""
            parts.append(escape_inline(rest))
            position = max(position, word.end())
        else:
            parts.append(_escaped(word[0]))
    return join([*parts, text[position:]])


def join(parts: list[str]) -> str:
    """Pieces of Markdown as one line; two code spans that touch are kept apart."""
    line = ""
    for part in parts:
        line += f" {part}" if line.endswith("`") and part.startswith("`") else part
    return line


def liquid(markdown: str) -> str:
    """Markdown in which Jekyll, as on GitHub Pages, takes no braces for its own; elsewhere the comments do not show."""
    if "{{" not in markdown and "{%" not in markdown:
        return markdown
    return f"{RAW}\n\n{markdown.replace('{% endraw', '{ % endraw')}\n\n{END_RAW}"


def guard_start(line: str) -> str:
    """A line of Markdown that opens no heading, list or quotation, nor a module statement of MDX."""
    if _MODULE.match(line):
        return f"`{line[:6]}`{line[6:]}"
    ruler = _RULER.match(line)
    if ruler and (ruler.end() == len(line) or line[0] in ":|#"):
        return join([code(ruler[0]), line[ruler.end() :]])
    found = _BLOCK_START.match(line)
    return line if found is None else f"{line[: found.end() - 1]}\\{line[found.end() - 1 :]}"


def shortened(text: str, limit: int = _LONGEST_CODE) -> str:
    """One line of at most so many characters."""
    line = plain(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def code(text: str, limit: int = _LONGEST_CODE) -> str:
    """A code span; longer text is cut at `limit` characters.

    Two braces would be an expression of Vue and Liquid even here, and Python-Markdown fails at `<![`: these stand in
    two spans that touch.
    """
    line = shortened(text, limit)
    return _SEAM.join(map(code_span, _SPLIT.split(line))) if line else "` `"


def seamless(line: str) -> str:
    """A line with spans that touch as one again."""
    return _SEAMED.sub("", line)


def _loose_brackets(text: str) -> list[int]:
    """Where a square bracket opens what nothing closes, or closes what nothing opened: `[200..300)`.

    Formatters disagree on whether such a one needs a backslash.
    """
    if "[" not in text and "]" not in text:
        return []
    loose: list[int] = []
    opened = -1
    for found in re.finditer(r"[\[\]]", text):
        if found[0] == "]" and opened >= 0:
            opened = -1
            continue
        loose += [found.start()] if found[0] == "]" else [opened] if opened >= 0 else []
        opened = found.start() if found[0] == "[" else -1
    return [*loose, opened] if opened >= 0 else loose


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text)


def _extent(text: str, word: re.Match[str]) -> tuple[int, int]:
    """Where the code span for a word begins and ends: without punctuation around, with brackets closed."""
    begin = word.start() + len((_BEFORE.match(word[0]) or word)[0])
    end = word.end()
    if begin >= end:
        return word.start(), end
    depth: list[str] = []
    for position in range(begin, min(len(text), begin + _LONGEST_LITERAL)):
        char = text[position]
        if position >= end and not depth:
            break
        if char in _CLOSING and not (
            char == "<" and text[position + 1 : position + 2] in ("", " ", "=", "<")
        ):
            depth.append(_CLOSING[char])
        elif depth and char == depth[-1]:
            depth.pop()
            if not depth and position >= end:
                return begin, position + 1
    core = text[begin:end]
    tail = (_AFTER.search(core) or word)[0]
    while tail and len(tail) < len(core) and _opens_more(core[: len(core) - len(tail)]):
        tail = tail[1:]
    return begin, end - len(tail) if len(tail) < len(core) else end


def _opens_more(text: str) -> bool:
    return any(text.count(opening) > text.count(closing) for opening, closing in (("(", ")"), ("[", "]")))
