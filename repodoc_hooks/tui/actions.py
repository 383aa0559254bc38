"""What the keys set going: runs, retries, the editor, the clipboard, the end."""

from __future__ import annotations

import subprocess
import threading
from abc import abstractmethod

from textual import work

from repodoc_hooks.tui.board import Board
from repodoc_hooks.tui.navigation import Navigation
from repodoc_hooks.tui.sources import Repository, Started, editor, interrupt_run
from repodoc_hooks.tui.table import Table


class Actions(Navigation):
    """The part of the app that does things."""

    def __init__(self, repository: Repository, board: Board) -> None:
        super().__init__()
        self.repository = repository
        self.board = board
        self.path = ""
        self._own: Started | None = None
        self._own_ids: set[str] = set()
        self._leaving = False
        self._ended = threading.Event()

    @abstractmethod
    def redraw(self) -> None:
        """Bring every panel up to date."""

    @abstractmethod
    def take(self, events: list[dict[str, object]]) -> None:
        """Take events of runs in."""

    @abstractmethod
    def action_refresh(self) -> None:
        """Hold the pages against the code again."""

    def action_refresh_or_retry(self) -> None:
        """In the queue, retry; elsewhere, refresh."""
        if isinstance(self.focused, Table) and self.focused.id == "queue-table":
            self.retry(self.focused.selected)
        else:
            self.action_refresh()

    def retry(self, job: str = "") -> None:
        """Queue one failed job again, or all."""
        number = self.repository.retry(int(job) if job else None)
        self.board.jobs = self.repository.jobs()
        self.notify(f"{number} queued again")
        self.redraw()

    def action_update_here(self) -> None:
        """Update the component under the cursor; elsewhere than among the sections, everything."""
        table = self.table("sections")
        row = table.row(table.selected) if self.focused is table else None
        component = row.cells[1] if row else ""
        self.start_run(*([component] if component and component != "." else []))

    def action_update_all(self) -> None:
        """Update everything that is stale."""
        self.start_run()

    def start_run(self, *arguments: str) -> None:
        """Start `repodoc update` with these arguments, one at a time."""
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
            self.call_from_thread(self.take, [dict(event)])

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
