"""What manifests decide beside names and descriptions: what imports mean, which commands and headers are offered."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from repodoc_hooks.analysis import gradle_scripts
from repodoc_hooks.analysis.manifests import NPM_DEPENDENCIES, NPM_PATHS, table
from repodoc_hooks.analysis.project_files import global_usings, project_references, project_usings
from repodoc_hooks.analysis.projects import project
from repodoc_hooks.analysis.xml_properties import maven_artifacts, maven_parent
from repodoc_hooks.expressions import expression
from repodoc_hooks.source_files import FAMILY_BY_LANGUAGE

_JAVASCRIPT = frozenset({"javascript", "typescript", "tsx"})
_JVM = frozenset(language for language, family in FAMILY_BY_LANGUAGE.items() if family == "jvm")
_CSHARP = frozenset({"csharp"})
_PYTHON = frozenset({"python"})
_RUBY = frozenset({"ruby"})
_C = frozenset({"c", "cpp"})
_SWIFT = frozenset({"swift"})
_PACKAGE = "package.json"
_READERS = {
    _PACKAGE: _JAVASCRIPT,
    "pnpm-workspace.yaml": _JAVASCRIPT,
    "lerna.json": _JAVASCRIPT,
    "go.mod": frozenset({"go"}),
    "go.work": frozenset({"go"}),
    "Cargo.toml": frozenset({"rust"}),
    "composer.json": frozenset({"php"}),
    "pom.xml": _JVM,
    "Package.swift": _SWIFT,
    "Directory.Build.props": _CSHARP,
    "pyproject.toml": _PYTHON,
    "setup.cfg": _PYTHON,
    "setup.py": _PYTHON,
    "CMakeLists.txt": _C,
    "Makefile": _C,
    "Makefile.am": _C,
    "meson.build": _C,
}
_READERS_BY_SUFFIX = {
    ".gradle": _JVM,
    ".gradle.kts": _JVM,
    ".csproj": _CSHARP,
    "Usings.cs": _CSHARP,
    ".gemspec": _RUBY,
}
_STRING = expression(r'"([^"\n]{1,300})"')
_PACKAGE_KEYS = (
    "name",
    "main",
    "module",
    "source",
    "types",
    "typings",
    "exports",
    "imports",
    "workspaces",
    "bin",
)


def read_by(path: str) -> frozenset[str]:
    """The languages for which a file decides what imports mean or what is offered, by its name; none for most files."""
    name = path.rpartition("/")[2]
    if _maps_paths(path):
        return _JAVASCRIPT
    by_suffix = (readers for suffix, readers in _READERS_BY_SUFFIX.items() if name.endswith(suffix))
    return _READERS.get(name) or next(by_suffix, frozenset())


def _maps_paths(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(("tsconfig", "jsconfig")) and name.endswith(".json")


def rules(contents: Mapping[str, bytes], read: Callable[[str], bytes]) -> dict[str, str]:
    """What manifests say of the meaning of imports, and of what is offered, as text by path, "" for nothing.

    `read`: any file of the tree, b"" where there is none: what a manifest takes over may stand anywhere.
    """
    packages = {_package_name(path, data) for path, data in contents.items() if path.endswith(_PACKAGE)}
    found = {path: import_rules(path, data, packages) for path, data in contents.items()}
    for path in filter(_maps_paths, contents):
        if inherited := _inherited(path, contents[path], read):
            found[path] += json.dumps(inherited)
    return found


def _inherited(path: str, data: bytes, read: Callable[[str], bytes]) -> list[list[str]]:
    """What the configurations say that one of TypeScript names, and those that these name; rather too many."""
    found: dict[str, list[str]] = {}
    waiting = [(path, data)]
    while waiting:
        path, data = waiting.pop()
        directory = path.rpartition("/")[0]
        for named in _STRING.findall(data.decode("utf-8", "replace")):
            where = posixpath.normpath(posixpath.join(directory, named))
            for other in (where, f"{where}.json", f"{where}/tsconfig.json"):
                if other.endswith(".json") and other not in found and (text := read(other)):
                    found[other] = _words(text)
                    waiting.append((other, text))
    return [found[each] for each in sorted(found)]


def _words(data: bytes) -> list[str]:
    return [" ".join(line.split()) for line in data.decode("utf-8", "replace").splitlines()]


def _package_name(path: str, data: bytes) -> str:
    name = table(path, data).get("name")
    return name if isinstance(name, str) else ""


def import_rules(path: str, data: bytes, packages: Collection[str] = ()) -> str:
    """What a manifest says of the meaning of imports, and of what is offered, as text; "" for nothing.

    Packages that are not among `packages`, those of this repository, are not in it, nor is any version.
    """
    name = path.rpartition("/")[2]
    content = table(path, data) if name.endswith((".json", ".toml")) else {}
    if name == _PACKAGE:
        told: Any = {key: content[key] for key in _PACKAGE_KEYS if key in content}
        told["linked"] = [*_linked_packages(content, packages)]
    elif name == "composer.json":
        told = [content[key] for key in ("autoload", "autoload-dev") if key in content]
        told += [content["bin"]] if "bin" in content else []
    elif name == "Cargo.toml":
        told = [project(path, data).name, content.get("lib"), content.get("bin")]
        told += [content.get("workspace"), [*_local_crates(content)]]
    elif name == "Package.swift":
        from repodoc_hooks.analysis.resolution.swift import executables, targets

        text = data.decode("utf-8", "replace")
        told = [*targets(text), *executables(text)]
    elif name == "pom.xml":
        told = [project(path, data).name, maven_artifacts(data), maven_parent(data)]
    elif name.endswith((".csproj", ".props")):
        told = [*project_references(data), *project_usings(data)]
    elif name.endswith(".cs"):
        told = sorted(global_usings(data))
    elif _READERS.get(name) is _PYTHON:
        from repodoc_hooks.analysis.python_scripts import python_scripts

        told = sorted((python_scripts(lambda other: data if other == name else b"", "") or {}).items())
    elif _READERS.get(name) is _C:
        from repodoc_hooks.analysis.headers import installed_headers

        told = sorted(installed_headers(data))
    elif name.endswith(".gemspec"):
        from repodoc_hooks.analysis.gem_commands import declared_commands

        told = declared_commands(data)
    elif name.endswith(gradle_scripts.SUFFIXES):
        told = [project(path, data).name, *_gradle_rules(data)]
    elif name in ("go.mod", "go.work"):
        told = _go_directives(data)
    else:
        told = _words(data)
    return json.dumps(told, sort_keys=True, default=str) if told else ""


def _linked_packages(content: dict[str, Any], packages: Collection[str]) -> Iterator[Any]:
    """Dependencies on packages of the repository, with the path that they name, "" for none."""
    for kind in NPM_DEPENDENCIES:
        declared = content.get(kind)
        for name, version in declared.items() if isinstance(declared, dict) else ():
            if isinstance(version, str) and version.startswith(NPM_PATHS):
                yield [name, version]
            elif name in packages:
                yield [name, ""]


def holds_everywhere(path: str) -> bool:
    """Whether a manifest may decide of source anywhere, not only beside and below it: plugins, parents and platforms
    of builds for the JVM, projects of C# that hand others on and have no source."""
    return read_by(path) in (_JVM, _CSHARP)


def _gradle_rules(data: bytes) -> Iterator[Any]:
    yield gradle_scripts.gradle_projects(data)
    yield gradle_scripts.gradle_includes(data)
    yield gradle_scripts.gradle_plugins(data)
    yield gradle_scripts.gradle_places(data)
    yield gradle_scripts.gradle_builds(data)
    yield gradle_scripts.is_shared(data)


def _go_directives(data: bytes) -> list[str]:
    """The directives that say where a module of this repository is; what others are required is not one of them."""
    found: list[str] = []
    block = ""
    for line in data.decode("utf-8", "replace").splitlines():
        text = " ".join(line.partition("//")[0].split())
        word = block or text.partition(" ")[0]
        if text.endswith("("):
            block = word
        elif text == ")":
            block = ""
        elif word in ("module", "replace", "use"):
            found.append(f"{block} {text}".strip())
    return found


def _local_crates(content: dict[str, Any]) -> Iterator[Any]:
    """Dependencies that live in this repository, by path or by way of the workspace."""
    targets = content.get("target")
    tables = [content, *(targets.values() if isinstance(targets, dict) else ())]
    for each in tables:
        for kind in ("dependencies", "dev-dependencies", "build-dependencies"):
            named = each.get(kind) if isinstance(each, dict) else None
            for name, value in named.items() if isinstance(named, dict) else ():
                if isinstance(value, dict) and ("path" in value or "workspace" in value):
                    yield [name, value.get("path"), value.get("workspace")]
