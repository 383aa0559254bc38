"""Mermaid 11 text from paths and names of any kind: ids, labels, blocks.

A diagram is made of blocks of lines that do not depend on each other. A comment with the node's id opens what
is said of a node, even where nothing is: so two branches that change neighbours never meet in one gap, and a
textual merge of two diagrams is the diagram of the merge.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.graph import MAX_NODES, MAX_TANGLED, Graph, may_be_drawn, short_labels
from repodoc_hooks.pages.text import code, plain

MAX_MESSAGES = 90
MOST_ANCHORS = 40
"""Of more nodes none has one: most of them would have nothing else."""
_FEWER = (MAX_NODES, 22, 16, 12, 8)
_AROUND_A_DIAGRAM = 18  # markers, heading, words, title and fences
_MOST_BOXES_IN_A_RING = 6
_NAMES_IN_A_ROW = 4

_PLAIN_ID = expression(r"[A-Za-z][A-Za-z0-9]*(?:[./][A-Za-z0-9]+)*")
_KEYWORDS = frozenset(
    {"accdescr", "acctitle", "call", "class", "classdef", "click", "default", "direction", "end", "flowchart"}
    | {"graph", "href", "interpolate", "linkstyle", "style", "subgraph"}
)
# Not "[^...\u00a1-\U0010ffff-]": a range that wide takes 6 ms to compile.
_LABEL_SAFE = expression(r"(?![A-Za-z0-9 _./,()+*-])[\x00-\xa0]")
_ANCHOR = expression(r"^ *%% (\w+)$", re.MULTILINE)
_ARROW = expression(r"^ *(\w+)\b.* --> (\w+)", re.MULTILINE)
_DIRECTION = expression(r"```mermaid\nflowchart \w+\n")
_REDUCED = "\nArrows that follow from a chain of others are left out."
_RING = expression(r"subgraph (\w+)")
_END = expression(r'(?:^|(?<=--> ))\s*(\w+)(?:\["([^"\n]*)"\])?')
_NUMBERED = expression(r"#\d+;")
_LETTER, _WIDTH_AROUND, _GAP, _BROKEN_AT = 8, 60, 50, 200  # pixels of Mermaid's own theme and layout
_FEWEST_ARROWS = 2  # of one nobody needs to think
_NARROW = 600  # pixels; a diagram of that width can be read wherever pages are
_HEAD = expression(r"acc(?:Title|Descr): ")
_CAPTION_SAFE = expression(r"(?![A-Za-z0-9 _./,()@-])[\x00-\xa0]")


def node_id(path: str) -> str:
    """A readable identifier, with six digits of the path's SHA-256 where the slug could be ambiguous."""
    slug = re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_")[:40]
    exact = _PLAIN_ID.fullmatch(path) and "/" not in path and path.count(".") <= 1 and len(path) <= 40
    if exact and slug.lower() not in _KEYWORDS:
        return slug
    digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:6]
    return f"{slug}_{digest}" if slug[:1].isalpha() else f"n_{slug}_{digest}".replace("__", "_")


def label(text: str, limit: int = 60) -> str:
    """Text for between double quotes; whatever Mermaid could read as syntax becomes a character number."""
    line = plain(text)
    if len(line) > limit:
        line = line[: limit - 1] + "…"
    return _LABEL_SAFE.sub(lambda found: f"#{ord(found[0])};", line) or " "


def caption(text: str) -> str:
    """Text for accTitle and accDescr, where nothing can be escaped: what is unsafe is left out."""
    return _CAPTION_SAFE.sub("", plain(text)) or "Diagram"


def box(path: str, name: str, *lines: str) -> str:
    """A node with its name and further lines in its box."""
    return f'{node_id(path)}["{"<br/>".join(map(label, (name, *lines)))}"]'


def anchor(path: str) -> str:
    """A comment that opens what is said of a node; it stands there even when nothing is said."""
    return f"%% {node_id(path)}"


def anchored(body: str) -> frozenset[str]:
    """Ids of the nodes that have an anchor in a region; none where a diagram is folded or missing."""
    return frozenset(_ANCHOR.findall(body))


def lines_of(body: str) -> list[str]:
    """The lines of the diagram in a region, without those that head it; none where there is no diagram."""
    drawn = body.partition("```mermaid\n")[2].partition("\n```")[0]
    return [line for each in drawn.split("\n")[1:] if (line := each.strip()) and not _HEAD.match(line)]


def turned(text: str) -> str:
    """A diagram that a merge of two texts has made longer, with its arrows where those of a new one would run."""
    drawn = lines_of(text)
    few = text.count(" --> ") < _FEWEST_ARROWS
    return _DIRECTION.sub(f"```mermaid\nflowchart {'LR' if few else direction(drawn)}\n", text, count=1)


def arrows_fit(body: str) -> bool:
    """The diagram in a region could be made as it is; a merge of two texts may have closed a circle, or made a chain
    that implies an arrow. One with rings, whose lines stand together, is taken as it is."""
    reduced = _REDUCED in body
    if "\n  subgraph " in body or not (reduced or body.count(" --> ") > MAX_TANGLED):
        return True
    edges: dict[str, set[str]] = {}
    for source, target in _ARROW.findall(body):
        edges.setdefault(source, set()).add(target)
    return may_be_drawn(edges, reduced=reduced)


def direction(lines: Iterable[str]) -> str:
    """Where the arrows of a diagram run, LR or TB: the way in which it is less wide, since that is what phones and
    columns of text have least of; to the right where it is small anyway. It follows from the lines alone."""
    boxes, edges = _read(lines)
    if sum(map(len, edges.values())) < _FEWEST_ARROWS:
        return "LR"
    heights = _heights(edges)
    top = max(heights.values(), default=0)
    ranks: dict[int, list[int]] = {}
    for box, width in boxes.items():
        ranks.setdefault(heights.get(box, top), []).append(width)
    across = max((sum(rank) + _GAP * (len(rank) - 1) for rank in ranks.values()), default=0)
    along = sum(map(max, ranks.values())) + _GAP * (len(ranks) - 1)
    return "LR" if along <= max(across, _NARROW) else "TB"


def _read(lines: Iterable[str]) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Boxes with their widths, as near as letters tell, and the arrows between them; a ring counts as one box."""
    boxes: dict[str, int] = {}
    edges: dict[str, list[str]] = {}
    ring = ""
    for line in lines:
        if found := _RING.match(line.strip()):
            ring = found[1]
            boxes[ring] = _WIDTH_AROUND
            continue
        if line.strip() == "end":
            ring = ""
            continue
        ends = [(id_, _width(text)) for id_, text in _END.findall(_ANCHOR.sub("", line))]
        if ring:
            boxes[ring] = max(
                [boxes[ring], *(width + _WIDTH_AROUND for id_, width in ends if id_ != "direction")]
            )
        elif " --> " in line:
            edges.setdefault(ends[0][0], []).append(ends[-1][0])
        for id_, width in ends if not ring else ():
            boxes[id_] = max(boxes.get(id_, 0), width)
    return boxes, edges


def _width(text: str) -> int:
    """Of a box, in pixels; lines of several words are broken."""
    lines = _NUMBERED.sub("x", text).split("<br/>")
    longest = max(len(word) for line in lines for word in line.split(" "))
    return _WIDTH_AROUND + max(_LETTER * longest, min(_BROKEN_AT, _LETTER * max(map(len, lines))))


def _heights(edges: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many arrows lead on from each box at most; those that close a circle are passed over."""
    found: dict[str, int] = {}
    under_way: set[str] = set()

    def height(box: str) -> int:
        if box not in found:
            under_way.add(box)
            below = [height(each) + 1 for each in edges.get(box, ()) if each not in under_way]
            under_way.discard(box)
            found[box] = max(below, default=0)
        return found[box]

    for box, targets in edges.items():
        for each in (box, *targets):
            height(each)
    return found


def in_room(
    draw: Callable[[int, bool], tuple[Graph, list[list[str]]]], room: int
) -> tuple[Graph, list[list[str]], bool]:
    """A diagram that takes so many lines at most: without blank lines between its blocks, then with nothing that is not
    drawn, then with fewer boxes.

    Args:
        draw: gives the graph and its blocks, with so many boxes at most, and with or without lines that are not drawn.

    Returns:
        Both, and whether the blocks stand close.
    """
    for most in _FEWER:
        for bare in (False, True):
            graph, blocks = draw(most, bare)
            lines = sum(map(len, blocks)) + _AROUND_A_DIAGRAM
            if lines <= room:
                return graph, blocks, bare or lines + len(blocks) > room
    return graph, blocks, True


def edge_blocks(
    graph: Graph, nodes: Iterable[str], names: Mapping[str, str], *, bare: bool = False
) -> list[list[str]]:
    """Below the anchor of each node (none in folded graphs) the edges that leave it, each a block naming both ends.

    Args:
        nodes: whatever may have edges; folded graphs have their own.
        names: labels of nodes that are not labelled with their path.
        bare: without anchors.
    """
    labels = short_labels(graph.nodes, names)
    named = {path: f'{node_id(path)}["{label(labels[path])}"]' for path in graph.nodes}
    blocks = [
        [
            f'subgraph {node_id(ring)}["import each other"]',
            *_members(ring, members, graph, named, labels),
            "end",
        ]
        for ring, members in sorted(graph.rings.items())
    ]
    named |= {ring: node_id(ring) for ring in graph.rings}
    nodes = set(nodes)
    anchored_too = not (bare or graph.folded or graph.left_out) and len(nodes) <= MOST_ANCHORS
    for source in sorted(nodes | graph.edges.keys() if anchored_too else graph.edges):
        if anchored_too and source not in graph.rings:
            blocks.append([anchor(source)])
        blocks += [[f"{named[source]} --> {named[target]}"] for target in graph.edges.get(source, ())]
    return blocks


def running_back(graph: Graph, names: Mapping[str, str]) -> list[str]:
    """The edges of a ring that are not drawn, in words: `a` imports `b` and `c`."""
    labels = short_labels(graph.nodes, names)

    def listed(targets: Sequence[str]) -> str:
        *most, last = [code(labels[target]) for target in targets]
        return f"{', '.join(most)} and {last}" if most else last

    return [f"{code(labels[a])} imports {listed(targets)}" for a, targets in sorted(graph.back.items())]


def _members(
    ring: str, members: Sequence[str], graph: Graph, named: Mapping[str, str], labels: Mapping[str, str]
) -> list[str]:
    """The boxes inside of a ring and the arrows between them; of many without arrows one box with their names, which
    would be a tall column."""
    arrows = [f"  {node_id(a)} --> {node_id(b)}" for a in members for b in graph.inside.get(a, ())]
    if arrows or len(members) <= _MOST_BOXES_IN_A_RING:
        return ["  direction TB", *(f"  {named[member]}" for member in members), *arrows]
    rows = [members[at : at + _NAMES_IN_A_ROW] for at in range(0, len(members), _NAMES_IN_A_ROW)]
    text = "<br/>".join(", ".join(label(labels[member]) for member in row) for row in rows)
    return [f'  {node_id(f"members of {ring}")}["{text}"]']


def sequence(
    participants: Iterable[str], steps: Iterable[Mapping[str, Any]]
) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """(id, label) of each participant and (id, id, text) of each step of a sequence diagram.

    Participants that only steps name are added; incomplete steps are left out.
    """
    told = [(str(s.get("from", "")), str(s.get("to", "")), str(s.get("text", ""))) for s in steps]
    told = [step for step in told if all(map(plain, step))][:MAX_MESSAGES]
    names = dict.fromkeys(plain(name) for name in (*participants, *(n for s in told for n in s[:2])))
    ids = {name: _participant(name) for name in names if name}
    boxes = [(ids[name], label(name)) for name in ids][:MAX_NODES]
    known = {id_ for id_, _ in boxes}
    messages = [(ids[plain(a)], ids[plain(b)], label(text, 120)) for a, b, text in told]
    return boxes, [message for message in messages if known.issuperset(message[:2])]


def _participant(name: str) -> str:
    """Sequence diagrams have keywords of their own; a letter in front keeps clear of all of them."""
    return f"p_{node_id(name)}"
