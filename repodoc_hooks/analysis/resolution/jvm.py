"""Languages of the JVM: types and functions by package, in the modules and source sets that the build lets a file use.

An import names a type, a whole package, or nothing at all (types of the own package); the names that a file mentions
decide which files of a package it really uses.
"""

from __future__ import annotations

from collections.abc import Iterable

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.resolution.jvm_build import JvmBuild, source_set
from repodoc_hooks.analysis.resolution.tree import Found, Tree, declared, mentioned, parent
from repodoc_hooks.source_files import FAMILY_BY_LANGUAGE, LANGUAGE_BY_SUFFIX

_SUFFIXES = tuple(f".{s}" for s, name in LANGUAGE_BY_SUFFIX.items() if FAMILY_BY_LANGUAGE.get(name) == "jvm")
_ROOTS = frozenset({"java", "kotlin", "scala", "src"})
"""Names of the directories in which packages begin."""


class JvmImports:
    """Resolves what Java, Kotlin and other files of the JVM use."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.build = JvmBuild(tree)
        self._packages: dict[tuple[str, str], tuple[str, ...]] = {}
        self._names: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that declare what a file imports, and what it mentions of its own package."""
        names = mentioned(facts)
        found = Found()
        found.add(self._used(facts.package, names, path), "")
        for name in names:
            if "." in name:
                found.add(self._named(name, path), "")
        for item in facts.imports:
            if item.kind == "mention":
                continue
            if item.names == ("*",) and self._files(item.target, path):
                found.add(self._used(item.target, names, path), item.use)
            else:
                found.add(self._named(item.target, path), item.use)
        return found.uses(path)

    def _named(self, target: str, path: str) -> Iterable[str]:
        """The file that declares `a.b.Name`, or the type around a nested or static one."""
        segments = target.split(".")
        for size in range(len(segments), 1, -1):
            package, name = ".".join(segments[: size - 1]), segments[size - 1]
            if used := self._used(package, (name,), path):
                return used
        return ()

    def _used(self, package: str, names: Iterable[str], path: str) -> list[str]:
        """The files of a package that declare one of the names."""
        known = self._declared_in(package, path)
        found = (self._allowed(path, known[name]) for name in names if name in known)
        return [file for file in found if file is not None]

    def _allowed(self, path: str, files: list[str]) -> str | None:
        """The one file that a name may mean, None if it may mean several: of its own module, else of those that the
        build lets use, and of a source set that it sees (its own, else the common one)."""
        if len(files) == 1 and files[0] == path:
            return path
        ranks = {f: self.build.rank(path, f) for f in files if self.build.may_use(path, f)}
        best = min(ranks.values(), default=3)
        if best == 3:
            return None
        near = [f for f in files if ranks.get(f) == best]
        if len(near) > 1:
            own = source_set(path)
            near = next(
                (g for s in (own, "common") if (g := [f for f in near if source_set(f) == s])),
                near,
            )
        return near[0] if len(near) == 1 else None

    def _declared_in(self, package: str, path: str) -> dict[str, list[str]]:
        """The files of a package by the names that they declare."""
        files = self._files(package, path)
        if files not in self._names:
            found: dict[str, list[str]] = {}
            for file in files:
                facts = self.tree.facts(file)
                own = declared(facts) or {file.rpartition("/")[2].partition(".")[0]}
                for name in own:
                    found.setdefault(name, []).append(file)
            self._names[files] = found
        return self._names[files]

    def _files(self, package: str, path: str) -> tuple[str, ...]:
        """Source files of a package, as one file sees it: in the directories that mirror it, though Kotlin may leave
        out the common root, and in those that are called like its own."""
        usual = {package.rpartition(".")[2], *_ROOTS}
        own = parent(path).rpartition("/")[2]
        key = package, "" if own in usual else own
        if key not in self._packages:
            names = sorted(usual if own in usual else {*usual, own})
            found = (file for name in names for file in self._called(name, package))
            self._packages[key] = tuple(found)
        return self._packages[key]

    def _called(self, name: str, package: str) -> Iterable[str]:
        """The source files of a package in the directories of one name."""
        tail = package.replace(".", "/")
        for directory in self.tree.directories_by_name.get(name, ()):
            inside = [f for f in self.tree.by_directory[directory] if f.endswith(_SUFFIXES)]
            mirrors = directory == tail or directory.endswith("/" + tail)
            if inside and (mirrors or self.tree.package_of(inside[0]) == package):
                yield from inside
