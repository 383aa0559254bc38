"""One cache for model answers and parsed files: bytes by key, in the common git directory.

diskcache pickles by default, and its JSONDisk still unpickles a row that somebody planted (CVE-2025-69872);
the Disk used here knows bytes and text alone.

Nothing here waits for the disk: what a loss of power has torn is found by its checksum, and is a miss.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from repodoc_hooks.config import Config
from repodoc_hooks.private import clear_place, private_folder

if TYPE_CHECKING:
    import diskcache


_CHECKSUM = 4
_PATIENCE = 1.0
"""Bytes before each value: a checksum of it and its key."""
_DATABASE = ("cache.db", "cache.db-wal", "cache.db-shm")


class CacheStats(Struct, frozen=True):
    """Entries, bytes on disk and where."""

    entries: int
    bytes: int
    limit_bytes: int
    path: str


class Cache(Protocol):
    """Bytes by key. Losing an entry costs time, never correctness: no method raises for a broken store.

    `keeps`: what is put in may be there later.
    """

    keeps: bool

    def get(self, key: str) -> bytes | None:
        """The value, None if it is not there or not readable."""
        ...

    def set(self, key: str, value: bytes) -> None:
        """Keep the value, for as long as there is room."""
        ...

    def set_all(self, values: Mapping[str, bytes]) -> None:
        """Keep many values in one transaction."""
        ...

    def stats(self) -> CacheStats:
        """How much is in it."""
        ...

    def clear(self) -> int:
        """Remove everything; returns the number of entries."""
        ...

    def close(self) -> None:
        """Release the files."""
        ...


class NoCache:
    """Stands in where caching is switched off or impossible."""

    keeps = False

    def get(self, key: str) -> bytes | None:
        """Nothing."""
        return None

    def set(self, key: str, value: bytes) -> None:
        """Forget it."""

    def set_all(self, values: Mapping[str, bytes]) -> None:
        """Forget them."""

    def stats(self) -> CacheStats:
        """All zero."""
        return CacheStats(0, 0, 0, "")

    def clear(self) -> int:
        """Nothing to remove."""
        return 0

    def close(self) -> None:
        """Nothing to release."""


class DiskCache:
    """diskcache, with its pickling taken out; safe for threads and processes."""

    keeps = True

    def __init__(self, path: Path, size_limit: int) -> None:
        """Open or create the cache at `path`; `size_limit` in bytes, the oldest go first.

        Raises:
            OSError, sqlite3.Error: it cannot be opened.
        """
        import diskcache

        private_folder(path)
        path.chmod(0o700)
        for name in _DATABASE:
            clear_place(path / name)
        _refuse_if_held(path / _DATABASE[0])
        self._path = path
        self._limit = size_limit
        self._cache = diskcache.Cache(
            str(path),
            disk=_safe_disk(),
            size_limit=size_limit,
            eviction_policy="least-recently-stored",  # a look at an entry is then no write
            timeout=2,
            sqlite_synchronous=0,  # a lost entry is a miss
        )

    def get(self, key: str) -> bytes | None:
        """The value, None if it is not there or not readable."""
        try:
            value = self._cache.get(key)
        except _errors() as error:
            if isinstance(error, ValueError):
                self._drop(key)
            return None
        if not isinstance(value, bytes):
            return None
        checksum, content = value[:_CHECKSUM], value[_CHECKSUM:]
        if checksum != _checksum(key, content):
            self._drop(key)
            return None
        return content

    def set(self, key: str, value: bytes) -> None:
        """Keep the value, for as long as there is room."""
        self.set_all({key: value})

    def set_all(self, values: Mapping[str, bytes]) -> None:
        """Keep many values in one transaction."""
        try:
            with self._cache.transact():
                for key, value in values.items():
                    self._cache.set(key, _checksum(key, value) + value)
        except _errors():
            return

    def stats(self) -> CacheStats:
        """How much is in it."""
        return CacheStats(len(self._cache), self._cache.volume(), self._limit, str(self._path))

    def clear(self) -> int:
        """Remove everything; returns the number of entries."""
        return int(self._cache.clear())

    def close(self) -> None:
        """Release the files."""
        self._cache.close()

    def _drop(self, key: str) -> None:
        try:
            self._cache.delete(key)
        except _errors():
            return


def _refuse_if_held(database: Path) -> None:
    """Give up after a moment on a database that somebody else is writing to: diskcache waits a minute to open it.

    Raises:
        sqlite3.OperationalError: it is locked.
    """
    if not database.exists():
        return
    with closing(sqlite3.connect(database, timeout=_PATIENCE, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        held.execute("ROLLBACK")


def _checksum(key: str, value: bytes) -> bytes:
    return zlib.crc32(value, zlib.crc32(key.encode())).to_bytes(_CHECKSUM, "big")


def open_cache(state_dir: Path, config: Config) -> Cache:
    """The cache of a repository, shared by its worktrees; one that keeps nothing if it cannot be opened."""
    if not config.cache.enabled:
        return NoCache()
    try:
        return DiskCache(state_dir / "cache", config.cache.size_mb * 1024 * 1024)
    except _errors():
        return NoCache()


def _errors() -> tuple[type[Exception], ...]:
    import diskcache

    return (OSError, ValueError, TypeError, sqlite3.Error, diskcache.Timeout)


def _safe_disk() -> type[diskcache.Disk]:
    from diskcache import UNKNOWN, Disk
    from diskcache.core import MODE_BINARY, MODE_RAW

    class SafeDisk(Disk):  # type: ignore[misc]
        """Keys are text, values bytes, stored as they are; anything else in the database is an error."""

        def put(self, key: Any) -> tuple[Any, bool]:
            if not isinstance(key, str):
                raise ValueError("a cache key must be text")
            return key, True

        def get(self, key: Any, raw: bool) -> Any:
            if not raw:
                raise ValueError("a pickled cache key")
            return key

        def store(self, value: Any, read: bool, key: Any = UNKNOWN) -> Any:
            if not isinstance(value, bytes):
                raise ValueError("a cache value must be bytes")
            return super().store(value, read, key=key)

        def fetch(self, mode: int, filename: Any, value: Any, read: bool) -> Any:
            if mode not in (MODE_RAW, MODE_BINARY):
                raise ValueError("a cache value that is not plain bytes")
            return super().fetch(mode, filename, value, read)

    return SafeDisk
