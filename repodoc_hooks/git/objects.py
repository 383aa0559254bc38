"""Reading git objects by their names: trees opened only where needed, blobs streamed.

Trees are parsed from their raw form ("<octal mode> <name>\\0<binary oid>" per entry), so sha1 and sha256,
any ref storage and partial clones are one case. Two readers give raw objects: one `git cat-file --batch`
process, and for bulk reads libgit2's object database, which is faster but costs 0.1 s to import; what it
cannot give (sha256, objects that a partial clone has not fetched yet) comes from git.
"""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from types import TracebackType
from typing import IO, Any, Protocol, TypeVar

from repodoc_hooks.errors import GitError
from repodoc_hooks.git.process import Git

# Requests sent before their answers are read: few enough to fit any pipe's buffer (64 x 65 bytes), so that
# neither side waits for the other.
_WINDOW = 64

_Answer = TypeVar("_Answer")

_KINDS = {0o040000: "tree", 0o120000: "symlink", 0o160000: "submodule"}


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name in a tree; `kind` is "file", "symlink", "submodule" or "tree"."""

    path: str
    mode: int
    oid: str
    kind: str


class _Reader(Protocol):
    """A source of raw objects."""

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Every object's name and content, in the order asked."""

    def size(self, oid: str) -> int:
        """Length of the object in bytes."""

    def close(self) -> None:
        """Release processes and files."""


class Objects:
    """The objects of one repository. A context manager; trees once opened are remembered."""

    def __init__(self, reader: _Reader, git: _CatFile, oid_bytes: int) -> None:
        self._reader = reader
        self._git = git
        self._oid_bytes = oid_bytes
        self._trees: dict[str, tuple[tuple[str, int, str], ...]] = {}

    def __enter__(self) -> Objects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the reader's processes."""
        self._reader.close()

    def blob(self, oid: str) -> bytes:
        """The content of a blob.

        Raises:
            GitError: it is missing and cannot be fetched.
        """
        return next(self._reader.read([oid]))[1]

    def blobs(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Names and contents of many blobs, streamed in the order asked.

        Raises:
            GitError: one is missing and cannot be fetched.
        """
        return self._reader.read(oids)

    def find(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Contents of objects that need not exist (None), by any name that git understands (`ref:path`)."""
        return self._git.find(names)

    def size(self, oid: str) -> int:
        """Length of a blob in bytes, without reading it."""
        return self._reader.size(oid)

    def lookup(self, tree: str, path: str) -> TreeEntry | None:
        """The entry at a path below a tree (files and directories alike), None if there is none."""
        oid, mode = tree, 0o040000
        for name in path.split("/"):
            if mode != 0o040000:
                return None
            found = next((entry for entry in self._open(oid) if entry[0] == name), None)
            if found is None:
                return None
            _, mode, oid = found
        return _entry(path, mode, oid)

    def entries(self, tree: str, prefix: str = "") -> Iterator[TreeEntry]:
        """All files, symlinks and submodules below a tree, sorted by path; `prefix` is put before each.

        Subtrees are read level by level, many in one go.
        """
        found: list[TreeEntry] = []
        level = [(prefix, tree)]
        while level:
            self._load(oid for _, oid in level)
            deeper: list[tuple[str, str]] = []
            for base, oid in level:
                for name, mode, child in self._trees[oid]:
                    if mode == 0o040000:
                        deeper.append((f"{base}{name}/", child))
                    else:
                        found.append(_entry(base + name, mode, child))
            level = deeper
        found.sort(key=lambda entry: entry.path)
        return iter(found)

    def diff(self, old: str | None, new: str | None) -> list[tuple[str, TreeEntry | None, TreeEntry | None]]:
        """What differs between two trees (None: empty), as (path, old entry, new entry), sorted by path.

        Only subtrees that differ are opened. A rename is a removal and an addition.
        """
        changes: dict[str, tuple[TreeEntry | None, TreeEntry | None]] = {}
        level = [("", old, new)]
        while level:
            self._load(oid for _, *pair in level for oid in pair if oid is not None)
            deeper: list[tuple[str, str | None, str | None]] = []
            for base, a, b in level:
                before = {} if a is None else {name: (mode, oid) for name, mode, oid in self._trees[a]}
                after = {} if b is None else {name: (mode, oid) for name, mode, oid in self._trees[b]}
                for name in before.keys() | after.keys():
                    was, now = before.get(name), after.get(name)
                    if was == now:
                        continue
                    was_tree, was_leaf = _split(base + name, was)
                    now_tree, now_leaf = _split(base + name, now)
                    if was_tree or now_tree:
                        deeper.append((f"{base}{name}/", was_tree, now_tree))
                    if was_leaf or now_leaf:
                        changes[base + name] = (was_leaf, now_leaf)
            level = deeper
        return [(path, *changes[path]) for path in sorted(changes)]

    def _open(self, tree: str) -> tuple[tuple[str, int, str], ...]:
        if tree not in self._trees:
            self._load([tree])
        return self._trees[tree]

    def _load(self, trees: Iterable[str]) -> None:
        wanted = dict.fromkeys(oid for oid in trees if oid not in self._trees)
        for oid, data in self._reader.read(wanted):
            self._trees[oid] = tuple(parse_tree(data, self._oid_bytes))


def open_objects(git: Git, *, bulk: bool = False) -> Objects:
    """A reader of the repository's objects; `bulk` for thousands of them (imports pygit2 where it serves)."""
    cat_file = _CatFile(git)
    bulk = bulk and git.object_format == "sha1"
    reader = _Libgit2.over(git, cat_file) if bulk else cat_file
    return Objects(reader, cat_file, 32 if git.object_format == "sha256" else 20)


def blob_oid(git: Git, data: bytes) -> str:
    """The name that a blob with this content has."""
    return hashlib.new(git.object_format, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def write_blobs(git: Git, blobs: Collection[bytes]) -> list[str]:
    """Store blobs as they are, without filters; their names in the order given. One process for all.

    They travel as a pack (gitformat-pack(5)): header, then per object type and size in 7-bit groups and the
    deflated content, then a checksum.
    """
    if blobs:
        pack = b"PACK" + struct.pack(">LL", 2, len(blobs)) + b"".join(map(_packed, blobs))
        checksum = hashlib.new(git.object_format, pack, usedforsecurity=False).digest()
        git.run("unpack-objects", "-q", input=pack + checksum)
    return [blob_oid(git, data) for data in blobs]


def _packed(data: bytes) -> bytes:
    size = len(data)
    byte, size = 3 << 4 | size & 15, size >> 4  # 3: blob
    head = bytearray()
    while size:
        head.append(byte | 128)
        byte, size = size & 127, size >> 7
    head.append(byte)
    return bytes(head) + zlib.compress(data, 1)


def parse_tree(data: bytes, oid_bytes: int) -> Iterator[tuple[str, int, str]]:
    """Name, mode and object of every entry of a raw tree; `oid_bytes` is 20 (sha1) or 32 (sha256)."""
    position, end = 0, len(data)
    while position < end:
        space = data.index(b" ", position)
        nul = data.index(b"\0", space)
        stop = nul + 1 + oid_bytes
        yield os.fsdecode(data[space + 1 : nul]), int(data[position:space], 8), data[nul + 1 : stop].hex()
        position = stop


def _entry(path: str, mode: int, oid: str) -> TreeEntry:
    return TreeEntry(path, mode, oid, _KINDS.get(mode, "file"))


def _split(path: str, entry: tuple[int, str] | None) -> tuple[str | None, TreeEntry | None]:
    """An entry as (subtree to open, leaf); one of them is None."""
    if entry is None:
        return None, None
    mode, oid = entry
    return (oid, None) if mode == 0o040000 else (None, _entry(path, mode, oid))


class _CatFile:
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


class _Libgit2:
    """libgit2's object database; objects that it does not find are read by git, which fetches them."""

    def __init__(self, odb: Any, missing: type[Exception], fallback: _Reader) -> None:
        self._odb = odb
        self._missing = missing
        self._fallback = fallback

    @classmethod
    def over(cls, git: Git, fallback: _Reader) -> _Reader:
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
