"""Progress while a run lasts: a live table on a terminal, plain lines elsewhere, JSON Lines for programs."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TextIO

from repodoc_hooks.config import Limit
from repodoc_hooks.events import Event, EventBus, Message
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import budget_warning, count, duration, money
from repodoc_hooks.reports.run_view import RunView, SectionView

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.text import Text

Mode = Literal["live", "plain", "json", "none"]
CHOICES = ("auto", "plain", "json", "none")
MAX_ROWS = 12
NO_LIMIT = Limit()
_PER_SECOND = 8
_STYLES = {"running": "cyan", "failed": "red", "deferred": "yellow", "kept": "dim", "reused": "dim"}


def choose(wanted: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> Mode:
    """The mode for `--progress`: `auto` is live on a terminal that can, plain in pipes and CI."""
    if wanted in ("plain", "json", "none"):
        return wanted  # type: ignore[return-value]
    capable = stream.isatty() and environ.get("TERM", "dumb") != "dumb" and not environ.get("CI")
    return "live" if capable else "plain"


@contextmanager
def watch(
    bus: EventBus,
    stream: TextIO,
    *,
    mode: Mode,
    limit: Limit = NO_LIMIT,
    color: str = "auto",
    verbose: bool = False,
) -> Iterator[None]:
    """Show the events of `bus` on `stream` until the block ends. `limit` is the run's budget."""
    if mode == "none":
        yield
        return
    observer = Stream(stream) if mode == "json" else Plain(stream, verbose=verbose)
    if mode != "live":
        unsubscribe = bus.subscribe(observer)
        try:
            yield
        finally:
            unsubscribe()
        return
    with _live(bus, stream, limit, color, observer):
        yield


class Stream:
    """An observer that writes every event as one JSON line (`event_schema` describes them)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Write one event."""
        with self._lock:
            self._stream.write(json.dumps(event.as_json(), separators=(",", ":")) + "\n")
            self._stream.flush()


class Plain:
    """An observer that writes one line per finished section, and what people must know."""

    def __init__(self, stream: TextIO, *, verbose: bool = False) -> None:
        self._stream = stream
        self._verbose = verbose
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Write the line of an event that has one."""
        line = plain_line(event.as_json(), verbose=self._verbose)
        if line:
            with self._lock:
                self._stream.write(line + "\n")
                self._stream.flush()


def plain_line(event: Mapping[str, Any], *, verbose: bool = False) -> str:
    """The line of an event, "" for one that is not worth a line."""
    match event["event"]:
        case "section_finished":
            tokens = sum(event["tokens"].values())
            costs = (
                f", {count(tokens)} tokens, {money(event['cost_usd'])}" if tokens or event["model"] else ""
            )
            by = f" by {event['model']}" if event["model"] else ""
            took = f", {duration(event['seconds'])}" if event["seconds"] >= 0.05 else ""
            return printable(f"{event['section']}: {event['action']}{by}{costs}{took}")
        case "budget_warning":
            return f"warning: {budget_warning(event)}"
        case "message" if event["level"] != "info" or verbose:
            return printable(f"{event['level']}: {event['text']}")
        case "model_called" if verbose:
            return printable(
                f"  {event['backend']} {event['model']}: {event['outcome']}, {duration(event['seconds'])}"
            )
    return ""


@contextmanager
def _live(bus: EventBus, stream: TextIO, limit: Limit, color: str, plain: Stream | Plain) -> Iterator[None]:
    from rich.console import Console
    from rich.live import Live

    console = Console(file=stream, force_terminal=True, no_color=color == "never" or None, highlight=False)
    table = LiveTable(bus.run_id, limit, console)
    lasting = {"budget_warning", "message"}

    def above(event: Event) -> None:
        """Lines that must not vanish with the table go above it."""
        data = event.as_json()
        line = plain_line(data) if data["event"] in lasting else ""
        if line:
            console.print(line, markup=False, style="yellow")

    with Live(get_renderable=table.render, console=console, refresh_per_second=_PER_SECOND, transient=True):
        undo = [bus.subscribe(table), bus.subscribe(above)]
        try:
            yield
        finally:
            for unsubscribe in undo:
                unsubscribe()
    for line in table.closing_lines():
        console.print(line, markup=False)


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
        """The table as it is now."""
        from rich.console import Group
        from rich.table import Table

        table = Table(box=None, pad_edge=False, expand=True, show_edge=False)
        for name, justify in (("component", "left"), ("section", "left"), ("state", "left")):
            table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
        for name in ("tokens", "cost", "time"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("", ratio=1, no_wrap=True, overflow="ellipsis")
        with self._lock:
            sections = list(self._view.sections.values())
            now = time.time()
            rows = sorted((s for s in sections if s.state == "running"), key=lambda s: s.started)
            done = [s for s in sections if s.done]
            rows += done[::-1]
            room = max(1, min(MAX_ROWS, self._console.height - 4))
            for section in rows[:room]:
                table.add_row(*_cells(section, now), style=_STYLES.get(section.state, ""))
            sums = self._sums(sections, now)
        return Group(table, sums)

    def _sums(self, sections: list[SectionView], now: float) -> Text:
        from rich.text import Text

        view = self._view
        done = sum(section.done for section in sections)
        read = f"{count(view.files_parsed)} files read  " if view.files_parsed else ""
        text = Text(f"{read}{done}/{len(sections)} sections  {count(view.total_tokens)}")
        text.append(f"/{count(self._limit.tokens)} tokens" if self._limit.tokens is not None else " tokens")
        text.append(f"  {money(view.cost_usd)}")
        if self._limit.usd is not None:
            text.append(f" of {money(self._limit.usd)}")
        text.append(f"  {duration(now - (view.started or self._began))}")
        text.stylize("bold yellow" if view.warnings else "bold")
        return text

    def closing_lines(self) -> list[str]:
        """What stays on the screen when the table has gone."""
        return [
            printable(f"{section.id}: {section.state}: {section.reason}")
            for section in self._view.sections.values()
            if section.state in ("failed", "deferred") and not self._is_told(section.reason)
        ][:MAX_ROWS]

    def _is_told(self, reason: str) -> bool:
        """A message above the table has said it."""
        return any(reason in text for text in self._messages)


def _cells(section: SectionView, now: float) -> tuple[str, ...]:
    running = section.state == "running"
    seconds = now - section.started if running else section.seconds
    says = (section.said if running else "") or section.reason
    cost = money(section.cost_usd) if section.tokens or section.model else ""
    values = (
        section.component,
        section.kind,
        section.state,
        count(section.tokens) if section.tokens else "",
        cost,
        duration(seconds) if running or seconds >= 0.05 else "",
        says,
    )
    return tuple(printable(value).replace("[", "\\[") for value in values)
