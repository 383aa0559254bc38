"""Any text as safe Markdown: CommonMark, GitHub, MkDocs and MDX read it as the same plain words."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
# `{` opens an expression and `<` a tag in MDX, `&` an entity; `$` and `~` are GitHub's, the others CommonMark's.
_SPECIAL = re.compile(
    r"[\\`*_{}\[\]<&|$~]|^(?:[#+=>-]|[0-9]+[.)](?=\s|$))|!(?=\[)|:(?=\w+:|//)|(?<=www)\.", re.IGNORECASE
)
_WORD_UNDERSCORE = re.compile(r"(?<=[A-Za-z0-9])\\_(?=[A-Za-z0-9])")
_TICKS = re.compile("`+")


def plain(text: str) -> str:
    """One line without control, invisible and direction-changing characters; surrogates become U+FFFD."""
    return _SPACES.sub(" ", _SURROGATE.sub("\ufffd", _UNSEEN.sub("", _SPACES.sub(" ", text)))).strip()


def escape(text: str) -> str:
    """Plain text with everything escaped that Markdown, HTML or MDX would take for markup."""
    escaped = _SPECIAL.sub(_escape_one, plain(text))
    return _WORD_UNDERSCORE.sub("_", escaped)


def code(text: str, limit: int = 300) -> str:
    """A code span; longer text is cut at `limit` characters."""
    line = plain(text)
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    longest = max((len(run) for run in _TICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _escape_one(found: re.Match[str]) -> str:
    special = found[0]
    return special[:-1] + "\\" + special[-1] if special[0].isdigit() else "\\" + special
