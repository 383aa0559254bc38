"""Python: relative and absolute imports, `src` layouts, namespace packages, names handed on by `__init__.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cached_property

from repodoc_hooks.analysis.facts import FileFacts, Import
from repodoc_hooks.analysis.resolution.tree import THROUGH, Found, Tree, ancestors, parent

_DEPTH = 8
_INIT = "__init__.py"


class PythonImports:
    """Resolves what Python files import."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._origins: dict[tuple[str, str], set[str]] = {}
        self._tops: dict[str, str] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that a file imports, and those of the same packages that define what the imported modules hand on."""
        found = Found()
        for item in facts.imports:
            for module, name in self.modules(path, item):
                found.add(module, item.use)
                top = self._outermost(module)
                handed = self._handed_on(module, name)
                found.add((f for f in handed if self._outermost(f) == top), THROUGH)
        return found.uses(path)

    def locate(self, path: str, target: str, level: int, name: str) -> tuple[str, str] | None:
        """The module that an export names, and the name to look for in it."""
        hit = next(self.modules(path, Import(target, (name,) if name else (), level)), None)
        return None if hit is None else (hit[0], "*" if name == "*" else hit[1])

    def _handed_on(self, module: str, name: str) -> set[str]:
        """Files from which a module hands on a name; without a name, all that a package hands on."""
        key = module, name
        if key not in self._origins:
            found: set[str] = set()
            self._follow(module, name, found, _DEPTH)
            self._origins[key] = found - {module}
        return self._origins[key]

    def _outermost(self, path: str) -> str:
        """The outermost package around a module, its directory where there is none."""
        directory = parent(path)
        if directory not in self._tops:
            tops = [d for d in ancestors(directory) if f"{d}/{_INIT}" in self.tree.paths]
            self._tops[directory] = tops[-1] if tops else directory
        return self._tops[directory]

    def modules(self, path: str, item: Import) -> Iterator[tuple[str, str]]:
        """The module files that one import names, each with the name taken from it, "" for the module itself."""
        for base in self._bases(path, item):
            if not item.names:
                if (module := self._module(base)) is not None:
                    yield module, ""
                    return
                continue
            own = self._module(base)
            hits = []
            for name in item.names:
                below = self._module(f"{base}/{name}" if base else name) if name != "*" else None
                if below is not None:
                    hits.append((below, ""))
                elif own is not None:
                    hits.append((own, "" if name == "*" else name))
            if hits:
                yield from hits
                return

    def _follow(self, module: str, name: str, found: set[str], depth: int) -> None:
        """Add the files where a name of a module comes from; without a name, all that a package hands on."""
        if not name and module.rpartition("/")[2] != _INIT:
            return
        facts = self.tree.facts(module)
        if not depth or (name and _defines(facts, name)):
            return
        for item in facts.imports:
            if not item.names or (not name and not item.level):
                continue
            if name and name not in item.names:
                if item.names == ("*",):
                    self._follow_star(module, item, name, found, depth)
                continue
            for origin, taken in self.modules(module, item):
                if origin not in found and (not name or taken == name or _is_called(origin, name)):
                    found.add(origin)
                    self._follow(origin, taken, found, depth - 1)

    def _follow_star(self, module: str, item: Import, name: str, found: set[str], depth: int) -> None:
        """Add the module behind `from x import *` if it has the name, and where that comes from."""
        for origin, _ in self.modules(module, item):
            further: set[str] = set()
            self._follow(origin, name, further, depth - 1)
            if further or _defines(self.tree.facts(origin), name):
                found |= {origin, *further}

    def _module(self, base: str) -> str | None:
        return (
            self.tree.first(f"{base}/{_INIT}", f"{base}.py", f"{base}.pyi", f"{base}/{_INIT}i")
            if base
            else None
        )

    def _bases(self, path: str, item: Import) -> Iterator[str]:
        """Paths, without suffix, at which the imported module could be."""
        inner = item.target.replace(".", "/")
        directory = parent(path)
        if item.level:
            for _ in range(item.level - 1):
                if not directory:
                    return
                directory = parent(directory)
            yield f"{directory}/{inner}".strip("/") if inner else directory
            return
        top = inner.split("/", 1)[0]
        if not top or (top in sys.stdlib_module_names and top not in self._top_packages):
            return
        roots = dict.fromkeys(self._roots(path))
        elsewhere = self._top_packages.get(top, [])
        if len(elsewhere) == 1 or not roots.keys().isdisjoint(elsewhere):
            roots.update(dict.fromkeys(elsewhere))
        for root in roots:
            yield f"{root}/{inner}" if root else inner

    def _roots(self, path: str) -> Iterator[str]:
        """Directories that may be on the module search path of a file, the most likely first."""
        directory = parent(path)
        while f"{directory}/{_INIT}" in self.tree.paths:
            directory = parent(directory)
        for above in ancestors(directory):
            yield above
            for name in ("src", "lib", "python"):
                yield f"{above}/{name}" if above else name

    @cached_property
    def _top_packages(self) -> dict[str, list[str]]:
        """Search-path directories by the outermost packages that stand in them."""
        packages = {parent(p) for p in self.tree.paths if p.endswith("/" + _INIT)}
        found: dict[str, list[str]] = {}
        for package in sorted(packages):
            above, _, name = package.rpartition("/")
            if above not in packages:
                found.setdefault(name, []).append(above)
        return found


def _defines(facts: FileFacts, name: str) -> bool:
    return any(s.name == name for s in facts.symbols)


def _is_called(module: str, name: str) -> bool:
    """Whether a module file is the module of a name."""
    return module.endswith((f"/{name}.py", f"/{name}.pyi", f"/{name}/{_INIT}"))
