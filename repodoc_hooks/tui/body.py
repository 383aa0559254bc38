"""The panels between title and budgets, and moving about in them with the keyboard."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane

from repodoc_hooks.tui.board import Board
from repodoc_hooks.tui.panels import DiffView, PageView
from repodoc_hooks.tui.table import Table
from repodoc_hooks.tui.tree import page_key, page_of

TABS = ("page", "difference", "queue", "log", "spend")
_LEFT = ("runs", "pages", "sessions")
_TAB_VIEWS = {"page": "page-view", "difference": "diff-view", "queue": "queue-table", "log": "log-table"}
_TITLES = {
    "runs": "1 runs",
    "pages": "2 pages",
    "sessions": "3 sessions",
    "page-view": "4 page",
    "log-table": "5 log",
}


class Body(Horizontal):
    """Runs, pages and sessions on the left; page, diff, queue, log and spending on the right.

    Where both do not fit side by side, the one with the focus has all the room.
    """

    DEFAULT_CSS = """
    Body { height: 1fr; }
    Body #left { width: 46%; max-width: 90; }
    Body #main { width: 1fr; }
    Body TabPane { padding: 0; }
    Body Table, Body PageView, Body DiffView { border: round $foreground 30%; border-title-color: $foreground 80%; }
    Body Table { height: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; }
    Body Table:focus, Body PageView:focus, Body DiffView:focus { border: round $accent; }
    Body #runs, Body #sessions { height: 22%; min-height: 5; }
    Body #runs.-empty, Body #sessions.-empty { height: 3; min-height: 3; }
    Body #spend-text { padding: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("g,home", "edge(-1)", "Top", show=False),
        Binding("G,end", "edge(1)", "Bottom", show=False),
        Binding("l,right", "fold(1)", "Unfold", show=False),
        Binding("h,left", "fold(-1)", "Fold", show=False),
        Binding("left_square_bracket", "tab(-1)", "Previous tab", show=False),
        Binding("right_square_bracket", "tab(1)", "Next tab", show=False),
        *(Binding(str(n), f"panel({n})", f"Panel {n}", show=False) for n in range(1, 6)),
    ]

    def __init__(self, board: Board) -> None:
        super().__init__(id="body")
        self._board = board

    def compose(self) -> ComposeResult:
        """Three tables, five tabs."""
        with Vertical(id="left"):
            yield _table("runs", "|run|done|cost|age", "no run yet", "age|cost")
            yield _table("pages", "state|page|because", "no page yet", "because")
            yield _table(
                "sessions", "model|session|tokens|time|cost", "no model was asked", "session|cost|time"
            )
        with TabbedContent(id="main", initial="page"):
            with TabPane("Page", id="page"):
                yield PageView(id="page-view")
            with TabPane("Diff", id="difference"):
                yield DiffView(id="diff-view")
            with TabPane("Queue", id="queue"):
                yield _table(
                    "queue-table", "section|state|tries|branch|error", "nothing is queued", "branch|tries"
                )
            with TabPane("Log", id="log"):
                yield _table("log-table", "UTC|who|what", "nothing has happened", "UTC|who")
            with TabPane("Spend", id="spend"), VerticalScroll(can_focus=True, id="spend-view"):
                yield Static(id="spend-text", markup=False)

    def on_mount(self) -> None:
        """Name the panels."""
        for name, title in _TITLES.items():
            self.query_one(f"#{name}").border_title = title

    def table(self, name: str) -> Table:
        """A table by its id."""
        return self.query_one(f"#{name}", Table)

    def show(self) -> None:
        """Bring every table up to date."""
        board = self._board
        for table, rows in (
            ("runs", board.runs()),
            ("pages", board.pages()),
            ("sessions", board.sessions()),
            ("queue-table", board.queue()),
            ("log-table", board.log()),
        ):
            self.table(table).show(rows)

    def open_panel(self, name: str) -> None:
        """Focus a table on the left."""
        self.remove_class("-reading")
        self.table(name).focus()

    def open_tab(self, tab: str) -> None:
        """Show a tab of the main panel and focus what is in it."""
        self.add_class("-reading")
        self.query_one(TabbedContent).active = tab
        self.query_one(f"#{_TAB_VIEWS.get(tab, 'spend-view')}").focus()

    def action_panel(self, number: int) -> None:
        """Focus a panel by its number."""
        if number <= len(_LEFT):
            self.open_panel(_LEFT[number - 1])
        else:
            self.open_tab(self.query_one(TabbedContent).active or "page" if number == 4 else "log")

    def action_tab(self, step: int) -> None:
        """The next tab, or the one before."""
        at = TABS.index(self.query_one(TabbedContent).active or "page")
        self.open_tab(TABS[(at + step) % len(TABS)])

    @property
    def _focused(self) -> Widget | None:
        return self.screen.focused

    def action_move(self, step: int) -> None:
        """A line down or up."""
        focused = self._focused
        if isinstance(focused, Table):
            focused.action_cursor(step)
        elif focused is not None:
            focused.scroll_relative(y=step, animate=False)

    def action_edge(self, where: int) -> None:
        """To the top or the bottom."""
        focused = self._focused
        if isinstance(focused, Table):
            focused.action_edge(where)
        elif focused is not None and where < 0:
            focused.scroll_home(animate=False)
        elif focused is not None:
            focused.scroll_end(animate=False)

    def action_fold(self, step: int) -> None:
        """More or less of what stands below the page under the cursor; elsewhere, scroll sideways."""
        pages, focused = self.table("pages"), self._focused
        if focused is pages and pages.selected:
            page = page_of(pages.selected)
            self._board.fold(page, step)
            if step < 0:
                pages.select(page_key(page))
            pages.show(self._board.pages())
        elif focused is not None and not isinstance(focused, Table):
            focused.scroll_relative(x=4 * step, animate=False)


def _table(name: str, headings: str, empty: str, spare: str) -> Table:
    return Table(*headings.split("|"), id=name, empty=empty, spare=spare.split("|"))
