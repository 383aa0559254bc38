"""Documentation that begins with another file: `#[doc = include_str!("route.md")]`.

Facts belong to a blob, whatever stands beside it in a tree; here they get the words of the tree's other files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.git.objects import Objects, TreeEntry
from repodoc_hooks.pipeline.fingerprints import text_hash
from repodoc_hooks.secret_rules import without_tokens

_MOST_BYTES = 1_000_000


class IncludedDocuments:
    """The files of one tree that documentation in its source begins with."""

    def __init__(self, objects: Objects, entries: Mapping[str, TreeEntry]) -> None:
        self._objects = objects
        self._entries = entries

    def complete(self, path: str, facts: FileFacts) -> FileFacts:
        """The facts of a source file, with the first sentences of what its documentation begins with."""
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
        """Path and hash of all that the documentation of some source files begins with, there or not."""
        found = {_beside(path, written) for path, known in facts for _, written in known.included}
        return {path: self.hash(path) for path in sorted(found) if path}

    def _text(self, path: str) -> str:
        entry = self._entries.get(path)
        if entry is None or entry.kind != "file":
            return ""
        for _, data in self._objects.blobs_up_to(_MOST_BYTES, [entry.oid]):
            if data is not None and b"\0" not in data:
                return data.decode("utf-8", "replace")
        return ""


def _beside(path: str, written: str) -> str:
    """Where a file is that a source file names as seen from itself, "" outside the repository."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
    return "" if target.startswith(("../", "/")) or target in ("..", ".") else target
