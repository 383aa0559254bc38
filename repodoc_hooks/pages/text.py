"""Any text as safe Markdown: CommonMark, GitHub, MkDocs and MDX read it as the same plain words."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
# `{` opens an expression and `<` a tag in MDX, `&` an entity; `$`, `~` are GitHub's, `:` begins emoji, links
# and our own markers; the others are CommonMark's.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<&|$~]|!(?=\[)|(?<=repodoc):|:(?=\w+:|//)|(?<=www)\.", re.IGNORECASE)
_WORD_UNDERSCORE = re.compile(r"(?<=[A-Za-z0-9])\\_(?=[A-Za-z0-9])")
_BLOCK_START = re.compile(r"(?:[#+=>:-]|[0-9]+[.)](?=\s|$))")
_MODULE = re.compile(r"(?:import|export)(?![A-Za-z0-9_`-])")
_TICKS = re.compile("`+")


def plain(text: str) -> str:
    """One line without control, invisible and direction-changing characters; surrogates become U+FFFD."""
    return _SPACES.sub(" ", _SURROGATE.sub("\ufffd", _UNSEEN.sub("", _SPACES.sub(" ", text)))).strip()


def escape(text: str) -> str:
    """Plain text with everything escaped that Markdown, HTML or MDX would take for markup."""
    return guard_start(escape_inline(plain(text)))


def escape_inline(text: str) -> str:
    """The same for a piece from the middle of a line, with the spaces at its ends."""
    return _WORD_UNDERSCORE.sub("_", _SPECIAL.sub(r"\\\g<0>", text))


def guard_start(line: str) -> str:
    """A line of Markdown that opens no heading, list, quote, rule or directive, nor a module statement of MDX."""
    if _MODULE.match(line):
        return f"`{line[:6]}`{line[6:]}"
    found = _BLOCK_START.match(line)
    return line if found is None else f"{line[: found.end() - 1]}\\{line[found.end() - 1 :]}"


def code(text: str, limit: int = 300) -> str:
    """A code span; longer text is cut at `limit` characters."""
    line = plain(text)
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    longest = max((len(run) for run in _TICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{fence}{pad}{line}{pad}{fence}"
