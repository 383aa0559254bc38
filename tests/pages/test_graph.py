"""Drawings are true and small: rings as boxes, arrows left out only where a chain implies them, nothing by letters."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.pages.graph import (
    MAX_EDGES,
    MAX_NODES,
    MAX_TANGLED,
    MOST_BACK,
    Graph,
    fold,
    may_be_drawn,
    short_labels,
)

nodes = st.integers(0, 20).map(lambda number: f"n{number}.py")
edges = st.dictionaries(nodes, st.frozensets(nodes, max_size=12), max_size=21)


def reachable(edges: dict[str, set[str]], start: str) -> set[str]:
    """All that a node reaches."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def spelled_out(graph: Graph) -> dict[str, set[str]]:
    """What a drawing says of its nodes: rings mean that each member reaches all others."""
    members = {ring: set(found) for ring, found in graph.rings.items()}
    said: dict[str, set[str]] = {}
    for source, targets in graph.edges.items():
        for a in members.get(source, {source}):
            for target in targets:
                said.setdefault(a, set()).update(members.get(target, {target}))
    for found in members.values():
        for a in found:
            said.setdefault(a, set()).update(found - {a})
    return said


@given(edges)
def test_a_drawing_reaches_what_the_imports_reach_and_nothing_else(given: dict[str, frozenset[str]]) -> None:
    graph = fold(given)
    real = {a: set(targets) - {a} for a, targets in given.items()}
    said = spelled_out(graph)
    for node in {*real, *said}:
        assert reachable(said, node) - {node} == reachable(real, node) - {node}
    if not graph.reduced:
        assert {a: set(t) for a, t in graph.edges.items()} == {a: t for a, t in real.items() if t}


@given(edges)
def test_what_is_drawn_may_be_drawn(given: dict[str, frozenset[str]]) -> None:
    graph = fold(given)
    assert graph.rings or may_be_drawn(graph.edges, reduced=graph.reduced)


def test_many_arrows_in_a_circle_and_arrows_that_others_imply_may_not() -> None:
    names = [f"m{number:02}.py" for number in range(MAX_TANGLED + 1)]
    chain = {a: [b] for a, b in pairwise(names)}
    assert may_be_drawn(chain, reduced=False)
    assert may_be_drawn(chain, reduced=True)
    circle = {**chain, names[-1]: [names[0]]}
    assert not may_be_drawn(circle, reduced=False)
    assert not may_be_drawn(circle, reduced=True)
    shorter = {**chain, names[0]: [names[1], names[2]]}
    assert may_be_drawn(shorter, reduced=False)
    assert not may_be_drawn(shorter, reduced=True)


def test_layers_show_when_all_import_all_below() -> None:
    names = [f"m{number:02}.py" for number in range(12)]
    graph = fold({a: set(names[number + 1 :]) for number, a in enumerate(names)})
    assert graph.reduced
    assert not graph.rings
    assert graph.edges == {a: (b,) for a, b in pairwise(names)}


def test_a_ring_is_one_box_with_its_members() -> None:
    names = [f"m{number:02}.py" for number in range(11)]
    down = {a: set(names[number + 1 :]) for number, a in enumerate(names)}
    down[names[-1]] = {names[5]}
    down["top.py"] = {names[0], names[7]}
    graph = fold(down)
    (ring,) = graph.rings.values()
    assert ring == tuple(names[5:])
    assert graph.edges["top.py"] == (names[0],)
    assert graph.edges[names[4]] == (f"ring of {names[5]}",)


@given(edges)
def test_what_is_drawn_inside_of_a_ring_runs_one_way(given: dict[str, frozenset[str]]) -> None:
    graph = fold(given)
    ring_of = {member: ring for ring, members in graph.rings.items() for member in members}
    for drawn in (graph.inside, graph.back):
        for a, targets in drawn.items():
            assert targets
            assert all(b in given[a] and ring_of[a] == ring_of[b] for b in targets)
    one_way = {a: set(targets) for a, targets in graph.inside.items()}
    assert not any(a in reachable(one_way, a) for a in one_way)
    assert sum(map(len, graph.back.values())) <= MOST_BACK * max(1, len(graph.rings))
    for a, imported in given.items():
        for b in imported - {a}:
            told = b in reachable(one_way, a) or b in graph.back.get(a, ())
            assert told or a not in graph.inside.keys() | graph.back.keys() or ring_of.get(b) != ring_of[a]


def test_layers_show_inside_of_a_ring_and_what_runs_back_is_told() -> None:
    names = [f"m{number:02}.py" for number in range(8)]
    layers: dict[str, set[str]] = {a: set(names[number + 1 :]) for number, a in enumerate(names)}
    layers[names[-1]] = {names[0]}
    graph = fold(layers)
    assert graph.inside == {a: (b,) for a, b in pairwise(names)}
    assert graph.back == {names[-1]: (names[0],)}
    tangle = fold({a: {b for b in names if b != a} for a in names})
    assert (len(tangle.rings), tangle.inside, tangle.back) == (1, {}, {})


def test_few_imports_are_all_drawn_in_a_ring_too() -> None:
    graph = fold({"a.py": {"b.py"}, "b.py": {"a.py", "c.py"}})
    assert graph == Graph({"a.py": ("b.py",), "b.py": ("a.py", "c.py")})


def test_many_files_become_directories_then_the_most_connected() -> None:
    many = {
        f"src/d{number % 8}/m{number}.py": {f"src/d{(number + 1) % 8}/m{number + 1}.py"}
        for number in range(90)
    }
    graph = fold(many)
    assert graph.folded
    assert graph.nodes == {f"src/d{number}/" for number in range(8)}
    flat = {f"src/m{number}.py": {"src/core.py", f"src/m{number - 1}.py"} for number in range(1, 90)}
    graph = fold(flat)
    assert not graph.folded
    assert len(graph.nodes) <= MAX_NODES
    assert graph.left_out == 91 - len(graph.nodes)
    assert "src/core.py" in graph.nodes


def test_labels_are_short_and_differ() -> None:
    java = ["src/main/java/org/x/web/", "src/main/java/org/x/store/"]
    assert sorted(short_labels(java, {}).values()) == ["store/", "web/"]
    assert short_labels(["a", "b", "c"], {"a": "x", "b": "x", "c": "y"}) == {"a": "a", "b": "b", "c": "y"}
    assert sum(map(len, fold({f"m{n}": [f"m{n + 1}"] for n in range(20)}).edges.values())) <= MAX_EDGES
