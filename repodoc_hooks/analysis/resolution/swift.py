"""Swift: modules by the targets that `Package.swift` declares, else by the folders of `Sources`.

An import names a module, and files of one module see each other without one; the names that a file mentions decide
which files of a module it really uses.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.resolution.tree import Found, Tree, ancestors, declared, join, mentioned, parent
from repodoc_hooks.expressions import expression

_MANIFEST = "Package.swift"
_TARGET = expression(r"\.(?:executableTarget|testTarget|target|macro|plugin)\s*\(")
_EXECUTABLE = expression(r"\.executable\s*\(")
_TARGETS = expression(r"\btargets\s*:\s*\[([^\]]*)\]")
_STRING = expression(r'"([^"\\]+)"')
_NAME = expression(r'\bname\s*:\s*"([^"\\]+)"')
_PATH = expression(r'\bpath\s*:\s*"([^"\\]+)"')
_NOISE = expression(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_SOURCES = ("Sources", "Source", "src", "srcs", "Tests", "Plugins")
"""Folders below which the package manager looks for the folder of a target."""

Module = tuple[str, str]
"""The directory of the package, and the name of the module."""


class SwiftImports:
    """Resolves what Swift files use."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._targets: dict[str, list[tuple[str, str]]] = {}
        self._modules: dict[str, Module] = {}
        self._files: dict[str, dict[Module, list[str]]] | None = None
        self._names: dict[Module, dict[str, list[str]]] = {}

    def package(self, path: str) -> str:
        """The module that a file is compiled into, "" if nothing tells."""
        return self._module(parent(path))[1]

    def commands(self, paths: Collection[str]) -> Iterator[tuple[str, str]]:
        """The executables among the products of the packages that files belong to, by name, each with where the target
        behind it begins: its `main.swift`, else its directory. Only those whose target has one of the files."""
        here = {self._module(parent(path)) for path in paths}
        for directory in sorted({module[0] for module in here}):
            text = self.tree.read(join(directory, _MANIFEST)).decode(errors="replace")
            places = dict(self._declared(directory))
            for name, behind in executables(text):
                target = next((t for t in behind if t in places and (directory, t) in here), "")
                if target:
                    main = join(places[target], "main.swift")
                    yield name, main if main in self.tree.paths else places[target]

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files of the own module, and of those imported, that declare what a file mentions."""
        own = self._module(parent(path))
        names = mentioned(facts)
        found = Found()
        found.add(self._used(own, names), "")
        for item in facts.imports:
            if item.kind != "mention" and item.target != own[1]:
                for module in self._called(item.target, own):
                    found.add(self._used(module, item.names or names), item.use)
        return found.uses(path)

    def _called(self, name: str, seen_from: Module) -> Iterable[Module]:
        """The module of a name: in the own package, else the only one of the repository."""
        modules = self._by_name.get(name, {})
        near = (seen_from[0], name)
        return [near] if near in modules else modules if len(modules) == 1 else ()

    def _used(self, module: Module, names: Iterable[str]) -> list[str]:
        """The files of a module that alone declare one of the names."""
        if module not in self._names:
            known: dict[str, list[str]] = {}
            for file in self._by_name.get(module[1], {}).get(module, ()):
                for name in declared(self.tree.facts(file)):
                    known.setdefault(name, []).append(file)
            self._names[module] = known
        declaring = self._names[module]
        return [declaring[name][0] for name in names if len(declaring.get(name, ())) == 1]

    @property
    def _by_name(self) -> dict[str, dict[Module, list[str]]]:
        """Source files by the name of their module, and the module."""
        if self._files is None:
            self._files = {}
            for path in sorted(self.tree.paths):
                if path.endswith(".swift"):
                    module = self._module(parent(path))
                    self._files.setdefault(module[1], {}).setdefault(module, []).append(path)
        return self._files

    def _module(self, directory: str) -> Module:
        if directory not in self._modules:
            self._modules[directory] = self._find(directory)
        return self._modules[directory]

    def _find(self, directory: str) -> Module:
        for above in ancestors(directory):
            if targets := self._declared(above):
                inside = [t for t in targets if directory == t[1] or directory.startswith(t[1] + "/")]
                if inside:
                    return above, max(inside, key=lambda target: len(target[1]))[0]
        folders = directory.split("/")
        for i in reversed(range(len(folders) - 1)):
            if folders[i] in _SOURCES[:2]:
                return "/".join(folders[:i]), folders[i + 1]
        return folders[0], ""

    def _declared(self, directory: str) -> list[tuple[str, str]]:
        """The targets of the package in a directory, each with the directory of its files."""
        if directory not in self._targets:
            text = self.tree.read(join(directory, _MANIFEST)).decode(errors="replace")
            self._targets[directory] = [
                (name, join(directory, path) if path else self._usual(directory, name))
                for name, path in targets(text)
            ]
        return self._targets[directory]

    def _usual(self, directory: str, name: str) -> str:
        candidates = [join(directory, f"{folder}/{name}") for folder in _SOURCES]
        held = (c for c in candidates if any(d == c or d.startswith(c + "/") for d in self.tree.by_directory))
        return next(held, candidates[0])


def targets(manifest: str) -> Iterator[tuple[str, str]]:
    """Names and paths ("" for the usual one) of the targets that a `Package.swift` declares."""
    for arguments in _calls(manifest, _TARGET):
        name, path = _NAME.search(arguments), _PATH.search(arguments)
        if name is not None:
            yield name[1], path[1] if path is not None else ""


def executables(manifest: str) -> Iterator[tuple[str, list[str]]]:
    """The executables among the products that a `Package.swift` declares, each with the names of its targets."""
    for arguments in _calls(manifest, _EXECUTABLE):
        name, behind = _NAME.search(arguments), _TARGETS.search(arguments)
        if name is not None and behind is not None:
            yield name[1], _STRING.findall(behind[1])


def _calls(manifest: str, function: re.Pattern[str]) -> Iterator[str]:
    """The arguments of calls in a manifest, without comments; of calls inside of others of the kind none."""
    text = _NOISE.sub(lambda m: m[0] if m[0].startswith('"') else " " * len(m[0]), manifest)
    bare = _NOISE.sub(lambda m: " " * len(m[0]), text)
    end = 0
    for found in function.finditer(bare):
        if found.start() < end:
            continue  # names a target that another one depends on
        end = _closing(bare, found.end())
        yield text[found.end() : end]


def _closing(text: str, start: int) -> int:
    """Where the bracket that was opened before `start` is closed."""
    depth = 1
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if not depth:
            return i
    return len(text)
