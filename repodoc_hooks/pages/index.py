"""Regions of the index that follow from the component pages alone: architecture and component list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.pages import mermaid
from repodoc_hooks.pages.graph import Graph, fold
from repodoc_hooks.pages.layout import ROOT_ID, relative_link
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.prose import first_of_summary
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides, fill
from repodoc_hooks.pages.text import code, escape


@dataclass(frozen=True, slots=True)
class Entry:
    """One component in the list."""

    name: str
    link: str
    path: str
    summary: str


def render_index(
    pages: Mapping[str, Page],
    components: Mapping[str, Component],
    path: str,
    templates: Overrides = NO_OVERRIDES,
) -> dict[str, str]:
    """The regions `architecture` and `components`.

    Args:
        pages: component id -> page; their stamps say what imports what, their summaries what each is.
        components: component id -> component, for titles.
        path: path of the index, for links.
        templates: the repository's own, which replace ours.
    """
    titles = {id_: components[id_].title if id_ in components else id_ for id_ in pages}
    graph = fold(component_edges(pages))
    entries = [
        Entry(
            escape(titles[id_]),
            relative_link(path, page.path),
            _place(id_, titles[id_]),
            first_of_summary(page),
        )
        for id_, page in sorted(pages.items())
    ]
    return {
        "architecture": _architecture(graph, pages, titles, templates),
        "components": fill("pages/components.md.j2", templates, entries=entries),
    }


def _architecture(
    graph: Graph, pages: Mapping[str, Page], titles: Mapping[str, str], templates: Overrides
) -> str:
    """How components import each other; of a single one how its parts do; "" where there is nothing to draw."""
    if len(pages) == 1:
        (page,) = pages.values()
        return _of_parts(page)
    if graph.empty:
        return ""
    return fill(
        "pages/architecture.md.j2",
        templates,
        graph=graph,
        blocks=mermaid.edge_blocks(graph, pages, titles),
        title="Architecture",
        description="Components of this repository. An arrow leads from a component to one that it imports.",
    )


def _of_parts(page: Page) -> str:
    """The diagram on the page of the only component, as the architecture."""
    structure = page.regions["structure"].body if "structure" in page.regions else ""
    heading, _, drawn = structure.partition("\n")
    if "```mermaid" not in drawn or not heading.startswith("## "):
        return ""
    titled = re.sub(r"accTitle: .*|^ *%% \w+\n", _retitled, drawn, flags=re.MULTILINE)
    return f"## Architecture\n{titled}"


def _retitled(line: re.Match[str]) -> str:
    """The title of the diagram; anchors go, since components are the nodes of this region."""
    return "accTitle: Architecture" if line[0].startswith("accTitle") else ""


def component_edges(pages: Mapping[str, Page]) -> dict[str, set[str]]:
    """Component -> components that it imports, as the pages' stamps have it."""
    owners = {path: id_ for id_, page in pages.items() for path in page.stamps.files}
    edges: dict[str, set[str]] = {}
    for id_, page in pages.items():
        targets = {owners[path] for path in page.stamps.dependencies if path in owners}
        if targets - {id_}:
            edges[id_] = targets - {id_}
    return edges


def _place(component: str, title: str) -> str:
    """The directory, where the title does not say it already."""
    return "" if component in (ROOT_ID, title) else code(component)
