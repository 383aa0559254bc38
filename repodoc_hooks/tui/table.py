"""A table that draws only what is visible, so that 10,000 rows are as quick as ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from repodoc_hooks.tui.rows import Row

STYLES = {
    "running": Style.parse("bold cyan"),
    "planned": Style.parse("cyan"),
    "broken": Style.parse("bold red"),
    **dict.fromkeys(("stale", "missing", "orphan", "warning", "stopped"), Style.parse("yellow")),
    **dict.fromkeys(("deferred", "owed", "queued"), Style.parse("magenta")),
    **dict.fromkeys(("failed", "error", "lost"), Style.parse("red")),
    **dict.fromkeys(("generated", "done"), Style.parse("green")),
    "edited": Style.parse("blue"),
}
_PLAIN = Style()
_GAP = 1
_READABLE = 8
_NARROWEST = 4


class Table(ScrollView, can_focus=True):
    """Rows with a cursor under a fixed line of headings; nothing scrolls sideways.

    Columns shrink to fit as long as they can be read; then those that are `spare` are left out, in that order.
    Without rows `empty` stands there instead, and the table has the class `-empty`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--header", "table--cursor", "table--cursor-blurred"}
    DEFAULT_CSS = """
    Table { overflow-x: hidden; }
    Table > .table--header { text-style: bold; background: $panel; color: $foreground; }
    Table > .table--cursor { background: $primary; color: $text; text-style: bold; }
    Table > .table--cursor-blurred { background: $primary 30%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor(1)", "Down", show=False),
        Binding("up", "cursor(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "edge(-1)", "Top", show=False),
        Binding("end", "edge(1)", "Bottom", show=False),
        Binding("enter", "drill", "Drill in", show=False),
    ]

    class Highlighted(Message):
        """The cursor came to another row; `key` is "" without rows."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

    class Drilled(Message):
        """Enter on a row, or a click on the row under the cursor."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

    def __init__(self, *headings: str, id: str, empty: str, spare: Sequence[str] = ()) -> None:  # noqa: A002
        super().__init__(id=id)
        self._empty = empty
        self._headings = headings
        self._spare = [headings.index(heading) for heading in spare]
        self._rows: Sequence[Row] = ()
        self._places: dict[str, int] = {}
        self._natural: list[int] = []
        self.cursor_row = 0

    def show(self, rows: Sequence[Row]) -> None:
        """Hold these rows; the cursor stays on its row while there is such a row."""
        if rows == self._rows:
            return
        before = self.selected
        self._rows = rows
        self._places = {row.key: place for place, row in enumerate(rows)}
        lines = [self._headings, *(row.cells for row in rows)]
        self._natural = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
        self.virtual_size = Size(0, len(rows) + 1)
        self.set_class(not rows, "-empty")
        self.cursor_row = self._places.get(before, min(self.cursor_row, max(0, len(rows) - 1)))
        self.refresh()
        if self.selected != before:
            self._tell()

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def selected(self) -> str:
        """The key of the row under the cursor, "" without rows."""
        return self._rows[self.cursor_row].key if self.cursor_row < len(self._rows) else ""

    def select(self, key: str) -> None:
        """Put the cursor on the row with this key, if there is one."""
        self.move_cursor(self._places.get(key, self.cursor_row))

    def move_cursor(self, row: int) -> None:
        """Put the cursor on a row, as near as there is one, and bring it into view."""
        target = max(0, min(row, len(self._rows) - 1))
        if target == self.cursor_row:
            return
        self.cursor_row = target
        room = self._room()
        top = round(self.scroll_y)
        if target < top:
            self.scroll_to(y=target, animate=False)
        elif target >= top + room:
            self.scroll_to(y=target - room + 1, animate=False)
        self.refresh()
        self._tell()

    def _room(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    def _tell(self) -> None:
        self.post_message(self.Highlighted(self, self.selected))

    def action_cursor(self, step: int) -> None:
        """Some rows down or up."""
        self.move_cursor(self.cursor_row + step)

    def action_page(self, step: int) -> None:
        """A screenful down or up."""
        self.move_cursor(self.cursor_row + step * self._room())

    def action_edge(self, where: int) -> None:
        """To the first or the last row."""
        self.move_cursor(0 if where < 0 else len(self._rows) - 1)

    def action_drill(self) -> None:
        """Choose the row under the cursor."""
        if self.selected:
            self.post_message(self.Drilled(self, self.selected))

    def on_mount(self) -> None:
        """Nothing is there at first."""
        self.add_class("-empty")

    def on_click(self, event: Click) -> None:
        """A click moves the cursor; on the row under the cursor it chooses it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < 1:
            return
        row = round(self.scroll_y) + offset.y - 1
        if row == self.cursor_row:
            self.action_drill()
        elif row < len(self._rows):
            self.move_cursor(row)

    def _widths(self, room: int) -> dict[int, int]:
        """The columns that are shown, and their widths: the last shrinks first, then the widest of the others."""
        natural = list(self._natural or map(cell_len, self._headings))
        shown = list(range(len(natural)))
        for column in self._spare:
            if sum(min(natural[n], _READABLE) + _GAP for n in shown) + _GAP <= room:
                break
            shown.remove(column)
        widths = {column: natural[column] for column in shown}
        last = shown[-1]
        excess = sum(widths.values()) + _GAP * (len(widths) + 1) - room
        for least in (_READABLE, _NARROWEST):
            while excess > 0:
                widest = max(shown, key=lambda column: (widths[column], column))
                if widths[last] > least:
                    widest = last
                if widths[widest] <= least:
                    break
                cut = min(excess, widths[widest] - least if widest == last else 1)
                widths[widest] -= cut
                excess -= cut
        return widths

    def render_line(self, y: int) -> Strip:
        """One visible line, as Textual's line API wants it."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        if not self._rows:
            words = f" {self._empty}" if y == 0 else ""
            return Strip([Segment(words, base + Style(dim=True))]).adjust_cell_length(width, base)
        if y == 0:
            return self._strip(self._headings, base + self.get_component_rich_style("table--header"), width)
        place = round(self.scroll_y) + y - 1
        if place >= len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[place]
        style = base + STYLES.get(row.state, _PLAIN)
        if place == self.cursor_row:
            name = "table--cursor" if self.has_focus else "table--cursor-blurred"
            cursor = self.get_component_rich_style(name)
            style = cursor if self.has_focus else style + Style(bgcolor=cursor.bgcolor)
        return self._strip(row.cells, style, width)

    def _strip(self, cells: Sequence[str], style: Style, width: int) -> Strip:
        widths = self._widths(width)
        gap = " " * _GAP
        line = gap.join(_fit(cells[column], room) for column, room in widths.items())
        return Strip([Segment(gap + line, style)]).adjust_cell_length(width, style)


def _fit(cell: str, room: int) -> str:
    if cell_len(cell) <= room:
        return set_cell_size(cell, room)
    return set_cell_size(cell, room - 1) + "…"
