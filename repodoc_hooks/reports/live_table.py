"""The table that a terminal shows while a run lasts."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from repodoc_hooks.config import Limit
from repodoc_hooks.events import Event, Message
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import count, duration, money
from repodoc_hooks.reports.run_view import RunView, SectionView

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.text import Text

MAX_ROWS = 12
_STYLES = {"running": "cyan", "failed": "red", "deferred": "yellow", "kept": "dim", "reused": "dim"}
_RIGHT = ("tokens", "cost", "time")
# Headings by the columns of the terminal that they need at least. The last line has the sums in any case.
_HEADINGS = {
    72: ("page", "section", "state", "tokens", "cost", "time", ""),
    52: ("page", "section", "state", "cost", "time"),
    0: ("page", "section", "state"),
}
_ROOM_OF_OTHERS = {72: 52, 52: 38, 0: 24}  # columns that all but the first and the last one take
_LEAST_NAME = 6


class LiveTable:
    """An observer that draws the run: running sections first, then the last that finished, then the sums."""

    def __init__(self, run_id: str, limit: Limit, console: Console) -> None:
        self._view = RunView(run_id)
        self._limit = limit
        self._console = console
        self._lock = threading.Lock()
        self._began = time.time()
        self._messages: list[str] = []

    def __call__(self, event: Event) -> None:
        """Take one event in."""
        if isinstance(event, Message):
            self._messages.append(event.text)
        with self._lock:
            self._view.apply(event.as_json())

    def render(self) -> Group:
        """The table as it is now, in as many columns as the terminal has room for."""
        from rich.console import Group
        from rich.table import Table

        width = self._console.width
        enough = next(least for least in _HEADINGS if width >= least)
        table = Table(box=None, pad_edge=False, expand=True, show_edge=False)
        for name in _HEADINGS[enough]:
            ratio = None if name else 1
            table.add_column(
                name,
                justify="right" if name in _RIGHT else "left",
                no_wrap=True,
                overflow="ellipsis",
                ratio=ratio,
            )
        room = max(_LEAST_NAME, width - _ROOM_OF_OTHERS[enough])
        with self._lock:
            sections = list(self._view.sections.values())
            now = time.time()
            for section in self._rows(sections):
                cells = _cells(section, now, room)
                table.add_row(
                    *(cells[name] for name in _HEADINGS[enough]), style=_STYLES.get(section.state, "")
                )
            sums = self._sums(sections, now)
        return Group(table, sums)

    def _rows(self, sections: list[SectionView]) -> list[SectionView]:
        rows = sorted((s for s in sections if s.state == "running"), key=lambda s: s.started)
        rows += [s for s in sections if s.done][::-1]
        return rows[: max(1, min(MAX_ROWS, self._console.height - 4))]

    def _sums(self, sections: list[SectionView], now: float) -> Text:
        from rich.text import Text

        view = self._view
        done = sum(section.done for section in sections)
        text = Text(
            f"{done}/{len(sections)} sections  {money(view.cost_usd)}", no_wrap=True, overflow="ellipsis"
        )
        if self._limit.usd is not None:
            text.append(f" of {money(self._limit.usd)}")
        text.append(f"  {count(view.total_tokens)}")
        text.append(f"/{count(self._limit.tokens)} tokens" if self._limit.tokens is not None else " tokens")
        text.append(f"  {duration(now - (view.started or self._began))}")
        if view.files_parsed:
            text.append(f"  {count(view.files_parsed)} files read")
        text.stylize("bold yellow" if view.warnings else "bold")
        return text

    def closing_lines(self) -> list[str]:
        """What stays on the screen when the table has gone."""
        return [
            printable(f"{section.id}: {section.state}: {section.reason}")
            for section in self._view.sections.values()
            if section.state in ("failed", "deferred") and not self._is_said(section.reason)
        ][:MAX_ROWS]

    def _is_said(self, reason: str) -> bool:
        """A message above the table has said it."""
        return any(reason in text for text in self._messages)


def _cells(section: SectionView, now: float, room: int) -> dict[str, str]:
    """The cells of a section by their headings; of a long path its end is shown."""
    running = section.state == "running"
    seconds = now - section.started if running else section.seconds
    name = printable(section.component)
    values = {
        "page": name if len(name) <= room else f"…{name[1 - room :]}",
        "section": section.kind,
        "state": section.state,
        "tokens": count(section.tokens) if section.tokens else "",
        "cost": money(section.cost_usd) if section.tokens or section.model else "",
        "time": duration(seconds) if running or seconds >= 0.05 else "",
        "": (section.said if running else "") or section.reason,
    }
    return {heading: printable(value).replace("[", "\\[") for heading, value in values.items()}
