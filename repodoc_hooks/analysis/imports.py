"""What a file's imports mean inside its repository: a path, a package, a name become files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Protocol, runtime_checkable

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import language_of, parse, record
from repodoc_hooks.analysis.languages.record import NewFile
from repodoc_hooks.analysis.resolution.tree import THROUGH as THROUGH
from repodoc_hooks.analysis.resolution.tree import Tree, declared

_BY_NAME = frozenset({"java", "kotlin", "scala", "csharp", "swift", "php"})
"""Languages in which the file behind an import follows from what files declare, not from their paths."""
_ONE_OR_NONE = _BY_NAME | {"c", "cpp", "python"}
"""Languages in which a name that may mean several files means none of them."""
_BY_MANIFEST = frozenset({"javascript", "rust", "swift"})


class LanguageResolver(Protocol):
    """Resolves the imports of one language."""

    def resolve(self, path: str, facts: FileFacts) -> Mapping[str, frozenset[str]]:
        """Imported files with what they are imported for."""
        ...


@runtime_checkable
class Locator(Protocol):
    """A resolver of a language in which files hand on names of other files."""

    def locate(self, path: str, target: str, level: int, name: str) -> tuple[str, str] | None:
        """The file that a target of an `Export` means, seen from a file, and the name to look for in it ("" for the
        module itself, "*" for all); None for what is outside the repository."""
        ...


@runtime_checkable
class Naming(Protocol):
    """A resolver of a language in which the build says what package a file is in, not the file."""

    def package(self, path: str) -> str:
        """The package or module that a file belongs to, as importers name it; "" if none is known."""
        ...


class Resolver:
    """Resolves imports over the files of one snapshot.

    `paths` are the source files that may be imported, `read` gives the bytes of any file of the snapshot (b"" if
    there is none; manifests are read through it). `package_of` and `facts_of` say what is known of a source file;
    without them files are read and parsed when needed. `files` are all files of the snapshot.
    """

    def __init__(
        self,
        paths: Collection[str],
        read: Callable[[str], bytes],
        package_of: Callable[[str], str] | None = None,
        facts_of: Callable[[str], FileFacts] | None = None,
        files: Collection[str] = (),
    ) -> None:
        self._read = read
        self._parsed: dict[str, FileFacts] = {}
        facts = facts_of or self._parse
        if not isinstance(paths, (set, frozenset, dict)) and not hasattr(paths, "keys"):
            paths = frozenset(paths)
        self._tree = Tree(paths, read, package_of or (lambda path: facts(path).package), facts, files)
        self._resolvers: dict[str, LanguageResolver] = {}

    def resolve(self, path: str, facts: FileFacts) -> Mapping[str, frozenset[str]]:
        """Files inside the repository that a file imports, without itself, each with what the imports are for.

        Uses are those of `Import` ("" at run time, "type", "test", "export"), and `THROUGH` for files of the same
        unit that define what an imported file only hands on. A name that may mean several files means none.
        """
        found = self.of(facts.language)
        if found is None or not facts.imports:
            return {}
        return {target: uses for target, uses in found.resolve(path, facts).items() if target != path}

    @property
    def files(self) -> Collection[str]:
        """All files of the snapshot, as far as they are known."""
        return self._tree.files

    def has(self, path: str) -> bool:
        """Whether there is a source file at a path."""
        return path in self._tree.paths

    def package(self, path: str, facts: FileFacts) -> str:
        """The package, namespace or module of a file, as importers name it; "" for none."""
        found = self.of(facts.language)
        return found.package(path) if isinstance(found, Naming) else facts.package

    def locator(self, language: str) -> Locator | None:
        """What finds the modules of a language; None for one whose files hand on nothing."""
        found = self.of(language)
        return found if isinstance(found, Locator) else None

    def of(self, language: str) -> LanguageResolver | None:
        """What resolves the imports of a language."""
        kind = record(language).resolver
        if not kind:
            return None
        if kind not in self._resolvers:
            module, _, name = kind.partition(":")
            found = import_module(f"repodoc_hooks.analysis.resolution.{module}")
            self._resolvers[kind] = getattr(found, name)(self._tree)
        return self._resolvers[kind]

    def _parse(self, path: str) -> FileFacts:
        if path not in self._parsed:
            self._parsed[path] = parse(language_of(path) or "", self._read(path))
        return self._parsed[path]


def might_import(path: str, package: str) -> tuple[str, ...]:
    """Strings one of which stands in the text of every file that a new file could satisfy an import of.

    `package` is the package or namespace that the new file declares, "" if it declares none. Used with
    `git grep -F -l`, so that adding a file does not mean resolving the imports of the whole repository again; and so
    of a file that is gone, with the package that it declared.
    """
    directory, _, name = path.rpartition("/")
    new = NewFile(name, name.partition(".")[0], directory.rpartition("/")[2], directory, package)
    return record(language_of(path) or "").might_import(new)


def may_hide_others(path: str) -> bool:
    """While a file is there, imports may mean no file, that mean another one without it."""
    return language_of(path) in _ONE_OR_NONE


def is_called_by_manifest(path: str) -> bool:
    """Importers may write the name that a manifest gives the package, and nothing of the file's path."""
    return record(language_of(path) or "").family in _BY_MANIFEST


def found_by(facts: FileFacts) -> tuple[str, frozenset[str]]:
    """By what imports find a file beside its path: its package or namespace, and in some languages what it declares."""
    names = declared(facts) if facts.language in _BY_NAME else ()
    return facts.package, frozenset(names)
