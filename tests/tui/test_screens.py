"""What stands on the screen: snapshots as text, in several sizes and themes, and with 10,000 rows.

A snapshot that should change is written anew by UPDATE_SNAPSHOTS=1 in the environment of pytest.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from repodoc_hooks.config import Limit
from repodoc_hooks.diagnostics.overview import Spend
from repodoc_hooks.tui import feed
from repodoc_hooks.tui.app import RepodocApp
from repodoc_hooks.tui.table import Table
from tests.isolation import ORIGINAL
from tests.repos import Repo
from tests.tui.world import MadeUp, drive, git_of, screen_text, state, until

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture
def world(repo: Repo) -> MadeUp:
    top = repo.path / "sample"  # the title names the folder
    Repo.init(top)
    return MadeUp(git_of(top))


def compare(name: str, text: str) -> None:
    """Hold a screen against its snapshot."""
    file = SNAPSHOTS / f"{name}.txt"
    if ORIGINAL.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


SPENDS = [
    Spend("day", 0.85, 12_345, 0, Limit(usd=1.0)),
    Spend("month", 3.5, 99_000, 2, Limit(tokens=1_000_000)),
]


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 32)])
@pytest.mark.parametrize("tab", ["page", "difference", "queue", "log", "spend"])
def test_every_tab_looks_as_it_should(
    world: MadeUp, size: tuple[int, int], tab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the app looks up by itself now and then is the same.
    monkeypatch.setattr(feed, "spending", lambda git, config: SPENDS)

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        app.board.spending, app.board.jobs = SPENDS, world.jobs()
        app.board.daily = [0.0, 0.1, 0.4, 0.2] * 7
        app.body.table("pages").move_cursor(0)
        await until(pilot, lambda: app.path == "docs/src/app.md")
        app.body.open_tab(tab)
        app.redraw()
        await pilot.pause(0.2)
        app.redraw()
        await pilot.pause()
        compare(f"{tab}-{size[0]}x{size[1]}", screen_text(app))

    drive(world, script, size)


@pytest.mark.parametrize("theme", ["textual-light", "textual-dark"])
def test_both_themes_keep_the_text_readable(world: MadeUp, theme: str) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        app.theme = theme
        await pilot.pause()
        header = app.body.table("pages").get_component_rich_style("table--header")
        for style in (header, app.query_one("#title").rich_style):
            assert style.color is not None
            assert style.bgcolor is not None
            one, other = style.color.get_truecolor(), style.bgcolor.get_truecolor()
            assert contrast(one, other) >= 3

    drive(world, script)


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(color: tuple[int, int, int]) -> float:
        parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_ten_thousand_rows_draw_no_more_than_the_screen_holds(
    world: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sections = tuple(state(f"pkg{n:04}", "api", "current") for n in range(10_000))
    drawn: list[int] = []
    draw = Table.render_line

    def counted(table: Table, y: int) -> object:
        drawn.append(y)
        return draw(table, y)

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press("2", "G")
        await pilot.pause()
        assert app.body.table("pages").cursor_row == 9_999
        assert "pkg9999" in screen_text(app)
        monkeypatch.setattr(Table, "render_line", counted)
        drawn.clear()
        await pilot.press("k")
        await pilot.pause()
        assert 0 < len(drawn) < 500
        await pilot.press("slash", *"pkg1234 api", "enter")
        await pilot.pause()
        assert app.body.table("pages").row_count == 2

    drive(world, script, (80, 24), runs=False)


def test_hostile_names_are_only_text(world: MadeUp) -> None:
    hostile = "\x1b]0;owned\x07[red]x[/] \u202e\udcff"
    world.sections = (state(hostile, "summary", "stale", hostile),)

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        text = screen_text(app)
        assert "\x1b" not in text
        assert "\\x1b]0;owned\\x07[red]x[/]" in text

    drive(world, script, (160, 24), runs=False)


def test_a_small_terminal_still_shows_state_and_component(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        text = screen_text(app)
        assert "stale    ▸ src/app" in text
        assert "? Help" in text
        assert "q Quit" in text

    drive(world, script, (80, 24))


def test_a_screen_that_is_too_narrow_says_so(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        shown = screen_text(app)
        assert "too narrow" in shown
        assert "32" in shown

    drive(world, script, (20, 24))


@pytest.mark.parametrize("width", [32, 40, 60])
def test_where_two_sides_do_not_fit_the_one_with_the_focus_has_all_the_room(
    world: MadeUp, width: int
) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        left, main = app.query_one("#left"), app.query_one("#main")
        assert (left.size.width, main.display) == (width, False)
        assert "stale" in screen_text(app)
        await pilot.press("2", "g", "enter")
        await until(pilot, lambda: main.size.width == width)
        assert not left.display
        assert "It runs things" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: left.size.width == width)

    drive(world, script, (width, 24))


@pytest.mark.parametrize("width", [32, 60, 80])
def test_what_is_shown_of_the_pages_can_be_read(world: MadeUp, width: int) -> None:
    """Columns are left out before they are cut to a few letters."""

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        table = app.body.table("pages")
        widths = table._widths(table.scrollable_content_region.width)
        cells = [[cell_len(row.cells[column]) for row in table._rows] for column in widths]
        assert all(room >= min(8, max(lengths)) for room, lengths in zip(widths.values(), cells, strict=True))
        assert len(widths) >= 2

    drive(world, script, (width, 24))
