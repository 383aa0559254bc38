"""Progress while a run lasts: a live table on a terminal, plain lines elsewhere, JSON Lines for programs."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, TextIO

from repodoc_hooks.config import Limit
from repodoc_hooks.events import Event, EventBus
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import budget_warning, count, duration, money

Mode = Literal["live", "plain", "json", "none"]
NO_LIMIT = Limit()
_PER_SECOND = 8


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

    from repodoc_hooks.reports.live_table import LiveTable

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
