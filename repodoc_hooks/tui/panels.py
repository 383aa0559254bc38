"""The panels: a table that keeps its place, a page, a diff, the line of budgets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import DataTable, Markdown, Sparkline, Static

from repodoc_hooks.overview import Spend
from repodoc_hooks.tui.board import Row

STYLES = {
    "running": "bold cyan",
    "planned": "cyan",
    "stale": "yellow",
    "missing": "yellow",
    "orphan": "yellow",
    "deferred": "magenta",
    "queued": "magenta",
    "edited": "blue",
    "broken": "bold red",
    "failed": "red",
    "error": "red",
    "warning": "yellow",
    "lost": "red",
    "stopped": "yellow",
    "generated": "green",
    "done": "green",
}
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


class Table(DataTable[Text]):
    """Rows by key; showing new rows keeps cursor and scroll, and touches only what changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_top", "Top", show=False),
        Binding("end", "scroll_bottom", "Bottom", show=False),
    ]

    class Drilled(Message):
        """Enter or a click on a row."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

    def __init__(self, *headings: str, id: str) -> None:  # noqa: A002
        super().__init__(id=id, cursor_type="row", zebra_stripes=False, cell_padding=1)
        self._headings = headings
        self._rows: dict[str, Row] = {}

    def on_mount(self) -> None:
        """Make the columns."""
        for heading in self._headings:
            self.add_column(heading, key=heading)

    def show(self, rows: Sequence[Row]) -> None:
        """Make the table hold these rows."""
        new = {row.key: row for row in rows}
        if list(new) == list(self._rows):
            for key, row in new.items():
                if row != self._rows[key]:
                    for heading, cell in zip(self._headings, _styled(row), strict=True):
                        self.update_cell(key, heading, cell, update_width=True)
        else:
            at, scroll = self.selected, self.scroll_offset
            self.clear()
            for key, row in new.items():
                self.add_row(*_styled(row), key=key)
            if at in new:
                self.move_cursor(row=list(new).index(at), animate=False, scroll=False)
            self.scroll_to(y=scroll.y, animate=False)
        self._rows = new

    @property
    def selected(self) -> str:
        """The key of the row under the cursor, "" without rows."""
        if not self.is_valid_row_index(self.cursor_row):
            return ""
        return str(self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value or "")

    def row(self, key: str) -> Row | None:
        """A row by its key."""
        return self._rows.get(key)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Tell that a row was chosen."""
        event.stop()
        self.post_message(self.Drilled(self, str(event.row_key.value or "")))


def _styled(row: Row) -> list[Text]:
    style = STYLES.get(row.state, "")
    return [Text(cell, style=style, no_wrap=True) for cell in row.cells]


class PageView(VerticalScroll):
    """A page as its readers see it."""

    DEFAULT_CSS = "PageView { padding: 0 1; } PageView Markdown { margin: 0; }"

    def compose(self) -> ComposeResult:
        """One Markdown widget."""
        yield Markdown("", open_links=False)

    async def show(self, text: str, absent: str) -> None:
        """Render a page's text; `absent` stands where there is none."""
        body = _COMMENT.sub("", text) or f"*{absent}*"
        await self.query_one(Markdown).update(body)
        self.scroll_home(animate=False)


class DiffView(VerticalScroll):
    """A unified diff, coloured."""

    DEFAULT_CSS = "DiffView { padding: 0 1; }"

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="diff-text", markup=False)

    def show(self, diff: str) -> None:
        """Show a diff."""
        text = Text(no_wrap=True)
        for line in diff.splitlines() or ["nothing of this page is uncommitted"]:
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "") if diff else "dim"
            text.append(line + "\n", style="bold" if line.startswith(("+++", "---")) else style)
        self.query_one("#diff-text", Static).update(text)
        self.scroll_home(animate=False)


class Budget(Horizontal):
    """One line: a gauge per period, and what each of the last days cost."""

    DEFAULT_CSS = """
    Budget { height: 1; padding: 0 1; }
    Budget #gauges { width: 1fr; }
    Budget Sparkline { width: 24; height: 1; }
    """

    def compose(self) -> ComposeResult:
        """Gauges and sparkline."""
        yield Static(id="gauges", markup=False)
        yield Sparkline([], id="days")

    def show(self, spends: Sequence[Spend], daily: Sequence[float], warn_at: float) -> None:
        """Draw the sums."""
        text = Text(no_wrap=True, overflow="ellipsis")
        for spend in spends:
            text.append_text(gauge(spend, warn_at))
            text.append("  ")
        self.query_one("#gauges", Static).update(text)
        self.query_one("#days", Sparkline).data = list(daily) or [0.0]


def gauge(spend: Spend, warn_at: float, width: int = 6) -> Text:
    """`day ███··· $0.12 of $1.00`."""
    from repodoc_hooks.reports.words import money

    text = Text(f"{spend.period} ", style="bold")
    share = spend.share
    style = (
        "red"
        if share is not None and share >= 1
        else "yellow"
        if share is not None and share >= warn_at
        else "green"
    )
    if share is not None:
        filled = min(width, round(share * width))
        text.append("█" * filled, style=style)
        text.append("░" * (width - filled) + " ", style="dim")
    cost = money(None if spend.unpriced and not spend.usd else spend.usd)
    text.append(cost, style=style if share is not None else "")
    if spend.limit.usd is not None:
        text.append(f" of {money(spend.limit.usd)}")
    elif spend.limit.tokens is not None:
        text.append(f" {spend.tokens:,} of {spend.limit.tokens:,} tokens")
    return text
