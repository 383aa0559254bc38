"""Components: which source files share a page.

Components are the units of the build: a Rust crate, an npm package, a Maven or Gradle module, a C# project, a Ruby
gem, a Composer package, a Go package, a Python package; elsewhere a directory with source.

For Python that is the outermost package, the thing that a user imports, with its sub-packages: what is public is said
in its `__init__.py`, under its name, for all of them, as a crate's is in `lib.rs`. Sub-packages become pages of their
own where the page gets long, as the modules of a crate do. In Go each directory is imported under its own path.

A file's component follows from its own path, its neighbours in the directory and the manifests above it, so that a
commit moves only the components that it touches. A file of a language without a unit of its own belongs to the unit
of its neighbours, else to that of the module around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from repodoc_hooks.analysis.build_units import DIRECTORY, GO, BuildUnits, Unit, is_marker
from repodoc_hooks.analysis.facts import Component, SourceFile
from repodoc_hooks.analysis.languages import language_of
from repodoc_hooks.analysis.left_out import (
    Exclusions,
    LeftOut,
    Place,
    is_test_file,
    marks_output,
    unsupported,
)
from repodoc_hooks.analysis.patterns import Patterns
from repodoc_hooks.config import Config
from repodoc_hooks.expressions import expression

Read = Callable[[str], bytes]
_TOP = "top level"
_VERSION = expression(r"v\d+\w*")


class Discovery(Struct, frozen=True):
    """The components of a snapshot by id, sorted, each with at least one file, and the source that is in none."""

    components: dict[str, Component]
    left_out: tuple[LeftOut, ...] = ()


def discover(paths: Iterable[tuple[str, str]], config: Config, read: Read) -> Discovery:
    """Sort the files of a snapshot into components.

    `paths` are its ordinary files with their blob OIDs; `read` gives the bytes of a manifest, b"" if it cannot be
    read.
    """
    layout = _Layout(config, read)
    return layout.named(paths) if config.components else layout.found(paths)


class _Layout:
    """What the directories of one snapshot say."""

    def __init__(self, config: Config, read: Read) -> None:
        self.config = config
        self.markers: dict[str, set[str]] = {}
        self.go: set[str] = set()
        self.tests: set[str] = set()
        self.output: set[str] = set()
        self.units = BuildUnits(self.markers, read)
        place = Place(
            is_root=self.units.is_root,
            is_output=self.output.__contains__,
            is_package=self.units.is_package,
            is_go=self.go.__contains__,
            has_tests=self.tests.__contains__,
            in_project=lambda directory: self.units.nearest(directory, "csharp") is not None,
        )
        self.exclusions = Exclusions(config, place)

    def named(self, paths: Iterable[tuple[str, str]]) -> Discovery:
        """The components that the configuration lists; a file belongs to the first one that names it."""
        wanted = [(c.name, Patterns.compile(_anchored(c.paths))) for c in self.config.components]
        groups: dict[str, list[SourceFile]] = {}
        for path, oid in paths:
            language = language_of(path)
            if language is None or self.exclusions.is_page(path) or self.exclusions.is_excluded(path):
                continue
            for name, patterns in wanted:
                if patterns.matches_tree(path):
                    groups.setdefault(name, []).append(SourceFile(path, oid, language))
                    break
        return Discovery(
            {name: Component(name, name, DIRECTORY, _sorted(files)) for name, files in sorted(groups.items())}
        )

    def found(self, paths: Iterable[tuple[str, str]]) -> Discovery:
        """The components that the build and the layout of the repository give."""
        directories: dict[str, list[SourceFile]] = {}
        others: list[tuple[str, str]] = []
        for path, oid in paths:
            directory, _, name = path.rpartition("/")
            if is_marker(name):
                self.markers.setdefault(directory, set()).add(name)
            if marks_output(name):
                self.output.add(directory)
            language = language_of(name)
            if language is not None:
                directories.setdefault(directory, []).append(SourceFile(path, oid, language))
                if is_test_file(name):
                    self.tests.add(directory)
                elif language == "go":
                    self.go.add(directory)
            elif spoken := unsupported(name):
                others.append((path, spoken))
        groups: dict[str, list[SourceFile]] = {}
        units: dict[str, Unit] = {}
        for directory, files in directories.items():
            kept = [f for f in files if not self.exclusions.count(f.path, f.language)]
            if kept:
                unit = self._unit(directory, {f.language for f in kept})
                units[unit.directory] = max(units.get(unit.directory, unit), unit, key=_rank)
                groups.setdefault(unit.directory, []).extend(kept)
        for path, spoken in others:
            self.exclusions.count_unsupported(path, spoken)
        titles = unique_titles({where or ".": unit.name or _TOP for where, unit in units.items()})
        found = {
            where or ".": Component(
                where or ".", titles[where or "."], units[where].kind, _sorted(files), units[where].name
            )
            for where, files in sorted(groups.items())
        }
        return Discovery(found, self.exclusions.told())

    def _unit(self, directory: str, languages: set[str]) -> Unit:
        """The unit of the files in a directory: the innermost one that claims one of its languages."""
        claims = [unit for lang in sorted(languages) if (unit := self.units.of(directory, lang)) is not None]
        if "go" in languages and (unit := self.units.declared(directory, "go")) is not None:
            claims.append(unit)
        if claims:
            return max(claims, key=_rank)
        return self.units.any_above(directory) or Unit(directory, DIRECTORY, self._directory_name(directory))

    def _directory_name(self, directory: str) -> str:
        """What a directory without a unit is called: the `src` of a distribution and the top by the manifest's name."""
        above, _, last = directory.rpartition("/")
        if directory and last != "src":
            return last
        found = self.units.distribution(directory)
        if found is not None and found.name and found.directory == above:
            return found.name
        return last


def _rank(unit: Unit) -> tuple[bool, int, str, str]:
    """Declared units before those that only a layout suggests, then the innermost one."""
    return bool(unit.manifest) or unit.kind == GO, len(unit.directory), unit.kind, unit.name


def unique_titles(names: Mapping[str, str]) -> dict[str, str]:
    """Titles by id, made from names by id: a name that several have, and one that is but a version, gets the shortest
    end of the path that tells."""
    shared = {
        name for name, times in Counter(names.values()).items() if times > 1 or _VERSION.fullmatch(name)
    }
    titles = {id_: name for id_, name in names.items() if name not in shared}
    taken = set(titles.values())
    for name in sorted(shared):
        ids = [id_ for id_, other in names.items() if other == name]
        ends = Counter(end for id_ in ids for end in _ends(id_))
        for id_ in ids:
            fit = [end for end in _ends(id_) if not _VERSION.fullmatch(end)]
            free = (end for end in fit if end not in taken and (ends[end] == 1 or end == id_))
            titles[id_] = next(free, f"{name} ({id_})")
        taken |= {titles[id_] for id_ in ids}
    return titles


def _ends(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[-size:]) for size in range(1, len(parts) + 1)]


def _anchored(paths: Iterable[str]) -> list[str]:
    """Paths of a named component are relative to the top, whether or not they hold a slash."""
    return ["**" if p.strip("/") in ("", ".") else "/" + p.removeprefix("./").lstrip("/") for p in paths]


def _sorted(files: list[SourceFile]) -> tuple[SourceFile, ...]:
    return tuple(sorted(files, key=lambda file: file.path))
