"""Kotlin source in which parts are overwritten, byte for byte; where annotations and modifiers in it end."""

from __future__ import annotations

from repodoc_hooks.analysis.languages.kotlin_tokens import Tokens

SOFT = frozenset(
    b"public private protected internal open abstract final sealed data inner enum annotation value inline noinline "
    b"crossinline tailrec suspend operator infix external override const lateinit vararg expect actual "
    b"companion".split()
)
NAMES = SOFT | {b"context"}


class Blanking:
    """The tokens of a file and the text in which they are blanked out; positions are indices of tokens."""

    def __init__(self, found: Tokens, data: bytearray) -> None:
        self.texts, self.starts, self.ends = found.texts, found.starts, found.ends
        self.breaks, self.partners = found.breaks, found.partners
        self.data = data

    # what is overwritten

    def _blank(self, first: int, after: int) -> None:
        """Spaces over the tokens and the line ends from `first` up to the beginning of `after`; comments between stay
        only where a line comment would swallow what follows."""
        start = self.starts[first]
        for i in range(first, after):
            self._space(self.starts[i], self.ends[i])
        gap = self.data[self.ends[after - 1] : self.starts[after]]
        end = self.starts[after] if not gap.strip() else self.ends[after - 1]
        self._space(start, end)

    def _space(self, start: int, end: int) -> None:
        self.data[start:end] = b" " * (end - start)

    def _blank_inside(self, opening: int) -> int:
        """Spaces over what a pair of brackets holds."""
        closing = self.partners[opening]
        self._space(self.ends[opening], self.starts[closing])
        return closing + 1

    def _fill(self, first: int, after: int) -> None:
        """One word over the tokens of an expression."""
        start, end = self.starts[first], self.ends[after - 1]
        self.data[start:end] = b"x" * (end - start)

    def _rename(self, i: int) -> None:
        """A modifier as a name is one that the grammar does not take for a modifier."""
        if self.texts[i] in NAMES:
            self.data[self.ends[i] - 1 : self.ends[i]] = b"_"

    def _is_modifier(self, i: int) -> bool:
        if self.texts[i] == b"fun":
            return self.texts[i + 1] == b"interface"
        following = self.texts[i + 1]
        return self.texts[i] in SOFT and (following[:1].isalpha() or following[:1] in b"@`_")

    def _annotation(self, i: int) -> int:
        """The position after the annotation at `i`; `i` where there is none."""
        if self.texts[i] != b"@":
            return i
        i += 1
        if self.texts[i + 1] == b":":
            i += 2
        if self.texts[i] == b"[":
            return self.partners[i] + 1
        i += 1
        while self.texts[i] == b"." and not self.breaks[i]:
            i += 2
        if self.texts[i] == b"<":
            i = self._angle(i)
        if self.texts[i] == b"(" and self.starts[i] == self.ends[i - 1]:
            i = self.partners[i] + 1
        return i

    def _angle(self, i: int) -> int:
        """The position after the type arguments that open at `i`."""
        depth = 0
        while self.texts[i]:
            depth += (self.texts[i] == b"<") - (self.texts[i] == b">")
            i += 1
            if not depth:
                break
        return i

    def _past_modifiers(self, i: int, end: int) -> int:
        while i < end:
            after = self._annotation(i)
            if after > i:
                i = after
            elif self._is_modifier(i):
                i += 1
            else:
                break
        return i
