"""C and C++: what macros of included headers make in a file, and what files put in hold."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator

from msgspec import Struct

from repodoc_hooks.analysis.elsewhere import Made
from repodoc_hooks.analysis.facts import FileFacts, Unmade
from repodoc_hooks.analysis.languages.c import CPP, C
from repodoc_hooks.analysis.languages.c_expansion import (
    Macro,
    Macros,
    called,
    definitions,
    expanded,
    known_at,
)
from repodoc_hooks.analysis.languages.c_made import is_nothing, surely_makes, values
from repodoc_hooks.analysis.languages.c_reader import made_definitions
from repodoc_hooks.analysis.languages.c_words import Span
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.reading import symbols_of
from repodoc_hooks.analysis.languages.text import normal_bytes
from repodoc_hooks.analysis.resolution.files import CImports
from repodoc_hooks.analysis.resolution.tree import Tree
from repodoc_hooks.expressions import expression

_INCLUDE = expression(rb"^[ \t]*#[ \t]*include[ \t]*(?:\"([^\"\n]+)\"|<([^>\n]+)>)", 8)
_MOST_FILES = 300


class _Known(Struct):
    """The macros that a file gets from others: what they come to, where they are defined, and by which file each file
    was reached."""

    macros: dict[bytes, Macro]
    places: dict[bytes, str]
    reached: dict[str, str]


class CMacros:
    """Makes what files leave to the headers that they include."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._imports = CImports(tree)
        self._included: dict[str, tuple[str, ...]] = {}

    def made(self, path: str, data: bytes, facts: FileFacts) -> list[Made]:
        """What each place of a file comes to."""
        data = normal_bytes(data)
        known = self._known(path)
        grammar = CPP if facts.language == CPP.name else C
        return [self._one(path, data, known, grammar, left) for left in facts.unmade]

    def _one(self, path: str, data: bytes, known: _Known, grammar: Grammar, left: Unmade) -> Made:
        span, text = left.span, left.text.encode()
        used: set[bytes] = set()
        put_in: set[str] = set()

        def included(name: bytes) -> bytes | None:
            target = self._target(path, name.decode("utf-8", "replace"), quoted=True)
            if target is None:
                return None
            put_in.add(target)
            return normal_bytes(self._tree.read(target))

        def known_here(position: int) -> Macros:
            return ChainMap(known_at(data, position), known.macros)

        macros = known_here(span[0])
        missed: list[Span] = []
        made: bytes | None = None
        if left.kind == "values":
            made, missed = values(data, span, known_here, included, used)
        elif called(text) in macros:
            made = expanded(text, macros, used)
        sources = frozenset(put_in).union(*(_way(known, name) for name in used))
        found = made_definitions(grammar, left, made) if made is not None and not is_nothing(made) else []
        if made is None or found is None:
            found, missed = [], [span]
        lost = [_lines(data, each) for each in missed] if surely_makes(text, left.kind) else []
        whole = left.kind == "values"
        return Made(left, symbols_of(None, found), tuple(lost), sources, is_whole=whole)

    def _known(self, path: str) -> _Known:
        """The macros of the headers that a file includes, those of a later one before those of an earlier one."""
        known = _Known({}, {}, {path: ""})
        waiting = [*self._includes(path)]
        order: list[str] = []
        known.reached.update(dict.fromkeys(waiting, path))
        while waiting and len(order) < _MOST_FILES:
            file = waiting.pop(0)
            order.append(file)
            for target in self._includes(file):
                if target not in known.reached:
                    known.reached[target] = file
                    waiting.append(target)
        for file in order:
            for _, name, macro in definitions(normal_bytes(self._tree.read(file))):
                if macro is not None and (not macro.is_switched_off or name not in known.macros):
                    known.macros[name] = macro
                    known.places[name] = file
        return known

    def _includes(self, path: str) -> tuple[str, ...]:
        if path not in self._included:
            self._included[path] = tuple(dict.fromkeys(self._targets(path)))
        return self._included[path]

    def _targets(self, path: str) -> Iterator[str]:
        for found in _INCLUDE.finditer(self._tree.read(path)):
            name = (found[1] or found[2]).decode("utf-8", "replace")
            if (target := self._target(path, name, quoted=bool(found[1]))) is not None and target != path:
                yield target

    def _target(self, path: str, name: str, *, quoted: bool) -> str | None:
        return self._imports.target(path, name, quoted=quoted)


def _lines(data: bytes, span: Span) -> tuple[int, int]:
    """The first and last line of a span."""
    text = data[slice(*span)]
    start = span[0] + len(text) - len(text.lstrip())
    first = data.count(b"\n", 0, start) + 1
    return first, first + text.strip().count(b"\n")


def _way(known: _Known, name: bytes) -> Iterator[str]:
    """The file that defines a macro, and those through which it is reached."""
    file = known.places.get(name, "")
    while known.reached.get(file):
        yield file
        file = known.reached[file]
