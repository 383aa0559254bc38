"""The live table in terminals of any width: what is shown of a column can be read."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from repodoc_hooks.config import Limit
from repodoc_hooks.events import EventBus, SectionFinished, SectionStarted
from repodoc_hooks.reports.live_table import LiveTable

LONG = "packages/server/src/adapters/node-http/content-type.ts"


def drawn(width: int, height: int = 24, sections: int = 1) -> list[str]:
    """The lines of a table on a terminal of this size."""
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    table = LiveTable("r", Limit(), console)
    bus = EventBus("r")
    bus.subscribe(table)
    for number in range(sections):
        done = SectionFinished(
            run_id="r",
            section=f"lib/{number}.ts#summary",
            action="generated",
            reason="new",
            model="m",
            seconds=2.0,
            cost_usd=0.25,
        )
        bus.publish(done)
    bus.publish(SectionStarted(run_id="r", section=f"{LONG}#walkthrough", backend="claude", session="s"))
    console.print(table.render())
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("width", "headings"),
    [
        (30, ["page", "section", "state"]),
        (40, ["page", "section", "state"]),
        (60, ["page", "section", "state", "cost", "time"]),
        (80, ["page", "section", "state", "tokens", "cost", "time"]),
        (140, ["page", "section", "state", "tokens", "cost", "time"]),
    ],
)
def test_columns_are_left_out_before_they_are_cut(width: int, headings: list[str]) -> None:
    heading, running, *_ = lines = drawn(width)
    assert heading.split() == headings
    assert all(len(line) <= width for line in lines)
    assert "running" in running
    if width >= 40:
        assert "walkthrough" in running
    name = running.split()[0]
    assert name == LONG if width == 140 else name.startswith("…")
    assert LONG.endswith(name.removeprefix("…"))


def test_it_is_no_higher_than_the_terminal() -> None:
    assert len(drawn(80, height=10, sections=50)) <= 10


def test_the_sums_come_with_what_matters_first() -> None:
    assert drawn(30)[-1].startswith("1/2 sections  $0.00")
