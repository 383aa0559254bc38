"""Where users of a component begin, by the ways of its languages: entry points with the names that they hand out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Component, FileFacts, Symbol
from repodoc_hooks.analysis.gem_commands import gem_commands
from repodoc_hooks.analysis.handed_on import HandedOn, Origin
from repodoc_hooks.analysis.headers import BUILD_FILES, installed_headers
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.python_scripts import python_scripts
from repodoc_hooks.analysis.resolution.go import GoImports
from repodoc_hooks.analysis.resolution.javascript import JavaScriptImports
from repodoc_hooks.analysis.resolution.php import PhpImports
from repodoc_hooks.analysis.resolution.rust import RustImports
from repodoc_hooks.analysis.resolution.swift import SwiftImports
from repodoc_hooks.analysis.resolution.tree import ancestors, join, parent
from repodoc_hooks.analysis.surface import EntryPoint, PublicName, Surface
from repodoc_hooks.expressions import expression

_SCRIPTED = frozenset({"javascript", "typescript", "tsx"})
_C = frozenset({"c", "cpp"})
_HEADER = expression(r".*\.(?:h|hh|hpp|hxx|h\+\+)")
_MAJOR = expression(r"v[1-9]\d*")
_DECLARES = (".d.ts", ".d.mts", ".d.cts")
_TYPES = frozenset({"class", "module"})


class SurfaceReader:
    """Finds the surfaces of the components of one snapshot.

    `paths` are the documented source files, `read` gives the bytes of any file (b"" if there is none), `facts` what is
    known of a source file.
    """

    def __init__(
        self,
        paths: Collection[str],
        read: Callable[[str], bytes],
        resolver: Resolver,
        facts: Callable[[str], FileFacts],
    ) -> None:
        self.paths = paths
        self.read = read
        self.facts = facts
        self.resolver = resolver
        self.handed = HandedOn(resolver, facts)

    def surface(self, component: Component) -> Surface:
        """What users of a component can import, call or run."""
        files: dict[str, list[str]] = {}
        for file in component.files:
            language = (
                "javascript" if file.language in _SCRIPTED else "c" if file.language in _C else file.language
            )
            files.setdefault(language, []).append(file.path)
        directory = "" if component.id == "." else component.id
        found: list[EntryPoint] = []
        others: list[str] = []
        for language, paths in sorted(files.items()):
            match language:
                case "python":
                    found += self._python(component, directory, paths)
                case "javascript":
                    found += self._npm(directory, paths)
                case "rust":
                    found += self._rust(directory, paths)
                case "go":
                    found += self._go(directory, paths)
                case "c":
                    found += self._headers(directory, paths)
                case "ruby":
                    found += self._ruby(component, directory, paths)
                case _:
                    others += paths
        found += self._packages(others)
        if "php" in files:
            found += self._composer(directory)
        found += self._swift(files.get("swift", ()))
        return Surface(tuple(entry for entry in found if entry.names or entry.path))

    # shared

    def _public(self, path: str, scope: str = "") -> Iterator[PublicName]:
        for name, origin in self.handed.names(path, scope).items():
            yield self._described(name, origin)

    def _described(self, name: str, origin: Origin) -> PublicName:
        if not origin.file:
            return PublicName(name)
        if not origin.symbol:
            return PublicName(name, "module", origin.file, "", "", self.facts(origin.file).summary)
        symbol = self.handed.symbols(origin.file).get(origin.symbol)
        if symbol is None:
            return PublicName(name, "", origin.file)
        stub = self._stub(origin.file, symbol)
        return PublicName(
            name,
            symbol.kind,
            origin.file,
            symbol.name,
            (stub or symbol).signature,
            symbol.summary or (stub or symbol).summary,
        )

    def _stub(self, path: str, symbol: Symbol) -> Symbol | None:
        """The same definition in the stub beside a Python module: it knows the types."""
        beside = path + "i" if path.endswith(".py") else ""
        found = self.handed.symbols(beside).get(symbol.name) if beside in self.paths else None
        return found if found is not None and found.kind == symbol.kind else None

    def _own(self, paths: Iterable[str], kinds: Collection[str] = ()) -> Iterator[PublicName]:
        """The public top-level definitions of files. Of several with one name (C#'s partial types, Ruby's that are
        opened again) that in the file called after it, else the first; the first words that one of them has."""
        found: dict[str, PublicName] = {}
        for path in sorted(paths):
            for symbol in self.facts(path).symbols:
                if not symbol.public or symbol.internal:
                    continue
                if "." in symbol.name if not kinds else symbol.kind not in kinds:
                    continue
                one = PublicName(
                    symbol.name, symbol.kind, path, symbol.name, symbol.signature, symbol.summary
                )
                held = found.get(symbol.name)
                if held is not None:
                    home = _is_called_after(path, symbol.name) and held.file != path
                    first, other = (one, held) if home else (held, one)
                    one = replace(first, summary=first.summary or other.summary)
                found[symbol.name] = one
        yield from found.values()

    # Python

    def _python(self, component: Component, directory: str, paths: list[str]) -> Iterator[EntryPoint]:
        known = set(paths)
        package = component.name if component.kind == "Python package" else ""
        modules = [p for p in paths if not (p.endswith(".pyi") and p[:-1] in known)]
        named = {p: _module_name(package, p[len(directory) :].strip("/")) for p in modules}
        for path in sorted(modules, key=lambda p: (named[p].count("."), named[p])):
            inner = named[path][len(package) :].strip(".")
            if path.endswith("/__main__.py") and not inner.removesuffix("__main__").startswith("_"):
                yield EntryPoint(f"command python -m {named[path].removesuffix('.__main__')}", path, ())
            if any(part.startswith("_") for part in inner.split(".") if part):
                continue
            names = tuple(n for n in self._public(path) if n.file != path or n.symbol)
            if not path.endswith(("__init__.py", "__init__.pyi")):
                # an oversight more often than an offer
                implied = {e.name for e in self.facts(path).exports if e.implied}
                names = tuple(n for n in names if n.name not in implied) or names
            if names:
                yield EntryPoint(named[path], path, names)
        yield from self._scripts(directory, known)

    def _scripts(self, directory: str, paths: Collection[str]) -> Iterator[EntryPoint]:
        """The console scripts that the distribution above declares for modules of the component."""
        for above in ancestors(directory):
            declared = python_scripts(self.read, above)
            if declared is None:
                continue
            locator = self.resolver.locator("python")
            for script, target in declared.items() if locator is not None else ():
                module, _, attribute = target.partition(":")
                attribute = attribute.split("[")[0].strip()
                start = join(above, "setup.py")
                place = locator.locate(start, module.strip(), 0, attribute) if locator is not None else None
                if place is not None and place[0] in paths:
                    name = self._described(attribute or script, self.handed.find(*place))
                    yield EntryPoint(f"console script {script}", place[0], (name,))
            return

    # JavaScript and TypeScript

    def _npm(self, directory: str, paths: list[str]) -> Iterator[EntryPoint]:
        resolver = self.resolver.of("javascript")
        if not isinstance(resolver, JavaScriptImports):
            return
        manifest = resolver.manifest(directory)
        name = manifest.get("name")
        name = name if isinstance(name, str) else directory.rpartition("/")[2]
        for subpath, sources in resolver.entry_points(directory, paths):
            source = next((s for s in sources if self._says_something(s)), sources[0])
            declared = next((s for s in sources if s.endswith(_DECLARES) and s != source), "")
            yield EntryPoint(name + subpath, source, tuple(self._typed(source, declared)))
        for command, source in resolver.commands(directory, name):
            yield EntryPoint(f"command {command}", source, ())

    def _typed(self, source: str, declared: str) -> Iterator[PublicName]:
        """The names of a module in JavaScript, with what a declaration file knows of them, and the types that only it
        has."""
        types = {n.name: n for n in self._public(declared)} if declared else {}
        for name in self._public(source):
            typed = types.pop(name.name, None)
            if typed is None or not typed.signature:
                yield name
            elif name.file:
                summary = name.summary or typed.summary
                yield replace(name, signature=typed.signature, summary=summary)
            else:
                yield typed
        yield from types.values()

    def _says_something(self, path: str) -> bool:
        """Whether a file hands out what can be found; one that only loads what is built from it does not."""
        return any(origin.file for origin in self.handed.names(path).values())

    # Rust

    def _rust(self, directory: str, paths: list[str]) -> Iterator[EntryPoint]:
        resolver = self.resolver.of("rust")
        crate = resolver.crate(directory) if isinstance(resolver, RustImports) else None
        if crate is None:
            return
        own = set(paths)
        if crate.library in own:
            yield from self._rust_modules(crate.name, crate.library, own)
        for command, root in crate.commands:
            if root in own:
                yield EntryPoint(f"command {command}", root, ())

    def _rust_modules(self, crate: str, root: str, own: Collection[str]) -> Iterator[EntryPoint]:
        """The crate and its public modules, each once."""
        seen: set[tuple[str, str]] = set()
        waiting = [(crate, root, "")]
        while waiting:
            name, path, scope = waiting.pop(0)
            if (path, scope) in seen:
                continue
            seen.add((path, scope))
            names = [*self._public(path, scope), *self._modules_behind(path, scope)]
            if not scope and path == root:
                known = {n.name for n in names}
                macros = self._own(own, ("macro",))
                names += (m for m in macros if m.name not in known and "." not in m.name)
            if names:
                yield EntryPoint(name, path, tuple(names))
            for each in names:
                if each.kind == "module" and each.file in own:
                    inside = f"{each.symbol}." if each.symbol else ""
                    waiting.append((f"{name}::{each.name}", each.file, inside))

    def _modules_behind(self, path: str, scope: str) -> Iterator[PublicName]:
        """The public modules that share their name with a function, which `names` knows alone."""
        names = self.handed.names(path, scope)
        for symbol in self.facts(path).symbols:
            name = symbol.name.removeprefix(scope)
            if symbol.kind != "module" or not symbol.public or symbol.internal or name not in names:
                continue
            behind, handed = self.handed.module(path, symbol.name), self._described(name, names[name])
            if symbol.name == scope + name and names[name] != behind and handed.kind != "module":
                yield replace(self._described(name, behind), kind="module")

    # other languages

    def _go(self, directory: str, paths: list[str]) -> Iterator[EntryPoint]:
        resolver = self.resolver.of("go")
        packages: dict[str, list[str]] = {}
        for path in paths:
            packages.setdefault(parent(path), []).append(path)
        for where, files in sorted(packages.items()):
            path = resolver.import_path(where) if isinstance(resolver, GoImports) else ""
            name = path or where or directory
            library = [f for f in files if self.facts(f).package != "main"]  # others are run by `go generate`
            if not library:
                yield EntryPoint(f"command {_installed_name(name)}", where or ".", ())
            elif names := tuple(self._own(library)):
                yield EntryPoint(name, where or ".", names)

    def _headers(self, directory: str, paths: list[str]) -> Iterator[EntryPoint]:
        """The headers below `include`, or those that the build installs."""
        installed = self._installed(directory)
        for path in sorted(p for p in paths if _HEADER.fullmatch(p)):
            parts = path.split("/")
            if "include" in parts[:-1]:
                inside = "/".join(parts[parts.index("include") :])
                if not {"internal", "detail", "details", "impl"} & set(parts):
                    yield EntryPoint(inside, path, tuple(self._own([path])))
            elif parts[-1] in installed:
                yield EntryPoint(parts[-1], path, tuple(self._own([path])))

    def _installed(self, directory: str) -> set[str]:
        """Names of the headers in the install rules of the directory and those above."""
        found: set[str] = set()
        for above in ancestors(directory):
            for name in BUILD_FILES:
                found |= installed_headers(self.read(join(above, name)))
        return found

    def _ruby(self, component: Component, directory: str, paths: list[str]) -> Iterator[EntryPoint]:
        names = tuple(
            PublicName(n.name.replace(".", "::"), n.kind, n.file, n.symbol, n.signature, n.summary)
            for n in self._own(paths, _TYPES)
        )
        if names:
            name = component.name or component.title
            known = {*paths}
            required = (join(directory, f"lib/{each}.rb") for each in (name, name.replace("-", "/")))
            entry = next((path for path in required if path in known), directory or ".")
            yield EntryPoint(name, entry, names)
        for command, path in gem_commands(self.read, self.resolver.files, directory):
            yield EntryPoint(f"command {command}", path, ())

    def _packages(self, paths: list[str]) -> Iterator[EntryPoint]:
        """Languages with packages, namespaces or modules: the public definitions by package or namespace."""
        packages: dict[str, list[str]] = {}
        for path in paths:
            packages.setdefault(self.resolver.package(path, self.facts(path)), []).append(path)
        for package, files in sorted(packages.items()):
            if names := tuple(self._own(files)):
                yield EntryPoint(package or "(no package)", _common(files), names)

    def _composer(self, directory: str) -> Iterator[EntryPoint]:
        resolver = self.resolver.of("php")
        for command, path in resolver.commands(directory) if isinstance(resolver, PhpImports) else ():
            yield EntryPoint(f"command {command}", path if path in self.resolver.files else "", ())

    def _swift(self, paths: Collection[str]) -> Iterator[EntryPoint]:
        """The commands among the products of the package, each with the directory of its target."""
        resolver = self.resolver.of("swift")
        for command, path in resolver.commands(paths) if isinstance(resolver, SwiftImports) else ():
            yield EntryPoint(f"command {command}", path, ())


def _installed_name(path: str) -> str:
    """What `go install` calls a program: the last part of its import path that is no major version."""
    whole, _, last = path.rpartition("/")
    return whole.rpartition("/")[2] if whole and _MAJOR.fullmatch(last) else last


def _common(files: Iterable[str]) -> str:
    """The directory of files, the topmost where they are in several."""
    return min({parent(f) for f in files}, key=lambda d: (d.count("/"), d)) or "."


def _is_called_after(path: str, name: str) -> bool:
    return path.rpartition("/")[2].rpartition(".")[0] == name


def _module_name(package: str, inside: str) -> str:
    stem = re.sub(r"\.pyi?w?$", "", inside).replace("/", ".")
    stem = re.sub(r"(?:^|\.)__init__$", "", stem)
    return ".".join(filter(None, (package, stem)))
