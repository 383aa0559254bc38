"""The files of one snapshot as import resolution sees them; indexes are built when first asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from repodoc_hooks.analysis.facts import FileFacts


@dataclass(frozen=True)
class Tree:
    """`paths` are the source files, `read` gives the bytes of any file (b"" if there is none), `facts` and
    `package_of` what is known of a source file."""

    paths: Collection[str]
    read: Callable[[str], bytes]
    package_of: Callable[[str], str]
    facts: Callable[[str], FileFacts]

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """Paths by file name."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    @cached_property
    def by_directory(self) -> dict[str, list[str]]:
        """Paths by the directory that they are in."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            found.setdefault(path.rpartition("/")[0], []).append(path)
        return found

    @cached_property
    def directories_by_name(self) -> dict[str, list[str]]:
        """Directories with source files by their last element."""
        found: dict[str, list[str]] = {}
        for directory in self.by_directory:
            found.setdefault(directory.rpartition("/")[2], []).append(directory)
        return found

    def first(self, *candidates: str) -> str | None:
        """The first candidate that is a source file."""
        return next((c for c in candidates if c in self.paths), None)

    def ending(self, tail: str) -> list[str]:
        """Paths that are `tail` or end in it after a slash."""
        suffix = "/" + tail
        found = self.by_name.get(tail.rpartition("/")[2], ())
        return [p for p in found if p == tail or p.endswith(suffix)]


def join(directory: str, relative: str) -> str:
    """A relative path seen from a directory; "../" too many gives a path that no file has."""
    path = posixpath.normpath(posixpath.join(directory, relative))
    return "" if path == "." else path


def parent(path: str) -> str:
    """The directory of a path, "" at the top."""
    return path.rpartition("/")[0]


def ancestors(directory: str) -> Iterator[str]:
    """A directory and those above it, the top ("") last."""
    while directory:
        yield directory
        directory = parent(directory)
    yield ""


def nearest(candidates: Collection[str], path: str) -> str | None:
    """The candidate that shares the longest beginning with a path; the first in order among equals."""

    def shared(candidate: str) -> int:
        return len(posixpath.commonprefix([candidate, path]))

    return max(sorted(candidates), key=shared, default=None)
