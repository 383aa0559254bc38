"""Two sources of raw objects.

One `git cat-file --batch` process, and for bulk reads libgit2's object database, which is faster but costs 0.1 s
to import; what it cannot give (sha256, objects that a partial clone has not fetched yet) comes from git.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import IO, Any, NamedTuple, Protocol

from repodoc_hooks.errors import GitError
from repodoc_hooks.git.process import Git

# Requests sent before their answers are read: few enough to fit any pipe's buffer (64 x 65 bytes), so that
# neither side waits for the other.
_WINDOW = 64
_CHUNK = 1 << 20


class Found(NamedTuple):
    """An object; `content` is None if it is longer than was wanted."""

    oid: str
    content: bytes | None


class Reader(Protocol):
    """A source of raw objects."""

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Every object's name and content, in the order asked."""

    def read_up_to(self, limit: int, oids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """As `read`, None for what is longer than `limit` bytes."""

    def close(self) -> None:
        """Release processes and files."""


class CatFile:
    """`git cat-file --batch`, started at the first read.

    Answers are read window by window before the first of them is handed out, so that readers may interleave
    and may stop early.
    """

    def __init__(self, git: Git) -> None:
        # An object's name must mean its content, for caches' sake: no replacement objects.
        self._git = git.with_env(GIT_NO_REPLACE_OBJECTS="1")
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for oid, found in self.find(oids):
            if found is None or found.content is None:
                raise self._failure(oid)
            yield oid, found.content

    def read_up_to(self, limit: int, oids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        for oid, found in self.find(oids, limit):
            if found is None:
                raise self._failure(oid)
            yield oid, found.content

    def find(self, names: Iterable[str], limit: int | None = None) -> Iterator[tuple[str, Found | None]]:
        """Objects by any name that git understands, None for what is missing."""
        queue = iter(names)
        while window := list(islice(queue, _WINDOW)):
            with self._lock:
                found = self._ask(window, limit)
            yield from zip(window, found, strict=True)

    def close(self) -> None:
        if self._process is not None:
            with self._process:
                pass
            self._process = None

    def _ask(self, names: Sequence[str], limit: int | None) -> list[Found | None]:
        if self._process is None:
            self._process = self._git.open("cat-file", "--batch")
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(b"".join(os.fsencode(name) + b"\n" for name in names))
            stdin.flush()
        except BrokenPipeError:
            raise self._failure(names[0]) from None
        return [self._answer(stdout, name, limit) for name in names]

    def _answer(self, stdout: IO[bytes], name: str, limit: int | None) -> Found | None:
        words = stdout.readline().split()
        if len(words) != 3:  # not "<oid> <type> <size>"
            if words[-1:] == [b"missing"]:
                return None
            raise self._failure(name)
        size = int(words[2])
        wanted = limit is None or size <= limit
        rest = b"\n"
        if wanted:
            data, rest = stdout.read(size), stdout.read(1)
        else:
            data, left = b"", size + 1
            while left > 0 and (rest := stdout.read(min(left, _CHUNK))):
                left -= len(rest)
        if rest[-1:] != b"\n":
            raise self._failure(name)
        return Found(words[0].decode(), data if wanted else None)

    def _failure(self, oid: str) -> GitError:
        """Why an object could not be read, in git's words; the next read starts a new process."""
        if self._process is not None:
            self._process.kill()
        self.close()
        what = "the object could not be read"
        try:
            self._git.run("cat-file", "-t", oid)
        except GitError as error:
            what = error.what
        fix = "run `git fsck`, or `git fetch` in a partial clone"
        return GitError(what, where=f"object {oid[:12]}", fix=fix)


class Libgit2:
    """libgit2's object database; objects that it does not find are read by git, which fetches them."""

    def __init__(self, odb: Any, missing: type[Exception], fallback: Reader) -> None:
        self._odb = odb
        self._missing = missing
        self._fallback = fallback

    @classmethod
    def over(cls, git: Git, fallback: Reader) -> Reader:
        """The database of `git`, or `fallback` itself where libgit2 cannot open it."""
        if "GIT_OBJECT_DIRECTORY" in git.env or "GIT_ALTERNATE_OBJECT_DIRECTORIES" in git.env:
            return fallback
        try:
            import pygit2

            # The database alone: libgit2 refuses to open repositories with reftable and other extensions.
            return cls(pygit2.Odb(str(git.common_dir / "objects")), KeyError, fallback)
        except Exception:  # a broken or absent libgit2 only costs time
            return fallback

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for oid in oids:
            try:
                data = self._odb.read(oid)[1]
            except self._missing:
                data = next(self._fallback.read([oid]))[1]
            yield oid, data

    def read_up_to(self, limit: int, oids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        for oid in oids:
            try:
                content = self._odb.read(oid)[1] if self._odb.read_header(oid)[1] <= limit else None
            except self._missing:
                content = next(self._fallback.read_up_to(limit, [oid]))[1]
            yield oid, content

    def close(self) -> None:
        self._fallback.close()
