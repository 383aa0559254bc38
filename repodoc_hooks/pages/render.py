"""Regions of a component's page as Markdown: pure functions of facts (or of an answer) and templates.

Every region is a heading and entries that are independent of each other: sorted, a blank line between, each
opened by a line that never changes. So a textual merge of two branches is what rendering their merge gives.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.languages import record
from repodoc_hooks.analysis.naming import main_types, written
from repodoc_hooks.pages import mermaid
from repodoc_hooks.pages.api import api
from repodoc_hooks.pages.graph import Graph, fold, short_labels
from repodoc_hooks.pages.layout import display_path, relative_link
from repodoc_hooks.pages.room import DEPENDENCIES, DIAGRAM, SECTION_BYTES
from repodoc_hooks.pages.sanitise import blocks
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides, fill
from repodoc_hooks.pages.text import code, escape
from repodoc_hooks.sections.kinds import KINDS

__all__ = ["api", "dependencies", "prose", "structure", "walkthrough"]


_AROUND = 4  # markers and heading
_COMPACT = ("Packages", "Environment variables")
"""Lists of names that nothing is said of: they take a line each."""


def structure(
    component: Component,
    facts: Mapping[str, FileFacts],
    imports: Mapping[str, Collection[str]],
    templates: Overrides = NO_OVERRIDES,
    room: int = DIAGRAM,
    title: str = "",
) -> str:
    """The files of a page, their main types and the imports between them as a diagram; "" without any import.

    `title` is the page's, where that is not the component's.
    """
    shown = {path: display_path(component.id, path) for path in facts}
    edges = {shown[p]: {shown[t] for t in imports.get(p, ()) if t in shown and t != p} for p in facts}
    boxed = {shown[path]: f for path, f in facts.items() if not record(f.language).whole_package}

    def draw(most: int, bare: bool) -> tuple[Graph, list[list[str]]]:
        graph = fold(edges, boxed, most)
        if graph.folded or graph.reduced or graph.left_out:
            return graph, mermaid.edge_blocks(graph, edges, {}, bare=bare)
        anchors = not bare and len(edges) <= mermaid.MOST_ANCHORS
        labels = short_labels({*edges, *graph.nodes}, {})
        blocks = (_structure_block(path, boxed, graph, labels, anchors, bare) for path in sorted(edges))
        return graph, [block for block in blocks if block]

    graph, drawn, close = mermaid.in_room(draw, room)
    if graph.empty:
        return ""
    return fill(
        "pages/structure.md.j2",
        templates,
        graph=graph,
        blocks=drawn,
        close=close,
        direction=mermaid.direction(line for block in drawn for line in block),
        back=mermaid.running_back(graph, {}),
        title=mermaid.caption(f"Structure of {title or component.title}"),
        description="An arrow leads from what imports to what is imported.",
    )


def dependencies(
    here: str,
    imports: Mapping[str, Collection[str]],
    owners: Mapping[str, str],
    titles: Mapping[str, str],
    pages: Mapping[str, str] | None = None,
    templates: Overrides = NO_OVERRIDES,
    *,
    used_by: Collection[str] = (),
    packages: Collection[str] = (),
    environment: Collection[str] = (),
    room: int = DEPENDENCIES,
) -> str:
    """What a component or page uses and what uses it, as lists of links; "" where there is neither.

    No diagram: one box with arrows to all others would say what the list says.

    Args:
        here: id of the page's subject.
        imports: file of the subject -> files that it imports.
        owners: file -> id of the component or page that has it.
        titles: id -> title, as Markdown.
        pages: id -> page path; without it nothing is linked.
        used_by: ids of those that import this one.
        packages: names of other people's packages that it imports.
        environment: names of the environment variables that it reads.
        room: lines that it may take; what needs more stands one a line, then in paragraphs.
    """
    found = {owners[target] for targets in imports.values() for target in targets if target in owners}
    linked = pages or {}

    def entries(ids: Collection[str]) -> list[str]:
        return [_linked(id_, here, titles, linked) for id_ in sorted(set(ids) - {here})]

    groups = [
        ("Uses", entries(found)),
        ("Used by", entries(used_by)),
        ("Packages", [code(name) for name in sorted(set(packages))]),
        ("Environment variables", [code(name) for name in sorted(set(environment))]),
    ]
    groups = [(heading, lines) for heading, lines in groups if lines]
    if not groups:
        return ""
    words: dict[str, Any] = {"compact": _COMPACT, "joined": False}
    for close in (False, True):
        text = fill("pages/dependencies.md.j2", templates, groups=groups, close=close, **words)
        if text.count("\n") + _AROUND <= room and len(text.encode()) <= SECTION_BYTES:
            return text
    groups = [(heading, _within(lines, SECTION_BYTES // len(groups))) for heading, lines in groups]
    return fill(
        "pages/dependencies.md.j2", templates, groups=groups, close=True, **(words | {"joined": True})
    )


def _within(entries: list[str], size: int) -> list[str]:
    """As many entries as take so many bytes, the rest counted."""
    for shown, entry in enumerate(entries):
        size -= len(entry.encode()) + 2
        if size < 0:
            return [*entries[:shown], f"and {len(entries) - shown} more"]
    return entries


def _linked(target: str, here: str, titles: Mapping[str, str], pages: Mapping[str, str]) -> str:
    title = titles.get(target) or escape(target)
    return (
        f"[{title}]({relative_link(pages[here], pages[target])})"
        if target in pages and here in pages
        else title
    )


def prose(kind: str, data: Mapping[str, Any], author: str, templates: Overrides = NO_OVERRIDES) -> str:
    """A section that a backend wrote: summary, overview, design or walkthrough.

    Args:
        data: the answer, `{"text": [sentence, ...]}`; a walkthrough has `participants` and `steps` besides.
            All of it is sanitised here.
        author: name of the backend; text of `offline` says that no model wrote it.
    """
    made = KINDS[kind]
    if made.form == "walkthrough":
        return walkthrough(data, author, templates)
    text = blocks(_strings(data.get("text")), headings=made.form == "essay")
    return fill(made.template, templates, heading=made.heading, text=text, offline=author == "offline")


def walkthrough(data: Mapping[str, Any], author: str = "", templates: Overrides = NO_OVERRIDES) -> str:
    """A course of events as sentences and a sequence diagram."""
    participants, steps = mermaid.sequence(_strings(data.get("participants")), _mappings(data.get("steps")))
    return fill(
        "pages/walkthrough.md.j2",
        templates,
        text=blocks(_strings(data.get("text"))),
        offline=author == "offline",
        participants=participants,
        steps=steps,
        title="Walkthrough",
        description="Who asks whom for what, from top to bottom.",
    )


def _structure_block(
    path: str,
    boxed: Mapping[str, FileFacts],
    graph: Graph,
    labels: Mapping[str, str],
    anchor: bool,
    bare: bool,
) -> list[str]:
    """A file's box and the imports that leave it; files without a box are named where they are imported. `bare`: the
    first import says what is in the box."""
    lines = [mermaid.anchor(path)] if anchor else []
    arrows = [
        mermaid.node_id(t) if t in boxed else mermaid.box(t, labels[t]) for t in graph.edges.get(path, ())
    ]
    if path not in boxed:
        return lines + [f"{mermaid.box(path, labels[path])} --> {target}" for target in arrows]
    types = [written(name, boxed[path].language) for name in main_types(boxed[path].symbols)]
    sources = [mermaid.box(path, labels[path], *([", ".join(types)] if types else [])), mermaid.node_id(path)]
    if not bare or not arrows:
        lines.append(sources.pop(0))
    return lines + [
        f"{sources[0] if at == 0 else sources[-1]} --> {target}" for at, target in enumerate(arrows)
    ]


def _strings(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []
