"""Runs that are started and stopped from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from repodoc_hooks.git.process import Git
from repodoc_hooks.reports.run_view import RunView
from repodoc_hooks.tui.sources import Started, interrupt_run


class OwnRun:
    """The run that was started in this window, one at a time.

    Attributes:
        ids: of all runs that were started here; their events come from the process itself, not from the journal.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._started: Started | None = None
        self.ids: set[str] = set()

    @property
    def alive(self) -> bool:
        """It is under way."""
        return self._started is not None and self._started.alive

    def start(self, *arguments: str) -> Started | None:
        """Start `repodoc update` with these arguments; None if one is under way."""
        if self.alive:
            return None
        self._started = Started(self._git, *arguments)
        return self._started

    def events(self, started: Started) -> Iterator[Mapping[str, Any]]:
        """Its events as they come; blocks until it ends."""
        for event in started.events():
            self.ids.add(str(event["run_id"]))
            yield event

    def interrupt(self) -> bool:
        """What Ctrl-C does; False if nothing is under way."""
        if self._started is None or not self._started.alive:
            return False
        self._started.interrupt()
        return True

    def stop_any(self, running: Sequence[RunView], chosen: str) -> tuple[str, bool]:
        """Ctrl-C for this run, else for the chosen one or any that runs: what to say of it, and whether it worked."""
        if self.interrupt():
            return "stopping: what is under way is finished first; s again: at once", True
        view = next((v for v in running if v.run_id == chosen), running[0] if running else None)
        if view is None:
            return "nothing runs", True
        if interrupt_run(view.pid):
            return f"asked {view.origin} (process {view.pid}) to stop", True
        return f"process {view.pid} cannot be asked", False
