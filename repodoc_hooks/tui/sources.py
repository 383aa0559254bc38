"""Where the TUI's knowledge comes from, and what it sets going: all effects, none of them on the screen."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from repodoc_hooks.config import Config, default
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.git.process import Git, foreign_env
from repodoc_hooks.pipeline.plan import SectionState
from repodoc_hooks.store.job_model import Job
from repodoc_hooks.store.journal import Follower
from repodoc_hooks.system import apart, look

FOLLOWED_RUNS = 50
MAX_PAGE = 400_000


class Repository:
    """A repository as the TUI reads it; every method may be called from any thread."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self.follower = Follower(git.state_dir, last_runs=FOLLOWED_RUNS)

    @property
    def config(self) -> Config:
        """The settings as they are now; the defaults while they are wrong."""
        from repodoc_hooks.pipeline.config_source import read_config

        try:
            return read_config(self.git) or default()
        except RepodocError:
            return Config()

    def plan(self) -> tuple[str, Sequence[SectionState]]:
        """The tree of the tracked files as they stand, and the state of every section.

        Raises:
            RepodocError: there is nothing to plan.
        """
        from repodoc_hooks.incremental_engine import Engine

        with Engine.open(self.git, cached=False) as engine:
            plan = engine.plan(engine.tree("worktree"))
        return plan.tree, plan.sections

    def jobs(self) -> list[Job]:
        """The queue without what is finished and used."""
        from repodoc_hooks.store.jobs import JobStore

        if not JobStore.exists(self.git.state_dir):
            return []
        try:
            with JobStore.open(self.git.state_dir) as store:
                return [job for job in store.jobs() if not job.consumed]
        except sqlite3.Error:
            return []

    def retry(self, job: int | None = None) -> int:
        """Queue a failed job again, or all of them; how many."""
        from repodoc_hooks.store.jobs import JobStore

        if not JobStore.exists(self.git.state_dir):
            return 0
        with JobStore.open(self.git.state_dir) as store:
            return store.retry(None if job is None else [job])

    def page(self, path: str) -> str:
        """The text of a page in the work tree, "" if there is none."""
        file = (self.git.top / path).resolve()
        if not path or not file.is_relative_to(self.git.top.resolve()) or not file.is_file():
            return ""
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(MAX_PAGE)

    def diff(self, path: str) -> str:
        """What of a page is not committed yet, as a unified diff."""
        if not path:
            return ""
        base = "HEAD" if self.git.line("rev-parse", "--verify", "--quiet", "HEAD") else "--cached"
        out = self.git.run("diff", "--no-ext-diff", "--no-color", base, "--", path, check=False)
        return out.decode("utf-8", "replace")[:MAX_PAGE]


class Started:
    """A run that was started here, as a process of its own; its events come as it streams them."""

    def __init__(self, git: Git, *arguments: str) -> None:
        update = [sys.executable, "-m", "repodoc_hooks", "update", "--stream", "--progress", "none"]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (a pipe that nobody reads meanwhile may fill up)
        self._process = subprocess.Popen(
            [*update, *arguments],
            cwd=git.top,
            env=foreign_env(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            **apart(),
        )

    def events(self) -> Iterator[Mapping[str, Any]]:
        """The events of the run, until it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and "event" in event:
                yield event

    def end(self) -> tuple[int, str]:
        """Wait for its end: its exit code and the last line that it said."""
        code = self._process.wait()
        with self._errors:
            self._errors.seek(0)
            said = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return code, said[-1] if said else ""

    @property
    def alive(self) -> bool:
        """It has not ended."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def interrupt(self) -> None:
        """What Ctrl-C does: the first time it finishes what is under way, the second time it ends at once."""
        if self.alive:
            self._process.send_signal(signal.SIGINT)


def interrupt_run(pid: int) -> bool:
    """Ask a run of another terminal to stop gracefully; False if that process is no run of ours (any more)."""
    process = look(pid)
    if process is None or pid == os.getpid() or not process.name.startswith(("python", "repodoc")):
        return False
    try:
        os.kill(pid, signal.SIGINT)
    except OSError:
        return False
    return True


def editor(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The program that opens a page."""
    import shlex

    return shlex.split(environ.get("VISUAL") or environ.get("EDITOR") or environ.get("PAGER") or "less")


def linked_page(page: str, href: str) -> str:
    """The path that a relative link of a page leads to, "" for links elsewhere; one of `#part` alone stays there."""
    import posixpath
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return ""
    if not parts.path:
        return page if parts.fragment else ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
    return "" if path.startswith("..") or Path(path).is_absolute() else path
