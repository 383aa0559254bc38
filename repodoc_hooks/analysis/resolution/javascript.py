"""JavaScript and TypeScript: relative paths, `tsconfig.json` paths, packages of the workspace, re-exports."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from repodoc_hooks.analysis.facts import FileFacts, Import
from repodoc_hooks.analysis.manifests import MAX_BYTES
from repodoc_hooks.analysis.resolution.npm_workspaces import Workspaces
from repodoc_hooks.analysis.resolution.tree import THROUGH, Found, Tree, ancestors, join, parent
from repodoc_hooks.expressions import expression

_DEPTH = 8
_SUFFIXES = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".d.mts", ".d.cts")
_AT_RUN_TIME = (
    *(s for s in _SUFFIXES if not s.startswith(".d.")),
    *(s for s in _SUFFIXES if s.startswith(".d.")),
)
"""The order for importers that no compiler reads, to which declarations say nothing."""
_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs")
_EMITTED = {".js": (".ts", ".tsx", ".d.ts"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_CONDITIONS = ("source", "development", "import", "module", "require", "node", "browser", "default", "types")
_OF_ENVIRONMENTS = frozenset(
    {
        *_CONDITIONS,
        *(
            "bun",
            "deno",
            "edge-light",
            "electron",
            "module-sync",
            "node-addons",
            "production",
            "react-native",
        ),
        *(
            "react-server",
            "svelte",
            "solid",
            "worker",
            "workerd",
            "style",
            "sass",
            "script",
            "asset",
            "umd",
            "unpkg",
        ),
    }
)
"""Conditions that others are known to set; those of a project's own (`@scope/source`) lead to its sources."""
_OF_SOURCES = ("source", "development")
_OWN_CONDITIONS = (*(c for c in _CONDITIONS if c not in _OF_SOURCES), *_OF_SOURCES)
"""Those of `imports`, which tell builds apart, not sources from what is built."""
_SOURCES = ("src/", "source/", "")
"""Where the source of what is built stands."""
_BUILT = expression(
    r"^(?:dist|distribution|lib|build|out|output|esm|cjs)(?:/(?:esm|cjs|src|es|umd|types|commonjs|module))?/"
)
_FLAVOUR = expression(r"^(?:modern|legacy|node|browser|web|es\d+|import|require|production|development)/")
"""For whom something is built."""
_CODE_SUFFIX = expression(r"\.d\.[cm]?ts$|\.[cm]?[jt]sx?$")
_COMMENTS = expression(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING_COMMA = expression(r",(\s*[}\]])")


class JavaScriptImports:
    """Resolves what JavaScript and TypeScript files import."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._configs: dict[str, dict[str, Any]] = {}
        self._mappings: dict[str, list[tuple[str, list[str], str]]] = {}
        self._owners: dict[str, str] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that a file imports, and those of the same packages from which the imported modules hand names on."""
        found = Found()
        values = {export.target for export in facts.exports if not export.type_only}
        types = {export.target for export in facts.exports if export.type_only} - values
        for item in facts.imports:
            target = self.module(path, item.target)
            if target is not None and target != path:
                only_types = item.kind == "export" and item.target in types
                found.add(target, "type" if only_types else item.use)
                package = self._package_of(target)
                handed: set[str] = set()
                self._follow(target, item, handed, _DEPTH)
                found.add((f for f in handed if self._package_of(f) == package), THROUGH)
        return found.uses(path)

    def locate(self, path: str, target: str, level: int, name: str) -> tuple[str, str] | None:
        """The module that an export names, and the name to look for in it."""
        module = self.module(path, target)
        return None if module is None else (module, name)

    def manifest(self, directory: str) -> dict[str, Any]:
        """The `package.json` of a directory, {} without one."""
        return self._json(join(directory, "package.json"))

    def entry_points(self, directory: str, paths: Collection[str]) -> Iterator[tuple[str, list[str]]]:
        """What users import from the package in a directory: subpath ("" for the package itself, "/http") and the
        source files that it may stand for, the most likely first. `paths` are the files of the package."""
        manifest = self.manifest(directory)
        exports = manifest.get("exports")
        whole = isinstance(exports, dict) and any(str(key).startswith(".") for key in exports)
        subpaths: dict[str, Any] = dict(exports) if whole and isinstance(exports, dict) else {}
        main = (
            [*self._entries(manifest), *(f"{folder}index" for folder in _SOURCES)]
            if "." in subpaths or not whole
            else []
        )
        files = [self._built(directory, entry) for entry in main]
        entry = list(dict.fromkeys(file for file in files if file is not None))
        if entry:
            yield "", entry
        for pattern, value in subpaths.items():
            if pattern in (".", "./package.json") or not pattern.startswith("./"):
                continue
            if "*" in pattern:
                expanded = self._expanded(directory, subpaths, pattern, paths)
                yield from ((subpath, found) for subpath, found in expanded if found != entry[:1])
                continue
            hits = [self._built(directory, target) for target in _targets(value)]
            if any(hits):
                yield pattern[1:], list(dict.fromkeys(hit for hit in hits if hit is not None))

    def _expanded(
        self,
        directory: str,
        exports: Mapping[str, Any],
        pattern: str,
        paths: Collection[str],
    ) -> Iterator[tuple[str, list[str]]]:
        """The files that a subpath with `*` stands for, each under its shortest name: what is built may stand at the
        top without the `src` of its source. `"./*": "./*"` says only that nothing is hidden."""
        found: dict[str, str] = {}
        value = exports[pattern]
        inside = {path[len(directory) :].strip("/"): path for path in paths}
        for target in _targets(value) if pattern != "./*" or value != "./*" else ():
            head, star, tail = target.removeprefix("./").partition("*")
            heads = dict.fromkeys((head, *(_BUILT.sub(folder, head) for folder in _SOURCES))) if star else {}
            prefix = next((h for h in heads if any(name.startswith(h) for name in inside)), None)
            for name, path in inside.items() if prefix is not None else ():
                if prefix is None or not name.startswith(prefix) or name.endswith(".d.ts"):
                    continue
                ending = _CODE_SUFFIX.sub("", tail)
                whole = _CODE_SUFFIX.sub("", name) if tail else name
                middle = whole[len(prefix) : len(whole) - len(ending)]
                if whole.endswith(ending) and self._built(directory, head + middle + tail) == path:
                    subpath = pattern[1:].replace("*", middle)
                    if _best(exports, f".{subpath}") == pattern:
                        found.setdefault(subpath, path)
        shortest: dict[str, str] = {}
        for subpath, path in sorted(found.items(), key=lambda each: (each[0].count("/"), len(each[0]), each)):
            shortest.setdefault(path, subpath)
        for subpath, path in sorted((subpath, path) for path, subpath in shortest.items()):
            yield subpath, [path]

    def commands(self, directory: str, name: str) -> Iterator[tuple[str, str]]:
        """The programs that the package in a directory installs, with their source files."""
        declared = self.manifest(directory).get("bin")
        listed = {name.rpartition("/")[2]: declared} if isinstance(declared, str) else declared
        for command, entry in listed.items() if isinstance(listed, dict) else ():
            if isinstance(entry, str) and (source := self._built(directory, entry)) is not None:
                yield command, source

    def _package_of(self, path: str) -> str:
        """The directory of the nearest `package.json`."""
        directory = parent(path)
        if directory not in self._owners:
            above = ancestors(directory)
            self._owners[directory] = next((d for d in above if self._json(join(d, "package.json"))), "")
        return self._owners[directory]

    def module(self, path: str, target: str) -> str | None:
        """The file that a module specifier means, seen from a file."""
        directory = parent(path)
        suffixes = _AT_RUN_TIME if path.endswith(_SCRIPTS) else _SUFFIXES
        if target.startswith((".", "/")):
            base = join(directory, target.lstrip("/") if target.startswith("/") else target)
            return self._file(base, suffixes)
        for mapped in self._mapped(directory, target):
            if (found := self._file(mapped, suffixes)) is not None:
                return found
        return self._package_import(directory, target)

    def _follow(self, module: str, item: Import, found: set[str], depth: int) -> None:
        """Add the files from which a module hands on what is taken from it."""
        if not depth:
            return
        everything = not item.names or not {"*", "default"}.isdisjoint(item.names)
        for handed in self.tree.facts(module).imports:
            if handed.kind != "export":
                continue
            if everything or handed.names == ("*",) or not set(item.names).isdisjoint(handed.names):
                origin = self.module(module, handed.target)
                if origin is not None and origin not in found:
                    found.add(origin)
                    self._follow(origin, item if handed.names == ("*",) else handed, found, depth - 1)

    def _file(self, base: str, suffixes: Sequence[str] = _SUFFIXES) -> str | None:
        """A file by its path with or without suffix, or what a directory stands for; the first of some suffixes."""
        paths = self.tree.paths
        if base in paths:
            return base
        stem, dot, suffix = base.rpartition(".")
        if dot:
            for written in _EMITTED.get(dot + suffix, ()):
                if stem + written in paths:
                    return stem + written
        for suffix in suffixes:
            if base + suffix in paths:
                return base + suffix
        manifest = self._json(join(base, "package.json"))
        for entry in self._entries(manifest):
            if (found := self._built(base, entry)) is not None:
                return found
        folders = ("", *_SOURCES[:-1]) if manifest else ("",)
        indexes = (join(base, f"{folder}index{suffix}") for folder in folders for suffix in suffixes)
        return self.tree.first(*indexes)

    def _built(self, directory: str, entry: str) -> str | None:
        """A file that a manifest names; if it is a build product, the source that it must come from."""
        entry = entry.removeprefix("./")
        if not entry or "*" in entry:
            return None
        stem = _CODE_SUFFIX.sub("", entry)
        sources = [_BUILT.sub(folder, stem) for folder in _SOURCES]
        if _BUILT.match(stem) and (inside := _BUILT.sub("", stem)) != (plain := _FLAVOUR.sub("", inside)):
            sources += (folder + plain for folder in _SOURCES)
        for candidate in (entry, stem, *sources, f"{stem}/index"):
            whole = join(directory, candidate)
            found = whole if whole in self.tree.paths else self.tree.first(*(whole + s for s in _SUFFIXES))
            if found is not None:
                return found
        return None

    @staticmethod
    def _entries(manifest: dict[str, Any]) -> Iterator[str]:
        exports = manifest.get("exports")
        if isinstance(exports, dict) and any(key.startswith(".") for key in exports):
            exports = exports.get(".")
        yield from _targets(exports)
        for key in ("source", "module", "main", "types", "typings"):
            if isinstance(manifest.get(key), str):
                yield manifest[key]

    # tsconfig.json

    def _mapped(self, directory: str, target: str) -> Iterator[str]:
        for pattern, replacements, base in self._paths(directory):
            head, star, tail = pattern.partition("*")
            if not star:
                matched = "" if target == pattern else None
            elif target.startswith(head) and target.endswith(tail) and len(target) >= len(head) + len(tail):
                matched = target[len(head) : len(target) - len(tail)]
            else:
                matched = None
            if matched is not None:
                for replacement in replacements:
                    yield join(base, replacement.replace("*", matched, 1))

    def _paths(self, directory: str) -> list[tuple[str, list[str], str]]:
        """Path patterns in force in a directory, each with its replacements and the directory they start from."""
        if directory not in self._mappings:
            found: list[tuple[str, list[str], str]] = []
            for above in ancestors(directory):
                for name in ("tsconfig.json", "jsconfig.json"):
                    where = join(above, name)
                    if self._json(where):
                        found = self._config_paths(where, 0)
                        break
                else:
                    continue
                break
            self._mappings[directory] = sorted(found, key=lambda entry: -len(entry[0].partition("*")[0]))
        return self._mappings[directory]

    def _config_paths(self, where: str, depth: int) -> list[tuple[str, list[str], str]]:
        config = self._json(where)
        directory = parent(where)
        options = config.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        paths, base = options.get("paths"), options.get("baseUrl")
        root = join(directory, base) if isinstance(base, str) else directory
        found = [
            (pattern, [v for v in values if isinstance(v, str)], root)
            for pattern, values in (paths.items() if isinstance(paths, dict) else ())
            if isinstance(values, list)
        ]
        if isinstance(base, str):
            found.append(("*", ["*"], root))
        if not found and depth < _DEPTH:
            extends = config.get("extends", [])
            for other in [extends] if isinstance(extends, str) else extends:
                if isinstance(other, str) and other.startswith("."):
                    inherited = join(directory, other if other.endswith(".json") else other + ".json")
                    found = self._config_paths(inherited, depth + 1) or found
            for reference in config.get("references", ()) if not found else ():
                if isinstance(reference, dict) and isinstance(reference.get("path"), str):
                    other = join(directory, reference["path"])
                    other = other if other.endswith(".json") else join(other, "tsconfig.json")
                    found = found or self._config_paths(other, depth + 1)
        return found

    # packages

    def _package_import(self, directory: str, target: str) -> str | None:
        parts = target.split("/")
        size = 2 if target.startswith("@") else 1
        name, rest = "/".join(parts[:size]), "/".join(parts[size:])
        if target.startswith("#"):
            return self._own_import(directory, target)
        where = self._workspaces.linked(directory, name)
        if where is None:
            return None
        if not rest:
            return self._file(where)
        exports = self._json(join(where, "package.json")).get("exports")
        if isinstance(exports, dict) and any(str(key).startswith(".") for key in exports):
            pattern = _best(exports, f"./{rest}")
            if pattern is None or exports[pattern] is None:
                return None  # the package keeps it to itself
            if found := self._exported(where, pattern, exports[pattern], f"./{rest}"):
                return found
        return self._file(join(where, rest)) or self._file(join(where, f"src/{rest}"))

    def _exported(
        self, where: str, pattern: str, value: Any, wanted: str, conditions: Sequence[str] = _CONDITIONS
    ) -> str | None:
        head, star, tail = pattern.partition("*")
        if not (wanted == pattern or (star and wanted.startswith(head) and wanted.endswith(tail))):
            return None
        matched = wanted[len(head) : len(wanted) - len(tail)] if star else ""
        hits = (self._built(where, entry.replace("*", matched)) for entry in _targets(value, conditions))
        return next((hit for hit in hits if hit is not None), None)

    def _own_import(self, directory: str, target: str) -> str | None:
        """`#name` of the `imports` of the nearest package."""
        for above in ancestors(directory):
            manifest = self._json(join(above, "package.json"))
            if manifest:
                imports = manifest.get("imports")
                if not isinstance(imports, dict) or (pattern := _best(imports, target)) is None:
                    return None
                return self._exported(above, pattern, imports[pattern], target, _OWN_CONDITIONS)
        return None

    @cached_property
    def _workspaces(self) -> Workspaces:
        return Workspaces(self.tree, self._json)

    def _json(self, path: str) -> dict[str, Any]:
        """A JSON object, comments and trailing commas allowed; {} if there is none."""
        if path not in self._configs:
            data = self.tree.read(path)
            text = data.decode(errors="replace").removeprefix("\ufeff") if len(data) <= MAX_BYTES else ""
            try:
                content = json.loads(text) if text else {}
            except RecursionError:
                content = {}
            except ValueError:
                plain = _COMMENTS.sub(lambda m: m[1] or "", text)
                try:
                    content = json.loads(_TRAILING_COMMA.sub(r"\1", plain))
                except (ValueError, RecursionError):
                    content = {}
            self._configs[path] = content if isinstance(content, dict) else {}
        return self._configs[path]


def _best(patterns: Collection[str], wanted: str) -> str | None:
    """The key of `exports` or `imports` that Node takes for a subpath: itself, else the pattern with the longest
    beginning."""
    if wanted in patterns:
        return wanted
    fitting = [key for key in patterns if key.count("*") == 1 and _fits(key, wanted)]
    return max(fitting, key=lambda key: (key.index("*"), len(key)), default=None)


def _fits(pattern: str, wanted: str) -> bool:
    head, _, tail = pattern.partition("*")
    return wanted.startswith(head) and wanted.endswith(tail) and len(wanted) > len(head) + len(tail)


def _targets(value: Any, conditions: Sequence[str] = _CONDITIONS) -> Iterator[str]:
    """Paths in an `exports` value, by the order of conditions."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _targets(entry, conditions)
    elif isinstance(value, dict):
        own = (key for key in value if key not in _OF_ENVIRONMENTS and not key.startswith((".", "types@")))
        for condition in (*own, *conditions):
            if condition in value:
                yield from _targets(value[condition], conditions)
