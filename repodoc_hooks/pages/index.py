"""Regions that follow from the pages below alone: what imports what, as a picture; the components and parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec import Struct

from repodoc_hooks.analysis.left_out import EXCLUDED, HIDDEN, VENDORED
from repodoc_hooks.pages import mermaid
from repodoc_hooks.pages.graph import fold
from repodoc_hooks.pages.layout import ROOT_ID, relative_link
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.prose import first_of_summary
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides, fill
from repodoc_hooks.pages.text import code, escape

_MOST_OF_A_REASON = 6
_UNREAD = "no support for ", ""  # the language remains
_OMITTED = {
    HIDDEN: "hidden files",
    EXCLUDED: "files that the configuration excludes",
    VENDORED: "vendored code",
}
"""Reasons that are no name of what is left out."""


class Entry(Struct, frozen=True):
    """One component or part in a list."""

    name: str
    link: str
    path: str
    summary: str


def architecture(
    boxes: Mapping[str, Collection[Stamps]],
    titles: Mapping[str, str],
    templates: Overrides = NO_OVERRIDES,
    *,
    noun: str = "component",
    partly: bool = False,
) -> str:
    """What imports what.

    Args:
        boxes: id of a subject -> the stamps of its page and of those below it.
        titles: id -> title.
        templates: the repository's own, which replace ours (so in all functions here).
        noun: what the boxes are called.
        partly: there are files in none of the boxes.
    """
    graph = fold(edges_between(boxes))
    if graph.empty:
        return ""
    return fill(
        "pages/architecture.md.j2",
        templates,
        graph=graph,
        blocks=mermaid.edge_blocks(graph, boxes, titles),
        back=mermaid.running_back(graph, titles),
        title="Architecture",
        description=f"An arrow leads from a {noun} to one that it imports.",
        noun=noun,
        partly=partly,
    )


def components(
    pages: Mapping[str, Page], titles: Mapping[str, str], path: str, templates: Overrides = NO_OVERRIDES
) -> str:
    """The list of components, each with the first sentence of its summary; `path` is the page's, for links."""
    names = {id_: titles.get(id_, id_) for id_ in pages}
    places = {id_: _place(id_, title) for id_, title in names.items()}
    shown = {id_: escape(title) for id_, title in names.items()}
    return fill("pages/components.md.j2", templates, entries=_entries(pages, shown, places, path))


def parts(pages: Mapping[str, Page], above: str, path: str, templates: Overrides = NO_OVERRIDES) -> str:
    """The list of the parts of a component that have pages of their own, in the same way.

    Each is called by its path below the subject `above`.
    """
    inside = "" if above == ROOT_ID else f"{above}/"
    names = {id_: code(_below(id_.removeprefix(inside), page)) for id_, page in pages.items()}
    return fill("pages/parts.md.j2", templates, entries=_entries(pages, names, {}, path))


def _below(path: str, page: Page) -> str:
    return f"{path}/" if page.path.endswith("/README.md") else path


def _entries(
    pages: Mapping[str, Page], names: Mapping[str, str], places: Mapping[str, str], path: str
) -> list[Entry]:
    return [
        Entry(names[id_], relative_link(path, page.path), places.get(id_, ""), first_of_summary(page))
        for id_, page in sorted(pages.items())
    ]


def omitted(places: Collection[str], templates: Overrides = NO_OVERRIDES) -> str:
    """What source no page describes, and where (`tests: tests` of `places`); "" where there is none."""
    found: dict[str, list[str]] = {}
    for place in sorted(places):
        path, _, reason = place.rpartition(": ")
        found.setdefault(_OMITTED.get(reason) or reason.replace(*_UNREAD), []).append(_where(path))
    entries = [
        f"{what} {where}"
        for what, wheres in sorted(found.items())
        for where in (wheres if len(wheres) <= _MOST_OF_A_REASON else ["in many directories"])
    ]
    return fill("pages/omitted.md.j2", templates, entries=entries) if entries else ""


def _where(path: str) -> str:
    if path == ROOT_ID:
        return "at the top"
    return f"in directories called {code(path[3:])}" if path.startswith("**/") else f"in {code(f'{path}/')}"


def of_its_files(page: Page) -> str:
    """The diagram on the page of the only component, as the architecture; "" where there is none."""
    structure = page.regions["structure"].body if "structure" in page.regions else ""
    heading, _, drawn = structure.partition("\n")
    if "```mermaid" not in drawn or not heading.startswith("## "):
        return ""
    titled = re.sub(r"accTitle: .*|^ *%% \w+\n", _retitled, drawn, flags=re.MULTILINE)
    return f"## Architecture\n{titled}"


def _retitled(line: re.Match[str]) -> str:
    """The title of the diagram; anchors go, since components are the nodes of this region."""
    return "accTitle: Architecture" if line[0].startswith("accTitle") else ""


def edges_between(boxes: Mapping[str, Collection[Stamps]]) -> dict[str, set[str]]:
    """Box -> boxes that it imports, as the stamps of their pages have it."""
    owners = {path: id_ for id_, every in boxes.items() for stamps in every for path in stamps.files}
    edges: dict[str, set[str]] = {}
    for id_, every in boxes.items():
        imported = (d.path for stamps in every for d in stamps.dependencies.values() if not d.through)
        targets = {owners[path] for path in imported if path in owners}
        if targets - {id_}:
            edges[id_] = targets - {id_}
    return edges


def _place(component: str, title: str) -> str:
    """The directory, where the title does not say it already."""
    return "" if component in (ROOT_ID, title) else code(component)
