"""What the engine has to know of a language, and what a language module tells of a file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

    from repodoc_hooks.analysis.languages.treesitter import Source

NODE, DEFINITION, TOKEN, COMMA, VERBATIM, COMMENT, NOTHING = range(7)
"""What a node is to the walk that hashes structure."""

Roles = dict[int, tuple[int, bytes, bytes]]
"""Node kind: its role, what opens it in the structure, its mark as a leaf."""


@dataclass(slots=True)
class Definition:
    """A definition as an outline finds it; `doc` is its whole documentation, `value` that of a constant."""

    name: str
    kind: str
    node: Node
    signature: str
    doc: str = ""
    public: bool = True
    value: str = ""


@dataclass(slots=True)
class Outline:
    """What a language module reads from a tree; `exports` are further lines of the interface."""

    definitions: list[Definition] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    package: str = ""
    doc: str = ""


@dataclass(frozen=True)
class Grammar:
    """One language for the engine.

    `load` gives the pointer of the grammar wheel. `comments` and `verbatim` (strings and other tokens whose
    inner white space counts) are node types; `definitions` the node types whose digests the outline asks for.
    `optional` are punctuation tokens that formatters add and remove; `trailing_commas` says that a comma
    before a closing bracket means nothing; `plain_quotes` are the bytes that a string must not hold for 'x'
    and "x" to be the same (empty: they never are). `mask` blanks out, byte for byte, what the grammar cannot
    read (macros); the text still counts. `conditionals` says that the language has `#if`.
    """

    name: str
    load: Callable[[], Any]
    outline: Callable[[Source], Outline]
    comments: frozenset[str]
    verbatim: frozenset[str]
    definitions: frozenset[str]
    optional: frozenset[str] = frozenset()
    trailing_commas: bool = True
    mask: Callable[[bytes], bytes] = bytes
    conditionals: bool = False
    plain_quotes: bytes = b""
    _local: threading.local = field(default_factory=threading.local, compare=False, repr=False)

    @property
    def parser(self) -> tuple[Parser, Roles]:
        """The parser of this thread and the role of every node kind."""
        found: tuple[Parser, Roles] | None = getattr(self._local, "parser", None)
        if found is None:
            import tree_sitter

            language = tree_sitter.Language(self.load())
            found = tree_sitter.Parser(language), self._roles(language)
            self._local.parser, self._local.language = found, language
        return found

    def query(self, text: str) -> Query:
        """A query, compiled once per thread."""
        import tree_sitter

        self.parser  # noqa: B018 - sets up this thread
        queries: dict[str, Query] = self._local.__dict__.setdefault("queries", {})
        if text not in queries:
            queries[text] = tree_sitter.Query(self._local.language, text)
        return queries[text]

    def _roles(self, language: Any) -> Roles:
        roles: Roles = {}
        for kind in range(language.node_kind_count):
            name = language.node_kind_for_id(kind) or ""
            role = self._role(name, language.node_kind_is_named(kind))
            opening = "(" + name if role <= DEFINITION else name
            roles[kind] = role, opening.encode(), b"=" + name.encode()
        return roles

    def _role(self, name: str, named: bool) -> int:
        if name in self.comments:
            return COMMENT
        if name in self.verbatim:
            return VERBATIM
        if named:
            return DEFINITION if name in self.definitions else NODE
        if name == "," and self.trailing_commas:
            return COMMA
        return NOTHING if name in self.optional else TOKEN
