"""One language for the engine that reads files through tree-sitter.

A language is a `Grammar` (where the parser comes from, which nodes are comments, strings and definitions) and an
`outline` function that reads declarations from the tree.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from repodoc_hooks.analysis.languages.markup import Markup
from repodoc_hooks.analysis.languages.outline import Outline

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

NODE, DEFINITION, TOKEN, COMMA, VERBATIM, COMMENT, NOTHING = range(7)
"""What a node is to the walk that hashes structure."""

Roles = dict[int, tuple[int, bytes, bytes]]
"""Node kind: its role, what opens it in the structure, its mark as a leaf."""


class Grammar(Struct, frozen=True, dict=True):
    """One language for the engine.

    `load` gives the pointer of the grammar wheel, `outline` the declarations of a `Source`. `comments` and `verbatim`
    (strings and other tokens whose inner white space counts) are node types; `definitions` the node types whose digests
    the outline asks for.
    `optional` are punctuation tokens that formatters add and remove; `trailing_commas` says that a comma
    before a closing bracket means nothing; `plain_quotes` are the bytes that a string must not hold for 'x'
    and "x" to be the same (empty: they never are). `translated` is what compilers read for a text; `mask` blanks out,
    byte for byte, what the grammar cannot read (macros); the text still counts. `conditionals` says that the language
    has `#if`. `reread` gives, for text and tree, what is to be read instead where the grammar went wrong (None:
    nothing), byte for byte as long; `tokens` are those of text that was blanked out in it, without comments. `other`
    gives a grammar that reads a text better, and
    what it is to read, where this one went wrong (None: there is none). `distance` is how many rows below the comment
    that documents it a definition may begin; `masks_signatures` says that what is blanked out is no part of signatures.
    `markup` is what documentation is written in, `documentation` what the comments begin with that document what stands
    below them (empty: any comment does). `indented` says that blocks end where their indentation does, so that the
    comments above a definition may stand at the end of the block before it. `behind` is what comments begin with that
    document what stands before them; any comment does so on the row of a node of one of the types `described`.
    """

    name: str
    load: Callable[[], Any]
    outline: Callable[[Any], Outline]
    comments: frozenset[str]
    verbatim: frozenset[str]
    definitions: frozenset[str]
    optional: frozenset[str] = frozenset()
    trailing_commas: bool = True
    translated: Callable[[bytes], bytes] = bytes
    mask: Callable[[bytes], bytes] = bytes
    other: Callable[[bytes], tuple[Grammar, bytes] | None] | None = None
    conditionals: bool = False
    plain_quotes: bytes = b""
    reread: Callable[[bytes, Node], bytes | None] | None = None
    tokens: Callable[[bytes], Sequence[bytes]] = bytes.split
    distance: int = 1
    masks_signatures: bool = False
    markup: Markup = "jsdoc"
    documentation: tuple[str, ...] = ()
    indented: bool = False
    behind: tuple[bytes, ...] = ()
    described: frozenset[str] = frozenset()

    @cached_property
    def _local(self) -> threading.local:
        return threading.local()

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
