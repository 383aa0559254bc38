"""Modules and source sets of Maven and Gradle builds: which source a file of the one may use of the other."""

from __future__ import annotations

import re
from functools import cached_property

from repodoc_hooks.analysis.manifests import gradle_projects
from repodoc_hooks.analysis.projects import project
from repodoc_hooks.analysis.resolution.tree import Tree, ancestors, join, parent
from repodoc_hooks.analysis.xml_properties import maven_artifacts
from repodoc_hooks.expressions import expression

_GRADLE = ("build.gradle.kts", "build.gradle")
_SETS = (
    expression(r"(?:^|/)src/(\w+)/(?:kotlin|java|scala|groovy)(?:/|$)"),
    expression(r"(?:^|/)(\w+)/src(?:/|$)"),
)
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
        """How near the module of another file is: 0 the same, 1 one that the build lets use, 2 one that a build script
        may let use in a way that is not plain to see, 3 none."""
        mine, theirs = self.module(path), self.module(other)
        if mine == theirs:
            return 0
        if mine is None or theirs is None:
            return 2
        if theirs in self.visible(mine):
            return 1
        if mine in self.visible(theirs):
            return 3  # a build has no circles
        return 3 if self._manifest(mine).endswith("pom.xml") else 2

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
        manifest = self._manifest(module)
        data = self.tree.read(manifest)
        if manifest.endswith("pom.xml"):
            return [self._by_name[name] for name in maven_artifacts(data) if name in self._by_name]
        found = [self._by_path(name) for name in gradle_projects(data)]
        return [directory for directory in found if directory is not None]

    def _by_path(self, path: str) -> str | None:
        if path in self._by_name.values():
            return path
        return self._by_name.get(path.rpartition("/")[2])

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
