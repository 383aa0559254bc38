"""Rust: what a macro that stands where items stand comes to, as source, without a compiler.

A `macro_rules!` of the same file is expanded by its own rules (fragments are taken up to the next token that can end
them, which is all that the language itself allows). Of other macros the items that are written between their braces are
read, which is what `cfg_if!`, `lazy_static!`, `thread_local!`, `bitflags!` and the like let stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from repodoc_hooks.analysis.languages.rust_items import documentation
from repodoc_hooks.expressions import expression

_TOKEN = expression(
    r"""(?P<space>\s+)
    |(?P<doc>///(?!/)[^\n]*|/\*\*(?![*/]).*?\*/)
    |(?P<remark>//[^\n]*|/\*.*?\*/)
    |(?P<word>b?r(?P<hashes>\#*)".*?"(?P=hashes)|b?"(?:\\.|[^"\\])*"|b?'(?:\\.[^']*|[^'\\])'|'\w+|(?:r\#)?\w+
      |::|->|=>|\.\.[.=]?|&&|\|\||[=!<+\-*/%^&|]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_LARGEST = 100_000
_UNTIL = {
    "ty": frozenset({"{", "[", ",", "=>", ":", "=", ";", "|", "as", "where"}),
    "path": frozenset({"{", "[", ",", "=>", ":", "=", ";", "|", "as", "where"}),
    "expr": frozenset({"=>", ",", ";"}),
    "stmt": frozenset({"=>", ",", ";"}),
    "pat": frozenset({"=>", ",", "=", "if", "in", "|"}),
    "pat_param": frozenset({"=>", ",", "=", "if", "in", "|"}),
    "meta": frozenset({",", ";"}),
}
_STATIC_REF = expression(r"\bstatic\s+ref\b")
_FLAGS = expression(
    r"\b(?P<head>(?:pub(?:\([^)]*\))?\s+)?struct\s+)(?P<name>\w+)\s*:\s*[\w:]+\s*\{(?P<body>[^{}]*)\}"
)
_FLAG = expression(r"\bconst\s+(\w+)\s*=[^;]*;")


class Token(Struct, frozen=True):
    """A token, or a group of them with its opening bracket; `spaced` if white space stands before it."""

    text: str
    spaced: bool
    inside: tuple[Token, ...] | None = None


class _Variable(Struct, frozen=True):
    """`$name:fragment` in a matcher, `$name` in a body."""

    name: str
    fragment: str
    spaced: bool


class _Repeated(Struct, frozen=True):
    """`$( ... ) separator operator`."""

    inside: tuple[_Part, ...]
    separator: str
    operator: str
    spaced: bool


class _Enclosed(Struct, frozen=True):
    """Parts between brackets."""

    opening: str
    inside: tuple[_Part, ...]
    spaced: bool


_Part = Token | _Variable | _Repeated | _Enclosed
_Bound = Sequence[Token] | list["_Bindings"]
_Bindings = dict[str, "_Bound"]


class Rule(Struct, frozen=True):
    """One arm of a `macro_rules!`: its matcher and its body, both without their outer brackets."""

    matcher: tuple[_Part, ...]
    body: tuple[_Part, ...]


def rule(left: str, right: str) -> Rule:
    """The arm of a macro from its source, brackets included."""
    return Rule(_parts(_inside(left), typed=True), _parts(_inside(right), typed=False))


def expanded(rules: Sequence[Rule], arguments: str) -> str | None:
    """The source that the first matching rule makes of the arguments (brackets included); None if none matches."""
    tokens = _inside(arguments)
    for each in rules:
        bindings: _Bindings = {}
        if _match(each.matcher, tokens, 0, bindings) == len(tokens):
            text = _written(each.body, bindings)
            return text if len(text) <= _LARGEST else None
    return None


def items_between(name: str, arguments: str) -> str:
    """The items that stand between the braces of an unknown macro, as source."""
    if name.rpartition("::")[2] == "cfg_if":
        return "\n".join(
            _text(t.inside) for t in _inside(arguments) if t.text == "{" and t.inside is not None
        )
    text = _STATIC_REF.sub("static", arguments.strip()[1:-1])
    return _FLAGS.sub(_flags, text) if name.endswith("bitflags") else text


def _flags(found: re.Match[str]) -> str:
    """A type of `bitflags!` as the struct and the constants that it becomes."""
    constants = _FLAG.sub(r"pub const \1: Self;", found["body"])
    return f"{found['head']}{found['name']} {{}} impl {found['name']} {{ {constants} }}"


# tokens


def _inside(text: str) -> tuple[Token, ...]:
    """The tokens between the brackets that a text begins and ends with."""
    found = _tokens(text)
    return found[0].inside or () if found else ()


def _tokens(text: str) -> tuple[Token, ...]:
    """A text as token trees; what closes too much or too little is dropped."""
    stack: list[tuple[Token, list[Token]]] = []
    level: list[Token] = []
    spaced = False
    for found in _TOKEN.finditer(text):
        if found["space"] or found["remark"]:
            spaced = True
        elif found["doc"]:
            level += _attribute(found["doc"])
            spaced = True
        elif found["word"] in _CLOSING:
            stack.append((Token(found["word"], spaced), level))
            level, spaced = [], False
        elif found["word"] in ")]}":
            if stack:
                head, outer = stack.pop()
                outer.append(Token(head.text, head.spaced, tuple(level)))
                level, spaced = outer, False
        else:
            level.append(Token(found["word"], spaced))
            spaced = False
    return tuple(level)


def _attribute(comment: str) -> Iterator[Token]:
    """A documentation comment as the attribute that macros see."""
    text, _ = documentation((comment,))
    value = Token(f'r###"{text}"###', True)
    yield Token("#", True)
    yield Token("[", False, (Token("doc", False), Token("=", True), value))


def _text(tokens: Sequence[Token] | None) -> str:
    """Tokens as source."""
    pieces = []
    for token in tokens or ():
        pieces.append(" " * token.spaced + token.text)
        if token.inside is not None:
            pieces.append(f"{_text(token.inside)}{_CLOSING[token.text]}")
    return "".join(pieces)


# rules


def _parts(tokens: Sequence[Token], *, typed: bool) -> tuple[_Part, ...]:
    """Tokens of a matcher (`typed`) or a body with `$x:ty`, `$x` and `$(...),*` as what they mean."""
    found: list[_Part] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        after = tokens[position + 1] if position + 1 < len(tokens) else None
        if token.text == "$" and after is not None:
            part, position = _dollar(tokens, position, typed=typed)
            found.append(part)
            continue
        if token.inside is not None:
            found.append(_Enclosed(token.text, _parts(token.inside, typed=typed), token.spaced))
        else:
            found.append(token)
        position += 1
    return tuple(found)


def _dollar(tokens: Sequence[Token], position: int, *, typed: bool) -> tuple[_Part, int]:
    """What a `$` begins, and where it ends."""
    spaced, after = tokens[position].spaced, tokens[position + 1]
    if after.text == "(" and after.inside is not None:
        end = position + 2
        separator = ""
        if end < len(tokens) and tokens[end].text not in "*+?":
            separator = tokens[end].text
            end += 1
        operator = tokens[end].text if end < len(tokens) else "*"
        return _Repeated(_parts(after.inside, typed=typed), separator, operator, spaced), end + 1
    if after.text == "crate":
        return Token("crate", spaced), position + 2
    if typed and len(tokens) > position + 3 and tokens[position + 2].text == ":":
        return _Variable(after.text, tokens[position + 3].text, spaced), position + 4
    return _Variable(after.text, "", spaced), position + 2


def _match(parts: Sequence[_Part], tokens: Sequence[Token], start: int, bindings: _Bindings) -> int:
    """Where the tokens that the parts match end, -1 if they do not match."""
    position = start
    for part in parts:
        if isinstance(part, _Repeated):
            position = _match_repeated(part, tokens, position, bindings)
        elif isinstance(part, _Variable):
            end = _fragment_end(part.fragment, tokens, position)
            bindings[part.name] = tokens[position:end]
            position = end
        elif position >= len(tokens) or tokens[position].text != _opening(part):
            return -1
        elif isinstance(part, _Enclosed):
            inside = tokens[position].inside or ()
            if _match(part.inside, inside, 0, bindings) != len(inside):
                return -1
            position += 1
        else:
            position += 1
        if position < 0:
            return -1
    return position


def _opening(part: Token | _Enclosed) -> str:
    return part.opening if isinstance(part, _Enclosed) else part.text


def _match_repeated(part: _Repeated, tokens: Sequence[Token], start: int, bindings: _Bindings) -> int:
    rounds: list[_Bindings] = []
    position = start
    while position < len(tokens):
        begin = position
        if rounds and part.separator:
            if tokens[position].text != part.separator:
                break
            begin += 1
        inner: _Bindings = {}
        end = _match(part.inside, tokens, begin, inner)
        if end <= begin:
            break
        rounds.append(inner)
        position = end
        if part.operator == "?":
            break
    if part.operator == "+" and not rounds:
        return -1
    for name in _names(part.inside):
        bindings[name] = rounds
    return position


def _names(parts: Sequence[_Part]) -> Iterator[str]:
    """The variables in parts, nested ones too."""
    for part in parts:
        if isinstance(part, _Variable):
            yield part.name
        elif isinstance(part, _Repeated | _Enclosed):
            yield from _names(part.inside)


def _fragment_end(fragment: str, tokens: Sequence[Token], start: int) -> int:
    """Where a fragment that begins at `start` ends, -1 if there is none."""
    if start >= len(tokens):
        return start if fragment == "vis" else -1
    text = tokens[start].text
    match fragment:
        case "ident":
            return start + 1 if re.fullmatch(r"(?:r#)?[A-Za-z_]\w*", text) else -1
        case "lifetime":
            return start + 1 if text.startswith("'") else -1
        case "literal":
            return start + 1 if text[0].isdigit() or text[-1] in "\"'" or text in ("true", "false") else -1
        case "vis":
            return _visibility_end(tokens, start)
        case "block":
            return start + 1 if text == "{" else -1
        case _ if fragment in _UNTIL:
            return _end_before(tokens, start, _UNTIL[fragment])
        case "item":
            return -1
        case _:
            return start + 1


def _visibility_end(tokens: Sequence[Token], start: int) -> int:
    if tokens[start].text != "pub":
        return start
    limited = start + 1 < len(tokens) and tokens[start + 1].text == "("
    return start + 2 if limited else start + 1


def _end_before(tokens: Sequence[Token], start: int, stops: frozenset[str]) -> int:
    """The first of the stops that stands outside angle brackets; at least one token is taken."""
    depth = 0
    position = start
    while position < len(tokens):
        text = tokens[position].text
        if position > start and depth == 0 and text in stops:
            break
        depth += (text == "<") - (text == ">" and depth > 0)
        position += 1
    return position


def _written(parts: Sequence[_Part], bindings: Mapping[str, _Bound]) -> str:
    """The body of a rule with what was bound put in."""
    pieces = []
    for part in parts:
        if isinstance(part, _Variable):
            bound = bindings.get(part.name)
            value = _text(bound) if isinstance(bound, tuple) else f"${part.name}"
            pieces.append(" " * part.spaced + value.lstrip())
        elif isinstance(part, _Repeated):
            pieces.append(_written_rounds(part, bindings))
        elif isinstance(part, _Enclosed):
            inside = _written(part.inside, bindings)
            pieces.append(" " * part.spaced + f"{part.opening}{inside}{_CLOSING[part.opening]}")
        else:
            pieces.append(" " * part.spaced + part.text)
    return "".join(pieces)


def _written_rounds(part: _Repeated, bindings: Mapping[str, _Bound]) -> str:
    """A repetition, once for each time that its variables were bound."""
    rounds: list[_Bindings] = next(
        (bound for name in _names(part.inside) if isinstance(bound := bindings.get(name), list)), []
    )
    written = [
        _written(part.inside, {**bindings, **_merged(part, bindings, index)}) for index in range(len(rounds))
    ]
    return " " + f"{part.separator} ".join(written)


def _merged(part: _Repeated, bindings: Mapping[str, _Bound], index: int) -> _Bindings:
    """What the variables of a repetition mean in one of its rounds."""
    found: _Bindings = {}
    for name in _names(part.inside):
        bound = bindings.get(name)
        if isinstance(bound, list) and index < len(bound) and name in bound[index]:
            found[name] = bound[index][name]
    return found
