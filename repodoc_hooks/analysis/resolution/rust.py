"""Rust: `mod` files, `use` paths through modules and re-exports, crates of the same repository by path dependency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from repodoc_hooks.analysis.facts import FileFacts, Import
from repodoc_hooks.analysis.manifests import table
from repodoc_hooks.analysis.resolution.tree import THROUGH, Found, Tree, ancestors, join, parent

Path = tuple[str, ...]
"""Segments of a path."""


class _Crate(Struct):
    """One `Cargo.toml`: where it is, its root files, its binaries (name and root file), and the crates it depends on
    by path (name in code -> directory), of which `for_tests` are dev-dependencies alone and `for_build` those of its
    build script alone."""

    directory: str
    name: str
    library: str
    roots: list[str]
    commands: list[tuple[str, str]] = field(default_factory=list)
    dependencies: dict[str, str] = field(default_factory=dict)
    for_tests: dict[str, str] = field(default_factory=dict)
    for_build: dict[str, str] = field(default_factory=dict)


class RustImports:
    """Resolves what Rust files use. Every answer is kept: no question is followed twice."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._crates: dict[str, _Crate | None] = {}
        self._crate_by_directory: dict[str, _Crate | None] = {}
        self._children: dict[tuple[str, str], str | None] = {}
        self._taken: dict[str, dict[str, list[Path]]] = {}
        self._globs: dict[str, list[str]] = {}
        self._own: dict[str, frozenset[str]] = {}
        self._origins: dict[tuple[str, Path], frozenset[str]] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files of the modules and items that a file uses, and of its own `mod` declarations, each with what for."""
        found = Found()
        for item in facts.imports:
            use = item.use or self._use(path, item)
            if item.kind == "mod":
                found.add(self._module_file(path, item), use)
            elif (place := self.place(path, _segments(item.target))) is not None:
                found.add(place[0], use)
                found.add(self._origins_of(*place), "test" if use == "test" else THROUGH)
        return found.uses(path)

    def locate(self, path: str, target: str, level: int, name: str) -> tuple[str, str] | None:
        """The module that a path leads to, and the name that is left there."""
        segments = _segments(target) + ((name,) if name else ())
        place = self.place(path, segments)
        if place is None:
            here = segments[0] in ("self", "crate") or segments[0] in self._modules_inside(path)
            inside = segments[1:] if segments[0] in ("self", "crate") else segments
            return (path, ".".join(inside)) if here and inside else None
        return place[0], ".".join(place[1])

    def _modules_inside(self, path: str) -> frozenset[str]:
        return frozenset(s.name for s in self.tree.facts(path).symbols if s.kind in ("module", "enum"))

    def place(self, path: str, segments: Path) -> tuple[str, Path] | None:
        """The module that a path leads to as seen from a file, and what is left of the path there.

        None for a path that leads out of the repository, or to what the file holds itself.
        """
        for start, rest in self._starts(path, segments) if segments else ():
            module, left = self._descend(start, rest)
            if module != path or start != path or len(left) != len(rest):
                return module, left
        return None

    def _use(self, path: str, item: Import) -> str:
        """What an import is for by where it stands: a crate that only tests may use is used by tests."""
        crate = self._crate_of(path)
        head = _segments(item.target)[:1]
        return "test" if crate is not None and head and head[0] in crate.for_tests else ""

    def _module_file(self, path: str, item: Import) -> frozenset[str]:
        """The file of a `mod` declaration."""
        if item.names:
            target = join(parent(path), item.names[0])
            return frozenset({target}) if target in self.tree.paths else frozenset()
        target, left = self._descend(path, _segments(item.target))
        return frozenset({target}) if target != path and not left else frozenset()

    def crates_for(self, path: str) -> list[str]:
        """The directory of the crate that a file is of, and those of the crates that it depends on."""
        crate = self._crate_of(path)
        if crate is None:
            return []
        return [crate.directory, *dict.fromkeys(self._dependencies_of(path, crate).values())]

    # re-exports

    def _origins_of(self, module: str, left: Path) -> frozenset[str]:
        """Files of the same crate that define what a module hands on under the first name that is left."""
        if not left or left[0] == "*" or left[0] in self._names(module):
            return frozenset()
        key = module, left
        if key not in self._origins:
            self._origins[key] = self._followed(module, left)
        return self._origins[key]

    def _followed(self, module: str, left: Path) -> frozenset[str]:
        """Everything that can be reached through the `use` declarations of modules, each place visited once."""
        crate = self._crate_of(module)
        found: set[str] = set()
        seen = {(module, left)}
        waiting = [(module, left)]
        while waiting:
            here, rest = waiting.pop()
            for there, remaining, by_name in self._handed_on(here, rest):
                if (there, remaining) in seen or self._crate_of(there) is not crate:
                    continue
                seen.add((there, remaining))
                defined = bool(remaining) and remaining[0] in self._names(there)
                if defined or by_name:
                    found.add(there)
                if remaining and not defined:
                    waiting.append((there, remaining))
        return frozenset(found)

    def _handed_on(self, module: str, left: Path) -> Iterator[tuple[str, Path, bool]]:
        """Where a module takes a name from: a place by that name, else one for each glob."""
        self._index(module)
        named = self._taken[module].get(left[0], ())
        for path in named:
            if (place := self.place(module, path + left[1:])) is not None:
                yield (*place, True)
        for base in self._globs[module] if not named else ():
            if (place := self.place(module, _segments(base) + left)) is not None:
                yield (*place, False)

    def _index(self, module: str) -> None:
        """The `use` declarations of a module by the names that they bring in."""
        if module in self._taken:
            return
        by_name: dict[str, list[Path]] = {}
        globs: list[str] = []
        for item in self.tree.facts(module).imports:
            base, _, tail = item.target.rpartition("::")
            if item.kind != "use" or not base:
                continue
            if tail == "*":
                globs.append(base)
            else:
                name = item.names[0] if item.names else tail.removeprefix("r#")
                by_name.setdefault(name, []).append(_segments(item.target))
        self._taken[module] = by_name
        self._globs[module] = list(dict.fromkeys(globs))

    def _names(self, module: str) -> frozenset[str]:
        """The names of what a file defines itself."""
        if module not in self._own:
            self._own[module] = frozenset(
                s.name for s in self.tree.facts(module).symbols if s.kind != "module"
            )
        return self._own[module]

    # modules

    def _starts(self, path: str, segments: Path) -> list[tuple[str, Path]]:
        """Files from which the segments may be followed."""
        head, rest = segments[0], segments[1:]
        if head == "self":
            return [(path, rest)]
        if head == "super":
            above = self._parent_module(path)
            while rest and rest[0] == "super" and above is not None:
                above, rest = self._parent_module(above), rest[1:]
            return [(above, rest)] if above is not None else []
        crate = self._crate_of(path)
        if head == "crate":
            return [(root, rest) for root in self._roots_for(path, crate)]
        starts = [(path, segments)]
        if crate is not None:
            where = self._dependencies_of(path, crate).get(head)
            other = self._crate(where) if where is not None else None
            if other is not None:
                return [(root, rest) for root in other.roots[:1]]
            if head == crate.name and crate.library in self.tree.paths:
                starts.append((crate.library, rest))
        return starts

    def _dependencies_of(self, path: str, crate: _Crate) -> dict[str, str]:
        """The crates that a file may use: its build script has dependencies of its own."""
        if path == join(crate.directory, "build.rs"):
            return crate.for_build
        return crate.dependencies if not crate.for_tests else {**crate.for_tests, **crate.dependencies}

    def _descend(self, module: str, segments: Path) -> tuple[str, Path]:
        """Follow segments through module files as far as they go: the last file, and what is left of them."""
        for position, segment in enumerate(segments):
            child = self._child(module, segment)
            if child is None:
                return module, segments[position:]
            module = child
        return module, ()

    def _child(self, module: str, name: str) -> str | None:
        """The file of a child module."""
        if not name[:1].isidentifier():
            return None
        key = module, name
        if key not in self._children:
            inside = _module_directory(module, self._is_root(module))
            self._children[key] = self.tree.first(
                f"{inside}/{name}.rs".lstrip("/"), f"{inside}/{name}/mod.rs".lstrip("/")
            )
        return self._children[key]

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
        directory = parent(path)
        if directory not in self._crate_by_directory:
            crates = (self._crate(above) for above in ancestors(directory))
            self._crate_by_directory[directory] = next((crate for crate in crates if crate is not None), None)
        return self._crate_by_directory[directory]

    def crate(self, directory: str) -> _Crate | None:
        """The crate whose manifest stands in a directory."""
        return self._crate(directory)

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
        commands = self._commands(directory, manifest, str(package.get("name", "")))
        candidates = [library, *(root for _, root in commands)]
        roots = list(dict.fromkeys(c for c in candidates if c in self.tree.paths))
        name = str(lib.get("name", package.get("name", ""))).replace("-", "_")
        crate = _Crate(directory, name, library, roots, commands)
        self._read_dependencies(manifest, crate)
        return crate

    def _commands(self, directory: str, manifest: dict[str, Any], package: str) -> list[tuple[str, str]]:
        """Binaries with their root files: those that the manifest lists, and those of the usual places."""
        listed = [b for b in manifest.get("bin", ()) if isinstance(b, dict)]
        names = {join(directory, str(b["path"])): str(b.get("name", "")) for b in listed if "path" in b}
        inside = join(directory, "src/bin")
        usual = {p: p.rpartition("/")[2].removesuffix(".rs") for p in self.tree.by_directory.get(inside, ())}
        named = {str(b.get("name", "")) for b in listed if "path" not in b}
        main = join(directory, "src/main.rs")
        usual[main] = next(iter(named)) if len(named) == 1 and not usual else package
        found = {**{p: n for p, n in sorted(usual.items()) if p.endswith(".rs")}, **names}
        return [(name, root) for root, name in found.items() if root in self.tree.paths]

    def _read_dependencies(self, manifest: dict[str, Any], crate: _Crate) -> None:
        """The crates of the repository that a crate depends on, of every target."""
        kinds = (
            ("dependencies", crate.dependencies),
            ("dev-dependencies", crate.for_tests),
            ("build-dependencies", crate.for_build),
        )
        tables = [manifest, *(t for t in manifest.get("target", {}).values() if isinstance(t, dict))]
        for each in tables:
            for kind, found in kinds:
                for key, value in (each.get(kind) or {}).items():
                    where = self._dependency(crate.directory, key, value)
                    if where is not None:
                        found[key.replace("-", "_")] = where
        for key in crate.dependencies.keys() & crate.for_tests.keys():
            del crate.for_tests[key]

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


def _segments(path: str) -> Path:
    return tuple(s.removeprefix("r#") for s in path.split("::") if s)


def _module_directory(path: str, is_root: bool) -> str:
    """Where the child modules of a module file are."""
    directory, _, name = path.rpartition("/")
    if is_root or name in ("mod.rs", "lib.rs", "main.rs"):
        return directory
    return f"{directory}/{name.removesuffix('.rs')}".lstrip("/")
