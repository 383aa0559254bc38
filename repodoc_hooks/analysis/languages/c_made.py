"""C and C++: the source that macros, and files put in, make in the place of declarations, members and values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from repodoc_hooks.analysis.facts import Standing
from repodoc_hooks.analysis.languages.c_expansion import NAME, Macros, called, expanded, known_at, lists
from repodoc_hooks.analysis.languages.c_macros import macros, skeleton
from repodoc_hooks.analysis.languages.c_words import MARK, Span, last_position
from repodoc_hooks.expressions import expression

_VALUE = expression(rb"(?<=[{,])\s*(?P<name>[A-Za-z_]\w*)\s*(?=[,}])")
_INCLUDE = expression(rb"^[ \t]*#[ \t]*include[ \t]*(?:\"([^\"\n]+)\"|<([^>\n]+)>)[^\n]*", re.MULTILINE)
_DECLARING = expression(rb"(?i:decl|defin|def_|_def|generat|register)")
_NOTHING = expression(
    rb"(?:\s|;|(?>/\*.*?\*/)|//[^\n]*|\[\[[^\]]*\]\]|(?:__attribute__|__declspec|__pragma|_Pragma|alignas|static_assert|_Static_assert)"
    rb"\s*\((?>[^()]++|\((?>[^()]++|\([^()]*+\))*+\))*+\)|\b(?:extern|inline|static|const|constexpr|__\w+)\b)*",
    re.DOTALL,
)

Included = Callable[[bytes], bytes | None]
"""The text of a file by the name under which it is put in; None where it is not known."""


def nothing_included(name: bytes) -> bytes | None:
    """No file is known."""
    return None


def surely_makes(text: bytes, kind: Standing) -> bool:
    """Whether what a call comes to is missed for sure where it is not known: what else may be an attribute."""
    fields = kind == "members" and text.endswith(b";") and b"(" not in text
    return kind == "values" or fields or (b"(" in text and _DECLARING.search(called(text)) is not None)


def is_nothing(text: bytes) -> bool:
    """Whether a text declares nothing: attributes, pragmas, assertions."""
    return _NOTHING.fullmatch(text) is not None


def is_whole(text: bytes) -> bool:
    """Whether a text opens no brace that it does not close, and closes none that it does not open."""
    depth = 0
    for brace in re.finditer(rb"[{}]", skeleton(text)):
        depth += 1 if brace[0] == b"{" else -1
        if depth < 0:
            return False
    return not depth


def is_mark(data: bytes, span: Span) -> bool:
    """Whether a macro that stands before a declaration only says something of it."""
    text = data[slice(*span)]
    known = known_at(data, span[0])
    name = called(text)
    if name in known:
        made = expanded(text, known)
        return made is not None and (is_nothing(made) or not is_whole(made))
    return not text.endswith(b";") and (MARK.fullmatch(name) is not None or b"(" not in text)


def around(kind: Standing, owner: bytes, text: bytes) -> bytes:
    """A text between what makes it readable alone."""
    if kind == "items":
        return text
    return (b"enum " if kind == "values" else b"struct ") + owner + b" {" + text + b"\n};"


def needs_making(data: bytes, body: Span) -> bool:
    """Whether macros, or files put in, have a part in the values between the braces of an enumeration."""
    if any(body[0] < start < body[1] for start, _ in macros(data).spans):
        return True
    makers = lists(data)
    return bool(makers) and not makers.isdisjoint(NAME.findall(data, *body))


def values(
    data: bytes,
    body: Span,
    known: Callable[[int], Macros],
    included: Included = nothing_included,
    used: set[bytes] | None = None,
) -> tuple[bytes, list[Span]]:
    """What stands between the braces of an enumeration with its macros expanded, and where such as nobody knows stand.

    `known` gives the macros that are known at a byte of the text; those that are used are added to `used`.
    """
    start, end = body[0] + 1, body[1] - 1
    plain = skeleton(data)
    pieces: list[bytes] = []
    missed: list[Span] = []
    done, maker = start, -1
    for first, last, makes in _value_spans(data, plain, (start, end), known(end)):
        if first < done:
            continue
        if makes is None:
            makes = maker >= 0 and not plain[maker:first].strip()
        pieces.append(data[done:first])
        done = last
        if not makes:
            continue
        maker = last
        made = _made(data[first:last].strip(), known(first), included, used)
        if made is None:
            missed.append((first, last))
        pieces.append(made or b"")
    pieces.append(data[done:end])
    return b"".join(pieces), missed


def _made(text: bytes, known: Macros, included: Included, used: set[bytes] | None) -> bytes | None:
    """What a call or a file put in comes to between values, with a comma behind it; None where nobody knows."""
    if (include := _INCLUDE.match(text)) is not None:
        content = included(include[1] or include[2])
        made = expanded(content, known, used) if content is not None else None
    else:
        made = expanded(text, known, used) if called(text) in known else None
    if made is None:
        return None
    made = made.strip().rstrip(b",")
    return made + b",\n" if made else b""


def _value_spans(
    data: bytes, plain: bytes, body: Span, known: Macros
) -> Iterator[tuple[int, int, bool | None]]:
    """What is no value of an enumeration, in order, and whether it makes values; None where it does if what stands
    right before it does."""
    found = macros(data)
    standing = frozenset(found.standing)
    spans: list[tuple[int, int, bool | None]] = []
    for span in found.spans:
        if not (body[0] <= span[0] and span[1] <= body[1]):
            continue
        if span not in standing:
            spans.append((*span, _INCLUDE.match(data, *span) is not None))
        elif plain[last_position(plain, span[0]) :][:1] in b",{":
            spans.append((*span, True))
        else:
            spans.append((*span, None))
    for each in _VALUE.finditer(plain, body[0] - 1, body[1] + 1):
        macro = known.get(each["name"])
        if macro is not None and macro.parameters is None and not macro.is_value:
            spans.append((*each.span("name"), True))
    return iter(sorted(spans, key=lambda each: each[:2]))
