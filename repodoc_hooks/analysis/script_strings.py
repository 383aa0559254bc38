"""Strings that build scripts in Ruby, Groovy and Kotlin assign, as far as they can be told without running anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from repodoc_hooks.expressions import expression

Script = Literal["ruby", "gradle"]
Lookup = Callable[[str], str]
"""From a name in the script to its value, "" for one that is not known."""

_HEREDOC = expression(r"<<[~-]?(?P<quote>[\"']?)(?P<word>[A-Za-z_]\w*)(?P=quote)")
_PERCENT = expression(r"%(?P<kind>[qQ]?)(?P<open>[({\[<|!])")
_CLOSING = {"(": ")", "{": "}", "[": "]", "<": ">"}
_QUOTED = {
    "ruby": expression(
        r"(?P<quote>\"|')(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)",
        re.DOTALL,
    ),
    "gradle": expression(
        r"(?P<quote>\"\"\"|'''|\"|')(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)",
        re.DOTALL,
    ),
}
_PLACEHOLDER = {
    "ruby": expression(r"#\{([^{}]*)\}|#[@$]+\w+"),
    "gradle": expression(r"\$\{([^{}]*)\}|\$([A-Za-z_][\w.]*\w|[A-Za-z_])"),
}
_NAME = expression(r"[A-Za-z_@][\w.:?]*")
_KEEPING = expression(
    r"\.(?:strip|freeze|chomp|squish|squeeze|dup|to_s|trim|trimIndent|stripIndent|trimMargin|unindent|lstrip|rstrip"
    r"|strip_heredoc|toString)\b(?:\([^()\n]*\))?"
    r"|\.(?:g?sub|tr|delete|replaceAll)\b ?(?:\([^()\n]*\\[sn][^()\n]*\)|[^()\n]*\\[sn][^()\n]*(?=\n))"
    r"|\.split(?:\([^()\n]*\\n[^()\n]*\)|\b)(?:\.map\(&:strip\))?\.join(?: |\()[\"'] [\"']\)?"
)
"""Calls that change but the white space of a text."""
_CHAINED = expression(r"(?:[\w.]+[ \t]*=(?![=~])[ \t]*)*")
_JOINED = expression(r"[ \t]*(?:\\\r?\n\s*|\+\s*|(?=[\"']))")
_END = expression(r"[ \t]*(?:\r?\n|\Z|#|//|;|\)|,|\}|if\b|unless\b)")
_ESCAPE = expression(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": " ", "s": " ", "r": " ", "\n": ""}


def string_at(text: str, start: int, script: Script, known: Lookup) -> str:
    """The string that an expression comes to which begins at `start`; "" where that depends on what is not known."""
    found: list[str] = []
    at = _CHAINED.match(text, start).end()  # type: ignore[union-attr]  # matches the empty text
    while True:
        while text[at : at + 1] in (" ", "\t"):
            at += 1
        piece = _piece(text, at, script, known)
        if piece is None:
            return ""
        value, at = piece
        while keeping := _KEEPING.match(text, at):
            at = keeping.end()
        found.append(value)
        if _END.match(text, at):
            return "".join(found)
        joined = _JOINED.match(text, at)
        if joined is None:
            return ""
        at = joined.end()


def _piece(text: str, at: int, script: Script, known: Lookup) -> tuple[str, int] | None:
    """The value of a literal or a name and where it ends; None for what is no such thing or not known."""
    if quoted := _QUOTED[script].match(text, at):
        plain = quoted["quote"][0] == "'"
        return _ending(
            _escapes(quoted["text"]) if plain else _filled(quoted["text"], script, known), quoted.end()
        )
    if script == "ruby" and (heredoc := _HEREDOC.match(text, at)):
        return _heredoc(text, heredoc, known)
    if script == "ruby" and (percent := _PERCENT.match(text, at)):
        return _percent(text, percent, known)
    if name := _NAME.match(text, at):
        whole = name[0]
        while whole:  # `other.strip` is a name and a call
            if value := known(whole):
                return value, at + len(whole)
            whole = whole.rpartition(".")[0]
    return None


def _heredoc(text: str, opening: re.Match[str], known: Lookup) -> tuple[str, int] | None:
    """The lines of a heredoc; what stands behind its opening on the same line counts for nothing but its calls."""
    line_end = text.find("\n", opening.end())
    ending = re.compile(rf"^[ \t]*{opening['word']}[ \t]*\r?$", re.MULTILINE)
    last = ending.search(text, line_end) if line_end >= 0 else None
    if last is None:
        return None
    body = text[line_end + 1 : last.start()]
    value = body if opening["quote"] == "'" else _filled(body, "ruby", known)
    return _ending(value, opening.end())


def _percent(text: str, opening: re.Match[str], known: Lookup) -> tuple[str, int] | None:
    """`%q(...)`, `%(...)`: brackets in it are balanced."""
    first = opening["open"]
    last = _CLOSING.get(first, first)
    depth, at = 1, opening.end()
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == last:
            depth -= 1
            if not depth:
                break
        elif text[at] == first:
            depth += 1
        at += 1
    else:
        return None
    inner = text[opening.end() : at]
    value = _escapes(inner) if opening["kind"] == "q" else _filled(inner, "ruby", known)
    return _ending(value, at + 1)


def _ending(value: str | None, at: int) -> tuple[str, int] | None:
    return None if value is None else (value, at)


def _filled(text: str, script: Script, known: Lookup) -> str | None:
    """A text with what it takes from elsewhere put in, None if that is not known."""
    found: list[str] = []
    at = 0
    for placeholder in _PLACEHOLDER[script].finditer(text):
        if _is_escaped(text, placeholder.start()):
            continue
        value = known("".join((placeholder.group(placeholder.lastindex or 0)).split()))
        if not value:
            return None
        found += (_escapes(text[at : placeholder.start()]), value)
        at = placeholder.end()
    return "".join((*found, _escapes(text[at:])))


def _is_escaped(text: str, at: int) -> bool:
    before = text[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _escapes(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text) if "\\" in text else text
