"""PHP: names in full, by Composer's autoload map, else by what files declare; `include` by path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from repodoc_hooks.analysis.facts import FileFacts, Import
from repodoc_hooks.analysis.manifests import table
from repodoc_hooks.analysis.resolution.tree import Found, Tree, ancestors, declared, join, parent


class PhpImports:
    """Resolves what PHP files use."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._maps: dict[str, list[tuple[str, str, bool]] | None] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that a file includes, and that declare the classes and functions it uses."""
        found = Found()
        aliases: dict[str, str] = {}
        for item in facts.imports:
            if item.kind == "include":
                found.add(self.tree.first(join(parent(path), item.target.lstrip("/"))), item.use)
            elif item.kind in ("function", "const"):
                found.add(self._function(item, path), item.use)
            elif item.kind != "mention":
                aliases[item.names[0] if item.names else item.target.rpartition("\\")[2]] = item.target
                found.add(self._named(item.target, path), item.use)
        for item in facts.imports:
            for name in item.names if item.kind == "mention" else ():
                found.add(self._named(_in_full(name, facts.package, aliases), path), item.use)
        return found.uses(path)

    def _named(self, target: str, path: str) -> str | None:
        """The file that declares a class by its full name; none if several do."""
        for prefix, directory, is_nested in self._map(parent(path)):
            if target.startswith(prefix):
                inside = target if is_nested else target[len(prefix) :]
                file = join(directory, inside.replace("\\", "/") + ".php")
                if file in self.tree.paths:
                    return file
        namespace, _, name = target.rpartition("\\")
        same = [f for f in self.tree.by_name.get(name + ".php", ()) if self.tree.package_of(f) == namespace]
        return same[0] if len(same) == 1 else None

    def _function(self, item: Import, path: str) -> list[str]:
        """The file below the directory of a namespace that declares a function or constant of it."""
        namespace, _, name = item.target.rpartition("\\")
        for prefix, directory, is_nested in self._map(parent(path)):
            if (namespace + "\\").startswith(prefix):
                below = namespace if is_nested else (namespace + "\\")[len(prefix) :]
                inside = join(directory, below.replace("\\", "/") or ".").rstrip("/")
                files = [f for f in self.tree.by_directory.get(inside, ()) if f.endswith(".php")]
                return [f for f in files if name in declared(self.tree.facts(f))]
        return []

    def _map(self, directory: str) -> list[tuple[str, str, bool]]:
        """Namespace prefixes with their directories and whether the whole namespace is below it (psr-0), of the
        `composer.json` files above, the longest first."""
        found = self._maps.get(directory)
        if found is None:
            found = [entry for above in ancestors(directory) for entry in self._read(above)]
            found = self._maps[directory] = sorted(found, key=lambda entry: -len(entry[0]))
        return found

    def commands(self, directory: str) -> Iterator[tuple[str, str]]:
        """Commands with their files that the `composer.json` of a directory installs."""
        declared = table("composer.json", self.tree.read(join(directory, "composer.json"))).get("bin")
        for path in _strings(declared):
            yield path.rpartition("/")[2], join(directory, path.removeprefix("./"))

    def _read(self, directory: str) -> Iterator[tuple[str, str, bool]]:
        manifest = table("composer.json", self.tree.read(join(directory, "composer.json")))
        for section in ("autoload", "autoload-dev"):
            rules = manifest.get(section)
            for kind in ("psr-4", "psr-0"):
                prefixes = rules.get(kind) if isinstance(rules, dict) else None
                for prefix, where in prefixes.items() if isinstance(prefixes, dict) else ():
                    for entry in _strings(where):
                        yield prefix, join(directory, entry or "."), kind == "psr-0"


def _in_full(name: str, package: str, aliases: dict[str, str]) -> str:
    """A name as it stands in a file of a namespace, in full."""
    if name.startswith("\\"):
        return name[1:]
    head, slash, rest = name.partition("\\")
    if head.lower() == "namespace" and slash:
        name = rest
    elif head in aliases:
        return aliases[head] + slash + rest
    return f"{package}\\{name}" if package else name


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [v for v in values if isinstance(v, str)]
