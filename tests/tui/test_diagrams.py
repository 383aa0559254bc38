"""Diagrams in words: every arrow that is drawn, and nothing else."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from repodoc_hooks.pages import mermaid
from repodoc_hooks.pages.graph import fold
from repodoc_hooks.pages.templates import fill
from repodoc_hooks.tui.diagrams import diagrams_in_words


def fenced(*lines: str) -> str:
    return "Before.\n\n```mermaid\n" + "\n".join(lines) + "\n```\n\nAfter.\n"


def words(*lines: str) -> str:
    return diagrams_in_words(fenced(*lines)).removeprefix("Before.\n\n").removesuffix("\n\nAfter.\n")


def test_arrows_boxes_and_groups() -> None:
    assert words(
        "flowchart TB",
        "  accTitle: Architecture",
        "  accDescr: An arrow leads somewhere.",
        "",
        '  subgraph ring["import each other"]',
        '    a["lib/a.py"]',
        '    b["lib/b.py"]',
        "  end",
        '  c["c.py<br/>Command, Group"]',
        "  %% c",
        "  c --> ring",
        '  d["d.py"] --> c',
        "  d -.-> a",
        "  d -->|3 files| b",
        '  alone["alone.py"]',
    ).splitlines() == [
        "- `lib/a.py`, `lib/b.py`: import each other",
        "- `c.py` (`Command`, `Group`) → `lib/a.py` and its group of 2",
        "- `d.py` → `c.py`, `lib/a.py` (dashed), `lib/b.py` (3 files)",
        "- `alone.py`",
    ]


def test_a_box_with_the_names_of_many_is_read_as_them() -> None:
    assert words("flowchart TB", 'subgraph r["import each other"]', 'm["a, b<br/>c, d"]', "end") == (
        "- `a`, `b`, `c`, `d`: import each other"
    )


def test_steps_of_a_walkthrough_are_numbered() -> None:
    assert (
        words(
            "sequenceDiagram",
            "  participant p_a as the app",
            "  participant p_b as b#35;1",
            "  p_a->>p_b: ask #quot;x",
        )
        == "1. `the app` → `b#1`: ask #quot;x"
    )


def test_what_is_not_understood_stays_as_it_is() -> None:
    for lines in (
        ("pie", '"a": 1'),
        ("flowchart TB", "a ==> b"),
        ("flowchart TB", "style a fill:#fff"),
        ("",),
    ):
        assert diagrams_in_words(fenced(*lines)) == fenced(*lines)
    assert diagrams_in_words("```mermaid\nflowchart TB\n") == "```mermaid\nflowchart TB\n", "it never ends"


names = st.text('ab/._`"|#;[]<>', min_size=1, max_size=6)


@given(st.dictionaries(names, st.frozensets(names, max_size=4), min_size=1, max_size=8))
def test_every_diagram_of_ours_is_understood(edges: dict[str, frozenset[str]]) -> None:
    graph = fold(edges)
    assume(not graph.empty)
    blocks = mermaid.edge_blocks(graph, sorted(edges), {})
    text = fill(
        "pages/structure.md.j2",
        graph=graph,
        blocks=blocks,
        direction=mermaid.direction(line for block in blocks for line in block),
        back=mermaid.running_back(graph, {}),
        close=False,
        title="Structure",
        description="An arrow leads from what imports to what is imported.",
    )
    assert "```mermaid" in text
    told = diagrams_in_words(text)
    assert "```mermaid" not in told
    drawn = sum(line.strip().count(" --> ") for line in text.splitlines())
    arrows = [line.partition(" → ")[2] for line in told.splitlines() if " → " in line]
    assert sum(line.count(", `") + 1 for line in arrows) == drawn
