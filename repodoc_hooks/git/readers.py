"""Two sources of raw objects.

One `git cat-file --batch` process, and for bulk reads libgit2's object database, which is faster but costs 0.1 s
to import; what it cannot give (sha256, objects that a partial clone has not fetched yet) comes from git.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import IO, Any, Protocol, TypeVar

from repodoc_hooks.errors import GitError
from repodoc_hooks.git.process import Git

# Requests sent before their answers are read: few enough to fit any pipe's buffer (64 x 65 bytes), so that
# neither side waits for the other.
_WINDOW = 64

_Answer = TypeVar("_Answer")


class Reader(Protocol):
    """A source of raw objects."""

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Every object's name and content, in the order asked."""

    def size(self, oid: str) -> int:
        """Length of the object in bytes."""

    def close(self) -> None:
        """Release processes and files."""


class CatFile:
    """`git cat-file --batch`, started at the first read; a second process answers sizes.

    Answers are read window by window before the first of them is handed out, so that readers may interleave
    and may stop early.
    """

    def __init__(self, git: Git) -> None:
        # An object's name must mean its content, for caches' sake: no replacement objects.
        self._git = git.with_env(GIT_NO_REPLACE_OBJECTS="1")
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = Lock()

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for oid, content in self.find(oids):
            if content is None:
                raise self._failure(oid)
            yield oid, content

    def find(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """As `read`, None for what is missing."""
        queue = iter(names)
        while window := list(islice(queue, _WINDOW)):
            with self._lock:
                contents = self._ask("--batch", window, self._content)
            yield from zip(window, contents, strict=True)

    def size(self, oid: str) -> int:
        with self._lock:
            size = self._ask("--batch-check", [oid], self._header)[0]
        if size is None:
            raise self._failure(oid)
        return size

    def close(self) -> None:
        for process in self._processes.values():
            with process:
                pass
        self._processes.clear()

    def _ask(
        self, mode: str, oids: Sequence[str], answer: Callable[[IO[bytes], str], _Answer]
    ) -> list[_Answer]:
        if mode not in self._processes:
            self._processes[mode] = self._git.open("cat-file", mode)
        process = self._processes[mode]
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write("".join(f"{oid}\n" for oid in oids).encode())
            process.stdin.flush()
        except BrokenPipeError:
            raise self._failure(oids[0]) from None
        stdout = process.stdout
        return [answer(stdout, oid) for oid in oids]

    def _header(self, stdout: IO[bytes], name: str) -> int | None:
        words = stdout.readline().split()
        if len(words) == 3:  # "<oid> <type> <size>"
            return int(words[2])
        if words[-1:] == [b"missing"]:
            return None
        raise self._failure(name)

    def _content(self, stdout: IO[bytes], name: str) -> bytes | None:
        size = self._header(stdout, name)
        if size is None:
            return None
        data = stdout.read(size + 1)
        if len(data) != size + 1:
            raise self._failure(name)
        return data[:-1]

    def _failure(self, oid: str) -> GitError:
        """Why an object could not be read, in git's words; the next read starts a new process."""
        for process in self._processes.values():
            process.kill()
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

    def size(self, oid: str) -> int:
        try:
            return int(self._odb.read_header(oid)[1])
        except self._missing:
            return self._fallback.size(oid)

    def close(self) -> None:
        self._fallback.close()
