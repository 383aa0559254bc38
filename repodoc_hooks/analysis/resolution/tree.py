"""The files of one snapshot as import resolution sees them; indexes are built when first asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, cached_property

from msgspec import Struct

from repodoc_hooks.analysis.facts import FileFacts

_PROJECTS = (".csproj",)


class Tree(Struct, frozen=True, dict=True):
    """`paths` are the source files, `read` gives the bytes of any file (b"" if there is none), `facts` and
    `package_of` what is known of a source file, `files` are all files there are, manifests included."""

    paths: Collection[str]
    read: Callable[[str], bytes]
    package_of: Callable[[str], str]
    facts: Callable[[str], FileFacts]
    files: Collection[str] = ()

    @cached_property
    def _projects(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for path in self.files:
            directory, _, name = path.rpartition("/")
            if name.endswith(_PROJECTS):
                found.setdefault((directory, "." + name.rpartition(".")[2]), []).append(path)
        return found

    def exists(self, path: str) -> bool:
        """Whether there is a file of any kind at a path."""
        return path in self.files or bool(self.read(path))

    def named(self, directory: str, suffix: str) -> list[str]:
        """The project files with a suffix (".csproj") that stand in a directory."""
        return sorted(self._projects.get((directory, suffix), ()))

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


def declared(facts: FileFacts) -> set[str]:
    """Names that a file declares at its top level, those aside that it keeps to itself (`private`)."""
    return {s.name for s in facts.symbols if "." not in s.name and not s.signature.startswith("private ")}


def mentioned(facts: FileFacts) -> frozenset[str]:
    """Names that a file uses without saying where they come from."""
    return frozenset(name for item in facts.imports if item.kind == "mention" for name in item.names)


THROUGH = "through"
"""The use of a file that an import reaches only because the imported file hands on what it defines: its interface
matters to the importer, but no arrow leads to it."""


class Found:
    """Imported files with what they are imported for, as they are found."""

    def __init__(self) -> None:
        self._uses: dict[str, set[str]] = {}

    def add(self, files: str | Iterable[str] | None, use: str) -> None:
        """A file, or several, found for one use."""
        for file in (files,) if isinstance(files, str) else files or ():
            self._uses.setdefault(file, set()).add(use)

    def uses(self, path: str) -> dict[str, frozenset[str]]:
        """What was found for the imports of a file, without that file."""
        return {file: _shared(frozenset(uses)) for file, uses in self._uses.items() if file != path}


@cache
def _shared(uses: frozenset[str]) -> frozenset[str]:
    """One set for all that are alike: there are few, and one for each import of a repository."""
    return uses


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
