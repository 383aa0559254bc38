"""Regions that follow from the pages below alone: what imports what, as a picture; the components and parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.left_out import EXCLUDED, HIDDEN, VENDORED
from repodoc_hooks.expressions import expression
from repodoc_hooks.pages import mermaid
from repodoc_hooks.pages.graph import Graph, fold
from repodoc_hooks.pages.layout import ROOT_ID, relative_link
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.prose import first_of_summary
from repodoc_hooks.pages.room import DIAGRAM, MOST_LINES, SECTION_BYTES
from repodoc_hooks.pages.sanitise import first_sentence
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
_AROUND, _COUNTED = 6, 2  # markers, heading and the line above; the line that counts
_SLACK = 12  # lines that a list must be shorter by than it may be before it is written less densely again
_NEXT_TO = expression(r"^- .*\n- ", re.MULTILINE)


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
    room: int = DIAGRAM,
) -> str:
    """What imports what.

    Args:
        boxes: id of a subject -> the stamps of its page and of those below it.
        titles: id -> title.
        templates: the repository's own, which replace ours (so in all functions here).
        noun: what the boxes are called.
        partly: there are files in none of the boxes.
        room: lines that it may take.
    """
    graph, blocks, close = _drawn(boxes, titles, room)
    if graph.empty:
        return ""
    return fill(
        "pages/architecture.md.j2",
        templates,
        graph=graph,
        blocks=blocks,
        close=close,
        direction=mermaid.direction(line for block in blocks for line in block),
        back=mermaid.running_back(graph, titles),
        title="Architecture",
        description=f"An arrow leads from a {noun} to one that it imports.",
        noun=noun,
        partly=partly,
    )


def arrows(
    boxes: Mapping[str, Collection[Stamps]], titles: Mapping[str, str], room: int = DIAGRAM
) -> list[str]:
    """The lines of that picture, without what heads it: what a merge of texts may have left otherwise."""
    graph, blocks, _ = _drawn(boxes, titles, room)
    return [] if graph.empty else [line.strip() for block in blocks for line in block]


def _drawn(
    boxes: Mapping[str, Collection[Stamps]], titles: Mapping[str, str], room: int
) -> tuple[Graph, list[list[str]], bool]:
    edges = edges_between(boxes)

    def draw(most: int, bare: bool) -> tuple[Graph, list[list[str]]]:
        graph = fold(edges, most=most)
        return graph, mermaid.edge_blocks(graph, boxes, titles, bare=bare)

    return mermaid.in_room(draw, room)


def components(
    pages: Mapping[str, Page],
    titles: Mapping[str, str],
    path: str,
    templates: Overrides = NO_OVERRIDES,
    *,
    room: int = MOST_LINES,
    former: str = "",
    above: str = "",
) -> str:
    """The list of components, each with the first sentence of its summary.

    Args:
        path: of the page, for links.
        room: lines that it may take; what needs more is written more densely.
        former: the list as it stands, which is written as densely in doubt.
        above: title of the component that the page itself describes, "" where it describes none.
    """
    names = {id_: titles.get(id_, id_) for id_ in pages}
    places = {id_: _place(id_, title) for id_, title in names.items()}
    shown = {id_: escape(title) for id_, title in names.items()}
    entries = _entries(pages, shown, places, path)
    return _list("components", entries, templates, room, former, escape(above) if above else "")


def parts(
    pages: Mapping[str, Page],
    above: str,
    path: str,
    templates: Overrides = NO_OVERRIDES,
    *,
    room: int = MOST_LINES,
    former: str = "",
) -> str:
    """The list of the parts of a component that have pages of their own, in the same way.

    Each is called by its path below the subject `above`.
    """
    inside = "" if above == ROOT_ID else f"{above}/"
    names = {id_: code(_below(id_.removeprefix(inside), page)) for id_, page in pages.items()}
    return _list("parts", _entries(pages, names, {}, path), templates, room, former)


def _list(
    kind: str, entries: Mapping[str, Entry], templates: Overrides, room: int, former: str, above: str = ""
) -> str:
    """Entries with space between, else a line each, else the names of those of a directory in one paragraph."""
    slack = _SLACK if _NEXT_TO.search(former) else 0
    for close in (False, True):
        shown = [_behind(entry) if close else entry for entry in entries.values()]
        text = fill(f"pages/{kind}.md.j2", templates, entries=shown, close=close, above=above)
        less = 0 if close else slack
        if not entries or (text.count("\n") + _AROUND + less <= room and len(text.encode()) <= SECTION_BYTES):
            return text
    groups: dict[str, list[str]] = {}
    size = 0
    for id_, entry in entries.items():
        link = f"[{entry.name}]({entry.link})"
        place = id_.rpartition("/")[0]
        size += len(link.encode())
        if size > SECTION_BYTES or len(groups.keys() | {place}) > room - _AROUND - _COUNTED:
            break
        groups.setdefault(place, []).append(link)
    lines = [
        (f"{code(f'{place}/')}: " if place else "") + ", ".join(links) for place, links in groups.items()
    ]
    left_out = len(entries) - sum(map(len, groups.values()))
    words = {"heading": kind.capitalize(), "above": above, "left_out": left_out}
    return fill("pages/listing.md.j2", templates, lines=lines, **words)


def _behind(entry: Entry) -> Entry:
    """The entry with its sentence as it is written behind other words."""
    return replace(entry, summary=first_sentence(entry.summary, starts=False))


def _below(path: str, page: Page) -> str:
    return f"{path}/" if page.path.endswith("/README.md") else path


def _entries(
    pages: Mapping[str, Page], names: Mapping[str, str], places: Mapping[str, str], path: str
) -> dict[str, Entry]:
    return {
        id_: Entry(names[id_], relative_link(path, page.path), places.get(id_, ""), first_of_summary(page))
        for id_, page in sorted(pages.items())
    }


def omitted(places: Collection[str], templates: Overrides = NO_OVERRIDES, *, room: int = MOST_LINES) -> str:
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
    most = room // 2 - _AROUND
    shown = [*entries[:most], "others for such reasons"] if len(entries) > most else entries
    return fill("pages/omitted.md.j2", templates, entries=shown) if shown else ""


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
