"""C# without its preprocessor: directives and branches that would tear a declaration become spaces.

Where each branch of an `#if` is whole (declarations, statements, items of a list in braces) all of them stay: what any
build offers is known. Else the first one stays. The blocks of extension members (`extension(string s) { ... }`) lose
their heads and braces: their members are those of the class around them. So do signs of C# 14 that the grammar lacks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from tree_sitter import Node

from repodoc_hooks.expressions import expression

_TOKEN = expression(
    rb"(?P<space>\s+)"
    rb"|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"
    rb"|(?P<directive>\#(?:/\*.*?\*/|[^\n])*)"
    rb'|(?P<raw>\$*"""+)'
    rb'|(?P<string>(?:\$@|@\$|@)"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"'
    rb'|\$"(?:\\.|\{\{|\{(?:[^{}"]|"(?:\\.|[^"\\\n])*")*\}|[^"\\\n{])*"'
    rb"|'(?:\\.|[^'\\\n])+')"
    rb"|(?P<word>[\w@]+)"
    rb"|(?P<sign>.)",
    re.DOTALL,
)
_LAMBDA_MODIFIER = expression(
    rb"([(,][ \t]*)((?:ref|in|out|scoped)\b[ \t]+)(?=\w+[ \t]*(?:,[^()]*)?\)[ \t]*=>)"
)
_CONDITIONAL_TARGET = expression(
    rb"\?(?=(?:\.\w|\[[^\[\]\n]+\])[\w.?!]*(?:\[[^\[\]\n]+\][\w.?!]*)*[ \t]*(?:[-+*/|&^%]|\?\?|<<|>>)?=(?![=>]))"
)
"""The question mark of what is assigned to only if there is something: `a?.B = 1`, `a?[0] += 1`."""
_REF_STRUCT = expression(rb"\ballows(?P<ref>\s+ref\s+)struct\b|\bref(?P<order>\s+partial)(?=\s+struct\b)")
_ASSIGNING = expression(rb"operator\s*(?:checked\s+)?(?:>>>|>>|<<|[-+*/%&|^])(?P<assign>=)(?=\s*\()")
_WORD_AS_NAME = expression(rb"(?:async|partial|await)(?=\s*(?:=>|==|!=|&&|\|\||[;,).\]]|[=?:][\s\w(\"'-]))")
_VERBATIM = expression(rb'(?:\$@|@\$)"')
_IN_VERBATIM = expression(rb'""|"|\{\{|\{')
_IN_HOLE = expression(rb'\$?"(?:\\.|[^"\\\n])*+"|\'(?:\\.|[^\'\\\n])\'|[{}]')
_NAMED_LIKE = (b"@", b".", b"_")
_SPACES = expression(rb"\s")
_RENAMED = expression(r"\b(asyn|partia|awai)_(?!\w)")
_ALLOWS = expression(r"\ballows_+ref_+struct\b")
_DIRECTIVE = expression(rb"^[ \t]*#[^\n]*", re.MULTILINE)
_CONDITIONAL = expression(rb"^[ \t]*#[ \t]*if\b|^#:", re.MULTILINE)
_WORD = expression(rb"#[ \t]*([a-z]*)")
_VISIBLE = expression(rb"[^\n]")
_EXTENSION = expression(
    rb"extension\s*(?:<[^<>()]*(?:<[^<>]*>[^<>]*)*>)?\s*\((?:[^()]|\([^()]*\))*\)[^{};()]*\{"
)
_OPENING = {b")": b"(", b"]": b"[", b"}": b"{"}
_BEFORE = frozenset((b"", b"{", b"}", b";", b"]", b",", b":"))
_AFTER = frozenset((b"}", b";", b"]", b","))


class _State(Struct):
    """The brackets that are open, the last token, and the least that was open since a branch began."""

    opened: list[bytes] = field(default_factory=list)
    last: bytes = b""
    least: int = 0

    def copy(self) -> _State:
        return _State([*self.opened], self.last, len(self.opened))


class _Group(Struct):
    """An `#if` up to its `#endif`: the state before it and the byte range and end of each branch."""

    before: _State
    starts: list[int]
    ends: list[int] = field(default_factory=list)
    states: list[_State] = field(default_factory=list)

    def close(self, end: int, state: _State) -> None:
        """The branch that is being read ends here."""
        self.ends.append(end)
        self.states.append(state)

    @property
    def is_whole(self) -> bool:
        """Whether each branch could stand where the whole stands, all of them one after the other."""
        depth = len(self.before.opened)
        inside = self.before.opened[-1] if depth else b"{"
        return (
            self.before.last in _BEFORE
            and inside == b"{"
            and all(
                s.least >= depth
                and len(s.opened) == depth
                and (s.last in _AFTER or s.last is self.before.last)
                for s in self.states
            )
        )


def reduced(data: bytes) -> bytes:
    """The text, byte for byte as long, with spaces for directives, torn branches and the heads of extension blocks."""
    if b"=>" in data:
        data = _LAMBDA_MODIFIER.sub(lambda m: m[1] + b" " * len(m[2]), data)
    if b"?." in data or b"?[" in data:
        data = _CONDITIONAL_TARGET.sub(b" ", data)
    if b"struct" in data and b"ref" in data:
        data = _REF_STRUCT.sub(_reordered, data)
    if b"operator" in data:
        data = _ASSIGNING.sub(lambda found: found[0][:-1] + b" ", data)
    if b"async" in data or b"partial" in data or b"await" in data:
        data = _WORD_AS_NAME.sub(_name, data)
    if b'"""' in data and (b'$@"' in data or b'@$"' in data):
        data = _without_doubled_quotes(data)
    if _CONDITIONAL.search(data) or _EXTENSION.search(data):
        return bytes(_reduce(data))
    return _DIRECTIVE.sub(lambda m: b" " * len(m[0]), data) if b"#" in data else data


def _without_doubled_quotes(data: bytes) -> bytes:
    """The text with spaces for the quotes that stand in interpolated verbatim strings, not for those in their holes."""
    masked = bytearray(data)
    position = 0
    while start := _VERBATIM.search(data, position):
        position, depth = start.end(), 0
        while found := (_IN_HOLE if depth else _IN_VERBATIM).search(data, position):
            position = found.end()
            if found[0] in (b"{", b"}"):
                depth += 1 if found[0] == b"{" else -1
            elif not depth and found[0] == b'""':
                masked[found.start() : position] = b"  "
            elif not depth and found[0] == b'"':
                break
        else:
            break
    return bytes(masked)


def _reordered(found: re.Match[bytes]) -> bytes:
    """Words of `ref struct` in the order, or as the name, that the grammar knows, of the same length."""
    if found["order"]:
        return found["order"].lstrip() + b" " * (len(found["order"]) - 7) + b"ref"
    return found[0].replace(found["ref"], _SPACES.sub(b"_", found["ref"]))


def _name(found: re.Match[bytes]) -> bytes:
    """A word of the language that is a name here, as one that it has no word of."""
    before = found.string[found.start() - 1 : found.start()]
    return found[0] if before.isalnum() or before in _NAMED_LIKE else found[0][:-1] + b"_"


def known(signature: str) -> str:
    """A signature with the words that the grammar was shown another way."""
    if "_" not in signature and "partial" not in signature:
        return signature
    signature = _RENAMED.sub(
        lambda found: found[1] + ("l" if found[1] == "partia" else "c" if found[1] == "asyn" else "t"),
        signature,
    )
    return _ALLOWS.sub("allows ref struct", signature).replace("partial ref struct", "ref partial struct")


def assigns(data: bytes, operator: Node) -> bool:
    """Whether an operator is one that assigns, whose `=` the grammar was not shown: `operator +=`."""
    sign = operator.child_by_field_name("operator")
    return sign is not None and data[sign.end_byte : sign.end_byte + 1] == b"="


def _reduce(data: bytes) -> bytearray:
    masked = bytearray(data)
    state = _State()
    groups: list[_Group] = []
    extensions: list[tuple[int, int]] = []
    position = 0
    while position < len(data):
        found = _TOKEN.match(data, position)
        if found is None:
            break
        position = found.end()
        kind, text = found.lastgroup, found[0]
        if kind == "directive" and _begins_line(data, found.start()):
            _blank(masked, found.start(), position)
            state = _directive(text, found.start(), position, state, groups, masked)
        elif kind == "raw":
            end = data.find(b'"' * text.count(b'"'), position)
            position = len(data) if end < 0 else end + text.count(b'"')
            state.last = b'"'
        elif kind == "sign":
            _bracket(text, state)
            if text == b"}" and extensions and extensions[-1][0] == len(state.opened):
                extensions.pop()
                _blank(masked, found.start(), position)
        elif kind == "word" and text == b"extension" and state.last in _BEFORE:
            opening = _extension(data, found.start())
            if opening >= 0:
                _blank(masked, found.start(), opening + 1)
                extensions.append((len(state.opened), opening))
                state.opened.append(b"{")
                state.last = b"{"
                position = opening + 1
            else:
                state.last = text
        elif kind not in ("space", "comment"):
            state.last = text
    return masked


def _begins_line(data: bytes, start: int) -> bool:
    return not data[data.rfind(b"\n", 0, start) + 1 : start].strip()


def _blank(masked: bytearray, start: int, end: int) -> None:
    masked[start:end] = _VISIBLE.sub(b" ", masked[start:end])


def _bracket(sign: bytes, state: _State) -> None:
    if sign in b"([{":
        state.opened.append(sign)
    elif sign in _OPENING and state.opened and state.opened[-1] == _OPENING[sign]:
        state.opened.pop()
        state.least = min(state.least, len(state.opened))
    state.last = sign


def _directive(
    text: bytes, start: int, end: int, state: _State, groups: list[_Group], masked: bytearray
) -> _State:
    """The state after a directive: each branch begins where the first one did, what follows where that one ended."""
    found = _WORD.match(text)
    word = found[1] if found else b""
    if word == b"if":
        groups.append(_Group(state, [end]))
        return state.copy()
    if word in (b"elif", b"else") and groups:
        groups[-1].close(start, state)
        groups[-1].starts.append(end)
        return groups[-1].before.copy()
    if word == b"endif" and groups:
        group = groups.pop()
        group.close(start, state)
        if not group.is_whole:
            for first, last in zip(group.starts[1:], group.ends[1:], strict=True):
                _blank(masked, first, last)
        after = group.states[0]
        after.least = min(after.least, group.before.least)
        return after
    return state


def _extension(data: bytes, start: int) -> int:
    """The position of the `{` of an extension block that begins here, -1 for anything else of that name."""
    found = _EXTENSION.match(data, start)
    return found.end() - 1 if found else -1


def extension_heads(data: bytes) -> list[tuple[int, int, str]]:
    """The extension blocks of a file: first byte, byte after the block, and what they extend: `extension(string s)`."""
    if b"extension" not in data:
        return []
    heads = []
    for found in _EXTENSION.finditer(data):
        depth, end = 0, found.end() - 1
        for token in _TOKEN.finditer(data, end):
            if token["sign"] in (b"{", b"}"):
                depth += 1 if token["sign"] == b"{" else -1
                if not depth:
                    end = token.end()
                    break
        head = found[0][:-1].decode("utf-8", "replace")
        heads.append((found.start(), end, " ".join(head.split())))
    return heads
