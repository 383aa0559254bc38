"""Every key of the TUI, pressed."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, TabbedContent

from repodoc_hooks.tui import own_run
from repodoc_hooks.tui.app import RepodocApp
from repodoc_hooks.tui.body import Body
from repodoc_hooks.tui.help import HELP, Help
from tests.repos import Repo
from tests.tui.world import MadeUp, drive, git_of, screen_text, until


@pytest.fixture
def world(repo: Repo) -> MadeUp:
    return MadeUp(git_of(repo.path))


def focused(app: RepodocApp) -> str:
    return str(app.focused.id) if app.focused else ""


def tab(app: RepodocApp) -> str:
    return app.query_one(TabbedContent).active


@pytest.mark.parametrize(
    ("key", "panel"),
    [("1", "runs"), ("2", "pages"), ("3", "sessions"), ("4", "page-view"), ("5", "log-table")],
)
def test_numbers_focus_panels(world: MadeUp, key: str, panel: str) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press(key)
        await pilot.pause()
        assert focused(app) == panel

    drive(world, script)


def test_brackets_walk_the_tabs(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        seen = [tab(app)]
        for key in ("right_square_bracket",) * 5 + ("left_square_bracket",):
            await pilot.press(key)
            await pilot.pause()
            seen.append(tab(app))
        assert seen == ["page", "difference", "queue", "log", "spend", "page", "spend"]

    drive(world, script)


@pytest.mark.parametrize("panel", ["2", "4"])
@pytest.mark.parametrize(
    ("down", "up", "bottom", "top"), [("j", "k", "G", "g"), ("down", "up", "end", "home")]
)
def test_moving_in_tables_and_pages(
    world: MadeUp, panel: str, down: str, up: str, bottom: str, top: str
) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        def place() -> float:
            return (
                app.body.table("pages").cursor_row if panel == "2" else app.query_one("#page-view").scroll_y
            )

        async def press(key: str) -> float:
            await pilot.press(key)
            await pilot.pause(0.05)
            return place()

        if panel == "4":
            await pilot.press("2")
            app.body.table("pages").move_cursor(row=0)
            await until(pilot, lambda: app.path == "docs/src/app.md")
        await pilot.press(panel)
        start = await press(top)
        assert start == 0
        assert await press(down) > 0
        assert await press(up) == 0
        last = await press(bottom)
        assert last >= 2
        assert await press(down) == last
        assert await press(top) == 0
        assert await press(up) == 0

    drive(world, script)


def test_enter_drills_in_and_escape_comes_back(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press("1", "g", "enter")
        await pilot.pause()
        assert app.board.run == "r2"
        assert focused(app) == "pages"
        assert {row.state for row in app.board.pages()} == {"generated", "rendered"}
        await pilot.press("escape")
        assert app.board.run == ""
        await pilot.press("2", "g", "enter")
        await pilot.pause()
        assert (tab(app), focused(app), app.path) == ("page", "page-view", "docs/src/app.md")
        await pilot.press("escape")
        assert focused(app) == "pages"
        await pilot.press("3", "enter")
        await pilot.pause()
        assert (tab(app), focused(app)) == ("log", "log-table")

    drive(world, script)


def test_slash_filters_as_it_is_typed(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        table = app.body.table("pages")
        await pilot.press("slash", *"lib design")
        await pilot.pause()
        assert [row.key for row in app.board.pages()] == ["src/lib#", "src/lib#design"]
        assert table.row_count == 2
        await pilot.press("enter")
        assert focused(app) == "pages"
        assert app.board.words == "lib design"
        await pilot.press("escape")
        await pilot.pause()
        assert table.row_count == 3
        await pilot.press("slash", "x", "escape")
        assert focused(app) == "pages"

    drive(world, script)


def test_question_mark_shows_the_keys(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, Help)
        assert "drill in" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, Help)

    drive(world, script)


def test_the_help_names_every_key() -> None:
    names = {"question_mark": "?", "slash": "/", "colon": ":", "escape": "esc", "left_square_bracket": "[",
             "right_square_bracket": "]"}  # fmt: skip
    keys = {part for binding in [*RepodocApp.BINDINGS, *Body.BINDINGS] for part in binding.key.split(",")}  # type: ignore[union-attr]
    skipped = {"down", "up", "home", "end", "left", "right", "ctrl+c", "question_mark"}
    for key in keys - skipped:
        assert f"`{names.get(key, key)}`" in HELP, key


def test_t_changes_between_light_and_dark(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        before = app.current_theme.dark
        await pilot.press("t")
        assert app.current_theme.dark is not before
        await pilot.press("t")
        assert app.current_theme.dark is before

    drive(world, script)


def test_r_refreshes_and_in_the_queue_retries(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        planned = world.planned
        await pilot.press("r")
        await until(pilot, lambda: world.planned > planned)
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until(pilot, lambda: app.body.table("queue-table").row_count == 1)
        await pilot.press("r")
        assert world.retried == [7]

    drive(world, script)


def test_y_copies(world: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr(RepodocApp, "copy_to_clipboard", lambda _, text: copied.append(text))

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        app.body.table("pages").move_cursor(row=0)
        await until(pilot, lambda: app.path == "docs/src/app.md")
        await pilot.press("y")
        await pilot.press("1", "y")
        assert copied == ["docs/src/app.md", "r2"]

    drive(world, script)


def test_o_opens_the_page_in_the_editor(
    world: MadeUp, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script_file = tmp_path / "my editor"
    script_file.write_text('#!/bin/sh\nprintf "%s" "$2" > "$1"\n')
    script_file.chmod(0o755)
    monkeypatch.setenv("EDITOR", f"'{script_file}' '{tmp_path / 'opened'}'")
    repo.write("docs/src/app.md", "# App\n")

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        monkeypatch.setattr(app, "suspend", nullcontext)  # headless apps cannot be suspended
        app.body.table("pages").move_cursor(row=0)
        await until(pilot, lambda: app.path == "docs/src/app.md")
        await pilot.press("o")
        await pilot.pause()

    drive(world, script)
    assert (tmp_path / "opened").read_text() == str(repo.path / "docs/src/app.md")


class FakeRun:
    """Stands in for a run that was started here."""

    made: list[FakeRun]

    def __init__(self, git: object, *arguments: str) -> None:
        self.arguments = arguments
        self.interrupts = 0
        self.alive = True
        FakeRun.made.append(self)

    def events(self) -> list[dict[str, object]]:
        return []

    def end(self) -> tuple[int, str]:
        return 0, ""

    def interrupt(self) -> None:
        self.interrupts += 1
        self.alive = self.interrupts < 2


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[FakeRun]:
    FakeRun.made = []
    monkeypatch.setattr(own_run, "Started", FakeRun)
    return FakeRun.made


def test_u_updates_the_component_under_the_cursor(world: MadeUp, started: list[FakeRun]) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press("2", "g", "u")
        assert started[0].arguments == ("src/app",)
        await pilot.press("u")
        assert len(started) == 1, "one at a time"

    drive(world, script)


@pytest.mark.parametrize(("keys", "arguments"), [(("U",), ()), (("1", "u"), ())])
def test_u_elsewhere_updates_everything(
    world: MadeUp, started: list[FakeRun], keys: tuple[str, ...], arguments: tuple[str, ...]
) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press(*keys)
        assert started[0].arguments == arguments

    drive(world, script)


def test_s_interrupts_the_run_that_was_started_here(world: MadeUp, started: list[FakeRun]) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press("U", "s")
        assert started[0].interrupts == 1
        await pilot.press("s")
        assert started[0].interrupts == 2

    drive(world, script)


def test_s_interrupts_a_run_of_another_terminal(world: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def interrupt(pid: int) -> bool:
        asked.append(pid)
        return True

    monkeypatch.setattr(own_run, "interrupt_run", interrupt)

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press("s")
        assert asked == [], "nothing runs"
        app.board.views["r2"].pid = os.getpid()
        app.redraw()
        await pilot.press("s")
        assert asked == [os.getpid()]

    drive(world, script)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_q_leaves(world: MadeUp, key: str) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press(key)
        await pilot.pause()
        assert app.return_code == 0 or not app.is_running

    drive(world, script)


def test_q_with_a_run_first_stops_it(world: MadeUp, started: list[FakeRun]) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press("U", "q")
        await pilot.pause()
        assert started[0].interrupts == 1
        assert app.is_running
        await pilot.press("q")
        await pilot.pause()
        assert started[0].interrupts == 2

    drive(world, script)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [("update src/lib", ("src/lib",)), ("u", ()), ("deep", ("--deep",)), ("update 'a b'", ("a b",))],
)
def test_colon_starts_runs(
    world: MadeUp, started: list[FakeRun], command: str, arguments: tuple[str, ...]
) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.press("colon")
        app.query_one("#prompt", Input).value = command
        await pilot.press("enter")
        assert started[0].arguments == arguments

    drive(world, script)


def test_colon_commands(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        async def command(text: str) -> None:
            await pilot.press("colon")
            app.query_one("#prompt", Input).value = text
            await pilot.press("enter")
            await pilot.pause()

        await command("filter lib")
        assert app.body.table("pages").row_count == 3
        dark = app.current_theme.dark
        await command("theme")
        assert app.current_theme.dark is not dark
        await command("retry")
        assert world.retried == [None]
        planned = world.planned
        await command("refresh")
        await until(pilot, lambda: world.planned > planned)
        for harmless in ("", "nonsense", "'", "stop"):
            await command(harmless)
        await command("help")
        assert isinstance(app.screen, Help)
        await pilot.press("q")
        await command("quit")
        assert not app.is_running

    drive(world, script)


def test_the_palette_offers_our_commands(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Update everything", "Stop", "Retry failed jobs", "Refresh"} <= titles
        await pilot.press("ctrl+p")
        await pilot.pause(0.3)
        assert len(app.screen_stack) == 2

    drive(world, script)


def test_the_mouse_chooses_a_section(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        await pilot.click("#pages", offset=(4, 3), times=2)
        await until(pilot, lambda: tab(app) == "page" and focused(app) == "page-view")
        assert app.path.startswith("docs/")

    drive(world, script)


def test_links_lead_to_other_pages(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        for row, path in ((2, "docs/src/lib.md"), (0, "docs/src/app.md")):
            app.body.table("pages").move_cursor(row=row)
            await until(pilot, lambda path=path: app.path == path)  # type: ignore[misc]
        from textual.widgets import Markdown

        page = app.query_one("#page-view Markdown", Markdown)
        for href in ("https://example.org/x.md", "../../../etc/passwd.md", "#here"):
            app.post_message(Markdown.LinkClicked(page, href))
        await pilot.pause(0.1)
        assert app.path == "docs/src/app.md"
        app.post_message(Markdown.LinkClicked(page, "lib.md#api"))
        await until(pilot, lambda: app.path == "docs/src/lib.md")

    drive(world, script)


def test_the_footer_hides_what_means_nothing(world: MadeUp) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        assert app.check_action("stop", ()) is False
        app.board.views["r2"].pid = os.getpid()
        assert app.check_action("stop", ()) is True

    drive(world, script)


def test_what_is_typed_ahead_goes_into_the_prompt(world: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(RepodocApp, "start_run", lambda self, *words: started.append(words))

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        for key in "/up":
            app.post_message(Key("slash" if key == "/" else key, key))
        await pilot.pause()
        await pilot.pause()
        assert app.query_one("#prompt", Input).value == "up"
        assert not started

    drive(world, script)
