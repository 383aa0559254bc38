"""Rust: `mod` files, `use` paths through modules and re-exports, crates of the same repository by path dependency."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from repodoc_hooks.analysis.facts import FileFacts, Import
from repodoc_hooks.analysis.manifests import table
from repodoc_hooks.analysis.resolution.tree import Tree, ancestors, join, parent

_DEPTH = 8


@dataclass(slots=True)
class _Crate:
    """One `Cargo.toml`: where it is, its root files, the crates it depends on by path (name in code -> directory)."""

    directory: str
    name: str
    library: str
    roots: list[str]
    dependencies: dict[str, str] = field(default_factory=dict)


class RustImports:
    """Resolves what Rust files use."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._crates: dict[str, _Crate | None] = {}

    def resolve(self, path: str, facts: FileFacts) -> set[str]:
        """Files of the modules and items that a file uses, and of its own `mod` declarations."""
        found: set[str] = set()
        for item in facts.imports:
            found |= self._targets(path, item, _DEPTH)
        found.discard(path)
        return found

    def _targets(self, path: str, item: Import, depth: int) -> set[str]:
        if item.kind == "mod":
            if item.names:
                explicit = join(parent(path), item.names[0])
                return {explicit} if explicit in self.tree.paths else set()
            target = self._descend(path, item.target.split("::"))
            return {target[0]} if target[0] != path else set()
        segments = [s.removeprefix("r#") for s in item.target.split("::") if s]
        return self._lookup(path, segments, depth) if segments else set()

    def _lookup(self, path: str, segments: list[str], depth: int) -> set[str]:
        """Files that a path leads to: the module of the item, and where a re-export says it comes from."""
        for start, rest in self._starts(path, segments):
            module, left = self._descend(start, rest)
            if module == path and start == path and len(left) == len(rest):
                continue
            return {module} | self._reexported(module, left, depth)
        return set()

    def _reexported(self, module: str, left: list[str], depth: int) -> set[str]:
        """Files that a module takes an item from with `use`, by its name or with a glob."""
        found: set[str] = set()
        if not left or left == ["*"] or not depth:
            return found
        facts = self.tree.facts(module)
        if any(s.name == left[0] for s in facts.symbols):
            return found
        for item in facts.imports:
            base, _, tail = item.target.rpartition("::")
            if item.kind != "use" or not base:
                continue
            if tail == left[0]:
                found |= self._lookup(module, item.target.split("::") + left[1:], depth - 1)
            elif tail == "*":
                for origin in self._lookup(module, [*base.split("::"), *left], depth - 1):
                    if any(s.name == left[0] for s in self.tree.facts(origin).symbols):
                        found.add(origin)
        return found

    def _starts(self, path: str, segments: list[str]) -> list[tuple[str, list[str]]]:
        """Files from which the segments may be followed."""
        head, rest = segments[0], segments[1:]
        crate = self._crate_of(path)
        if head == "crate":
            return [(root, rest) for root in self._roots_for(path, crate)]
        if head == "self":
            return [(path, rest)]
        if head == "super":
            above = self._parent_module(path)
            while rest and rest[0] == "super" and above is not None:
                above, rest = self._parent_module(above), rest[1:]
            return [(above, rest)] if above is not None else []
        starts = [(path, segments)]
        if crate is not None:
            if head in crate.dependencies:
                other = self._crate(crate.dependencies[head])
                if other is not None:
                    return [(root, rest) for root in other.roots[:1]]
            elif head == crate.name and crate.library in self.tree.paths:
                starts.append((crate.library, rest))
        return starts

    def _descend(self, module: str, segments: list[str]) -> tuple[str, list[str]]:
        """Follow segments through module files as far as they go: the last file, and what is left of them."""
        for position, segment in enumerate(segments):
            inside = _module_directory(module, self._is_root(module))
            child = self.tree.first(
                f"{inside}/{segment}.rs".lstrip("/"), f"{inside}/{segment}/mod.rs".lstrip("/")
            )
            if child is None:
                return module, segments[position:]
            module = child
        return module, []

    def _is_root(self, path: str) -> bool:
        crate = self._crate_of(path)
        return crate is not None and path in crate.roots

    def _parent_module(self, path: str) -> str | None:
        directory = parent(path)
        name = path.rpartition("/")[2]
        if name == "mod.rs":
            directory = parent(directory)
        if name in ("lib.rs", "main.rs"):
            return None
        above = self.tree.first(
            f"{directory}/mod.rs", f"{directory}.rs", f"{directory}/lib.rs", f"{directory}/main.rs"
        )
        if above is not None:
            return above
        crate = self._crate_of(path)
        return next((r for r in crate.roots if parent(r) == directory), None) if crate is not None else None

    def _roots_for(self, path: str, crate: _Crate | None) -> list[str]:
        if crate is None:
            return []
        if path in crate.roots:
            return [path]
        holding = [r for r in crate.roots if path.startswith(parent(r) + "/") or not parent(r)]
        return holding or crate.roots

    def _crate_of(self, path: str) -> _Crate | None:
        for directory in ancestors(parent(path)):
            if (crate := self._crate(directory)) is not None:
                return crate
        return None

    def _crate(self, directory: str) -> _Crate | None:
        if directory not in self._crates:
            self._crates[directory] = self._read(directory)
        return self._crates[directory]

    def _manifest(self, directory: str) -> dict[str, Any]:
        data = self.tree.read(f"{directory}/Cargo.toml" if directory else "Cargo.toml")
        return table("Cargo.toml", data)

    def _read(self, directory: str) -> _Crate | None:
        manifest = self._manifest(directory)
        package = manifest.get("package")
        if not isinstance(package, dict):
            return None
        lib = manifest.get("lib") or {}
        library = join(directory, lib.get("path", "src/lib.rs"))
        binaries = [b["path"] for b in manifest.get("bin", ()) if isinstance(b, dict) and "path" in b]
        candidates = [library, *(join(directory, b) for b in [*binaries, "src/main.rs"])]
        inside = join(directory, "src/bin")
        candidates += (p for p in self.tree.by_directory.get(inside, ()) if p.endswith(".rs"))
        roots = list(dict.fromkeys(c for c in candidates if c in self.tree.paths))
        name = str(lib.get("name", package.get("name", ""))).replace("-", "_")
        crate = _Crate(directory, name, library, roots)
        tables = [manifest, *(t for t in manifest.get("target", {}).values() if isinstance(t, dict))]
        for each in tables:
            for kind in ("dependencies", "dev-dependencies", "build-dependencies"):
                for key, value in (each.get(kind) or {}).items():
                    where = self._dependency(directory, key, value)
                    if where is not None:
                        crate.dependencies[key.replace("-", "_")] = where
        return crate

    def _dependency(self, directory: str, name: str, value: Any) -> str | None:
        """Directory of a dependency by path; what says `workspace = true` is looked up in the workspace."""
        if not isinstance(value, dict):
            return None
        if isinstance(value.get("path"), str):
            return join(directory, value["path"])
        if value.get("workspace"):
            for above in ancestors(directory):
                workspace = self._manifest(above).get("workspace")
                if isinstance(workspace, dict):
                    entry = (workspace.get("dependencies") or {}).get(name)
                    if isinstance(entry, dict) and isinstance(entry.get("path"), str):
                        return join(above, entry["path"])
                    return None
        return None


def _module_directory(path: str, is_root: bool) -> str:
    """Where the child modules of a module file are."""
    directory, _, name = path.rpartition("/")
    if is_root or name in ("mod.rs", "lib.rs", "main.rs"):
        return directory
    return f"{directory}/{name.removesuffix('.rs')}".lstrip("/")
