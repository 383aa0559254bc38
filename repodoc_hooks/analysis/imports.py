"""What a file's imports mean inside its repository: a path, a package, a name become files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from importlib import import_module
from typing import Protocol

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import language_of, parse, record
from repodoc_hooks.analysis.languages.record import NewFile
from repodoc_hooks.analysis.resolution.tree import Tree


class _LanguageResolver(Protocol):
    def resolve(self, path: str, facts: FileFacts) -> Iterable[str]: ...


class Resolver:
    """Resolves imports over the files of one snapshot.

    `paths` are the source files that may be imported, `read` gives the bytes of any file of the snapshot (b"" if
    there is none; manifests are read through it). `package_of` and `facts_of` say what is known of a source file;
    without them files are read and parsed when needed.
    """

    def __init__(
        self,
        paths: Collection[str],
        read: Callable[[str], bytes],
        package_of: Callable[[str], str] | None = None,
        facts_of: Callable[[str], FileFacts] | None = None,
    ) -> None:
        self._read = read
        self._parsed: dict[str, FileFacts] = {}
        facts = facts_of or self._parse
        if not isinstance(paths, (set, frozenset, dict)) and not hasattr(paths, "keys"):
            paths = frozenset(paths)
        self._tree = Tree(paths, read, package_of or (lambda path: facts(path).package), facts)
        self._resolvers: dict[str, _LanguageResolver] = {}

    def resolve(self, path: str, facts: FileFacts) -> frozenset[str]:
        """Files inside the repository that a file imports, without itself.

        A name that an imported module only hands on leads to the module and to the file that it comes from.
        """
        kind = record(facts.language).resolver
        if not kind or not facts.imports:
            return frozenset()
        if kind not in self._resolvers:
            module, _, name = kind.partition(":")
            found = import_module(f"repodoc_hooks.analysis.resolution.{module}")
            self._resolvers[kind] = getattr(found, name)(self._tree)
        return frozenset(self._resolvers[kind].resolve(path, facts)) - {path}

    def _parse(self, path: str) -> FileFacts:
        if path not in self._parsed:
            self._parsed[path] = parse(language_of(path) or "", self._read(path))
        return self._parsed[path]


def might_import(added_path: str, package: str) -> tuple[str, ...]:
    """Strings one of which stands in the text of every file that a new file could satisfy an import of.

    `package` is the package or namespace that the new file declares, "" if it declares none. Used with
    `git grep -F -l`, so that adding a file does not mean resolving the imports of the whole repository again.
    """
    directory, _, name = added_path.rpartition("/")
    new = NewFile(name, name.partition(".")[0], directory.rpartition("/")[2], directory, package)
    return record(language_of(added_path) or "").might_import(new)
