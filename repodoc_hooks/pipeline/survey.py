"""Survey: from a tree to its components and, per blob, what is known of it.

Facts are addressed by blob and parser version, so an unchanged blob is parsed once ever; a survey loads the facts of
the files that somebody asks for, and no others.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis import HASH_DIGITS, components, description, languages, manifest_rules
from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.projects import project
from repodoc_hooks.config import Config
from repodoc_hooks.errors import GitError
from repodoc_hooks.events import EventBus, FileParsed
from repodoc_hooks.git.objects import Objects, TreeEntry
from repodoc_hooks.pages.layout import page_paths
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.pipeline.cached_facts import CachedFacts
from repodoc_hooks.pipeline.fingerprints import text_hash
from repodoc_hooks.pipeline.included_documents import IncludedDocuments
from repodoc_hooks.pipeline.own_templates import own_templates
from repodoc_hooks.store.cache import Cache

if TYPE_CHECKING:
    from repodoc_hooks.analysis.entry_points import SurfaceReader
    from repodoc_hooks.analysis.imports import Resolver
    from repodoc_hooks.analysis.outward import Outward
    from repodoc_hooks.analysis.surface import Surface
    from repodoc_hooks.analysis.symbol_table import SymbolTable

MAX_SOURCE_BYTES = 2_000_000
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_TOO_LARGE = f"larger than {MAX_SOURCE_BYTES // 1_000_000} MB"
_BINARY_WINDOW = 8000
_FEW = 100
TEMPLATES_VERSION = "3"
_DRAWN = frozenset({"", "export"})
_NEEDED = _DRAWN | {"through"}
_NAMED_BY = (
    "pyproject.toml",
    "go.mod",
    "setup.cfg",
    "setup.py",
    "package.json",
    "Cargo.toml",
    "composer.json",
    "pom.xml",
)


class Skipped(Struct, frozen=True):
    """A source file that is listed but not read, and why."""

    path: str
    reason: str


class Part(Struct, frozen=True):
    """The entries of a few pages and of the directories above them, what each of these imports from outside, and
    their titles, which are chosen so that no two of the whole tree are alike.

    Known from the pages of a tree that is not different enough for imports to mean anything else now.
    """

    entries: tuple[TreeEntry, ...]
    outside: Mapping[str, frozenset[str]]
    titles: Mapping[str, str]


class Survey:
    """The components of one tree; facts and imports are loaded when asked for."""

    def __init__(
        self,
        objects: Objects,
        tree: str,
        config: Config,
        *,
        cache: Cache | None = None,
        bus: EventBus | None = None,
        part: Part | None = None,
    ) -> None:
        """Survey a whole tree, or only what is known of a `part` of it."""
        self.tree = tree
        self.config = config
        self.objects = objects
        self.skipped: dict[str, Skipped] = {}
        self._cache = cache
        self._cached = CachedFacts(cache)
        self._bus = bus
        self._facts: dict[str, FileFacts] = {}
        self._declared: dict[str, FileFacts] = {}
        self._surfaces: dict[str, Surface] = {}
        self._uses: dict[str, Mapping[str, frozenset[str]]] = {}
        self.part = part
        self.entries: dict[str, TreeEntry] = {
            entry.path: entry for entry in (objects.entries(tree) if part is None else part.entries)
        }
        self.documents = IncludedDocuments(objects, self.entries)
        files = [(entry.path, entry.oid) for entry in self.entries.values() if entry.kind == "file"]
        found = components.discover(files, config, self.read)
        known = {} if part is None else part.titles
        self.components: dict[str, Component] = {
            id_: replace(component, title=known[id_]) if known.get(id_) else component
            for id_, component in found.components.items()
        }
        self.left_out = found.left_out
        self._owners = {file.path: c.id for c in self.components.values() for file in c.files}
        self._sources = {file.path: file for c in self.components.values() for file in c.files}

    @cached_property
    def _resolver(self) -> Resolver:
        from repodoc_hooks.analysis.imports import Resolver

        return Resolver(self._owners, self.read, self._package_of, self.facts, self.entries)

    @property
    def paths(self) -> Mapping[str, str]:
        """Every documented source file, with the component that owns it."""
        return self._owners

    @cached_property
    def templates(self) -> Overrides:
        """The repository's own templates, as this tree has them.

        Raises:
            ConfigError: they cannot be used.
        """
        return own_templates(self.objects, self.tree, self.config.templates)

    @cached_property
    def templates_version(self) -> str:
        """What stamps say of the templates that word pages, of where links to source lead and of what is shown.

        A hash of the repository's own, else our version.
        """
        words = [f"{name}\0{text}" for name, text in self.templates.texts if not name.startswith("prompts/")]
        if self.config.source_url:
            words.append(f"source_url\0{self.config.source_url}")
        if self.config.java.package_private:
            words.append("java.package_private")
        return text_hash("\0".join(words)) if words else TEMPLATES_VERSION

    @cached_property
    def declared_name(self) -> str:
        """The name that a manifest at the top gives the repository, "" when none does."""
        for name in _NAMED_BY:
            found = project(name, self.read(name)).name if name in self.entries else ""
            if found:
                return found
        return ""

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Component id -> title."""
        return {component.id: component.title for component in self.components.values()}

    @cached_property
    def page_paths(self) -> Mapping[str, str]:
        """Component id -> path of its page."""
        return page_paths(self.config, dict.fromkeys(self.components, False))

    @cached_property
    def manifests(self) -> Mapping[str, str]:
        """The files that decide what imports of documented files mean, and a hash of what they say of it."""
        folders: dict[str, set[str]] = {}
        for path in self._owners:
            folders.setdefault(path.rpartition("/")[0], set()).add(self._sources[path].language)
        readers: dict[str, set[str]] = {}
        for folder, spoken in folders.items():
            while True:
                readers.setdefault(folder, set()).update(spoken)
                if not folder:
                    break
                folder = folder.rpartition("/")[0]
        wanted = {
            path: entry.oid
            for path, entry in self.entries.items()
            if entry.kind == "file"
            and (
                spoken_here := readers.get(
                    "" if manifest_rules.holds_everywhere(path) else path.rpartition("/")[0]
                )
            )
            and not manifest_rules.read_by(path).isdisjoint(spoken_here)
        }
        contents = dict(self.objects.blobs(dict.fromkeys(wanted.values())))
        rules = {path: manifest_rules.import_rules(path, contents[oid]) for path, oid in wanted.items()}
        return {path: text_hash(rule) for path, rule in rules.items() if rule}

    def owner(self, path: str) -> str | None:
        """The component that documents a file; None when the path is no documented source."""
        return self._owners.get(path)

    def blob(self, path: str) -> str:
        """The blob OID of a source file."""
        return self._sources[path].blob

    def read(self, path: str) -> bytes:
        """The bytes of any file of the tree, b"" when there is none."""
        entry = self.entries.get(path)
        return self.objects.blob(entry.oid) if entry is not None and entry.kind == "file" else b""

    def read_or_target(self, path: str) -> bytes:
        """The same; of a symbolic link what it says."""
        entry = self.entries.get(path)
        if entry is not None and entry.kind == "symlink":
            return self.objects.blob(entry.oid)
        return self.read(path)

    def pages(self) -> dict[str, str]:
        """Path -> blob OID of every Markdown file under docs_dir."""
        prefix = self.config.docs_dir + "/"
        return {
            path: entry.oid
            for path, entry in self.entries.items()
            if entry.kind == "file" and path.startswith(prefix) and path.endswith(".md")
        }

    def facts(self, path: str) -> FileFacts:
        """The facts of one source file."""
        if path not in self._facts:
            self.load((path,))
        return self._facts[path]

    def uses(self, path: str) -> Mapping[str, frozenset[str]]:
        """The documented source files that a file reaches by its imports, each with what for (`Resolver.resolve`)."""
        if path not in self._uses:
            found = self._resolver.resolve(path, self.facts(path))
            self._uses[path] = {p: uses for p, uses in found.items() if p in self._owners}
        return self._uses[path]

    def imports(self, path: str) -> frozenset[str]:
        """The documented source files that a file imports at run time: where arrows lead."""
        return frozenset(p for p, uses in self.uses(path).items() if not _DRAWN.isdisjoint(uses))

    def needs(self, path: str) -> frozenset[str]:
        """The same, and what defines the names that an imported file of the same unit hands on."""
        return frozenset(p for p, uses in self.uses(path).items() if not _NEEDED.isdisjoint(uses))

    def hands_on(self, path: str) -> bool:
        """Files of this one's language may hand on names that others define."""
        language = languages.language_of(path)
        return language is not None and self._resolver.locator(language) is not None

    def surface(self, component: Component) -> Surface:
        """What users of a component can import, call or run."""
        if component.id not in self._surfaces:
            self.load(file.path for file in component.files)
            self._surfaces[component.id] = self._surface_reader.surface(component)
        return self._surfaces[component.id]

    @cached_property
    def symbols(self) -> SymbolTable:
        """The definitions of the tree; files are read as it is asked."""
        from repodoc_hooks.analysis.symbol_table import SymbolTable

        return SymbolTable(self.components, self.facts, self.surface)

    @cached_property
    def outward(self) -> Outward:
        """What the files use of other people's packages."""
        from repodoc_hooks.analysis.outward import Outward

        return Outward(self.entries, self.read, self._resolver, self.facts)

    @cached_property
    def _surface_reader(self) -> SurfaceReader:
        from repodoc_hooks.analysis.entry_points import SurfaceReader

        return SurfaceReader(self._owners, self.read, self._resolver, self._offered)

    def outside(self, subject: Subject) -> frozenset[str]:
        """The files beside a page's own whose interface matters to these."""
        if self.part is not None:
            return self.part.outside[subject.id]
        found = {target for path in subject.files for target in self.needs(path)}
        return frozenset(found - set(subject.files))

    def description(self, component: Component) -> tuple[str, str]:
        """Path and words of what describes a component outside its source, ("", "") when nothing does."""
        if self.config.components:
            return description.NONE
        return description.description(component, self.entries, self.read_or_target, self.introduction_of)

    def introduction_of(self, text: bytes) -> str:
        """What a README says first, remembered by its content: to read Markdown would be a tenth of a commit."""
        key = f"introduction:{languages.PARSER_VERSION}:{hashlib.sha256(text).hexdigest()}"
        kept = self._cache.get(key) if self._cache is not None else None
        if kept is not None:
            return kept.decode("utf-8", "replace")
        words = description.introduction_of(text)
        if self._cache is not None:
            self._cache.set(key, words.encode("utf-8", "replace"))
        return words

    def load(self, paths: Iterable[str]) -> None:
        """Bring the facts of many files: from the cache, else parsed, in several processes when there are many."""
        missing: dict[str, list[str]] = {}
        for path in paths:
            if path not in self._facts and not self._from_cache(path):
                missing.setdefault(self._sources[path].blob, []).append(path)
        if not missing:
            return
        batch: list[tuple[str, str, bytes]] = []
        for oid, data in self._readable(missing):
            batch.extend((path, self._sources[path].language, data) for path in missing[oid])
        self._parse(batch)

    def forget(self, paths: Iterable[str]) -> None:
        """Drop loaded facts, so that memory follows one component and not the repository."""
        for path in paths:
            self._facts.pop(path, None)
            self._declared.pop(path, None)
            self._uses.pop(path, None)

    def _package_of(self, path: str) -> str:
        return self.facts(path).package if path in self._sources else ""

    def _readable(self, missing: Mapping[str, list[str]]) -> Iterable[tuple[str, bytes]]:
        for oid, data in self.objects.blobs_up_to(MAX_SOURCE_BYTES, missing):
            reason = _TOO_LARGE if data is None else _unreadable(data)
            if data is not None and not reason:
                yield oid, data
                continue
            for path in missing[oid]:
                self._opaque(path, reason)

    def _opaque(self, path: str, reason: str) -> None:
        """A file that is not read is known by its blob alone: any change of it counts as a change of everything."""
        self.skipped[path] = Skipped(path, reason)
        source = self._sources[path]
        digest = source.blob[:HASH_DIGITS]
        self._facts[path] = FileFacts(source.language, digest, digest, digest, parsed=False)

    def _parse(self, batch: list[tuple[str, str, bytes]]) -> None:
        started = time.perf_counter()
        for (path, language, _), facts in zip(batch, _parsed(batch, self.config), strict=True):
            self._know(path, facts)
            self._cached.keep(language, self._sources[path].blob, facts)
            if self._bus is not None:
                seconds, started = time.perf_counter() - started, time.perf_counter()
                self._bus.publish(
                    FileParsed(run_id=self._bus.run_id, path=path, language=language, seconds=seconds)
                )
        self._cached.flush()

    def former(self, path: str, blob: str) -> FileFacts | None:
        """The facts of the version that a page describes, by its stamp's blob; None where this clone lacks it."""
        language = languages.language_of(path)
        if language is None:
            return None
        facts = self._cached.get(language, blob)
        if facts is None:
            data = read_blob(self.objects, blob)
            facts = languages.parse(language, data) if data is not None and not _unreadable(data) else None
        return self._shown(self.documents.complete(path, blob, facts)) if facts is not None else None

    def _from_cache(self, path: str) -> bool:
        source = self._sources[path]
        facts = self._cached.get(source.language, source.blob)
        if facts is not None:
            self._know(path, facts)
        return facts is not None

    def _know(self, path: str, facts: FileFacts) -> None:
        self._declared[path] = self.documents.complete(path, self._sources[path].blob, facts)
        self._facts[path] = self._shown(self._declared[path])

    def _shown(self, facts: FileFacts) -> FileFacts:
        """Facts as pages show them: with what the configuration wants beside what is public."""
        if not self.config.java.package_private:
            return facts
        from repodoc_hooks.analysis.package_private import with_package_private

        return with_package_private(facts)

    def _offered(self, path: str) -> FileFacts:
        """The facts of a file as others may use it, whatever pages show."""
        shown = self.facts(path)
        return self._declared.get(path, shown)


def read_blob(objects: Objects, oid_prefix: str) -> bytes | None:
    """The bytes of a blob by the prefix that a stamp holds; None when this clone does not have it."""
    try:
        return objects.blob(oid_prefix)
    except GitError:
        return None


def _parsed(batch: list[tuple[str, str, bytes]], config: Config) -> Iterable[FileFacts]:
    if len(batch) < _FEW:  # spares a hook the machinery of processes
        return (languages.parse(language, data) for _, language, data in batch)
    from repodoc_hooks.parallel_executor import parse_many

    return parse_many(batch, config.parallel.processes)


def _unreadable(data: bytes) -> str:
    if data.startswith(_LFS_POINTER):
        return "a Git LFS pointer"
    if b"\0" in data[:_BINARY_WINDOW]:
        return "binary"
    return ""
