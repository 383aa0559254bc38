"""Units of a build: the crate, package, module or project that a manifest in a directory declares, and its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from repodoc_hooks.analysis.gradle_scripts import gradle_includes
from repodoc_hooks.analysis.manifests import (
    sbt_directories,
    sbt_name,
    swift_name,
    swift_targets,
    table,
)
from repodoc_hooks.analysis.projects import project
from repodoc_hooks.source_files import FAMILY_BY_LANGUAGE

Read = Callable[[str], bytes]

_EXACT = frozenset(
    {
        "__init__.py",
        "__init__.pyi",
        "CMakeLists.txt",
        "Cargo.toml",
        "Package.swift",
        "build.gradle",
        "build.gradle.kts",
        "build.sbt",
        "composer.json",
        "go.mod",
        "package.json",
        "pom.xml",
        "pyproject.toml",
        "settings.gradle",
        "settings.gradle.kts",
        "setup.cfg",
        "setup.py",
    }
)
_BY_SUFFIX = (".csproj", ".gemspec", ".gradle", ".gradle.kts")
_SETTINGS = ("settings.gradle.kts", "settings.gradle")
_PACKAGE = ("__init__.py", "__init__.pyi")
_DISTRIBUTION = ("pyproject.toml", "setup.py", "setup.cfg")
_SWIFT_SOURCES = ("Sources", "Source", "src", "srcs", "Plugins")
_IMPORT_ROOTS = ("src", "lib", "python")

RUST, NPM, GO, PYTHON = "Rust crate", "npm package", "Go package", "Python package"
MAVEN, GRADLE, SBT, CSHARP = "Maven module", "Gradle module", "sbt project", "C# project"
SWIFT_PACKAGE, SWIFT_TARGET = "Swift package", "Swift target"
GEM, COMPOSER, DIRECTORY = "Ruby gem", "Composer package", "directory"
PUBLISHED = frozenset({RUST, NPM, MAVEN, GRADLE, SBT, CSHARP, SWIFT_PACKAGE, GEM, COMPOSER})
"""Units that a manifest gives their name, under which others get them."""


def is_marker(name: str) -> bool:
    """Whether the presence or the content of a file of this name decides what unit a directory belongs to."""
    return name in _EXACT or name.endswith(_BY_SUFFIX)


class Unit(Struct, frozen=True):
    """One unit of the build. `directory` is "" at the top, `manifest` the path of the file that declares it ("" for
    a package that needs none)."""

    directory: str
    kind: str
    name: str
    manifest: str = ""


class BuildUnits:
    """The units that the manifests of a snapshot declare.

    `markers` are the names of the marker files by directory, `read` gives the bytes of a file.
    """

    def __init__(self, markers: Mapping[str, Collection[str]], read: Read) -> None:
        self._markers = markers
        self._read = read
        self._nearest: dict[tuple[str, str], Unit | None] = {}
        self._declared: dict[tuple[str, str], Unit | None] = {}

    def of(self, directory: str, language: str) -> Unit | None:
        """The unit that source of a language in a directory belongs to, None if no manifest claims it."""
        family = FAMILY_BY_LANGUAGE.get(language)
        if family == "python":
            return self.python(directory)
        return self.nearest(directory, family) if family in _MANIFEST_FAMILIES else None

    def nearest(self, directory: str, family: str) -> Unit | None:
        """The nearest unit of a family of languages, going up."""
        key = directory, family
        if key not in self._nearest:
            found = self.declared(directory, family)
            if found is None and directory:
                found = self.nearest(directory.rpartition("/")[0], family)
            self._nearest[key] = found
        return self._nearest[key]

    def declared(self, directory: str, family: str) -> Unit | None:
        """The unit of a family that is declared in a directory itself."""
        key = directory, family
        if key not in self._declared:
            self._declared[key] = getattr(self, f"_{family}")(directory)
        return self._declared[key]

    def any_above(self, directory: str) -> Unit | None:
        """The nearest unit of any family that is declared in a directory or above, the top left aside."""
        while directory:
            for family in _MANIFEST_FAMILIES:
                if (unit := self.declared(directory, family)) is not None:
                    return unit
            directory = directory.rpartition("/")[0]
        return None

    def is_root(self, directory: str) -> bool:
        """Whether a manifest of the build stands in a directory."""
        names = self._markers.get(directory, ())
        return any(name not in _PACKAGE for name in names)

    def is_package(self, directory: str) -> bool:
        """Whether a directory is a Python package."""
        names = self._markers.get(directory, ())
        return _PACKAGE[0] in names or _PACKAGE[1] in names

    # Python

    def python(self, directory: str) -> Unit | None:
        """The outermost package around a directory; a namespace below the `src` of a distribution counts as one."""
        root, above = "", directory
        while above:
            if self.is_package(above):
                root = above
            above = above.rpartition("/")[0]
        if not root:
            return self._namespace(directory)
        return Unit(root, PYTHON, self._import_name(root), _join(root, _PACKAGE[0]))

    def distribution(self, directory: str) -> Unit | None:
        """The Python distribution whose manifest is nearest, going up."""
        while True:
            names = self._markers.get(directory, ())
            for name in _DISTRIBUTION:
                if name in names:
                    path = _join(directory, name)
                    declared = project(path, self._read(path)).name
                    return Unit(directory, PYTHON, declared, path)
            if not directory:
                return None
            directory = directory.rpartition("/")[0]

    def _namespace(self, directory: str) -> Unit | None:
        found = self.distribution(directory)
        if found is None:
            return None
        inside = directory[len(found.directory) :].strip("/")
        first, _, rest = inside.partition("/")
        if first != "src" or not rest:
            return None
        name = rest.partition("/")[0]
        return Unit(_join(found.directory, f"src/{name}"), PYTHON, name)

    def _import_name(self, package: str) -> str:
        """The dotted name by which a package is imported, as far as its distribution tells where that begins."""
        found = self.distribution(package.rpartition("/")[0])
        package = package.removesuffix("-stubs")  # PEP 561
        last = package.rpartition("/")[2]
        if found is None:
            return last
        inside = package[len(found.directory) :].strip("/")
        first, _, rest = inside.partition("/")
        if first in _IMPORT_ROOTS and rest:
            return rest.replace("/", ".")
        return inside.replace("/", ".") if found.directory or inside.count("/") == 0 else last

    # the other families

    def _rust(self, directory: str) -> Unit | None:
        return self._named(directory, "Cargo.toml", RUST)

    def _javascript(self, directory: str) -> Unit | None:
        return self._named(directory, "package.json", NPM)

    def _go(self, directory: str) -> Unit | None:
        path = _join(directory, "go.mod")
        known = "go.mod" in self._markers.get(directory, ())
        name = project(path, self._read(path)).name if known else ""
        return Unit(directory, GO, name or directory.rpartition("/")[2], path if name else "")

    def _php(self, directory: str) -> Unit | None:
        if "composer.json" not in self._markers.get(directory, ()):
            return None
        path = _join(directory, "composer.json")
        data = self._read(path)
        name = project(path, data).name
        if not name and not isinstance(table(path, data).get("autoload"), dict):
            return None
        return Unit(directory, COMPOSER, name or directory.rpartition("/")[2], path)

    def _ruby(self, directory: str) -> Unit | None:
        return self._suffixed(directory, ".gemspec", GEM)

    def _csharp(self, directory: str) -> Unit | None:
        return self._suffixed(directory, ".csproj", CSHARP)

    def _jvm(self, directory: str) -> Unit | None:
        names = self._markers.get(directory, ())
        last = directory.rpartition("/")[2]
        if "pom.xml" in names:
            path = _join(directory, "pom.xml")
            return Unit(directory, MAVEN, project(path, self._read(path)).name or last, path)
        build = (*_GRADLE_FILES, f"{last}.gradle", f"{last}.gradle.kts")
        if found := next((name for name in build if name in names), ""):
            return Unit(directory, GRADLE, self._gradle_name(directory) or last, _join(directory, found))
        if directory in self._included:
            return Unit(directory, GRADLE, last)
        if directory in self._sbt_projects:
            return Unit(directory, SBT, last, self._sbt_projects[directory])
        if "build.sbt" in names:
            path = _join(directory, "build.sbt")
            return Unit(directory, SBT, sbt_name(self._read(path)) or last, path)
        return None

    def _swift(self, directory: str) -> Unit | None:
        if directory in self._swift_targets:
            return self._swift_targets[directory]
        if "Package.swift" not in self._markers.get(directory, ()):
            return None
        path = _join(directory, "Package.swift")
        name = swift_name(self._read(path)) or directory.rpartition("/")[2]
        return Unit(directory, SWIFT_PACKAGE, name, path)

    def _gradle_name(self, directory: str) -> str:
        for name in _SETTINGS:
            if name in self._markers.get(directory, ()):
                path = _join(directory, name)
                return project(path, self._read(path)).name
        return ""

    @cached_property
    def _included(self) -> frozenset[str]:
        """Directories that a `settings.gradle` includes as modules."""
        found = set()
        for directory, names in self._markers.items():
            for name in _SETTINGS:
                if name in names:
                    includes = gradle_includes(self._read(_join(directory, name)))
                    found |= {_join(directory, where) for where in includes}
        return frozenset(found)

    @cached_property
    def _sbt_projects(self) -> Mapping[str, str]:
        """Directories that a `build.sbt` makes projects of, each with the path of that."""
        builds = [_join(d, "build.sbt") for d, names in self._markers.items() if "build.sbt" in names]
        return {
            _join(path.rpartition("/")[0], where): path
            for path in builds
            for where in sbt_directories(self._read(path))
        }

    @cached_property
    def _swift_targets(self) -> Mapping[str, Unit]:
        """Directories that a `Package.swift` makes targets of."""
        found = {}
        for directory, names in self._markers.items():
            if "Package.swift" in names:
                path = _join(directory, "Package.swift")
                for name, own in swift_targets(self._read(path)).items():
                    for where in (own,) if own else [f"{folder}/{name}" for folder in _SWIFT_SOURCES]:
                        place = _join(directory, where)
                        found[place] = Unit(place, SWIFT_TARGET, name, path)
        return found

    def _named(self, directory: str, manifest: str, kind: str) -> Unit | None:
        if manifest not in self._markers.get(directory, ()):
            return None
        path = _join(directory, manifest)
        name = project(path, self._read(path)).name
        return Unit(directory, kind, name, path) if name else None

    def _suffixed(self, directory: str, suffix: str, kind: str) -> Unit | None:
        names = sorted(n for n in self._markers.get(directory, ()) if n.endswith(suffix))
        if not names:
            return None
        path = _join(directory, names[0])
        stem = names[0].removesuffix(suffix)
        if kind == CSHARP:
            return Unit(directory, kind, stem, path)
        return Unit(directory, kind, project(path, self._read(path)).name or stem, path)


_GRADLE_FILES = ("build.gradle.kts", "build.gradle")
_MANIFEST_FAMILIES = ("rust", "javascript", "jvm", "csharp", "ruby", "php", "swift")


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
