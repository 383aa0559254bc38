"""What files use of other people's packages: the names in their imports, and what manifests call these.

Only what a manifest declares is called a package: what belongs to the language, or to nobody, is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Component, FileFacts, Import
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.packages import declared, is_declaring, meant
from repodoc_hooks.analysis.resolution.tree import ancestors
from repodoc_hooks.analysis.standard_modules import NODE, PYTHON, RUBY
from repodoc_hooks.source_files import FAMILY_BY_LANGUAGE

_SCRIPTED = frozenset({"javascript", "typescript", "tsx"})
_REGISTRIES = {
    "python": "pypi",
    **dict.fromkeys(_SCRIPTED, "npm"),
    "rust": "cargo",
    "go": "golang",
    "ruby": "gem",
    "php": "composer",
    "csharp": "nuget",
    "swift": "swift",
}
_JVM = frozenset({"java", "jdk", "kotlin", "platform", "scala", "sun"})
_MODULE_MANIFESTS = frozenset({"pom.xml", "build.gradle", "build.gradle.kts"})
_CATALOGUE = "gradle/libs.versions.toml"
_OUTWARD_USES = frozenset({"", "export"})
_RUST = frozenset({"std", "core", "alloc", "proc_macro", "test", "crate", "self", "super", "Self"})


class Outward:
    """What the files of one snapshot use of other people's packages.

    `files` are all files by path, `read` gives their bytes, `facts` what is known of a source file.
    """

    def __init__(
        self,
        files: Iterable[str],
        read: Callable[[str], bytes],
        resolver: Resolver,
        facts: Callable[[str], FileFacts],
    ) -> None:
        self._files = files
        self._read = read
        self._resolver = resolver
        self._facts = facts
        self._names: dict[str, frozenset[str]] = {}

    def names(self, path: str) -> frozenset[str]:
        """The names by which a file imports what may be other people's: nothing in the repository answers to them."""
        if path not in self._names:
            facts = self._facts(path)
            items: dict[str, list[Import]] = {}
            for item in facts.imports:
                items.setdefault(outward_name(facts, item), []).append(item)
            items.pop("", None)
            self._names[path] = frozenset(
                name
                for name, own in items.items()
                if not self._resolver.resolve(path, replace(facts, imports=tuple(own)))
            )
        return self._names[path]

    def packages(self, component: Component, names: Iterable[str]) -> frozenset[str]:
        """What the manifests in a component's directory and above it call the packages of such names."""
        wanted = set(names)
        if not wanted:
            return frozenset()
        folder = "" if component.id == "." else component.id
        manifests = [path for each in ancestors(folder) for path in self._declaring.get(each, ())]
        found = {path: declared(path, self._read(path)) for path in manifests}
        told = {meant(name, found) for name in wanted} - {""}
        return frozenset(each for each in told if each.partition(":")[2] not in self._modules)

    @cached_property
    def _modules(self) -> frozenset[str]:
        """The directories of modules of the repository's own Maven and Gradle builds, called like their artifacts."""
        names = (path.rpartition("/") for path in self._files)
        return frozenset(
            folder.rpartition("/")[2] for folder, _, name in names if folder and name in _MODULE_MANIFESTS
        )

    @cached_property
    def _declaring(self) -> Mapping[str, list[str]]:
        """Directory -> the manifests that declare packages for what is in and below it."""
        found: dict[str, list[str]] = {}
        for path in self._files:
            folder, _, name = path.rpartition("/")
            if is_declaring(name):
                found.setdefault("" if path == _CATALOGUE else folder, []).append(path)
        return found


def outward_name(facts: FileFacts, item: Import) -> str:
    """The name by which an import may mean other people's package, behind its registry: `pypi:yaml`; "" for none."""
    language = facts.language
    registry = _REGISTRIES.get(language) or ("maven" if FAMILY_BY_LANGUAGE.get(language) == "jvm" else "")
    name = _name(facts, item) if registry and item.use in _OUTWARD_USES else ""
    return f"{registry}:{name}" if name else ""


def _name(facts: FileFacts, item: Import) -> str:
    target = item.target
    match facts.language:
        case "python":
            head = target.partition(".")[0]
            return "" if item.level or head in PYTHON or head.startswith("_") else head
        case "javascript" | "typescript" | "tsx":
            return _of_npm(target)
        case "rust":
            return _of_rust(facts, item)
        case "go":
            return target if "." in target.partition("/")[0].lstrip(".") else ""
        case "ruby":
            outside = item.kind == "require" and target.partition("/")[0] not in RUBY
            return "/".join(target.split("/")[:2]) if outside else ""
        case "php":
            parts = target.strip("\\").split("\\")
            return "\\".join(parts[:-1][:3])  # the last one is a class or function
        case "swift" | "csharp":
            return ".".join(target.split(".")[:4])
        case language if FAMILY_BY_LANGUAGE.get(language) == "jvm":
            return _of_jvm(target)
    return ""


def _of_npm(target: str) -> str:
    target = target.removeprefix("npm:")
    if not target or target.startswith((".", "/", "#", "~", "@/")) or ":" in target:
        return ""
    parts = target.split("/")
    name = "/".join(parts[:2]) if target.startswith("@") else parts[0]
    return "" if name in NODE else name


def _of_rust(facts: FileFacts, item: Import) -> str:
    """The crate that a path begins with; a path may as well begin with what a `use` or a `mod` has named."""
    head, joint, _ = item.target.partition("::")
    if item.kind == "mod" or head in _RUST or not re.fullmatch(r"[a-z]\w*", head):
        return ""
    if item.kind == "path":
        near = {i.target.rpartition("::")[2] for i in facts.imports if i.kind in ("use", "mod")}
        return head if joint and head not in near else ""
    return head


def _of_jvm(target: str) -> str:
    parts = target.split(".")
    package = parts[: next((n for n, part in enumerate(parts) if part[:1].isupper()), len(parts))]
    if not package or package[0] in _JVM or ".".join(package[:2]) == "kotlinx.cinterop":
        return ""
    return ".".join(package[:3])
