"""Mermaid 11 text from paths and names of any kind: ids, labels, folding.

A diagram is made of blocks of lines that do not depend on each other. A comment with the node's id opens what
is said of a node, even where nothing is: so two branches that change neighbours never meet in one gap, and a
textual merge of two diagrams is the diagram of the merge.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from repodoc_hooks.pages.text import plain

MAX_NODES = 30
MAX_EDGES = 45
MAX_MESSAGES = 90

_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[./][A-Za-z0-9]+)*")
_KEYWORDS = frozenset(
    {"accdescr", "acctitle", "call", "class", "classdef", "click", "default", "direction", "end", "flowchart"}
    | {"graph", "href", "interpolate", "linkstyle", "style", "subgraph"}
)
_AFTER_WORD = re.compile(r"(?<=[A-Za-z0-9])[^A-Za-z0-9].*", re.DOTALL)
# Not "[^...\u00a1-\U0010ffff-]": a range that wide takes 6 ms to compile.
_LABEL_SAFE = re.compile(r"(?![A-Za-z0-9 _./,()+*-])[\x00-\xa0]")
_ANCHOR = re.compile(r"^ *%% (\w+)$", re.MULTILINE)
_CAPTION_SAFE = re.compile(r"(?![A-Za-z0-9 _./,()-])[\x00-\xa0]")


@dataclass(frozen=True, slots=True)
class Graph:
    """Edges between paths or, when folded, between groups of them.

    `reduced`: edges that a chain of other edges implies are left out.
    """

    edges: Mapping[str, tuple[str, ...]]
    folded: bool = False
    reduced: bool = False

    @property
    def nodes(self) -> set[str]:
        """Whatever an edge touches."""
        return {*self.edges, *(target for targets in self.edges.values() for target in targets)}


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


def box(path: str, *lines: str) -> str:
    """A node with its name and further lines in its box."""
    return f'{node_id(path)}["{"<br/>".join(map(label, (path, *lines)))}"]'


def anchor(path: str) -> str:
    """A comment that opens what is said of a node; it stands there even when nothing is said."""
    return f"%% {node_id(path)}"


def anchored(body: str) -> frozenset[str]:
    """Ids of the nodes that have an anchor in a region; none where a diagram is folded or missing."""
    return frozenset(_ANCHOR.findall(body))


def edge_blocks(graph: Graph, nodes: Iterable[str], names: Mapping[str, str]) -> list[list[str]]:
    """Below the anchor of each node (none in folded graphs) the edges that leave it, each a block naming both ends.

    Args:
        nodes: whatever may have edges; folded graphs have their own.
        names: labels of nodes that are not labelled with their path.
    """
    sources = sorted(graph.edges if graph.folded else {*nodes, *graph.edges})
    named = {path: f'{node_id(path)}["{label(names.get(path, path))}"]' for path in graph.nodes}
    blocks = []
    for source in sources:
        if not graph.folded:
            blocks.append([anchor(source)])
        blocks += [[f"{named[source]} --> {named[target]}"] for target in graph.edges.get(source, ())]
    return blocks


def fold(edges: Mapping[str, Collection[str]], others: Collection[str] = ()) -> Graph:
    """The edges between paths, drawn so that a person can read them.

    With too many edges those are left out that others imply; with too many nodes they are folded to directories of
    decreasing depth, else to names that begin alike. No edges are left when no way of folding is small enough.

    Args:
        edges: path -> paths that it points to.
        others: paths that are drawn although no edge may touch them; they count for the size.
    """
    paths = sorted({*edges, *(t for targets in edges.values() for t in targets), *others})
    whole = {path: path for path in paths}
    graph = _grouped(edges, whole, folded=False)
    if len(graph.nodes.union(others)) <= MAX_NODES:
        return _reduced(graph)
    for groups in _foldings(paths):
        graph = _grouped(edges, groups, folded=True)
        if 2 <= len(graph.nodes) <= MAX_NODES:
            return _reduced(graph)
    return Graph({}, folded=True)


def _foldings(paths: Sequence[str]) -> Iterable[dict[str, str]]:
    """Ways to group paths, from fine to coarse: path -> name of its group."""
    for depth in range(max(path.count("/") for path in paths), 0, -1):
        yield {path: _ancestor(path, depth) for path in paths}
    folders = [path.split("/")[:-1] for path in paths]
    shared = posixpath.commonprefix(folders)
    names = {path: path.split("/")[len(shared)].lower() for path in paths}
    start = len(posixpath.commonprefix(list(names.values())))
    under = "".join(f"{folder}/" for folder in shared)
    yield {path: f"{under}{_AFTER_WORD.sub('', name)}*" for path, name in names.items()}
    for more in (3, 2, 1):
        yield {path: f"{under}{name[: start + more]}*" for path, name in names.items()}
    # 26 letters and the rest: few enough to draw.
    ends = {
        path: start + (name[start : start + 1].isascii() and name[start : start + 1].isalpha())
        for path, name in names.items()
    }
    yield {path: f"{under}{name[: ends[path]]}*" for path, name in names.items()}


def _ancestor(path: str, depth: int) -> str:
    parts = path.split("/")
    return path if len(parts) <= depth else "/".join(parts[:depth]) + "/"


def _grouped(edges: Mapping[str, Collection[str]], groups: Mapping[str, str], *, folded: bool) -> Graph:
    merged: dict[str, set[str]] = {}
    for source, targets in edges.items():
        merged.setdefault(groups[source], set()).update(groups[t] for t in targets)
    clean = {source: tuple(sorted(targets - {source})) for source, targets in merged.items()}
    return Graph({source: targets for source, targets in clean.items() if targets}, folded)


def _reduced(graph: Graph) -> Graph:
    """The graph itself while it is small, else a least graph in which everything reaches what it reached before."""
    pairs = [(source, target) for source, targets in graph.edges.items() for target in targets]
    if len(pairs) <= MAX_EDGES:
        return graph
    kept = {source: set(targets) for source, targets in graph.edges.items()}
    popularity = Counter(target for _, target in pairs)
    for source, target in sorted(pairs, key=lambda pair: (-popularity[pair[1]], pair)):
        kept[source].remove(target)
        if not _reaches(kept, source, target):
            kept[source].add(target)
    return Graph(
        {source: tuple(sorted(found)) for source, found in kept.items() if found}, graph.folded, reduced=True
    )


def _reaches(edges: Mapping[str, Collection[str]], source: str, target: str) -> bool:
    seen = {source}
    waiting = [source]
    while waiting:
        for found in edges.get(waiting.pop(), ()):
            if found == target:
                return True
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    return False


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
