"""What other files have a part in: documentation that begins with one (`#[doc = include_str!("route.md")]`), and
definitions that the macros of one make.

Facts belong to a blob, whatever stands beside it in a tree; here they get the words of the tree's other files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from repodoc_hooks.analysis import languages
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.errors import GitError
from repodoc_hooks.git.objects import Objects, TreeEntry
from repodoc_hooks.pipeline.fingerprints import text_hash
from repodoc_hooks.secret_rules import without_tokens

if TYPE_CHECKING:
    from repodoc_hooks.analysis.elsewhere import Elsewhere

_MOST_BYTES = 2_000_000


class IncludedDocuments:
    """The files of one tree whose text is part of what others say."""

    def __init__(self, objects: Objects, entries: Mapping[str, TreeEntry]) -> None:
        self._objects = objects
        self._entries = entries

    @cached_property
    def _elsewhere(self) -> Elsewhere:
        from repodoc_hooks.analysis.elsewhere import Elsewhere

        return Elsewhere(self._entries, self._bytes)

    def complete(self, path: str, blob: str, facts: FileFacts) -> FileFacts:
        """The facts of a source file, of which this or an older blob tells, with what other files have a part in."""
        if facts.unmade:
            facts = self._elsewhere.complete(path, self._blob(blob), facts)
        if not facts.included:
            return facts
        from repodoc_hooks.analysis.languages.markup import to_markdown
        from repodoc_hooks.analysis.languages.summary import summary_of

        said = {
            name: without_tokens(summary_of(to_markdown(self._text(target), "markdown")))
            for name, written in facts.included
            if (target := _beside(path, written))
        }
        symbols = (replace(s, summary=said.get(s.name) or s.summary) for s in facts.symbols)
        return replace(facts, summary=said.get("") or facts.summary, symbols=tuple(symbols))

    def hash(self, path: str) -> str:
        """A hash of one such file, that of an empty one where it is not there."""
        return text_hash(self._text(path))

    def hashes(self, facts: Iterable[tuple[str, FileFacts]]) -> dict[str, str]:
        """Path and hash of all files, there or not, whose text is part of what some source files say."""
        found: set[str] = set()
        for path, known in facts:
            found.update(_beside(path, written) for _, written in known.included)
            if known.unmade:
                found |= self._elsewhere.sources(path, known)
        return {path: self.hash(path) for path in sorted(found) if path}

    def _text(self, path: str) -> str:
        return self._bytes(path).decode("utf-8", "replace")

    def _bytes(self, path: str) -> bytes:
        entry = self._entries.get(path)
        return self._blob(entry.oid) if entry is not None and entry.kind == "file" else b""

    def _blob(self, oid: str) -> bytes:
        """The text of a blob; that of one that is missing, no text or too long is empty."""
        try:
            found = [*self._objects.blobs_up_to(_MOST_BYTES, [oid])]
        except GitError:
            return b""
        return next((data for _, data in found if data is not None and b"\0" not in data), b"")


def may_have_a_part(path: str) -> bool:
    """What other files say may begin with this one, or be made by its macros."""
    language = languages.language_of(path)
    known = languages.record(language) if language is not None else None
    return known is None or bool(known.maker) or known.family == "rust"


def _beside(path: str, written: str) -> str:
    """Where a file is that a source file names as seen from itself, "" outside the repository."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
    return "" if target.startswith(("../", "/")) or target in ("..", ".") else target
