"""A repository opened for work: git, configuration, objects, cache, and the events of one run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack, closing
from types import TracebackType
from typing import Self

from msgspec import Struct, field

from repodoc_hooks.config import Config
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.events import EventBus
from repodoc_hooks.git.grep import MAX_PATTERNS, files_with
from repodoc_hooks.git.objects import Objects, open_objects
from repodoc_hooks.git.process import Git
from repodoc_hooks.pages import markers
from repodoc_hooks.pages.layout import INDEX_ID, page_path
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pipeline.config_source import Source, source_tree
from repodoc_hooks.pipeline.former_pages import former_pages
from repodoc_hooks.pipeline.plan import Pages, Plan
from repodoc_hooks.pipeline.planning import make_plan
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.store.cache import Cache, open_cache


class Workspace(Struct):
    """One repository, one configuration, one event bus. A context manager."""

    git: Git
    config: Config
    objects: Objects
    cache: Cache | None
    bus: EventBus
    stop: threading.Event = field(default_factory=threading.Event)
    _stack: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def open(
        cls,
        git: Git,
        config: Config,
        *,
        cached: bool = True,
        bulk: bool = False,
        bus: EventBus | None = None,
        objects: Objects | None = None,
    ) -> Self:
        """Open objects (unless they are open) and cache.

        `cached` False leaves private state alone, `bulk` reads through libgit2.
        """
        stack = ExitStack()
        if objects is None:
            objects = stack.enter_context(open_objects(git, bulk=bulk))
        cache = stack.enter_context(closing(open_cache(git.state_dir, config))) if cached else None
        return cls(git, config, objects, cache, bus or EventBus(new_run_id()), _stack=stack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def name(self, survey: Survey, pages: Pages) -> str:
        """The name of the repository: that of its manifest, else that of its index, else of its folder.

        The index keeps the last of these, so that it is the same in a clone of another name.
        """
        if named := survey.declared_name:
            return named
        index = pages.good.get(page_path(self.config, INDEX_ID))
        if index is not None and (title := markers.title_of(index)):
            return title
        folder = self.git.common_dir.parent if self.git.common_dir.name == ".git" else self.git.top
        return folder.name

    def tree(self, source: Source, rev: str = "HEAD") -> str:
        """The tree OID to describe: of the index, of the work tree or of a revision."""
        return source_tree(self.git, self.config.docs_dir, self.config.others, source, rev)

    def survey(self, tree: str) -> Survey:
        """The components of a tree."""
        return Survey(self.objects, tree, self.config, cache=self.cache, bus=self.bus)

    def plan(self, survey: Survey) -> Plan:
        """The state of every section of a surveyed tree."""
        pages = self.pages(survey)
        return make_plan(
            survey, pages, lambda moved: self._importers(survey, moved), self.name(survey, pages)
        )

    def pages(self, survey: Survey) -> Pages:
        """The pages that stand in a tree; without an index in its place, those of a former `docs_dir`, too."""
        here = survey.pages()
        pages = self._read(here)
        if page_path(self.config, INDEX_ID) in here:
            return pages
        return Pages({**former_pages(survey, self._read), **pages.good}, pages.damaged)

    def _read(self, blobs: Mapping[str, str]) -> Pages:
        """Pages by path, of blobs by path."""
        paths_of: dict[str, list[str]] = {}
        for path, oid in blobs.items():
            paths_of.setdefault(oid, []).append(path)
        good: dict[str, Page] = {}
        damaged: dict[str, PageDamaged] = {}
        for oid, data in self.objects.blobs(list(paths_of)):
            for path in paths_of[oid]:
                try:
                    good[path] = markers.parse_page(path, data.decode("utf-8", "surrogateescape"))
                except PageDamaged as error:
                    damaged[path] = error
        return Pages(good, damaged)

    def _importers(self, survey: Survey, moved: Mapping[str, Collection[str]]) -> Iterable[str]:
        """Files that may import one of some files, given with the packages that these are or were in: a text search,
        so that nothing else is parsed."""
        from repodoc_hooks.analysis import imports

        named = {
            s
            for path, packages in moved.items()
            for each in packages
            for s in imports.might_import(path, each)
        }
        here = [path for path in moved if path in survey.paths]
        for component in {survey.paths[path] for path in here if imports.is_called_by_manifest(path)}:
            name = survey.components[component].name
            named |= {name, name.replace("-", "_")}
        patterns = sorted(named - {""})
        if len(patterns) > MAX_PATTERNS:
            return list(survey.paths)
        return files_with(self.git, survey.tree, patterns)


def new_run_id() -> str:
    """Sortable by time, unique."""
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.urandom(4).hex()}-{os.getpid()}"
