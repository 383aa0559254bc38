"""The app: keys and commands over a `Board` that threads fill."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from textual import work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer, Input, Markdown, Static
from textual.worker import get_current_worker

from repodoc_hooks.config import BudgetConfig
from repodoc_hooks.diagnostics.overview import Spend
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.tui.board import Board
from repodoc_hooks.tui.body import Body
from repodoc_hooks.tui.feed import Feed
from repodoc_hooks.tui.help import Help
from repodoc_hooks.tui.own_run import OwnRun
from repodoc_hooks.tui.panels import Budget, DiffView, PageView
from repodoc_hooks.tui.prompt import COMMAND, FILTER, Prompt
from repodoc_hooks.tui.sources import Repository, Started, editor, linked_page
from repodoc_hooks.tui.table import Table
from repodoc_hooks.tui.tree import page_of

if TYPE_CHECKING:
    from repodoc_hooks.store.job_model import Job

DRAW_SECONDS = 0.2
REST_SECONDS = 0.1
_LEAST_COLUMNS = 32
_TWO_SIDES = 72


def _nobody_waits() -> Callable[[], bool]:
    """Whether the app has given up the worker of this thread."""
    worker = get_current_worker()
    return lambda: worker.is_cancelled or worker.is_finished


class RepodocApp(App[int]):
    """The TUI of one repository."""

    TITLE = "repodoc"
    ENABLE_COMMAND_PALETTE = True
    CSS = """
    #title { height: 1; background: $primary; color: $text; padding: 0 1; text-style: bold; }
    #too-narrow { display: none; height: 1fr; }
    .-tiny #body, .-tiny #budget { display: none; }
    .-tiny #too-narrow { display: block; }
    .-single #left { width: 1fr; max-width: 100%; }
    .-single #main, .-single .-reading #left { display: none; }
    .-single .-reading #main { display: block; }
    .-single #days { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help"),
        # before any table has them, as what follows is text and not keys
        Binding("slash", "filter", "Filter", priority=True),
        Binding("colon", "command", "Command", show=False, priority=True),
        Binding("u", "update_here", "Update"),
        Binding("U", "update_all", "Update all", show=False),
        Binding("s", "stop", "Stop"),
        Binding("r", "refresh_or_retry", "Refresh"),
        Binding("q,ctrl+c", "quit_gracefully", "Quit", priority=False),
        Binding("o", "open_page", "Open"),
        Binding("y", "copy", "Copy", show=False),
        Binding("escape", "go_back", "Back", show=False),
        Binding("t", "theme_toggle", "Theme", show=False),
    ]

    def __init__(self, repository: Repository, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (_LEAST_COLUMNS, "-single"), (_TWO_SIDES, "-wide")]
        self.repository = repository
        self._feed = Feed(repository)
        self.board = Board(clock=clock)
        self.body = Body(self.board)
        self.own_run = OwnRun(repository.git)
        self.path = ""
        self._budget = BudgetConfig()
        self._dirty = False
        self._leaving = False
        self._rest = Timer(self, 0.0)

    def compose(self) -> ComposeResult:
        """Title, panels, budgets, prompt and keys."""
        yield Static(id="title", markup=False)
        yield self.body
        yield Static(f"too narrow: repodoc tui needs {_LEAST_COLUMNS} columns", id="too-narrow", markup=False)
        yield Budget(id="budget")
        yield Prompt()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Start the threads."""
        self.body.open_panel("pages")
        self.set_interval(DRAW_SECONDS, self._tick)
        self._follow()
        self._watch()
        self.action_refresh()

    def on_unmount(self) -> None:
        """Let the threads end."""
        self._feed.ended.set()

    # What the threads bring.

    @work(thread=True, group="follow")
    def _follow(self) -> None:
        for events in self._feed.events(self.own_run.ids, _nobody_waits()):
            self.call_from_thread(self.take, events)

    @work(thread=True, group="watch")
    def _watch(self) -> None:
        for sums in self._feed.sums(_nobody_waits()):
            self.call_from_thread(self._take_sums, *sums)

    @work(thread=True, exclusive=True, group="plan")
    def _plan(self) -> None:
        self._feed.plan(self.board)
        if not self._feed.ended.is_set():  # a call into an app that is leaving might never come back
            self.call_from_thread(self._planned)

    def _planned(self) -> None:
        self.redraw()
        path, self.path = self.path or self.board.path_of(self.body.table("pages").selected), ""
        self._show_page(path)

    def take(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Take events in; when a run ended, the plan is another one."""
        self.board.take(events)
        if any(event["event"] == "run_finished" for event in events):
            self._plan()
        elif any(event["event"] == "page_written" and event["path"] == self.path for event in events):
            path, self.path = self.path, ""
            self._show_page(path)
        self._dirty = True

    def _take_sums(self, jobs: Sequence[Job], spends: Sequence[Spend], budget: BudgetConfig) -> None:
        self.board.jobs, self.board.spending, self._budget = jobs, spends, budget
        self._dirty = True

    def _tick(self) -> None:
        """Draw what has come since, and let the time of what runs go on."""
        if self._dirty or self.board.running():
            self._dirty = False
            with suppress(NoMatches):  # while the app is leaving, its panels go before this timer
                self.redraw()

    def redraw(self) -> None:
        """Bring every panel up to date."""
        board = self.board
        name = printable(self.repository.git.top.name)
        where = f" > {board.run}" if board.run else ""
        words = f"  /{board.words}" if board.words else ""
        self.query_one("#title", Static).update(f"repodoc {name}{where}{words}: {board.summary()}")
        self.body.show()
        spends = board.spends()
        self.query_one(Budget).show(spends, board.daily, self._budget.warn_at)
        lines = [f"{spend.period:<6} {spend.words}" for spend in spends]
        self.query_one("#spend-text", Static).update("\n".join(lines) or "nothing was spent yet")
        self.refresh_bindings()

    # Following the cursor.

    def on_table_drilled(self, event: Table.Drilled) -> None:
        """A run to its pages, a page to its text, a session to the log."""
        if event.table.id == "runs":
            self.board.run = event.key
            self.redraw()
            self.body.open_panel("pages")
        elif event.table.id == "pages":
            self._rest.stop()
            self._show_page(self.board.path_of(event.key))
            self.body.open_tab("page")
        elif event.table.id == "sessions":
            self.body.open_tab("log")

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """What is shown follows the cursor among the pages, once it rests."""
        if event.table.id == "pages":
            self._rest.stop()
            path = self.board.path_of(event.key)
            self._rest = self.set_timer(REST_SECONDS, lambda: self._show_page(path))

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Links between pages are followed, others are left alone."""
        target = linked_page(self.path, event.href)
        if target.endswith(".md"):
            self._rest.stop()
            self._show_page(target, urlsplit(event.href).fragment)

    @work(exclusive=True, group="page")
    async def _show_page(self, path: str, anchor: str = "") -> None:
        if not path or (path == self.path and not anchor):
            return
        self.path = path
        self.query_one(DiffView).show(self.repository.diff(path))
        await self.query_one(PageView).show(self.repository.page(path), f"{path} does not exist yet", anchor)

    # Keys.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that mean nothing now are left out of the footer."""
        if action == "stop":
            return bool(self.board.running() or self.own_run.alive)
        if action in ("filter", "command"):
            return not isinstance(self.focused, Input)
        if action in ("open_page", "copy"):
            return bool(self.path)
        return True

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_theme_toggle(self) -> None:
        """Between light and dark."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    def action_go_back(self) -> None:
        """Out of the filter, the run, the page: whatever was entered last."""
        reading = self.body.has_class("-reading")
        if not reading and self.board.words:
            self._filter("")
        elif not reading and self.board.run:
            self.board.run = ""
            self.redraw()
        self.body.open_panel("pages")

    def action_filter(self) -> None:
        """Ask for words."""
        self.query_one(Prompt).ask(FILTER, self.board.words)

    def action_command(self) -> None:
        """Ask for a command."""
        self.query_one(Prompt).ask(COMMAND)

    def on_prompt_filtered(self, event: Prompt.Filtered) -> None:
        """Filter while words are typed."""
        self._filter(event.words)

    def on_prompt_closed(self) -> None:
        """Back to the pages."""
        self.body.open_panel("pages")

    def on_prompt_commanded(self, event: Prompt.Commanded) -> None:
        """Run a command."""
        self.run_command(event.text)

    def _filter(self, words: str) -> None:
        self.board.words = words
        self.redraw()

    def run_command(self, text: str) -> None:
        """Run a command line of the prompt."""
        try:
            name, *rest = shlex.split(text) or [""]
        except ValueError:
            name, rest = text, []
        commands: dict[str, Callable[[], object]] = {
            "": lambda: None,
            "update": lambda: self.start_run(*rest),
            "u": lambda: self.start_run(*rest),
            "deep": lambda: self.start_run("--deep", *rest),
            "retry": self.retry,
            "stop": self.action_stop,
            "refresh": self.action_refresh,
            "filter": lambda: self._filter(" ".join(rest)),
            "theme": self.action_theme_toggle,
            "help": self.action_help,
            "quit": self.action_quit_gracefully,
            "q": self.action_quit_gracefully,
        }
        if name in commands:
            commands[name]()
        else:
            self.notify(f"there is no command {name!r}; ? shows them", severity="warning", markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers besides Textual's own."""
        yield from super().get_system_commands(screen)
        yield SystemCommand("Update everything", "Rewrite what is stale", self.action_update_all)
        yield SystemCommand(
            "Update with deep sections", "Design and walkthrough, too", lambda: self.start_run("--deep")
        )
        yield SystemCommand("Stop", "Finish what is under way, then end the run", self.action_stop)
        yield SystemCommand("Retry failed jobs", "Queue them again", self.retry)
        yield SystemCommand("Refresh", "Hold the pages against the code again", self.action_refresh)

    def action_refresh(self) -> None:
        """Hold the pages against the code again."""
        self._plan()

    def action_refresh_or_retry(self) -> None:
        """In the queue, retry; elsewhere, refresh."""
        if isinstance(self.focused, Table) and self.focused.id == "queue-table":
            self.retry(self.focused.selected)
        else:
            self.action_refresh()

    def retry(self, job: str = "") -> None:
        """Queue one failed job again, or all."""
        number = self.repository.retry(int(job) if job else None)
        self.board.jobs = self.repository.jobs()
        self.notify(f"{number} queued again")
        self.redraw()

    def action_update_here(self) -> None:
        """Update the page under the cursor and those below; elsewhere than among the pages, everything."""
        pages = self.body.table("pages")
        page = page_of(pages.selected) if self.focused is pages else ""
        self.start_run(*([page] if page and page != INDEX_ID else []))

    def action_update_all(self) -> None:
        """Update everything that is stale."""
        self.start_run()

    def start_run(self, *arguments: str) -> None:
        """Start `repodoc update` with these arguments, one at a time."""
        started = self.own_run.start(*arguments)
        if started is None:
            self.notify("a run that was started here is under way", severity="warning")
            return
        self._read_own(started)
        self.refresh_bindings()

    @work(thread=True, group="own")
    def _read_own(self, started: Started) -> None:
        for event in self.own_run.events(started):
            self.call_from_thread(self.take, [event])
        code, said = started.end()
        if not self._feed.ended.is_set():
            self.call_from_thread(self._report_end, code, said)

    def _report_end(self, code: int, said: str) -> None:
        if self._leaving:
            self._leave(code)
            return
        words = "update is done" if code == 0 else f"update ended with {code}: {said}"
        self.notify(words, severity="information" if code == 0 else "warning", markup=False)
        self.action_refresh()

    def action_stop(self) -> None:
        """Ctrl-C for a run: that of this window first, else the one under the cursor or any that runs."""
        words, worked = self.own_run.stop_any(self.board.running(), self.body.table("runs").selected)
        self.notify(words, severity="information" if worked else "warning", markup=False)

    def action_open_page(self) -> None:
        """The page in the user's editor."""
        file = self.repository.git.top / self.path
        if not self.path or not file.exists():
            self.notify("there is no page to open", severity="warning")
            return
        with self.suspend():
            subprocess.run([*editor(), str(file)], check=False, cwd=self.repository.git.top)
        self.action_refresh()

    def action_copy(self) -> None:
        """The path of the page, or what the row under the cursor is about."""
        focused = self.focused
        text = self.path
        if isinstance(focused, Table) and focused.id != "pages":
            text = focused.selected
        if text:
            self.copy_to_clipboard(text)
            self.notify(f"copied {text}", markup=False)

    def action_quit_gracefully(self) -> None:
        """Leave; a run that was started here is stopped as by Ctrl-C, and left alone when asked twice."""
        if self.own_run.interrupt() and not self._leaving:
            self._leaving = True
            self.notify("finishing what is under way, then leaving; q again: at once")
            return
        self._leave(0)

    def _leave(self, code: int) -> None:
        self._feed.ended.set()
        self.exit(code)
