"""C and C++: macros that stand where the grammar expects none, blanked out before it reads the file.

Nothing is known of what a macro means but its place and its spelling. Every rule looks at a skeleton of the text (no
comments, no directives, strings without content) and blanks what can be nothing but a macro there: two names before
`{` of a class, a name alone on a line before a declaration, capitals between `)` and `;`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from repodoc_hooks.analysis.languages.c_ahead import replaced, unread
from repodoc_hooks.analysis.languages.c_calls import own_calls
from repodoc_hooks.analysis.languages.c_enums import ENUM, enum_calls, enum_directives
from repodoc_hooks.analysis.languages.c_expansion import called, lists
from repodoc_hooks.analysis.languages.c_within import between, middle, trailing
from repodoc_hooks.analysis.languages.c_words import (
    CAPITALS,
    KEYWORDS,
    MARK,
    MARKED,
    NO_TYPE,
    PAREN,
    WORD,
    Span,
    last_byte,
    last_position,
)
from repodoc_hooks.expressions import expression

_OUTSIDE = expression(
    rb"(?P<comment>//(?:[^\\\n]|\\.|\\\n)*|/\*.*?\*/)"
    rb"|(?P<directive>^[ \t]*\#(?:[^\\\n/]|\\.|\\\n|/(?![*/])|/\*.*?\*/)*)"
    rb'|(?P<text>R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:[^"\\\n]|\\.|\\\n)*"|\'(?:[^\'\\\n]|\\.)+\')',
    re.MULTILINE | re.DOTALL,
)
_SPACE, _LINE_END = b" \n"
_BLANKS = bytes(byte if byte == _LINE_END else _SPACE for byte in range(256))
"""For `translate`: all that is visible as spaces."""

_ATTRIBUTE = (
    rb"\[\[[^\]\n]*\]\]|__attribute__\s*" + PAREN + rb"|__declspec\s*" + PAREN + rb"|alignas\s*" + PAREN
)
_BUILTIN = (
    rb"(?:class|struct|union|enum|template|typedef|static|inline|constexpr|consteval|constinit|const|volatile|virtual"
    rb"|explicit|friend|extern|auto|void|bool|char|int|unsigned|signed|long|short|float|double|size_t|s?size_t|u?int\d+_t"
    rb"|using|operator|namespace|typename|decltype|public|private|protected)\b"
)
_HEAD = expression(
    rb"\b(?P<key>class|struct|union|enum(?:\s+(?:class|struct)\b|(?!\s+(?:class|struct)\b)))(?P<between>(?:\s+(?:"
    + _ATTRIBUTE
    + rb"|"
    rb"(?!final\b)" + WORD + rb"(?:\s*" + PAREN + rb")?)|\s*" + _ATTRIBUTE + rb")+)\s+(?!final\b|override\b)"
    rb"(?P<name>" + WORD + rb")(?=[\w:]*\s*(?:<[^;{}()]*>)?\s*(?P<next>final\b|[:{;]))"
)
_ATTRIBUTED_HEAD = expression(
    rb"\b(?:class|struct|union|enum(?:\s+(?:class|struct))?)(?P<blank>\s*\[\[[^\]\n]*\]\])"
)
_ALONE = expression(
    rb"^[ \t]*+(?P<blank>(?P<name>" + WORD + rb")[ \t]*(?P<call>" + PAREN + rb")?)[ \t]*$", re.MULTILINE
)
_NEXT_WORD = expression(rb"\s*(?P<word>\w+|\S|\Z)")
_LEADING = expression(
    rb"(?:^|[{};]|\*/|>|\b(?:public|private|protected)[ \t]*:)[ \t]*+(?:(?:"
    + _ATTRIBUTE
    + rb'|static|extern(?:[ \t]*"\w*")?|inline|virtual|friend|explicit|constexpr'
    rb"|typedef)(?!\w)[ \t]*+)*+(?P<blank>(?P<name>"
    + CAPITALS
    + rb"|"
    + MARKED
    + rb")(?:[ \t]*(?P<call>"
    + PAREN
    + rb"))?)"
    rb"(?=\s+(?P<rest>" + _BUILTIN + rb"|~|\[\[|" + WORD + rb"))",
    re.MULTILINE,
)
_TYPE = WORD + rb"(?:::" + WORD + rb")*(?:\s*<[^;{}()]*>)?(?:::\w+)*"
_NAMED = (
    rb"(?:"
    + CAPITALS
    + rb"(?:\s*"
    + PAREN
    + rb")?\s+)*(?!"
    + CAPITALS
    + rb"\s*"
    + PAREN
    + rb"\s*[A-Za-z_])"
    + WORD
    + rb"[\w:]*+(?:\s*[(;=\[,{:]|(?<=\boperator)\s*\S)"
)
_DECLARATION = expression(
    rb"\s+(?!const\s*[*&])(?:" + _BUILTIN + rb"|~\s*\w|\[\[|" + WORD + rb"(?:::~?\w+)+\s*\("
    rb"|" + _TYPE + rb"[\s*&]+(?:const\s+)?(?:" + _NAMED + rb"|\(\s*\*?\s*\w+\s*\)\s*\())"
)
_CONSTRUCTOR = expression(rb"\s+(" + WORD + rb")\s*\(")
_FURTHER = expression(rb"\s+" + CAPITALS + rb"(?:[ \t]*" + PAREN + rb")?")
_CALLED = expression(
    rb"(?:^|[;{}])[ \t]*+(?P<blank>(?P<name>" + CAPITALS + rb")[ \t]*" + PAREN + rb"[ \t]*;)", re.MULTILINE
)
_CONDITION = expression(rb"\bif\s+(?P<blank>" + CAPITALS + rb")(?=\s*\()")
_TYPED = expression(
    rb"[ \t]*(?:(?:static|extern|inline)\s+)*(?P<macro>(?:" + CAPITALS + rb"|" + MARKED + rb")\s*\()"
    rb"\s*[A-Za-z_](?:[\w\s:]|\*)*\)"
)
_TYPE_BEHIND = expression(rb"\)[ \t]*\n?[ \t]*\**[ \t]*(?!" + CAPITALS + rb")[A-Za-z_]\w*\s*\(")
_POINTED = expression(rb"\(\s*(?P<blank>" + CAPITALS + rb")\s*\*\s*(?:const\s+)?\w+\s*\)\s*\(")
_POINTING = expression(rb"\b(?P<type>\w+)\s+(?P<blank>" + CAPITALS + rb")(?=\s*\(\s*\*\s*\w+\s*\)\s*\()")
_BLOCK = expression(
    rb"(?<=[;{})])\s*(?P<blank>" + CAPITALS + rb")(?=\s*\{)"
    rb"|(?<=\})\s*(?P<handler>[A-Z_]*(?:CATCH|EXCEPT|FINALLY)[A-Z_]*\s*\([^(){};]*\))(?=\s*\{)"
)
_TEMPLATE_PARAMETER = expression(rb",\s*" + CAPITALS + rb"\s*" + PAREN + rb"(?=\s*[,>])")
_PARAMETER = expression(
    rb"\b(?P<type>\w++)[\s*&]++(?P<name>[a-z_]\w*+)(?P<blank>\s+[A-Z]+_[A-Z0-9_]{3,}(?:\s*"
    + PAREN
    + rb")?)(?=\s*[,)=])"
)
_LONGEST_TYPE = 4000
_BRACE = expression(rb"[{}]")
_TYPE_HEAD = expression(rb"\b(?:struct|union|enum)\b[^;{}()]*\Z")
_IF_0 = expression(rb"^[ \t]*#[ \t]*if[ \t]+0[ \t]*$", re.MULTILINE)
_BRANCH = expression(rb"^[ \t]*#[ \t]*(if|else|elif|endif)", re.MULTILINE)
_POINTER = expression(rb"^ {7,}(?=" + WORD + rb"[ \t]*\**[ \t]*\([ \t]*\*[ \t]*\w+\)[ \t]*\()", re.MULTILINE)
_IN_STRUCT = expression(rb"(?<=[{;])\s*(?P<blank>" + CAPITALS + rb"(?:[ \t]*" + PAREN + rb")?)(?=\s*\})")
_CLASSES = expression(rb"\b(?:class|struct|union)\s+(?:[\w()]+\s+)*?(" + WORD + rb")\s*(?:final\s*)?[:{]")
_DECLARES = frozenset(
    rb"namespace class struct union enum template typedef using extern static inline public private protected friend"
    rb" virtual explicit constexpr void".split()
)


@lru_cache(maxsize=4)
def skeleton(data: bytes) -> bytes:
    """The text, byte for byte, with comments and directives as spaces and strings without content."""
    return _OUTSIDE.sub(_filler, data)


def _filler(found: re.Match[bytes]) -> bytes:
    whole = found[0]
    if found["text"]:
        return b'"' + b"x" * (len(whole) - 2) + b'"' if b"\n" not in whole else whole.translate(_BLANKS)
    return whole.translate(_BLANKS)


class Found(Struct, frozen=True):
    """Where macros stand that the grammar does not expect, in order; `standing` are those of them that stand in the
    place of declarations, of members or of values, which they may make."""

    spans: tuple[Span, ...]
    standing: tuple[Span, ...]


@lru_cache(maxsize=4)
def macros(data: bytes) -> Found:
    """The macros of a text that the grammar does not expect."""
    plain = skeleton(data)
    spans: list[Span] = []
    standing = [*own_calls(data, plain)]
    plain = _blank(plain, standing)
    for rule in _RULES:
        found = list(rule(plain))
        if found:
            spans += found
            plain = _blank(plain, found)
            if rule in _STANDING:
                standing += found
    spans += standing
    makers = lists(data)
    standing += (span for span in spans if span not in standing and called(data[slice(*span)]) in makers)
    off = [*_switched_off(data)] if standing else []
    standing = [s for s in standing if not any(start <= s[0] < end for start, end in off)]
    return Found(tuple(sorted({*spans, *enum_directives(data, plain)})), tuple(sorted(set(standing))))


def mask(data: bytes) -> bytes:
    """The text with macros that stand where the grammar expects none as spaces."""
    found = macros(data).spans
    spans = [*found, *unread(_blank(skeleton(data), found), data), *_switched_off(data)]
    if not spans:
        return replaced(data)

    def declared(found: re.Match[bytes]) -> bytes:
        """`T * (*F)(int);` with `extern` in the place of a macro before it: alone it would read like a product."""
        masked = data[found.start() : found.end()].strip()
        return b"extern".ljust(len(found[0])) if masked else found[0]

    return replaced(_POINTER.sub(declared, _blank(data, spans, skeleton(data))))


def _switched_off(data: bytes) -> Iterator[Span]:
    """What stands between `#if 0` and its `#else` or `#endif`."""
    for found in _IF_0.finditer(data):
        depth = 1
        for inner in _BRANCH.finditer(data, found.end()):
            depth += (inner[1] == b"if") - (inner[1] == b"endif")
            if not depth or (depth == 1 and inner[1] in (b"else", b"elif")):
                yield found.end(), inner.start()
                break


def _blank(text: bytes, spans: Sequence[Span], plain: bytes = b"") -> bytes:
    """The text with spaces in some places; directives that stand inside them stay, of which `plain` has none."""
    out = bytearray(text)
    for start, end in spans:
        piece = text[start:end]
        if plain and b"#" in piece and plain[start:end].strip():
            both = zip(piece, plain[start:end], strict=True)
            out[start:end] = bytes(b if p in (_SPACE, _LINE_END) else _SPACE for b, p in both)
        else:
            out[start:end] = piece.translate(_BLANKS)
    return bytes(out)


def _class_heads(text: bytes) -> Iterator[Span]:
    """`class FOO_API Foo_Export Crate {`, `class [[nodiscard]] Crate;`."""
    for found in _HEAD.finditer(text):
        words = re.findall(rb"\b(?<!\[)" + WORD, re.sub(PAREN, b"", found["between"]))
        following = found["next"]
        if following == b";" and not all(MARK.fullmatch(word) or b"[" in found["between"] for word in words):
            continue
        if following == b":" and text[found.end("next") : found.end("next") + 8].lstrip()[:1].isdigit():
            continue
        yield found.span("between")
    for found in _ATTRIBUTED_HEAD.finditer(text):
        yield found.span("blank")


def _lines(text: bytes) -> Iterator[Span]:
    """A macro alone on a line: `FOO_BEGIN`, `GENERATED_BODY()`."""
    done, held = -1, b""
    for found in _ALONE.finditer(text):
        name = found["name"]
        after = _next_word(text, found.end())
        if name in KEYWORDS or not ((name.isupper() and len(name) > 2) or after in _DECLARES):
            continue
        before = held if last_position(text, found.start()) < done else last_byte(text, found.start())
        if before in b";}{:" and _can_follow(after, before, called=found["call"] is not None):
            done, held = found.end("blank"), before
            yield found.span("blank")


def _can_follow(after: bytes, before: bytes, *, called: bool) -> bool:
    """Whether what stands after a line leaves it to be a macro, and not the head or a value of something."""
    if after == b"{" or (after and after[:1] in b"=,;)+-*/.|?<[(:&^%!>"):
        return False
    return called or not (before == b"{" and after == b"}")


def _next_word(text: bytes, position: int) -> bytes:
    found = _NEXT_WORD.match(text, position)
    return found["word"] if found else b""


def _leading(text: bytes) -> Iterator[Span]:
    """Macros before a declaration: `FOO_API int open();`, `FOO_INLINE FOO_CONST auto f()`, `[[x]] FOO_API T f()`."""
    classes = frozenset(_CLASSES.findall(text))
    for found in _LEADING.finditer(text):
        end = found.end("blank")
        if found["name"] in KEYWORDS:
            continue
        while not _is_declaration(text, end, found["name"], classes):
            further = _FURTHER.match(text, end)
            if further is None:
                break
            end = further.end()
        else:
            yield found.start("blank"), end


def _is_declaration(text: bytes, position: int, macro: bytes, classes: frozenset[bytes]) -> bool:
    """Whether a declaration begins here; that of a constructor has no type, so its class or the macro must be known."""
    if _DECLARATION.match(text, position):
        return True
    constructor = _CONSTRUCTOR.match(text, position)
    return constructor is not None and (constructor[1] in classes or MARK.fullmatch(macro) is not None)


def _calls(text: bytes) -> Iterator[Span]:
    """Macro calls where declarations stand: `FOO_CONSTANT(unsigned, x);`. In a body the call is no matter of ours."""
    classes: frozenset[bytes] | None = None
    for found in _CALLED.finditer(text):
        if classes is None:
            classes = frozenset(_CLASSES.findall(text))
        if found["name"] in classes:
            continue
        before = last_byte(text, found.start("blank"))
        if before in b";{:>" or (before == b"}" and not _is_behind_type(text, found.start("blank"))):
            yield found.span("blank")


def _is_behind_type(text: bytes, position: int) -> bool:
    """Whether what stands before a position is the `}` of a type, which a name follows: `union { ... } PRIVATE(u);`."""
    start, depth = max(0, position - _LONGEST_TYPE), 0
    for found in reversed([*_BRACE.finditer(text, start, position)]):
        depth += 1 if found[0] == b"}" else -1
        if not depth:
            return _TYPE_HEAD.search(text, start, found.start()) is not None
    return False


def _simple(text: bytes) -> Iterator[Span]:
    """`FOO_API(char *) f(`, `int (FOO_CALL *f)(`, `int FOO_CALL (*f)(`, `if FOO_CONSTEXPR (x)`, `FOO_TRY {`,
    `template <class T, FOO_ENABLE_IF(x)>`, `f(int x FOO_UNUSED)`."""
    for behind in _TYPE_BEHIND.finditer(text):
        line = text.rfind(b"\n", 0, behind.start()) + 1
        if (typed := _TYPED.fullmatch(text, line, behind.start() + 1)) is not None:
            yield typed.span("macro")
            yield behind.start(), behind.start() + 1
    for pattern in (_CONDITION, _POINTED):
        yield from (found.span("blank") for found in pattern.finditer(text))
    for found in _BLOCK.finditer(text):
        yield found.span("blank" if found["blank"] else "handler")
    for found in _POINTING.finditer(text):
        if found["type"] not in NO_TYPE:
            yield found.span("blank")
    for found in _TEMPLATE_PARAMETER.finditer(text):
        before = re.split(rb"[;{}]", text[max(0, found.start() - 500) : found.start()])[-1]
        if b"template" in before:
            yield found.span()
    for found in _PARAMETER.finditer(text):
        if found["type"] not in NO_TYPE and found["name"] not in KEYWORDS:
            yield found.span("blank")


def _members(text: bytes) -> Iterator[Span]:
    """A macro that makes all members: `struct pair { FIELDS };`."""
    for found in _IN_STRUCT.finditer(text):
        start, end = found.span("blank")
        in_enum = any(each.start("body") <= start < each.end("body") for each in ENUM.finditer(text))
        if not in_enum and found["blank"] not in KEYWORDS:
            yield start, end


_RULES = (_simple, _class_heads, _calls, _lines, _leading, middle, between, trailing, enum_calls, _members)
_STANDING = frozenset({_calls, _lines, enum_calls, _members})
