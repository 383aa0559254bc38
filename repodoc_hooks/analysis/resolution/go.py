"""Go: import paths by the module that `go.mod` declares, with local `replace`, nested modules and `go.work`."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.resolution.tree import Found, Tree, ancestors, join, parent
from repodoc_hooks.expressions import expression

_MODULE = expression(r'^\s*module\s+"?([^\s"]+)', re.MULTILINE)
_REPLACE = expression(r"^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\.\.?(?:/\S*)?)\s*$", re.MULTILINE)
_USE = expression(r"^\s*(?:use\s+)?(\.\.?(?:/[^\s()]*)?)\s*(?://.*)?$", re.MULTILINE)


class _Module(Struct, frozen=True):
    path: str
    directory: str
    replaced: tuple[tuple[str, str], ...]


class GoImports:
    """Resolves what Go files import: every file of the imported package."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._modules: dict[str, _Module | None] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files of the packages that a file imports."""
        module = self._module_of(parent(path))
        if module is None:
            return {}
        known = [(module.path, module.directory), *module.replaced, *self._workspace]
        found = Found()
        for item in facts.imports:
            for prefix, directory in sorted(known, key=lambda pair: -len(pair[0])):
                if item.target == prefix or item.target.startswith(prefix + "/"):
                    inside = join(directory, item.target[len(prefix) :].lstrip("/") or ".")
                    files = self._package(inside)
                    if files:
                        found.add(files, item.use)
                        break
        return found.uses(path)

    def import_path(self, directory: str) -> str:
        """The path by which the package in a directory is imported, "" outside of a module."""
        module = self._module_of(directory)
        if module is None:
            return ""
        inside = directory[len(module.directory) :].strip("/")
        return f"{module.path}/{inside}" if inside else module.path

    def _package(self, directory: str) -> set[str]:
        files = self.tree.by_directory.get(directory, ())
        return {f for f in files if f.endswith(".go") and not f.endswith("_test.go")}

    def _module_of(self, directory: str) -> _Module | None:
        for above in ancestors(directory):
            if above not in self._modules:
                self._modules[above] = self._read(above)
            if (module := self._modules[above]) is not None:
                return module
        return None

    def _read(self, directory: str) -> _Module | None:
        text = self.tree.read(f"{directory}/go.mod" if directory else "go.mod").decode(errors="replace")
        declared = _MODULE.search(text)
        if declared is None:
            return None
        replaced = tuple((old, join(directory, new)) for old, new in _REPLACE.findall(text))
        return _Module(declared[1], directory, replaced)

    @cached_property
    def _workspace(self) -> list[tuple[str, str]]:
        """The modules of `go.work` and the one at the top of the repository."""
        work = self.tree.read("go.work").decode(errors="replace")
        directories = {join("", used) for used in _USE.findall(work)} | {""}
        modules = [self._read(directory) for directory in sorted(directories)]
        return [(m.path, m.directory) for m in modules if m is not None]
