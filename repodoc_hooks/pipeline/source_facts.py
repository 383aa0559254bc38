"""What is known of the source files of one tree: from the cache, else parsed; dropped again where there is much of it.

Memory follows what is looked at, not the repository: what the cache can give a second time need not stay.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from repodoc_hooks.analysis import HASH_DIGITS, languages
from repodoc_hooks.analysis.facts import FileFacts, SourceFile
from repodoc_hooks.config import Config
from repodoc_hooks.errors import GitError
from repodoc_hooks.events import EventBus, FileParsed
from repodoc_hooks.git.objects import Objects
from repodoc_hooks.pipeline.cached_facts import CachedFacts
from repodoc_hooks.pipeline.included_documents import IncludedDocuments

if TYPE_CHECKING:
    from repodoc_hooks.parallel_executor import Parsers

MAX_SOURCE_BYTES = 2_000_000
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_TOO_LARGE = f"larger than {MAX_SOURCE_BYTES // 1_000_000} MB"
_BINARY_WINDOW = 8000
_FEW = 100
_MOST_SYMBOLS = 25_000  # some 15 MB


class Skipped(Struct, frozen=True):
    """A source file that is listed but not read, and why."""

    path: str
    reason: str


class SourceFacts:
    """The facts of the `sources` of one tree, by path."""

    def __init__(
        self,
        objects: Objects,
        sources: Mapping[str, SourceFile],
        documents: IncludedDocuments,
        cached: CachedFacts,
        bus: EventBus | None,
        config: Config,
    ) -> None:
        self.skipped: dict[str, Skipped] = {}
        self._objects = objects
        self._sources = sources
        self._documents = documents
        self._cached = cached
        self._bus = bus
        self._processes = config.parallel.processes
        self._package_private = config.java.package_private
        self._known: dict[str, FileFacts] = {}
        self._declared: dict[str, FileFacts] = {}
        self._symbols = 0
        self._interfaces: dict[str, str] = {}
        self._packages: dict[str, str] = {}
        self._until: ExitStack | None = None
        self._parsers: Parsers | None = None

    def of(self, path: str) -> FileFacts:
        """Those of one file."""
        if path not in self._known:
            self.load((path,))
        return self._known[path]

    def offered(self, path: str) -> FileFacts:
        """Those of one file as others may use it, whatever pages show."""
        shown = self.of(path)
        return self._declared.get(path, shown)

    def interface(self, path: str) -> str:
        """The interface hash of one file, kept when its facts are dropped."""
        return self._interfaces.get(path) or self.of(path).interface

    def package(self, path: str) -> str:
        """The package that a file says it belongs to, kept in the same way."""
        found = self._packages.get(path)
        return self.of(path).package if found is None else found

    def load(self, paths: Iterable[str]) -> None:
        """Bring the facts of many files, in several processes where many have to be parsed."""
        missing: dict[str, list[str]] = {}
        for path in paths:
            if path not in self._known and not self._from_cache(path):
                missing.setdefault(self._sources[path].blob, []).append(path)
        if not missing:
            return
        batch: list[tuple[str, str, bytes]] = []
        for oid, data in self._readable(missing):
            batch.extend((path, self._sources[path].language, data) for path in missing[oid])
        self._parse(batch)

    @contextmanager
    def reading_many(self) -> Iterator[None]:
        """Meanwhile files are loaded batch by batch: the processes that parse them stay."""
        with ExitStack() as self._until:
            yield
        self._until = self._parsers = None

    @property
    def are_many(self) -> bool:
        """So much is known that it is worth dropping, since it can be had again."""
        return self._symbols > _MOST_SYMBOLS and self._cached.keeps

    def drop(self) -> None:
        """Forget all but what was not read, which no cache has."""
        self._known = {path: self._known[path] for path in self.skipped if path in self._known}
        self._declared = {}
        self._symbols = 0

    def former(self, path: str, blob: str) -> FileFacts | None:
        """The facts of the version that a page describes, by its stamp's blob; None where this clone lacks it."""
        language = languages.language_of(path)
        if language is None:
            return None
        facts = self._cached.get(language, blob)
        if facts is None:
            data = read_blob(self._objects, blob)
            facts = languages.parse(language, data) if data is not None and not _unreadable(data) else None
        return self._shown(self._documents.complete(path, blob, facts)) if facts is not None else None

    def _from_cache(self, path: str) -> bool:
        source = self._sources[path]
        facts = self._cached.get(source.language, source.blob)
        if facts is not None:
            self._keep(path, facts)
        return facts is not None

    def _keep(self, path: str, facts: FileFacts) -> None:
        declared = self._documents.complete(path, self._sources[path].blob, facts)
        shown = self._shown(declared)
        self._declared[path], self._known[path] = declared, shown
        self._symbols += 1 + len(shown.symbols)
        self._interfaces[path] = shown.interface
        self._packages[path] = shown.package

    def _shown(self, facts: FileFacts) -> FileFacts:
        """Facts as pages show them: with what the configuration wants beside what is public."""
        if not self._package_private:
            return facts
        from repodoc_hooks.analysis.package_private import with_package_private

        return with_package_private(facts)

    def _readable(self, missing: Mapping[str, list[str]]) -> Iterable[tuple[str, bytes]]:
        for oid, data in self._objects.blobs_up_to(MAX_SOURCE_BYTES, missing):
            reason = _TOO_LARGE if data is None else _unreadable(data)
            if data is not None and not reason:
                yield oid, data
                continue
            for path in missing[oid]:
                self._opaque(path, reason)

    def _opaque(self, path: str, reason: str) -> None:
        """A file that is not read is known by its blob alone: any change of it counts as a change of everything."""
        self.skipped[path] = Skipped(path, reason)
        source = self._sources[path]
        digest = source.blob[:HASH_DIGITS]
        self._keep(path, FileFacts(source.language, digest, digest, digest, parsed=False))

    def _parse(self, batch: list[tuple[str, str, bytes]]) -> None:
        started = time.perf_counter()
        for (path, language, _), facts in zip(batch, self._parsed(batch), strict=True):
            self._keep(path, facts)
            self._cached.keep(language, self._sources[path].blob, facts)
            if self._bus is not None:
                seconds, started = time.perf_counter() - started, time.perf_counter()
                self._bus.publish(
                    FileParsed(run_id=self._bus.run_id, path=path, language=language, seconds=seconds)
                )
        self._cached.flush()

    def _parsed(self, batch: list[tuple[str, str, bytes]]) -> Iterable[FileFacts]:
        if len(batch) < _FEW:  # spares a hook the machinery of processes
            return (languages.parse(language, data) for _, language, data in batch)
        from repodoc_hooks.parallel_executor import Parsers, parse_many

        if self._until is None:
            return parse_many(batch, self._processes)
        if self._parsers is None:
            self._parsers = self._until.enter_context(Parsers(self._processes))
        return self._parsers.parse(batch)


def read_blob(objects: Objects, oid_prefix: str) -> bytes | None:
    """The bytes of a blob by the prefix that a stamp holds; None when this clone does not have it."""
    try:
        return objects.blob(oid_prefix)
    except GitError:
        return None


def _unreadable(data: bytes) -> str:
    if data.startswith(_LFS_POINTER):
        return "a Git LFS pointer"
    if b"\0" in data[:_BINARY_WINDOW]:
        return "binary"
    return ""
