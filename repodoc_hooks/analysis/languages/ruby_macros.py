"""Ruby: calls that comments declare methods by: macros of YARD (`@!macro [attach] name`), and calls below comments that
say what comes back (`@return`) or begin with `##`.

A macro is text with places for what a call is given: `$0` its method, `$1` its first argument, `$1-3` and `$*` some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from repodoc_hooks.analysis.languages.comments import strip_comment
from repodoc_hooks.analysis.languages.markup import YARD_TAG
from repodoc_hooks.analysis.languages.outline import Definition
from repodoc_hooks.analysis.languages.ruby_calls import Call, Scope, literal
from repodoc_hooks.analysis.languages.ruby_docs import (
    commented,
    declared_by,
    dedented,
    fields_told,
    overloads,
    told,
)
from repodoc_hooks.analysis.languages.text import decode
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_ANY = expression(rb"^[ \t]*#(?:#[ \t]*$|[ \t]*@(?:!?macro|!?overload|return|!?scope|attr)\b)", re.MULTILINE)
_BLOCK = expression(r"(?:^[ \t]*#[^\n]*\n?)+", re.MULTILINE)
_LINE = expression(r"^[ \t]*#+[ \t]?", re.MULTILINE)
_MACRO = expression(
    r"\s*(?P<attach>\[[^\]\n]*\battach\b[^\]\n]*\])?\s*(?:\[[^\]\n]*\])?\s*(?P<name>[\w:?!]+)?"
)
_METHOD = expression(r"[ \t]*def[ \t]+(?:self\.)?(?P<name>\w+[?!=]?)")
_PLACE = expression(
    r"(?P<escape>\\)?\$(?:\{(?P<inner>[^}\n]+)\}|(?P<all>\*)|(?P<first>-?\d+)(?:(?P<range>-)(?P<last>-?\d*))?)"
)
_SAYS = expression(r"^@(?:return|overload|!?scope)\b", re.MULTILINE)
_DIRECTIVE = expression(r"^@!?(?:method|attribute)\b", re.MULTILINE)
_OF_THE_CLASS = expression(r"^@!?scope[ \t]+class\b", re.MULTILINE)
_NAME = expression(r"[A-Za-z_]\w*[?!=]?")
_MACROS = ("macro", "!macro")
_MOST_NESTED, _MOST_AT_ONCE = 5, 20
"""How deep macros may use others, and how many."""
_KNOWN = frozenset({"require", "require_relative", "autoload", "load", "raise", "puts", "using"})


class Macros:
    """The macros of a file, by name and by the method whose calls have them."""

    def __init__(self, data: bytes) -> None:
        self._lines: list[bytes] = []
        self._named: dict[str, str] = {}
        self._attached: dict[str, str] = {}
        if _ANY.search(data):
            self._lines = data.split(b"\n")
            if b"macro" in data:
                self._read(decode(data))

    def _read(self, text: str) -> None:
        for block in _BLOCK.finditer(text):
            below = _METHOD.match(text, block.end())
            for tag in YARD_TAG.finditer(_LINE.sub("", block[0])):
                head = _MACRO.match(tag["head"])
                if tag["word"] not in _MACROS or head is None or not tag["text"].strip():
                    continue
                body = dedented(tag["text"])
                if head["name"]:
                    self._named[head["name"]] = body
                if head["attach"] and below is not None:
                    self._attached[below["name"]] = body

    def declared(self, call: Call, scope: Scope) -> Iterator[Definition]:
        """What a call declares by the comment above it, or by the macro of its method."""
        above = self._above(call.node)
        if call.method in _KNOWN or not (above or call.method in self._attached):
            return
        comment = _bare(above)
        given = [literal(call.source, node) or call.source.text(node) for node in call.given]
        made = self._made(comment, call, given)
        text = f"{_without_macros(comment)}\n{made}".strip()
        if _DIRECTIVE.search(made):
            yield from declared_by(text, call.node, scope.prefix, scope)
        elif not _DIRECTIVE.search(comment) and call.given and literal(call.source, call.given[0]):
            implied = (above and above[0].strip() == "##") or _SAYS.search(text)
            if (implied or call.method in self._attached) and _NAME.fullmatch(given[0]):
                yield from self._implied(call, given[0], text, scope)

    def _implied(self, call: Call, name: str, comment: str, scope: Scope) -> Iterator[Definition]:
        """The method that is called as the first argument of a call is."""
        found = told(strip_comment([commented(comment)], "rdoc"))
        owner = "self." if scope.singleton or _OF_THE_CLASS.search(comment) else ""
        text = f"def {owner}{name}"
        method = Definition(scope.prefix + name, "method", call.node, text, found.text, scope.shows)
        yield from overloads(method, found.forms)

    def fields(self, node: Node, scope: Scope) -> Iterator[Definition]:
        """The attributes that the comment above a class tells of."""
        above = self._above(node)
        return fields_told(_bare(above), node, scope) if above else iter(())

    def _above(self, node: Node) -> list[str]:
        """The lines of the comment right above a node."""
        row = node.start_point[0]
        first = row
        while self._lines and first and self._lines[first - 1].lstrip().startswith(b"#"):
            first -= 1
        return [decode(line) for line in self._lines[first:row]]

    def _made(self, comment: str, call: Call, given: Sequence[str]) -> str:
        """What the macros of a comment, and that of the method which is called, come to."""
        pieces: list[str] = []
        waiting = [*_references(comment)][:_MOST_AT_ONCE]
        if call.method in self._attached:
            waiting.append(self._attached[call.method])
        for _ in range(_MOST_NESTED):
            filled = [_filled(self._named.get(each, each), call, given) for each in waiting]
            pieces += map(_without_macros, filled)
            waiting = [name for each in filled for name in _references(each)][:_MOST_AT_ONCE]
        return "\n".join(piece for piece in pieces if piece)


def _bare(lines: Sequence[str]) -> str:
    return _LINE.sub("", "\n".join(lines))


def _references(comment: str) -> Iterator[str]:
    """The macros that a comment names; the text of those without a name, which are used where they stand."""
    for tag in YARD_TAG.finditer(comment):
        head = _MACRO.match(tag["head"])
        if tag["word"] in _MACROS and head is not None and not head["attach"]:
            if body := dedented(tag["text"]):
                yield body
            elif head["name"]:
                yield head["name"]


def _without_macros(comment: str) -> str:
    return YARD_TAG.sub(lambda tag: "" if tag["word"] in _MACROS else tag[0], comment).strip("\n")


def _filled(body: str, call: Call, given: Sequence[str]) -> str:
    """The text of a macro for one call."""
    values = [call.method, *given]

    def value(found: re.Match[str]) -> str:
        if found["escape"]:
            return found[0][1:]
        place = found if not found["inner"] else _PLACE.fullmatch(f"${found['inner']}")
        if place is None:
            return found[0]
        if place["all"]:
            return ", ".join(given)
        first = int(place["first"])
        if not place["range"]:
            return values[first] if -len(values) <= first < len(values) else ""
        last = int(place["last"]) if place["last"] else -1
        return ", ".join(values[first : last + 1 or None])

    return _PLACE.sub(value, body)
