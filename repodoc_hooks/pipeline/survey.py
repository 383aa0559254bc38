"""Survey: from a tree to its components and, per blob, what is known of it.

Facts are addressed by blob and parser version, so an unchanged blob is parsed once ever; a survey loads the facts of
the files that somebody asks for, and no others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis import components, description, languages, manifest_rules
from repodoc_hooks.analysis.build_units import PUBLISHED
from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.repository_name import repository_name
from repodoc_hooks.config import Config
from repodoc_hooks.events import EventBus
from repodoc_hooks.git.objects import Objects, TreeEntry
from repodoc_hooks.pages.layout import page_paths
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.pipeline.cached_facts import CachedFacts
from repodoc_hooks.pipeline.fingerprints import text_hash
from repodoc_hooks.pipeline.included_documents import IncludedDocuments
from repodoc_hooks.pipeline.own_templates import own_templates
from repodoc_hooks.pipeline.source_facts import Skipped, SourceFacts
from repodoc_hooks.store.cache import Cache

if TYPE_CHECKING:
    from repodoc_hooks.analysis.entry_points import SurfaceReader
    from repodoc_hooks.analysis.imports import Resolver
    from repodoc_hooks.analysis.outward import Outward
    from repodoc_hooks.analysis.surface import Surface
    from repodoc_hooks.analysis.symbol_table import SymbolTable

TEMPLATES_VERSION = "5"
_DRAWN = frozenset({"", "export"})
_NEEDED = _DRAWN | {"through"}


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
        self._cache = cache
        self._surfaces: dict[str, Surface] = {}
        self._uses: dict[str, Mapping[str, frozenset[str]]] = {}
        self.part = part
        self.sections: dict[tuple[str, str], str] = {}
        """Of a `part`: subject and kind -> the text of a section that was made already."""
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
        self._facts = SourceFacts(objects, self._sources, self.documents, CachedFacts(cache), bus, config)

    @cached_property
    def _resolver(self) -> Resolver:
        from repodoc_hooks.analysis.imports import Resolver

        return Resolver(self._owners, self.read, self._package_of, self.facts, self.entries)

    def _package_of(self, path: str) -> str:
        return self._facts.package(path) if path in self._sources else ""

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
        """The name that manifests give the repository, "" when none does."""
        top = {path for path, entry in self.entries.items() if "/" not in path and entry.kind == "file"}
        packages = (each.name for each in self.components.values() if each.kind in PUBLISHED)
        return repository_name(top, self.read, packages)

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
        rules = manifest_rules.rules({path: contents[oid] for path, oid in wanted.items()}, self.read)
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
        return self._facts.of(path)

    def interface(self, path: str) -> str:
        """The interface hash of one source file."""
        return self._facts.interface(path)

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

        return SurfaceReader(self._owners, self.read, self._resolver, self._facts.offered)

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
        self._facts.load(paths)

    def reading_many(self) -> AbstractContextManager[None]:
        """Meanwhile files are loaded batch by batch."""
        return self._facts.reading_many()

    def relieve(self) -> None:
        """Between one page and the next: drop what is known of files, if it is much and can be had again."""
        if self._facts.are_many:
            self.forget()

    def forget(self) -> None:
        """Drop what is known of files."""
        self._facts.drop()
        self._surfaces.clear()
        self.__dict__.pop("_surface_reader", None)

    def former(self, path: str, blob: str) -> FileFacts | None:
        """The facts of the version that a page describes, by its stamp's blob; None where this clone lacks it."""
        return self._facts.former(path, blob)

    @property
    def skipped(self) -> Mapping[str, Skipped]:
        """The source files that were not read, by path."""
        return self._facts.skipped
