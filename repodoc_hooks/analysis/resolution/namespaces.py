"""Languages whose files say which package or namespace they belong to: Java, Kotlin, C#, PHP.

An import names a type, a whole package, or nothing at all (types of the own package); the types that a file mentions
decide which files of a package it really uses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from repodoc_hooks.analysis.facts import FileFacts, Import
from repodoc_hooks.analysis.resolution.tree import Found, Tree, ancestors, join, nearest, parent

_JVM = (".java", ".kt", ".kts")


def _mentioned(facts: FileFacts) -> frozenset[str]:
    return frozenset(name for item in facts.imports if item.kind == "mention" for name in item.names)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _declared(facts: FileFacts) -> set[str]:
    """Names that a file declares at its top level."""
    return {s.name for s in facts.symbols if "." not in s.name}


class JvmImports:
    """Java and Kotlin."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._packages: dict[str, list[str]] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that declare what a file imports, and what it mentions of its own package."""
        mentioned = _mentioned(facts)
        found = Found()
        found.add(self._used(self._files(facts.package, path), mentioned), "")
        for item in facts.imports:
            if item.kind == "mention":
                continue
            files = self._files(item.target, path) if item.names == ("*",) else []
            named = self._used(files, mentioned) if files else self._named(item.target, path)
            found.add(named, item.use)
        return found.uses(path)

    def _named(self, target: str, path: str) -> set[str]:
        """Files that declare `a.b.Name`, or the type around a nested or static one."""
        segments = target.split(".")
        for size in range(len(segments), 1, -1):
            package, name = ".".join(segments[: size - 1]), segments[size - 1]
            files = self._files(package, path)
            exact = {f for f in files if _stem(f) == name}
            if exact:
                return exact
            if files and (used := self._used(files, {name})):
                return used
        return set()

    def _used(self, files: Iterable[str], names: Iterable[str]) -> set[str]:
        """Those of the files that declare one of the names."""
        wanted = set(names)
        found = {f for f in files if _stem(f) in wanted}
        missing = wanted - {_stem(f) for f in found}
        if missing:
            for file in files:
                if file not in found and not missing.isdisjoint(_declared(self.tree.facts(file))):
                    found.add(file)
        return found

    def _files(self, package: str, path: str) -> list[str]:
        """Source files of a package. Directories mirror packages, though Kotlin may leave out the common root."""
        if package not in self._packages:
            tail = package.replace(".", "/")
            names = {tail.rpartition("/")[2], "kotlin", "java", "src", parent(path).rpartition("/")[2]}
            files: list[str] = []
            for name in sorted(names):
                for directory in self.tree.directories_by_name.get(name, ()):
                    inside = [f for f in self.tree.by_directory[directory] if f.endswith(_JVM)]
                    mirrors = directory == tail or directory.endswith("/" + tail)
                    if inside and (mirrors or self.tree.package_of(inside[0]) == package):
                        files += inside
            self._packages[package] = files
        return self._packages[package]


class CSharpImports:
    """C#: a `using` opens a namespace, and a namespace opens those around it."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._index: dict[str, list[str]] | None = None
        self._types: dict[str, dict[str, list[str]]] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that declare the types that a file mentions, in the namespaces that it sees."""
        opened = {item.target.rpartition("=")[2] for item in facts.imports if item.kind != "mention"}
        parts = facts.package.split(".")
        opened |= {".".join(parts[:size]) for size in range(1, len(parts) + 1)}
        mentioned = _mentioned(facts)
        found = Found()
        for namespace in opened | {n.rpartition(".")[0] for n in opened}:
            types = self._declared_in(namespace)
            for name in mentioned & types.keys():
                found.add(types[name], "")
        return found.uses(path)

    def _declared_in(self, namespace: str) -> dict[str, list[str]]:
        if namespace not in self._types:
            if self._index is None:
                self._index = {}
                for path in self.tree.paths:
                    if path.endswith(".cs"):
                        self._index.setdefault(self.tree.package_of(path), []).append(path)
            types: dict[str, list[str]] = {}
            for path in self._index.get(namespace, ()):
                for name in _declared(self.tree.facts(path)):
                    types.setdefault(name, []).append(path)
            self._types[namespace] = types
        return self._types[namespace]


class PhpImports:
    """PHP: namespaces by Composer's psr-4 map, else by what files declare; `include` by path."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._maps: dict[str, list[tuple[str, str]] | None] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that a file includes, and that declare the classes and functions it uses."""
        found = Found()
        for item in facts.imports:
            if item.kind == "include":
                found.add(self.tree.first(join(parent(path), item.target.lstrip("/"))), item.use)
            elif item.kind == "mention":
                prefix = facts.package + "\\" if facts.package else ""
                for name in item.names:
                    found.add(self._named(prefix + name, path), item.use)
            elif item.kind in ("function", "const"):
                found.add(self._function(item, path), item.use)
            else:
                found.add(self._named(item.target, path), item.use)
        return found.uses(path)

    def _named(self, target: str, path: str) -> set[str]:
        for prefix, directory in self._map(parent(path)):
            if target.startswith(prefix):
                file = join(directory, target[len(prefix) :].replace("\\", "/") + ".php")
                if file in self.tree.paths:
                    return {file}
        namespace, _, name = target.rpartition("\\")
        same = [f for f in self.tree.by_name.get(name + ".php", ()) if self.tree.package_of(f) == namespace]
        best = nearest(same, path)
        return {best} if best is not None else set()

    def _function(self, item: Import, path: str) -> set[str]:
        """Files below the directory of a namespace that declare a function or constant of it."""
        namespace, _, name = item.target.rpartition("\\")
        for prefix, directory in self._map(parent(path)):
            if (namespace + "\\").startswith(prefix):
                inside = join(directory, (namespace + "\\")[len(prefix) :].replace("\\", "/") or ".").rstrip(
                    "/"
                )
                files = [f for f in self.tree.by_directory.get(inside, ()) if f.endswith(".php")]
                return {f for f in files if name in _declared(self.tree.facts(f))}
        return set()

    def _map(self, directory: str) -> list[tuple[str, str]]:
        """Namespace prefixes and their directories, of the nearest `composer.json`, the longest first."""
        for above in ancestors(directory):
            if above not in self._maps:
                self._maps[above] = self._read(above)
            if (known := self._maps[above]) is not None:
                return known
        return []

    def _read(self, directory: str) -> list[tuple[str, str]] | None:
        data = self.tree.read(join(directory, "composer.json"))
        try:
            manifest: Any = json.loads(data)
        except ValueError:
            return None
        found = []
        for section in ("autoload", "autoload-dev"):
            for prefix, where in ((manifest.get(section) or {}).get("psr-4") or {}).items():
                entries = [where] if isinstance(where, str) else where
                found += [(prefix, join(directory, entry or ".")) for entry in entries]
        return sorted(found, key=lambda pair: -len(pair[0]))
