"""Who watches a run: the journal, and what people see of it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType

from repodoc_hooks.config import Limit
from repodoc_hooks.events import GitCalled
from repodoc_hooks.git import process
from repodoc_hooks.pipeline.workspace import Workspace
from repodoc_hooks.store.journal import Journal

MAX_COMMAND = 160


@contextmanager
def observed(
    workspace: Workspace,
    progress: str = "none",
    *,
    stream: bool = False,
    color: str = "auto",
    limit: Limit | None = None,
) -> Iterator[None]:
    """Write the run's events into the journal, and show them: on stderr as `progress` says, or as NDJSON on stdout.

    `limit` is the run's budget, if not the configured one. The first Ctrl-C lets what is in flight finish and
    writes what is there; the second ends at once.
    """
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(workspace.git.state_dir))
        stack.callback(workspace.bus.subscribe(journal))
        stack.enter_context(_git_calls(workspace))
        if any(name.startswith("OTEL_EXPORTER_OTLP_") for name in os.environ):
            from repodoc_hooks.reports.otel import exported

            stack.enter_context(exported(workspace.bus))
        if os.environ.get("GITHUB_STEP_SUMMARY"):
            from repodoc_hooks.reports.run_summary import summarised

            stack.enter_context(summarised(workspace.bus))
        if stream:
            from repodoc_hooks.reports.progress import Stream

            stack.callback(workspace.bus.subscribe(Stream(sys.stdout)))
        elif progress != "none":
            from repodoc_hooks.reports import progress as reports

            mode = reports.choose(progress, sys.stderr)
            limit = limit or workspace.config.budget.run
            stack.enter_context(reports.watch(workspace.bus, sys.stderr, mode=mode, limit=limit, color=color))
        stack.enter_context(graceful(workspace.stop))
        yield


@contextmanager
def _git_calls(workspace: Workspace) -> Iterator[None]:
    """Publish every git command of this process."""
    bus = workspace.bus

    def watch(args: Sequence[str], code: int, seconds: float) -> None:
        command = " ".join(args)[:MAX_COMMAND]
        bus.publish(GitCalled(run_id=bus.run_id, command=command, exit=code, seconds=seconds))

    process.watchers.append(watch)
    try:
        yield
    finally:
        process.watchers.remove(watch)


@contextmanager
def graceful(stop: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        print(
            "repodoc: finishing what is under way; Ctrl-C again to stop at once", file=sys.stderr, flush=True
        )

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
