"""Graphs of imports, made small enough to be read and true all the same.

A graph of few edges is drawn whole. One of many is drawn by its groups: what imports each other in a ring is one box
with its members in it, and an arrow that follows from a chain of others is left out. Inside of a ring arrows run one
way; the few that run back, and close the circles, are told in words. Too many nodes are folded to directories; if
these are still too many, the most connected ones are drawn, and it is said how many are not.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, field

MAX_NODES = 30
MAX_EDGES = 45
MAX_TANGLED = 20  # edges, where some of them close circles
MOST_BACK = 16  # a ring with more arrows that run back has no direction that a picture could show
FEWEST_FOLDED = 5  # fewer directories than these would say less than the most connected of what is in them


class Graph(Struct, frozen=True):
    """Edges between paths, or between directories when `folded`.

    `reduced`: edges that a chain of other edges implies are left out, and the ends of an edge may be names of `rings`:
    name -> the members that import each other. `inside` are the edges between members of one ring that run one way,
    `back` those that run against them; none of a ring that is too much of a tangle. `left_out` counts nodes that are
    not drawn.
    """

    edges: Mapping[str, tuple[str, ...]]
    folded: bool = False
    reduced: bool = False
    rings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: int = 0
    inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    back: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def nodes(self) -> set[str]:
        """What an edge touches, and the members of rings; rings themselves are none."""
        ends = {*self.edges, *(target for targets in self.edges.values() for target in targets)}
        return (ends | {member for members in self.rings.values() for member in members}) - self.rings.keys()

    @property
    def empty(self) -> bool:
        """There is nothing to draw."""
        return not self.edges and not self.rings


def fold(edges: Mapping[str, Collection[str]], others: Collection[str] = (), most: int = MAX_NODES) -> Graph:
    """The edges between paths, as a person can read them.

    Args:
        edges: path -> paths that it points to.
        others: paths that are drawn although no edge may touch them; they count for the size.
        most: nodes that are drawn.
    """
    paths = sorted({*edges, *(t for targets in edges.values() for t in targets), *others})
    whole = _grouped(edges, {path: path for path in paths}, folded=False)
    if len(whole.nodes.union(others)) <= most:
        return _reduced(whole)
    fewest = whole
    for depth in range(max(path.count("/") for path in paths), 0, -1):
        groups = {path: _ancestor(path, depth) for path in paths}
        graph = _grouped(edges, groups, folded=any(path != group for path, group in groups.items()))
        if FEWEST_FOLDED <= len(graph.nodes) <= most:
            return _reduced(graph)
        if len(graph.nodes) > most:
            fewest = graph
    return _reduced(_most_connected(fewest, most))


def may_be_drawn(edges: Mapping[str, Collection[str]], *, reduced: bool) -> bool:
    """Could a picture without rings have these edges? Not where circles had to be rings, or chains imply edges."""
    circles = any(len(members) > 1 for members in _strongly_connected(edges))
    if reduced:
        return not circles and all(
            len(edges[source]) == len(targets) for source, targets in _without_implied(edges).items()
        )
    return sum(map(len, edges.values())) <= (MAX_TANGLED if circles else MAX_EDGES)


def short_labels(nodes: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """A label for every node: its name, else its path below what all share; no two alike."""
    paths = sorted(nodes)
    unnamed = [path for path in paths if path not in names]
    folders = [path.rstrip("/").split("/")[:-1] for path in unnamed]
    shared = "".join(f"{folder}/" for folder in posixpath.commonprefix(folders)) if len(unnamed) > 1 else ""
    labels = {path: names.get(path, path.removeprefix(shared)) for path in paths}
    times = Counter(labels.values())
    return {path: text if times[text] == 1 else path for path, text in labels.items()}


def _ancestor(path: str, depth: int) -> str:
    parts = path.split("/")
    return path if len(parts) <= depth else "/".join(parts[:depth]) + "/"


def _grouped(edges: Mapping[str, Collection[str]], groups: Mapping[str, str], *, folded: bool) -> Graph:
    merged: dict[str, set[str]] = {}
    for source, targets in edges.items():
        merged.setdefault(groups[source], set()).update(groups[t] for t in targets)
    clean = {source: tuple(sorted(targets - {source})) for source, targets in merged.items()}
    return Graph({source: targets for source, targets in clean.items() if targets}, folded)


def _most_connected(graph: Graph, most: int) -> Graph:
    """The nodes with the most edges, and the edges between them."""
    degree = Counter(end for a, targets in graph.edges.items() for b in targets for end in (a, b))
    kept = set(sorted(degree, key=lambda node: (-degree[node], node))[:most])
    edges = {a: tuple(b for b in targets if b in kept) for a, targets in graph.edges.items() if a in kept}
    drawn = Graph({a: targets for a, targets in edges.items() if targets}, graph.folded)
    return Graph(drawn.edges, graph.folded, left_out=len(degree) - len(drawn.nodes))


def _reduced(graph: Graph) -> Graph:
    """The graph itself while it is small, else its rings and the edges between them that no chain implies."""
    groups = _strongly_connected(graph.edges)
    circles = any(len(members) > 1 for members in groups)
    if sum(map(len, graph.edges.values())) <= (MAX_TANGLED if circles else MAX_EDGES):
        return graph
    ring_of: dict[str, str] = {}
    rings: dict[str, tuple[str, ...]] = {}
    for members in groups:
        name = members[0] if len(members) == 1 else f"ring of {members[0]}"
        ring_of |= dict.fromkeys(members, name)
        if len(members) > 1:
            rings[name] = members
    between: dict[str, set[str]] = {}
    for source, targets in graph.edges.items():
        between.setdefault(ring_of[source], set()).update(ring_of[t] for t in targets)
    edges = {source: targets - {source} for source, targets in between.items()}
    inside: dict[str, tuple[str, ...]] = {}
    back: dict[str, tuple[str, ...]] = {}
    for members in rings.values():
        forth, against = _directed(members, graph.edges)
        if sum(map(len, against.values())) <= MOST_BACK:
            inside |= _without_implied(forth)
            back |= against
    kept = _without_implied(edges)
    return Graph(kept, graph.folded, True, rings, graph.left_out, inside, back)


def _without_implied(edges: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Edges without circles, without those that a chain of others implies."""
    kept = {
        source: tuple(sorted(t for t in targets if not any(_reaches(edges, o, t) for o in targets if o != t)))
        for source, targets in edges.items()
    }
    return {source: targets for source, targets in kept.items() if targets}


def _directed(
    members: Collection[str], edges: Mapping[str, Collection[str]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The edges between the members of a ring: those that run along an order of them, and the few that run back."""
    inner = {a: tuple(sorted({*edges.get(a, ())}.intersection(members) - {a})) for a in members}
    place = {member: number for number, member in enumerate(_order(inner))}
    forth = {a: tuple(b for b in targets if place[b] > place[a]) for a, targets in inner.items()}
    back = {a: tuple(b for b in targets if place[b] < place[a]) for a, targets in inner.items()}
    return {a: b for a, b in forth.items() if b}, {a: b for a, b in back.items() if b}


def _order(edges: Mapping[str, Collection[str]]) -> list[str]:
    """Nodes in an order that few edges run against (Eades, Lin and Smyth 1993): what imports much and is imported by
    few stands first; equals by name, so that the order follows from the edges alone."""
    out = {node: {*targets} for node, targets in edges.items()}
    into = {node: {other for other in edges if node in out[other]} for node in edges}
    first: list[str] = []
    last: list[str] = []
    while out:
        ends = sorted(node for node in out if not out[node])
        starts = sorted(node for node in out if not into[node])
        if ends:
            last.append(node := ends[0])
        else:
            node = (
                starts[0] if starts else min(out, key=lambda node: (len(into[node]) - len(out[node]), node))
            )
            first.append(node)
        for target in out.pop(node):
            into[target].discard(node)
        for source in into.pop(node):
            if source in out:
                out[source].discard(node)
    return [*first, *reversed(last)]


def _strongly_connected(edges: Mapping[str, Collection[str]]) -> list[tuple[str, ...]]:
    """The sets of nodes that reach each other, each sorted (Tarjan's algorithm; the graph is small)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for target in sorted(edges.get(node, ())):
            if target not in order:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], order[target])
        if low[node] == order[node]:
            members = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            found.append(tuple(sorted(members)))

    for node in sorted({*edges, *(t for targets in edges.values() for t in targets)}):
        if node not in order:
            visit(node)
    return found


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
