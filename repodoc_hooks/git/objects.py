"""Trees and blobs of git, read by name: trees opened only where needed, blobs streamed.

Trees are parsed from their raw form ("<octal mode> <name>\\0<binary oid>" per entry), so sha1 and sha256, any
ref storage and partial clones are one case.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import NamedTuple

from repodoc_hooks.git.process import Git
from repodoc_hooks.git.readers import CatFile, Libgit2, Reader

_KINDS = {0o040000: "tree", 0o120000: "symlink", 0o160000: "submodule"}
_MODES = {b"%o" % mode: mode for mode in (0o100644, 0o100755, *_KINDS)}


class TreeEntry(NamedTuple):
    """One name in a tree; `kind` is "file", "symlink", "submodule" or "tree"."""

    path: str
    mode: int
    oid: str
    kind: str


class Objects:
    """The objects of one repository. A context manager; trees once opened are remembered."""

    def __init__(self, reader: Reader, git: CatFile, oid_bytes: int) -> None:
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

    def blobs_up_to(self, limit: int, oids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """As `blobs`, None for what is longer than `limit` bytes; it does not go through memory."""
        return self._reader.read_up_to(limit, oids)

    def find(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Contents of objects that need not exist (None), by any name that git understands (`ref:path`)."""
        for name, found in self._git.find(names):
            yield name, None if found is None else found.content

    def resolve(self, name: str) -> str:
        """The object that a name stands for, "" for none."""
        found = next(self._git.find([name], limit=0))[1]
        return "" if found is None else found.oid

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

    def inside(self, tree: str, directory: str) -> list[TreeEntry]:
        """The entries of one directory ("" is the top) of a tree, none if it is not there."""
        if directory:
            found = self.lookup(tree, directory)
            if found is None or found.kind != "tree":
                return []
            tree = found.oid
        prefix = f"{directory}/" if directory else ""
        return [_entry(prefix + name, mode, oid) for name, mode, oid in self._open(tree)]

    def entries(self, tree: str, prefix: str = "") -> Iterator[TreeEntry]:
        """All files, symlinks and submodules below a tree, sorted by path; `prefix` is put before each.

        Subtrees are read level by level, many in one go, and not remembered: there may be very many.
        """
        found: list[TreeEntry] = []
        level = [(prefix, tree)]
        remembered = {*self._trees, tree}
        while level:
            self._load(oid for _, oid in level)
            deeper: list[tuple[str, str]] = []
            for base, oid in level:
                for name, mode, child in self._trees[oid]:
                    if mode == 0o040000:
                        deeper.append((f"{base}{name}/", child))
                    else:
                        found.append(_entry(base + name, mode, child))
            for _, oid in level:
                if oid not in remembered:
                    self._trees.pop(oid, None)
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

    def with_files(self, tree: str, files: Mapping[str, str | None]) -> str:
        """The name that a tree would have with these blobs at these paths (None: without the path); nothing is stored.

        A file that is there keeps its mode, a new one is not executable; a file gives way to what lies below it. A
        path is no directory of the tree.
        """
        changes = {tuple(path.split("/")): oid for path, oid in files.items()}
        return self._with_files(tree, changes) or self._tree_oid({})

    def _with_files(self, tree: str, files: Mapping[tuple[str, ...], str | None]) -> str:
        """As `with_files`, "" for an empty tree, which git leaves out."""
        entries = {name: (mode, oid) for name, mode, oid in (self._open(tree) if tree else ())}
        below: dict[str, dict[tuple[str, ...], str | None]] = {}
        for (name, *rest), oid in files.items():
            if rest:
                below.setdefault(name, {})[tuple(rest)] = oid
            elif oid is None:
                entries.pop(name, None)
            else:
                entries[name] = entries[name][0] if name in entries else 0o100644, oid
        for name, inside in below.items():
            mode, oid = entries.pop(name, (0, ""))
            if subtree := self._with_files(oid if mode == 0o040000 else "", inside):
                entries[name] = 0o040000, subtree
        return self._tree_oid(entries) if entries else ""

    def _tree_oid(self, entries: Mapping[str, tuple[int, str]]) -> str:
        def position(name: str) -> bytes:  # git compares directories as if their names ended in a slash
            return os.fsencode(name + "/" if entries[name][0] == 0o040000 else name)

        import hashlib  # 3 ms, which most readers do not need

        data = b"".join(
            b"%o %s\0%s" % (entries[name][0], os.fsencode(name), bytes.fromhex(entries[name][1]))
            for name in sorted(entries, key=position)
        )
        algorithm = "sha256" if self._oid_bytes == 32 else "sha1"
        return hashlib.new(algorithm, b"tree %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

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
    cat_file = CatFile(git)
    bulk = bulk and git.object_format == "sha1"
    reader = Libgit2.over(git, cat_file) if bulk else cat_file
    return Objects(reader, cat_file, 32 if git.object_format == "sha256" else 20)


def parse_tree(data: bytes, oid_bytes: int) -> Iterator[tuple[str, int, str]]:
    """Name, mode and object of every entry of a raw tree; `oid_bytes` is 20 (sha1) or 32 (sha256)."""
    position, end = 0, len(data)
    while position < end:
        space = data.index(b" ", position)
        nul = data.index(b"\0", space)
        stop = nul + 1 + oid_bytes
        mode = _MODES.get(data[position:space])  # one number for all that are alike
        name = os.fsdecode(data[space + 1 : nul])
        yield name, int(data[position:space], 8) if mode is None else mode, data[nul + 1 : stop].hex()
        position = stop


def _entry(path: str, mode: int, oid: str) -> TreeEntry:
    return TreeEntry(path, mode, oid, _KINDS.get(mode, "file"))


def _split(path: str, entry: tuple[int, str] | None) -> tuple[str | None, TreeEntry | None]:
    """An entry as (subtree to open, leaf); one of them is None."""
    if entry is None:
        return None, None
    mode, oid = entry
    return (oid, None) if mode == 0o040000 else (None, _entry(path, mode, oid))
