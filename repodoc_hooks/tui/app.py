"""The app: panels, keys and commands over a `Board` that threads fill."""

from __future__ import annotations

import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Input, Markdown, Static, TabbedContent, TabPane

from repodoc_hooks.errors import RepodocError
from repodoc_hooks.overview import Spend, spending
from repodoc_hooks.reports.printable import printable
from repodoc_hooks.tui.board import Board, daily_spend
from repodoc_hooks.tui.help import Help
from repodoc_hooks.tui.navigation import Navigation
from repodoc_hooks.tui.panels import Budget, DiffView, PageView, Table
from repodoc_hooks.tui.sources import Repository, Started, editor, interrupt_run, linked_page

POLL_SECONDS = 0.25
SLOW_SECONDS = 5.0


class RepodocApp(Navigation):
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
    #prompt { display: none; height: 1; border: none; padding: 0 1; } #prompt.open { display: block; }
    #spend-text { padding: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help"),
        Binding("slash", "filter", "Filter"),
        Binding("colon", "command", "Command", show=False),
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
        super().__init__()
        self.repository = repository
        self.board = Board(clock=clock)
        self.words = ""
        self.path = ""
        self._own: Started | None = None
        self._own_ids: set[str] = set()
        self._leaving = False
        self._prompt_for = ""
        self._ended = threading.Event()

    def compose(self) -> ComposeResult:
        """Runs, sections and sessions on the left; page, diff, queue, log and spending on the right."""
        yield Static(id="title", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Table("", "run", "done", "cost", "age", id="runs")
                yield Table("state", "component", "section", "because", id="sections")
                yield Table("model", "session", "tokens", "time", "cost", id="sessions")
            with TabbedContent(id="main", initial="page"):
                with TabPane("Page", id="page"):
                    yield PageView(id="page-view", can_focus=True)
                with TabPane("Diff", id="difference"):
                    yield DiffView(id="diff-view", can_focus=True)
                with TabPane("Queue", id="queue"):
                    yield Table("section", "state", "tries", "branch", "error", id="queue-table")
                with TabPane("Log", id="log"):
                    yield Table("at", "who", "what", id="log-table")
                with TabPane("Spend", id="spend"), VerticalScroll(can_focus=True, id="spend-view"):
                    yield Static(id="spend-text", markup=False)
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
                self.call_from_thread(self._take, events)
            self._ended.wait(POLL_SECONDS)

    @work(thread=True, group="watch")
    def _watch(self) -> None:
        """Look at queue and ledger now and then."""
        while not self._ended.is_set():
            jobs, spends = self.repository.jobs(), spending(self.repository.git, self.repository.config)
            self.call_from_thread(self._take_sums, jobs, spends)
            self._ended.wait(SLOW_SECONDS)

    @work(thread=True, exclusive=True, group="plan")
    def _plan(self) -> None:
        """Hold the pages against the code."""
        from repodoc_hooks.cost_sources import gather

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
        self.call_from_thread(self.redraw)

    def _take(self, events: list[dict[str, object]]) -> None:
        self.board.take(events)
        if any(event["event"] == "run_finished" for event in events):
            self._plan()
        self.redraw()

    def _take_sums(self, jobs: list[object], spends: list[Spend]) -> None:
        self.board.jobs, self.board.spending = jobs, spends  # type: ignore[assignment]
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
            limit = self.repository.config.budget.run
            spends.insert(0, Spend("run", run.cost_usd or 0.0, run.total_tokens, unpriced, limit))
        self.query_one(Budget).show(spends, board.daily, self.repository.config.budget.warn_at)
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
            self._show_page(self.board.page_of(event.key))
            self.open_tab("page")
        elif event.table.id == "sessions":
            self.open_tab("log")

    def on_data_table_row_highlighted(self, event: Table.RowHighlighted) -> None:
        """The page follows the cursor among the sections."""
        if event.data_table.id == "sections":
            self._show_page(self.board.page_of(str(event.row_key.value or "")))

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Links between pages are followed, others are left alone."""
        target = linked_page(self.path, event.href)
        if target.endswith(".md"):
            self._show_page(target)

    @work(exclusive=True, group="page")
    async def _show_page(self, path: str) -> None:
        if not path or path == self.path:
            return
        self.path = path
        self.query_one(DiffView).show(self.repository.diff(path))
        await self.query_one(PageView).show(self.repository.page(path), f"{path} does not exist yet")

    def action_go_back(self) -> None:
        """Out of the prompt, the filter, the run, the page: whatever was entered last."""
        prompt = self.query_one("#prompt", Input)
        if prompt.has_class("open"):
            self._close_prompt()
        elif self.words or self.board.run:
            self.words, self.board.run = ("", self.board.run) if self.words else ("", "")
            self.redraw()
        self.table("sections").focus()

    # The prompt.

    def action_filter(self) -> None:
        """Ask for words."""
        self._ask("/", "words that sections must contain", self.words)

    def action_command(self) -> None:
        """Ask for a command."""
        self._ask(":", "update [PATH], deep, retry, stop, filter WORDS, theme, quit", "")

    def _ask(self, kind: str, hint: str, value: str) -> None:
        prompt = self.query_one("#prompt", Input)
        self._prompt_for = kind
        prompt.placeholder = f"{kind} {hint}"
        prompt.value = value
        prompt.add_class("open")
        prompt.focus()

    def _close_prompt(self) -> None:
        prompt = self.query_one("#prompt", Input)
        prompt.remove_class("open")
        self._prompt_for = ""
        self.table("sections").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The filter works while it is typed."""
        if self._prompt_for == "/":
            self.words = event.value
            self.redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter, or obey."""
        kind, text = self._prompt_for, event.value
        self._close_prompt()
        if kind == ":":
            self.obey(text)

    def obey(self, text: str) -> None:
        """Do what a command line says."""
        try:
            verb, *rest = shlex.split(text) or [""]
        except ValueError:
            verb, rest = text, []
        match verb:
            case "":
                return
            case "q" | "quit":
                self.action_quit_gracefully()
            case "update" | "u":
                self._start(*rest)
            case "deep":
                self._start("--deep", *rest)
            case "retry":
                self._retry()
            case "stop":
                self.action_stop()
            case "refresh":
                self.action_refresh()
            case "theme":
                self.action_theme_toggle()
            case "help":
                self.action_help()
            case "filter":
                self.words = " ".join(rest)
                self.redraw()
            case _:
                self.notify(f"there is no command {verb!r}; ? shows them", severity="warning", markup=False)

    # Deeds.

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_theme_toggle(self) -> None:
        """Between light and dark."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    def action_refresh(self) -> None:
        """Hold the pages against the code again."""
        self.path = ""
        self._plan()

    def action_refresh_or_retry(self) -> None:
        """In the queue, retry; elsewhere, refresh."""
        if isinstance(self.focused, Table) and self.focused.id == "queue-table":
            self._retry(self.focused.selected)
        else:
            self.action_refresh()

    def _retry(self, job: str = "") -> None:
        number = self.repository.retry(int(job) if job else None)
        self.board.jobs = self.repository.jobs()
        self.notify(f"{number} queued again")
        self.redraw()

    def action_update_here(self) -> None:
        """Update the component under the cursor; elsewhere than among the sections, everything."""
        table = self.table("sections")
        row = table.row(table.selected) if self.focused is table else None
        component = row.cells[1] if row else ""
        self._start(*([component] if component and component != ".index" else []))

    def action_update_all(self) -> None:
        """Update everything that is stale."""
        self._start()

    def _start(self, *arguments: str) -> None:
        if self._own is not None and self._own.alive:
            self.notify("a run that was started here is under way", severity="warning")
            return
        self._own = Started(self.repository.git, *arguments)
        self._read_own(self._own)
        self.refresh_bindings()

    @work(thread=True, group="own")
    def _read_own(self, run: Started) -> None:
        for event in run.events(self._tell_own_end):
            self._own_ids.add(str(event["run_id"]))
            self.call_from_thread(self._take, [event])

    def _tell_own_end(self, code: int, said: str) -> None:
        if not self._ended.is_set():
            self.call_from_thread(self._tell_end, code, said)

    def _tell_end(self, code: int, said: str) -> None:
        if self._leaving:
            self.exit(code)
        words = "update is done" if code == 0 else f"update ended with {code}: {said}"
        self.notify(words, severity="information" if code == 0 else "warning", markup=False)
        self.action_refresh()

    def action_stop(self) -> None:
        """Ctrl-C for the run: that of this window first, else the one under the cursor or any that runs."""
        if self._own is not None and self._own.alive:
            self._own.interrupt()
            self.notify("stopping: what is under way is finished first; s again: at once")
            return
        running = self.board.running()
        chosen = self.table("runs").selected
        view = next((v for v in running if v.run_id == chosen), running[0] if running else None)
        if view is None:
            self.notify("nothing runs")
        elif interrupt_run(view.pid):
            self.notify(f"asked {view.origin} (process {view.pid}) to stop", markup=False)
        else:
            self.notify(f"process {view.pid} cannot be asked", severity="warning")

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
        if isinstance(focused, Table) and focused.id != "sections":
            text = focused.selected
        if text:
            self.copy_to_clipboard(text)
            self.notify(f"copied {text}", markup=False)

    def action_quit_gracefully(self) -> None:
        """Leave; a run that was started here is stopped as by Ctrl-C, and left alone when asked twice."""
        if self._own is not None and self._own.alive:
            self._own.interrupt()
            if not self._leaving:
                self._leaving = True
                self.notify("finishing what is under way, then leaving; q again: at once")
                return
        self.exit(0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that mean nothing now are left out of the footer."""
        if action == "stop":
            return bool(self.board.running() or (self._own is not None and self._own.alive)) or None
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
