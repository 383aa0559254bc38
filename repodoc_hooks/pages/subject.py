"""What a page is about: the whole repository (the index) or one of its components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.config import Config
from repodoc_hooks.pages.layout import INDEX_ID, page_path, page_paths
from repodoc_hooks.sections.kinds import PageKind


@dataclass(frozen=True, slots=True)
class Subject:
    """What one page is about.

    Attributes:
        id: `INDEX_ID`, else the directory.
        title: of the page.
        kind: "index" or "component".
        component: id of the component that it belongs to, "" for the index.
        path: of the page.
        files: the source files whose API stands on this page.
        parts: ids of the subjects one level below that have pages of their own.
    """

    id: str
    title: str
    kind: PageKind
    component: str
    path: str
    files: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def subjects(config: Config, components: Mapping[str, Component], name: str) -> dict[str, Subject]:
    """Everything that has a page, by id, the index first; `name` is the repository's."""
    paths = page_paths(config, components)
    found = {
        INDEX_ID: Subject(INDEX_ID, name, "index", "", page_path(config, INDEX_ID), parts=tuple(components))
    }
    for id_, component in components.items():
        found[id_] = component_subject(component, paths[id_])
    return found


def component_subject(component: Component, path: str) -> Subject:
    """A component whose page is at `path`."""
    files = tuple(file.path for file in component.files)
    return Subject(component.id, component.title, "component", component.id, path, files)
