"""Every diagram parses in the real Mermaid and shows what it was given, whatever names are in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.facts import Component, FileFacts, SourceFile
from repodoc_hooks.pages import mermaid, render
from repodoc_hooks.pages.graph import MAX_NODES, fold, short_labels
from repodoc_hooks.pages.layout import display_path
from repodoc_hooks.pages.templates import fill
from repodoc_hooks.pages.text import plain
from tests.pages import real_mermaid, strategies
from tests.pages.real_mermaid import Mermaid, Parsed


@pytest.fixture(scope="module")
def real() -> Iterator[Mermaid]:
    with real_mermaid.running() as process:
        yield process


def parsed(real: Mermaid, markdown: str) -> Parsed:
    """The only diagram of a region, which must parse."""
    (diagram,) = real_mermaid.diagrams(markdown)
    found = real.parse(diagram)
    assert found.error == "", diagram
    return found


def shortened(text: str, limit: int = 60) -> str:
    line = plain(text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


@given(files=st.dictionaries(strategies.paths, strategies.facts, min_size=2, max_size=8), data=st.data())
def test_structure_of_any_names(real: Mermaid, files: dict[str, FileFacts], data: st.DataObject) -> None:
    some = st.sets(st.sampled_from(sorted(files)), max_size=4)
    first, second, *_ = sorted(files)
    imports = {path: data.draw(some) for path in files} | {first: {second}}
    component = Component("src", 's\n"t` %% ', "directory", ())
    body = render.structure(component, files, imports)
    assert mermaid.arrows_fit(body)
    assert mermaid.turned(body) == body
    found = parsed(real, body)
    assert found.type == "flowchart-v2"
    names = {label.split("\n")[0] for label in found.labels}
    ends = {first, second} | {p for p, targets in imports.items() for t in targets if t != p for p in (p, t)}
    shown, drawn = ([display_path("src", path) for path in paths] for paths in (files, ends))
    assert any(
        names >= {shortened(labels[path]) or " " for path in drawn}
        for labels in (short_labels(shown, {}), short_labels(drawn, {}))
    )


@given(ids=st.lists(strategies.paths, min_size=2, max_size=40, unique=True), title=strategies.hostile)
def test_architecture_of_any_names(real: Mermaid, ids: list[str], title: str) -> None:
    graph = fold({ids[0]: ids[1:]})
    blocks = mermaid.edge_blocks(graph, ids, {id_: title + id_ for id_ in ids})
    runs = mermaid.direction(line for block in blocks for line in block)
    words: dict[str, Any] = {"title": "t", "description": "d", "direction": runs}
    text = fill("diagrams/flowchart.md.j2", graph=graph, blocks=blocks, close=False, **words)
    assert mermaid.arrows_fit(text)
    assert mermaid.turned(text) == text
    assert mermaid.lines_of(text) == [line for block in blocks for line in block]
    found = parsed(real, text)
    assert len(found.labels) <= MAX_NODES


def chain(count: int) -> list[str]:
    return [f'm{n}["some_module_{n}.py"] --> m{n + 1}["some_module_{n + 1}.py"]' for n in range(count)]


def star(count: int) -> list[str]:
    return [f'm{n}["some_module_{n}.py"] --> core["core.py"]' for n in range(count)]


@pytest.mark.parametrize(
    ("lines", "right"),
    [
        ([], "LR"),
        (chain(1), "LR"),
        (chain(3), "TB"),
        (chain(9), "TB"),
        (star(9), "LR"),
        ([*chain(9), *star(3)], "TB"),
        ([*chain(9), "m9 --> m0"], "TB"),
        ([*star(20), *chain(4)], "LR"),
        ([*chain(9), "%% lonely", 'lonely["lonely.py"]'], "TB"),
        (
            [
                'subgraph ring["import each other"]',
                "  direction TB",
                '  a["a.py"]',
                "  a --> b",
                "  b --> c",
                "end",
            ]
            + [f"ring --> m{n}" for n in range(9)],
            "LR",
        ),
        (
            [f'm{n}["{" ".join(["word"] * 40)}"] --> m{n + 1}' for n in range(3)]
            + [f'n{n}["{"x" * 60}"] --> m1' for n in range(3)],
            "LR",
        ),
    ],
)
def test_arrows_run_where_the_picture_is_less_wide(lines: list[str], right: str) -> None:
    assert mermaid.direction(lines) == right
    assert mermaid.direction(reversed(lines)) in ("LR", "TB")
    body = "\n".join(["```mermaid", f"flowchart {right}", *lines, "```"])
    wrong = body.replace(f"flowchart {right}", f"flowchart {'TB' if right == 'LR' else 'LR'}")
    assert mermaid.turned(wrong) == mermaid.turned(body) == body


steps = st.fixed_dictionaries(
    {"from": strategies.hostile, "to": strategies.hostile, "text": strategies.hostile}
)


@given(participants=st.lists(strategies.hostile, max_size=5), told=st.lists(steps, min_size=1, max_size=6))
def test_walkthrough_of_any_words(real: Mermaid, participants: list[str], told: list[dict[str, str]]) -> None:
    data = {"text": ["Words."], "participants": participants, "steps": told}
    markdown = render.walkthrough(data)
    complete = [step for step in told if all(map(plain, step.values()))]
    if not complete:
        assert real_mermaid.diagrams(markdown) == []
        return
    found = parsed(real, markdown)
    assert found.type == "sequence"
    assert [text for text in found.labels if text][-len(complete) :] == [plain(s["text"]) for s in complete]


def test_the_members_of_a_large_ring_share_a_box(real: Mermaid) -> None:
    names = [f"m{number:02}.py" for number in range(12)]
    files = {f"src/{name}": FileFacts("python", "", "", "") for name in names}
    imports = {f"src/{a}": {f"src/{b}" for b in names if b != a} for a in names}
    imports["src/m00.py"] = {"src/m01.py", "src/z.py"}
    files["src/z.py"] = FileFacts("python", "", "", "")
    component = Component("src", "t", "directory", ())
    body = render.structure(component, files, imports)
    assert mermaid.arrows_fit(body)
    found = parsed(real, body)
    members = next(name for name in found.labels if "," in name)
    assert all(name in members for name in names)
    assert "z.py" in found.labels


def test_arrows_inside_of_a_ring_are_drawn_and_those_back_are_words(real: Mermaid) -> None:
    names = [f"m{number:02}.py" for number in range(8)]
    files = {f"src/{name}": FileFacts("python", "", "", "") for name in names}
    imports = {f"src/{a}": {f"src/{b}" for b in names[number + 1 :]} for number, a in enumerate(names)}
    imports["src/m07.py"] = {"src/m00.py", "src/m02.py"}
    text = render.structure(Component("src", "t", "directory", ()), files, imports)
    assert set(names) <= set(parsed(real, text).labels)
    assert text.count(" --> ") == 7
    assert text.endswith("close the circles: `m07.py` imports `m00.py` and `m02.py`.")


def test_keywords_are_good_names(real: Mermaid) -> None:
    words = [
        "end",
        "graph",
        "subgraph",
        "flowchart",
        "style",
        "class",
        "classDef",
        "click",
        "default",
        "o",
        "x",
    ]
    words += ["direction", "href", "call", "linkStyle", "interpolate", "accTitle", "accDescr", "LR", "TD"]
    files = {word: FileFacts("python", "", "", "") for word in words}
    imports = {word: {words[(number + 1) % len(words)]} for number, word in enumerate(words)}
    found = parsed(real, render.structure(Component(".", "t", "directory", ()), files, imports))
    assert set(found.labels) == set(words)


@pytest.mark.parametrize(
    "paths",
    [
        [f"src/d{number % 40}/m{number}.py" for number in range(400)],
        [f"src/area{number % 7}_{number}.py" for number in range(60)],
        [f"src/a/b/c/d{number}/e.py" for number in range(35)],
        [f"src/{chr(97 + number % 26)}{number}.py" for number in range(3000)],
        [f"src/{'é' * (1 + number)}.py" for number in range(40)] + ["src/x.py"],
    ],
    ids=["many directories", "alike names", "one deep directory", "flat", "other alphabets"],
)
def test_large_components_are_folded(real: Mermaid, paths: list[str]) -> None:
    files = {path: FileFacts("python", "", "", "") for path in paths}
    imports = {path: {paths[number - 1], paths[number * 7 % len(paths)]} for number, path in enumerate(paths)}
    component = Component("src", "t", "directory", tuple(SourceFile(p, "", "python") for p in paths))
    markdown = render.structure(component, files, imports)
    assert "Directories of this component" in markdown or "are left out" in markdown
    found = parsed(real, markdown)
    assert 1 <= len([name for name in found.labels if not name.startswith("ring_of")]) <= MAX_NODES
    assert markdown == render.structure(component, dict(reversed(files.items())), imports)


@given(st.lists(strategies.paths, unique=True, max_size=60))
def test_ids_are_identifiers_and_unique(paths: list[str]) -> None:
    ids = [mermaid.node_id(path) for path in paths]
    assert len(set(ids)) == len(ids)
    assert all(id_.isascii() and id_.isidentifier() for id_ in ids)


def test_plain_paths_give_readable_ids() -> None:
    assert mermaid.node_id("core.py") == "core_py"
    assert mermaid.node_id("core") == "core"
    assert mermaid.node_id("src/core.py").startswith("src_core_py_")
    assert mermaid.node_id("end") != "end"
