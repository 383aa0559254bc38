"""Modules and source sets of Maven and Gradle builds: which source a file of the one may use of the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from repodoc_hooks.analysis import gradle_scripts as gradle
from repodoc_hooks.analysis.projects import project
from repodoc_hooks.analysis.resolution.tree import Tree, ancestors, join, parent
from repodoc_hooks.analysis.xml_properties import maven_artifacts, maven_parent
from repodoc_hooks.expressions import expression

_GRADLE = ("build.gradle.kts", "build.gradle")
_SETS = (
    expression(r"(?:^|/)src/(\w+)/(?:kotlin|java|scala|groovy)(?:/|$)"),
    expression(r"(?:^|/)(\w+)/src(?:/|$)"),
)
_SETTINGS = ("settings.gradle", "settings.gradle.kts")
_CLASSES = (".kt", ".java", ".groovy")
_COMMON = "common"
_FAMILIES = {
    "jvm": expression(r"(?:jvm|android)\w*", re.IGNORECASE),
    "wasm": expression(r"wasm\w*", re.IGNORECASE),
    "js": expression(r"(?:js|web|browser|node)\w*", re.IGNORECASE),
    "native": expression(
        r"(?:native|posix|unix|linux|macos|ios|tvos|watchos|apple|darwin|mingw|windows|desktop|android[nN]ative)\w*",
        re.IGNORECASE,
    ),
}
_SHARED = expression(r"\w+And[A-Z]\w*|non[A-Z]\w*|\w*[sS]hared\w*")


class JvmBuild:
    """The modules of a tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._modules: dict[str, str | None] = {}
        self._needs: dict[str, list[str]] = {}
        self._visible: dict[str, frozenset[str]] = {}

    def module(self, path: str) -> str | None:
        """The directory of the module that a file belongs to, None without one."""
        directory = parent(path)
        if directory not in self._modules:
            found = (above for above in ancestors(directory) if self._manifest(above))
            self._modules[directory] = next(found, None)
        return self._modules[directory]

    def may_use(self, path: str, other: str) -> bool:
        """Whether the platform of a file may use the source set of another one."""
        mine, theirs = source_set(path), source_set(other)
        if mine == theirs or not mine or not theirs or theirs == _COMMON:
            return True
        if mine == _COMMON:
            return False
        ours, others = _family(mine), _family(theirs)
        return others == "" or ours == others

    def rank(self, path: str, other: str) -> int:
        """How near the module of another file is: 0 the same, 1 one that the build lets use, 2 one that a build may let
        use in a way that is not plain to see, 3 none."""
        mine, theirs = self.module(path), self.module(other)
        if mine == theirs:
            return 0
        if mine is None or theirs is None:
            return 2
        if theirs in self.visible(mine):
            return 1
        if mine in self.visible(theirs):
            return 3  # a build has no circles
        return 3 if self._is_plain(mine) and theirs not in self._loose else 2

    def visible(self, module: str) -> frozenset[str]:
        """The modules that a module uses, directly or through others."""
        if module not in self._visible:
            seen = {module}
            waiting = [module]
            while waiting:
                for other in self._dependencies(waiting.pop()):
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
            self._visible[module] = frozenset(seen)
        return self._visible[module]

    def _dependencies(self, module: str) -> list[str]:
        if module not in self._needs:
            self._needs[module] = self._needed(module)
        return self._needs[module]

    def _needed(self, module: str) -> list[str]:
        if self._manifest(module).endswith("pom.xml"):
            return [self._by_name[name] for name in self._artifacts(module) if name in self._by_name]
        return self._placed(name for text in self._scripts(module) for name in gradle.gradle_projects(text))

    def _is_plain(self, module: str) -> bool:
        """Whether the build says in words that we read which modules a module uses."""
        return self._manifest(module).endswith("pom.xml") or bool(self._dependencies(module))

    def _artifacts(self, module: str) -> list[str]:
        """What a Maven module depends on, by itself and by those that it inherits from."""
        found: list[str] = []
        path = self._manifest(module)
        seen: set[str] = set()
        while path and path not in seen:
            seen.add(path)
            data = self.tree.read(path)
            found += maven_artifacts(data)
            above, artifact = maven_parent(data)
            path = join(parent(path), above) if above else ""
            if path and project(path, self.tree.read(path)).name != artifact:
                path = ""
        return found

    def _scripts(self, module: str) -> Iterator[bytes]:
        """The Gradle scripts that speak of a module: its own, those of plugins that it applies, and those above it
        that say something of all below them."""
        waiting = [self.tree.read(self._manifest(module))]
        for above in ancestors(parent(module)) if module else ():
            data = self.tree.read(path) if (path := self._manifest(above)) else b""
            if gradle.is_shared(data):
                waiting.append(data)
        seen: set[str] = set()
        while waiting:
            data = waiting.pop()
            yield data
            for name in {*gradle.gradle_plugins(data)} - seen:
                seen.add(name)
                if name in self._plugins:
                    waiting.append(self.tree.read(self._plugins[name]))

    @cached_property
    def _plugins(self) -> dict[str, str]:
        """The scripts in the tree that are plugins, by id."""
        return {name: path for path in self.tree.files if (name := gradle.plugin_of(path))}

    @cached_property
    def _loose(self) -> frozenset[str]:
        """Modules that classes of the build itself name: what they do with them, only a build can tell."""
        builds = {"buildSrc"}
        for path in self.tree.files:
            if path.endswith(_SETTINGS):
                builds.update(
                    join(parent(path), where) for where in gradle.gradle_builds(self.tree.read(path))
                )
        inside = tuple(f"{where}/" for where in sorted(builds))
        classes = [p for p in self.tree.files if p.startswith(inside) and p.endswith(_CLASSES)]
        named = (name for p in sorted(classes) for name in gradle.gradle_projects(self.tree.read(p)))
        return frozenset(self._placed(named))

    def _placed(self, names: Iterable[str]) -> list[str]:
        """The directories of modules by their paths in the build."""
        found = [self._by_path(name) for name in names]
        return [directory for directory in found if directory is not None]

    def _by_path(self, path: str) -> str | None:
        if path in self._directories:
            return path
        return self._elsewhere.get(path) or self._by_name.get(path.rpartition("/")[2])

    @cached_property
    def _directories(self) -> frozenset[str]:
        return frozenset(self._by_name.values())

    @cached_property
    def _elsewhere(self) -> dict[str, str]:
        """Modules in directories that settings name for them, by path."""
        found: dict[str, str] = {}
        for settings in self.tree.files:
            if settings.endswith(_SETTINGS):
                for path, where in gradle.gradle_places(self.tree.read(settings)).items():
                    found[path.strip(":").replace(":", "/")] = join(parent(settings), where)
        return found

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """Modules by the name that others use: the artifact of Maven, the last part of a Gradle path."""
        directories = {above for d in self.tree.by_directory for above in ancestors(d)}
        found: dict[str, str] = {}
        for directory in sorted(directories):
            manifest = self._manifest(directory)
            if manifest.endswith("pom.xml"):
                name = project(manifest, self.tree.read(manifest)).name
                found.setdefault(name or directory, directory)
            elif manifest:
                found.setdefault(directory.rpartition("/")[2], directory)
        return found

    def _manifest(self, directory: str) -> str:
        last = directory.rpartition("/")[2]
        if directory not in self._manifests:
            candidates = ("pom.xml", *_GRADLE, f"{last}.gradle.kts", f"{last}.gradle")
            found = (path for name in candidates if self.tree.exists(path := join(directory, name)))
            self._manifests[directory] = next(found, "")
        return self._manifests[directory]

    @cached_property
    def _manifests(self) -> dict[str, str]:
        return {}


def source_set(path: str) -> str:
    """The source set of a file without `Main`: `src/jvmMain/kotlin` and `jvm/src` are "jvm"; "" where there is one
    only."""
    found = next((match for pattern in _SETS if (match := pattern.search(parent(path))) is not None), None)
    name = found[1].removesuffix("Main") if found is not None else ""
    known = name == _COMMON or (found is not None and found[1] != name) or _SHARED.fullmatch(name)
    known = known or any(pattern.fullmatch(name) for pattern in _FAMILIES.values())
    return name if known else ""


def _family(name: str) -> str:
    """The platform of a source set, "" for one of several platforms."""
    if _SHARED.fullmatch(name):
        return ""
    return next((family for family, pattern in _FAMILIES.items() if pattern.fullmatch(name)), "")
