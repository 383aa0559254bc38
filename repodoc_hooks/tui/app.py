"""The app: panels, keys and commands over a `Board` that threads fill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer, Input, Markdown, Static, TabbedContent, TabPane

from repodoc_hooks.config import BudgetConfig
from repodoc_hooks.diagnostics.overview import Spend, spending
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.tui.board import Board, daily_spend
from repodoc_hooks.tui.panels import Budget, DiffView, PageView
from repodoc_hooks.tui.prompt import Prompt
from repodoc_hooks.tui.sources import Repository, linked_page
from repodoc_hooks.tui.table import Table

if TYPE_CHECKING:
    from repodoc_hooks.store.job_model import Job

POLL_SECONDS = 0.25
SLOW_SECONDS = 5.0
DRAW_SECONDS = 0.2
REST_SECONDS = 0.1
_LEAST_COLUMNS = 56
_QUEUE = ("section", "state", "tries", "branch", "error")


class RepodocApp(Prompt):
    """The TUI of one repository."""

    TITLE = "repodoc"
    ENABLE_COMMAND_PALETTE = True
    CSS = """
    #title { height: 1; background: $primary; color: $text; padding: 0 1; text-style: bold; }
    #body { height: 1fr; }
    #left { width: 46%; max-width: 90; }
    Table, PageView, DiffView { border: round $foreground 30%; border-title-color: $foreground 80%; }
    Table { height: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; }
    Table:focus, PageView:focus, DiffView:focus { border: round $accent; }
    #runs { height: 22%; min-height: 5; } #sessions { height: 22%; min-height: 5; }
    #main { width: 1fr; } TabPane { padding: 0; }
    #prompt { display: none; height: 1; border: none; padding: 0 1; }
    #spend-text { padding: 1; }
    #too-narrow { display: none; height: 1fr; }
    .-narrow #left { width: 55%; }
    .-tiny #body, .-tiny #budget { display: none; }
    .-tiny #too-narrow { display: block; }
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
        Binding("o", "open_page", "Open"),
        Binding("y", "copy", "Copy"),
        Binding("escape", "go_back", "Back", show=False),
        Binding("t", "theme_toggle", "Theme", show=False),
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("g,home", "edge(-1)", "Top", show=False),
        Binding("G,end", "edge(1)", "Bottom", show=False),
        Binding("left_square_bracket", "tab(-1)", "Previous tab", show=False),
        Binding("right_square_bracket", "tab(1)", "Next tab", show=False),
        *(Binding(str(n), f"panel({n})", f"Panel {n}", show=False) for n in range(1, 6)),
        Binding("q,ctrl+c", "quit_gracefully", "Quit", priority=False),
    ]

    def __init__(self, repository: Repository, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(repository, Board(clock=clock))
        self.HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (_LEAST_COLUMNS, "-narrow"), (100, "-wide")]
        self._budget = BudgetConfig()
        self._dirty = False
        self._rest = Timer(self, 0.0)

    def compose(self) -> ComposeResult:
        """Runs, sections and sessions on the left; page, diff, queue, log and spending on the right."""
        yield Static(id="title", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Table("", "run", "done", "cost", "age", id="runs", spare=("age", "cost"))
                yield Table("state", "component", "section", "because", id="sections", spare=("because",))
                headings = ("model", "session", "tokens", "time", "cost")
                yield Table(*headings, id="sessions", spare=("session", "cost", "time"))
            with TabbedContent(id="main", initial="page"):
                with TabPane("Page", id="page"):
                    yield PageView(id="page-view", can_focus=True)
                with TabPane("Diff", id="difference"):
                    yield DiffView(id="diff-view", can_focus=True)
                with TabPane("Queue", id="queue"):
                    yield Table(*_QUEUE, id="queue-table", spare=("branch", "tries"))
                with TabPane("Log", id="log"):
                    yield Table("UTC", "who", "what", id="log-table", spare=("UTC", "who"))
                with TabPane("Spend", id="spend"), VerticalScroll(can_focus=True, id="spend-view"):
                    yield Static(id="spend-text", markup=False)
        yield Static(f"too narrow: repodoc tui needs {_LEAST_COLUMNS} columns", id="too-narrow", markup=False)
        yield Budget(id="budget")
        yield Input(id="prompt", compact=True)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Name the panels and start the threads."""
        titles = {"runs": "1 runs", "sections": "2 sections", "sessions": "3 sessions", "page-view": "4 page"}
        for name, title in titles.items():
            self.query_one(f"#{name}").border_title = title
        self.query_one("#log-table").border_title = "5 log"
        self.query_one("#sections").focus()
        self.set_interval(DRAW_SECONDS, self._tick)
        self._follow()
        self._watch()
        self.action_refresh()

    def on_unmount(self) -> None:
        """Let the threads end."""
        self._ended.set()

    # What the threads bring.

    @work(thread=True, group="follow")
    def _follow(self) -> None:
        """Read the journal for as long as the app runs."""
        while not self._ended.is_set():
            events = [e for e in self.repository.follower.poll() if e["run_id"] not in self._own_ids]
            if events:
                self.call_from_thread(self.take, events)
            self._ended.wait(POLL_SECONDS)

    @work(thread=True, group="watch")
    def _watch(self) -> None:
        """Look at queue and ledger now and then."""
        while not self._ended.is_set():
            config = self.repository.config
            jobs, spends = self.repository.jobs(), spending(self.repository.git, config)
            self.call_from_thread(self._take_sums, jobs, spends, config.budget)
            self._ended.wait(SLOW_SECONDS)

    @work(thread=True, exclusive=True, group="plan")
    def _plan(self) -> None:
        """Hold the pages against the code."""
        from repodoc_hooks.diagnostics.cost_sources import gather

        problem = ""
        try:
            self.board.tree, self.board.plan = self.repository.plan()
        except RepodocError as error:
            problem = str(error)
        self.board.problem = problem
        rows = gather(self.repository.git)
        priced = any(row.cost_usd for row in rows)
        amounts = ((r.day, (r.cost_usd or 0.0) if priced else float(r.usage.total)) for r in rows)
        self.board.daily = daily_spend(amounts, self.board.clock())
        self.call_from_thread(self._planned)

    def _planned(self) -> None:
        self.redraw()
        path, self.path = self.path or self.board.page_of(self.table("sections").selected), ""
        self._show_page(path)

    def take(self, events: list[dict[str, object]]) -> None:
        """Take events in; when a run ended, the plan is another one."""
        self.board.take(events)
        if any(event["event"] == "run_finished" for event in events):
            self._plan()
        self._dirty = True

    def _take_sums(self, jobs: Sequence[Job], spends: Sequence[Spend], budget: BudgetConfig) -> None:
        self.board.jobs, self.board.spending, self._budget = jobs, spends, budget
        self._dirty = True

    def _tick(self) -> None:
        """Draw what has come since, and let the time of what runs go on."""
        if self._dirty or self.board.running():
            self._dirty = False
            self.redraw()

    def redraw(self) -> None:
        """Bring every panel up to date."""
        board = self.board
        name = printable(self.repository.git.top.name)
        where = f" > {board.run}" if board.run else ""
        words = f"  /{self.words}" if self.words else ""
        self.query_one("#title", Static).update(f"repodoc {name}{where}{words}: {board.summary()}")
        for table, rows in (
            ("runs", board.runs()),
            ("sections", board.sections(self.words)),
            ("sessions", board.sessions()),
            ("queue-table", board.queue()),
            ("log-table", board.log()),
        ):
            self.query_one(f"#{table}", Table).show(rows)
        run = board.views.get(board.run) or next(iter(board.running()), None)
        spends = list(board.spending)
        if run is not None:
            unpriced = int(run.cost_usd is None)
            spends.insert(0, Spend("run", run.cost_usd or 0.0, run.total_tokens, unpriced, run.limit))
        self.query_one(Budget).show(spends, board.daily, self._budget.warn_at)
        lines = [f"{spend.period:<6} {spend.words}" for spend in spends]
        self.query_one("#spend-text", Static).update("\n".join(lines) or "nothing was spent yet")
        self.refresh_bindings()

    # Following the cursor.

    def on_table_drilled(self, event: Table.Drilled) -> None:
        """A run to its sections, a section to its page, a session to the log."""
        if event.table.id == "runs":
            self.board.run = event.key
            self.redraw()
            self.table("sections").focus()
        elif event.table.id == "sections":
            self._rest.stop()
            self._show_page(self.board.page_of(event.key))
            self.open_tab("page")
        elif event.table.id == "sessions":
            self.open_tab("log")

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """The page follows the cursor among the sections, once it rests."""
        if event.table.id == "sections":
            self._rest.stop()
            path = self.board.page_of(event.key)
            self._rest = self.set_timer(REST_SECONDS, lambda: self._show_page(path))

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Links between pages are followed, others are left alone."""
        target = linked_page(self.path, event.href)
        if target.endswith(".md"):
            self._rest.stop()
            self._show_page(target)

    @work(exclusive=True, group="page")
    async def _show_page(self, path: str) -> None:
        if not path or path == self.path:
            return
        self.path = path
        self.query_one(DiffView).show(self.repository.diff(path))
        await self.query_one(PageView).show(self.repository.page(path), f"{path} does not exist yet")

    def action_refresh(self) -> None:
        """Hold the pages against the code again."""
        self._plan()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that mean nothing now are left out of the footer."""
        if action == "stop":
            return bool(self.board.running() or (self._own is not None and self._own.alive)) or None
        if action in ("filter", "command"):
            return not isinstance(self.focused, Input)
        if action in ("open_page", "copy"):
            return bool(self.path) or None
        return True

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers besides Textual's own."""
        yield from super().get_system_commands(screen)
        yield SystemCommand("Update everything", "Rewrite what is stale", self.action_update_all)
        yield SystemCommand(
            "Update with deep sections", "Design and walkthrough, too", lambda: self.obey("deep")
        )
        yield SystemCommand("Stop", "Finish what is under way, then end the run", self.action_stop)
        yield SystemCommand("Retry failed jobs", "Queue them again", lambda: self.obey("retry"))
        yield SystemCommand("Refresh", "Hold the pages against the code again", self.action_refresh)
