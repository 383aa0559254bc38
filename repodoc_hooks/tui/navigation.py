"""Moving about with the keyboard: panels by number, tabs, lines, edges."""

from __future__ import annotations

from textual.app import App
from textual.widgets import TabbedContent

from repodoc_hooks.tui.table import Table

TABS = ("page", "difference", "queue", "log", "spend")
_TAB_VIEWS = {"page": "page-view", "difference": "diff-view", "queue": "queue-table", "log": "log-table"}


class Navigation(App[int]):
    """The part of the app that moves the focus and the cursor."""

    def table(self, name: str) -> Table:
        """A table by its id."""
        return self.query_one(f"#{name}", Table)

    def action_panel(self, number: int) -> None:
        """Focus a panel by its number."""
        if number <= 3:
            self.table(("runs", "sections", "sessions")[number - 1]).focus()
        else:
            self.open_tab(self.query_one(TabbedContent).active or "page" if number == 4 else "log")

    def open_tab(self, tab: str) -> None:
        """Show a tab of the main panel and focus what is in it."""
        self.query_one(TabbedContent).active = tab
        self.query_one(f"#{_TAB_VIEWS.get(tab, 'spend-view')}").focus()

    def action_tab(self, step: int) -> None:
        """The next tab, or the one before."""
        at = TABS.index(self.query_one(TabbedContent).active or "page")
        self.open_tab(TABS[(at + step) % len(TABS)])

    def action_move(self, step: int) -> None:
        """A line down or up."""
        focused = self.focused
        if isinstance(focused, Table):
            focused.action_cursor(step)
        elif focused is not None:
            focused.scroll_relative(y=step, animate=False)

    def action_edge(self, where: int) -> None:
        """To the top or the bottom."""
        focused = self.focused
        if isinstance(focused, Table):
            focused.action_edge(where)
        elif focused is not None and where < 0:
            focused.scroll_home(animate=False)
        elif focused is not None:
            focused.scroll_end(animate=False)
