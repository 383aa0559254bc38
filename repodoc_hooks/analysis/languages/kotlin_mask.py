"""Kotlin source reduced to its declarations, for files that the grammar misreads.

The grammar takes annotations, context parameters, modifiers before a constructor, guards in `when` and several forms
of expressions for something else, often without an error. Here all that is no declaration (bodies, initialisers,
delegates, annotations) becomes spaces, byte for byte, so that what is left is read rightly.
"""

from __future__ import annotations

from repodoc_hooks.analysis.languages.kotlin_blanking import NAMES, SOFT, Blanking
from repodoc_hooks.analysis.languages.kotlin_tokens import tokens

_TYPES = frozenset({b"class", b"interface", b"object"})
_KEYWORDS = _TYPES | {b"fun", b"val", b"var", b"typealias"}
_OPERATORS = frozenset(
    b"= -> , . ?. :: ?: && || == != === !== <= >= < + - * / % += -= *= /= %= .. ..< : ( [ { "
    b"in is as by else return throw".split()
)
_GOES_ON = frozenset(b": = , . ?. -> < > ( { & by where".split())
_BODY = frozenset({b"{", b"="})
_INITIALISER = _BODY | {b"by"}
_SIMPLE = frozenset(b". ( ) , - < > :: ?".split())


def declarations(data: bytes) -> bytes | None:
    """`data` with spaces for all that is no declaration; None where its brackets do not match."""
    found = tokens(data)
    if found is None:
        return None
    mask = _Mask(found, bytearray(data))
    mask.members(0, len(found.texts) - 1)
    return bytes(mask.data)


class _Mask(Blanking):
    """Reads declarations: each method reads one that starts at a position, and gives the position after it."""

    # declarations

    def members(self, i: int, end: int) -> None:
        """The declarations of a file or of the body of a type."""
        while i < end:
            i = max(self._member(i, end), i + 1)

    def _member(self, i: int, end: int) -> int:
        i = self._prefix(i, end)
        text = self.texts[i]
        if text in _TYPES:
            return self._type(i, end)
        if text == b"fun":
            return self._function(i, end)
        if text in (b"val", b"var"):
            return self._property(i, end)
        if text == b"constructor" and self.texts[i + 1] == b"(":
            return self._constructor(i, end)
        if text == b"init" and self.texts[i + 1] == b"{":
            return self._ended(self._blank_inside(i + 1))
        if text == b"typealias":
            return self._header(i + 1, end, frozenset())
        if text in (b"import", b"package"):
            return self._line(i + 1, end)
        if text == b";":
            return self._semicolon(i)
        if text in (b"}", b")"):
            return i + 1
        return self._expression(i, end)

    def _semicolon(self, i: int) -> int:
        """One that follows another, which took the place of a body, becomes a space: the grammar allows one."""
        if self.data[: self.starts[i]].rstrip(b" \t\n").endswith(b";"):
            self._space(self.starts[i], self.ends[i])
        return i + 1

    def _ended(self, i: int) -> int:
        """A declaration that closes with a brace ends there, whatever follows it on its line."""
        after = self.ends[i - 1]
        if not self.breaks[i] and self.data[after : after + 1] == b" ":
            self.data[after : after + 1] = b"\n"
        return i

    def _line(self, i: int, end: int) -> int:
        while i < end and not self.breaks[i]:
            i += 1
        return i

    def _prefix(self, i: int, end: int) -> int:
        """Annotations and context parameters before a declaration become spaces; modifiers stay."""
        while i < end:
            after = self._annotation(i)
            if after == i and self.texts[i] == b"context" and self.texts[i + 1] == b"(":
                after = self.partners[i + 1] + 1
            if after > i:
                if self.texts[i + 1] != b"file":
                    self._blank(i, after)
                i = after
            elif self._is_modifier(i):
                i += 1
            else:
                return i
        return i

    def _type(self, i: int, end: int) -> int:
        """A class, interface or object: its constructor and supertypes, then its body."""
        is_enum = i > 0 and self.texts[i - 1] == b"enum"
        i += 1
        if self.texts[i][:1].isalpha() and not self.breaks[i]:
            self._rename(i)
            i += 1
        inherits = False
        while i < end:
            text = self.texts[i]
            if text == b"{":
                return self._body(i, is_enum=is_enum)
            if not (self._belongs(i) or self._is_constructor(i, end)):
                return i
            if text == b"<":
                i = self._type_words(i, self._angle(i))
            elif text == b"(" and not inherits:
                i = self._parameters(i)
            elif text == b"(":
                i = self._blank_inside(i)
            elif text == b"by" and inherits:
                i = self._delegate(i, end)
            elif not inherits and (text == b"@" or text in SOFT or text == b"constructor"):
                i = self._constructor_words(i, end)
            else:
                inherits = inherits or text == b":"
                i += 1
        return i

    def _belongs(self, i: int) -> bool:
        """Whether a token still belongs to the header before it; the first one of a line may not."""
        if not self.breaks[i] or self.texts[i - 1] in _GOES_ON - {b">", b")"}:
            return True
        return self.texts[i] in _GOES_ON

    def _is_constructor(self, i: int, end: int) -> bool:
        """Whether a line begins with a primary constructor, its modifiers first."""
        return self.texts[self._past_modifiers(i, end)] == b"constructor"

    def _constructor_words(self, i: int, end: int) -> int:
        """What stands before the parameters of a primary constructor: only the word itself stays, on the line above."""
        keyword = self._past_modifiers(i, end)
        self._space(self.ends[i - 1], self.starts[keyword])
        return keyword + 1

    def _delegate(self, i: int, end: int) -> int:
        """`by` and the object to which an interface is delegated; a `{` opens the body of the class."""
        first = i
        i += 1
        if self.texts[i] == b"object":
            while i < end and self.texts[i] != b"{":
                i += 1
            i = self.partners[i] + 1
        while i < end and self.texts[i] not in (b"{", b",") and self._same_line(i):
            i = max(self.partners[i], i) + 1
        self._space(self.starts[first], self.ends[i - 1])
        return i

    def _same_line(self, i: int) -> bool:
        return not self.breaks[i] or self.texts[i - 1] in _GOES_ON or self.texts[i] in _GOES_ON

    def _body(self, opening: int, *, is_enum: bool = False) -> int:
        closing = self.partners[opening]
        first = self._entries(opening + 1, closing) if is_enum else opening + 1
        self.members(first, closing)
        self._ended(closing)
        return self._ended(closing + 1)

    def _entries(self, i: int, end: int) -> int:
        """The constants of an enumeration, without their arguments and bodies."""
        while i < end and self.texts[i] != b";":
            after = self._annotation(i)
            if after > i:
                self._blank(i, after)
                i = after
            elif self.texts[i] in (b"(", b"{"):
                after = self.partners[i] + 1
                self._space(self.starts[i], self.ends[after - 1])
                i = after
            else:
                self._rename(i)
                i += 1
        return i

    def _function(self, i: int, end: int) -> int:
        i = self._header(i + 1, end, _BODY)
        if self.texts[i] == b"{" and i < end:
            return self._block(i)
        if self.texts[i] == b"=" and i < end:
            return self._value(i, end)
        return i

    def _header(self, i: int, end: int, stops: frozenset[bytes]) -> int:
        """Up to one of `stops` (the body of a function, the initialiser of a property) or the end of the line."""
        while i < end and self.texts[i] not in stops:
            if self.texts[i] in (b";", b"}") or not self._belongs(i):
                return i
            if b"by" in stops and self._accessor(i, end) >= 0:
                return i
            i = self._type_word(i)
        return i

    def _type_words(self, i: int, after: int) -> int:
        while i < after:
            i = self._type_word(i)
        return i

    def _type_word(self, i: int) -> int:
        """One token of a type or header: annotations, context and `suspend` of function types become spaces."""
        text = self.texts[i]
        after = self._annotation(i)
        if after == i and text == b"context" and self.texts[i + 1] == b"(":
            after = self.partners[i + 1] + 1
        if after == i and text == b"suspend" and self.texts[i + 1] in (b"(", b"context") and self.texts[i - 1] in (
            b":", b"<", b",", b"(", b"->", b"=",
        ):  # fmt: skip
            after = i + 1
        if after == i and text == b"," and self.texts[i + 1] == b">":
            after = i + 1
        if after > i:
            self._blank(i, after)
            return after
        if text == b"(":
            return self._parameters(i)
        if text in NAMES and self.texts[i + 1][:1] in (b"(", b":", b"."):
            self._rename(i)
        return i + 1

    def _parameters(self, opening: int) -> int:
        """Parameters in brackets: default values that are more than a word become one word."""
        i, closing = opening + 1, self.partners[opening]
        while i < closing:
            if self.texts[i] == b"=":
                i = self._default(i + 1, closing)
            elif self.texts[i] in NAMES and self.texts[i + 1] in (b":", b",", b")"):
                self._rename(i)
                i += 1
            else:
                i = self._type_word(i)
        return closing + 1

    def _default(self, first: int, closing: int) -> int:
        i = first
        while i < closing and not (self.texts[i] == b"," and self._is_parameter(i + 1, closing)):
            i = max(self.partners[i], i) + 1
        plain = all(t in _SIMPLE or t[:1].isalnum() for t in self.texts[first:i])
        if not plain or any(t in (b"if", b"when", b"object", b"try", b"fun") for t in self.texts[first:i]):
            self._fill(first, i)
        return i

    def _is_parameter(self, i: int, closing: int) -> bool:
        i = self._past_modifiers(i, closing)
        if self.texts[i] in (b"val", b"var"):
            i += 1
        return i >= closing or self.texts[i + 1] == b":"

    def _property(self, i: int, end: int) -> int:
        constant = any(t == b"const" for t in self.texts[max(0, i - 4) : i])
        self._rename(i + 1)
        named = self.texts[i + 1][:1] not in b"<("
        i = self._header(i + 2 if named else i + 1, end, _INITIALISER)
        if i < end and self.texts[i] in (b"=", b"by"):
            if not constant:
                return self._accessors(self._value(i, end), end)
            first, i = i + 1, self._expression(i + 1, end)
            if any(t.startswith(b"$$") for t in self.texts[first:i]):
                self._fill(first, i)
        after = self._accessors(i, end)
        if after > i:
            self.data[self.starts[i] : self.starts[i] + 1] = b";"
        return after

    def _block(self, opening: int) -> int:
        """The body of a function becomes spaces and a semicolon."""
        closing = self.partners[opening]
        self._space(self.starts[opening], self.ends[closing])
        self.data[self.starts[opening] : self.ends[opening]] = b";"
        return closing + 1

    def _value(self, i: int, end: int) -> int:
        """An initialiser, a delegate or a body after `=` becomes spaces and a semicolon."""
        after = self._expression(i + 1, end)
        self._space(self.starts[i], self.ends[after - 1])
        self.data[self.starts[i] : self.starts[i] + 1] = b";"
        return after

    def _accessors(self, i: int, end: int) -> int:
        while (word := self._accessor(i, end)) >= 0:
            after = word + 1
            if self.texts[after] == b"(":
                after = self._header(self.partners[after] + 1, end, _BODY)
            elif self.texts[after] == b":":
                after = self._header(after + 1, end, _BODY)
            if self.texts[after] == b"{":
                after = self.partners[after] + 1
            elif self.texts[after] == b"=":
                after = self._expression(after + 1, end)
            self._space(self.starts[i], self.ends[after - 1])
            i = after
        return i

    def _accessor(self, i: int, end: int) -> int:
        """The position of `get`, `set` or `field` where an accessor or a field begins at `i`, -1 where none does."""
        i = i + 1 if self.texts[i] == b";" else i
        word = self._past_modifiers(i, end)
        if word < end and self.texts[word] == b"field" and self.breaks[i]:
            return word if self.texts[word + 1] in (b"=", b":") else -1
        if word >= end or self.texts[word] not in (b"get", b"set"):
            return -1
        return (
            word
            if self.texts[word + 1] == b"(" or self.breaks[word + 1] or self.texts[word + 1] == b"}"
            else -1
        )

    def _constructor(self, i: int, end: int) -> int:
        i = self._parameters(i + 1)
        if self.texts[i] == b":":
            i += 2
            i = self._blank_inside(i) if self.texts[i] == b"(" else i
        if self.texts[i] == b"{" and i < end:
            i = self._block(i)
        return self._ended(i)

    # expressions

    def _expression(self, i: int, end: int) -> int:
        """An expression ends where a line begins with a declaration."""
        first = i
        while i < end:
            if self.texts[i] == b";":
                return i
            if i > first and self.breaks[i] and self.texts[i - 1] not in _OPERATORS and self._begins(i, end):
                return i
            i = max(self.partners[i], i) + 1
        return i

    def _begins(self, i: int, end: int) -> bool:
        """Whether a declaration or an accessor begins at `i`."""
        if self.texts[i] == b"context" and self.texts[i + 1] == b"(":
            i = self.partners[i + 1] + 1
            return self._begins(i, end)
        if self._accessor(i, end) >= 0:
            return True
        i = self._past_modifiers(i, end)
        if i < end and self.texts[i] == b"context" and self.texts[i + 1] == b"(":
            return self._begins(i, end)
        following = self.texts[i + 1]
        return (
            self.texts[i] in _KEYWORDS
            or (self.texts[i] == b"companion" and following == b"object")
            or (self.texts[i] == b"constructor" and following == b"(")
            or (self.texts[i] == b"init" and following == b"{")
        )
