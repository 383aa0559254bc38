"""The journal: what every run of every process did, as files that others can follow while it happens.

One file of JSON Lines per run in `<common dir>/repodoc/journal/`, named so that names sort by time. A line is
written by a single `write` to a descriptor opened with O_APPEND, so lines never mix and a crash can at most
tear the last one, which readers skip. Neither model text nor source is stored, and secrets are taken out.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from repodoc_hooks.events import Event, FileParsed, RunFinished, SectionText
from repodoc_hooks.private import private_folder
from repodoc_hooks.store.redact import redact

KEEP_RUNS = 200
KEEP_BYTES = 64 * 1024 * 1024
MAX_RUN_BYTES = 4 * 1024 * 1024
MAX_TEXT = 500
_MAX_READ_BYTES = 2 * MAX_RUN_BYTES
_NEVER_STORED = (SectionText, FileParsed)
_LIVE_SECONDS = 600.0


def journal_dir(state_dir: Path) -> Path:
    """Where a repository's journal stands, given its private folder."""
    return state_dir / "journal"


class Journal:
    """An observer that appends events to the file of their run; subscribe it to an `EventBus`.

    Past MAX_RUN_BYTES only the end of the run is still written. Use as a context manager or call `close`.

    Raises:
        OSError: from a call, if the file cannot be written (the bus drops it).
    """

    def __init__(self, state_dir: Path) -> None:
        self._dir = journal_dir(state_dir)
        self._lock = threading.Lock()
        self._handle = -1
        self._size = 0

    def __call__(self, event: Event) -> None:
        """Append one event."""
        if isinstance(event, _NEVER_STORED):
            return
        line = json.dumps(_clean(event.as_json()), separators=(",", ":")).encode() + b"\n"
        with self._lock:
            if self._handle < 0:
                self._handle = self._open(event)
            if self._size + len(line) > MAX_RUN_BYTES and not isinstance(event, RunFinished):
                return
            self._size += os.write(self._handle, line)

    def _open(self, event: Event) -> int:
        private_folder(self._dir)
        prune(self._dir)
        name = re.sub(r"[^A-Za-z0-9-]", "-", event.run_id)[:80]
        path = self._dir / f"{int(event.at * 1000):014d}-{name}.ndjson"
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _clean(value: Any) -> Any:
    """Strings without secrets and of bounded length, at any depth."""
    if isinstance(value, str):
        text = redact(value)
        return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
    if isinstance(value, dict):
        return {key: _clean(entry) for key, entry in value.items()}
    return value


def prune(directory: Path) -> None:
    """Keep the newest runs within KEEP_RUNS and KEEP_BYTES; files that may still be written to stay."""
    kept = used = 0
    now = time.time()
    for path in reversed(run_files(directory)):
        try:
            status = path.stat()
        except OSError:
            continue
        kept, used = kept + 1, used + status.st_size
        if (kept >= KEEP_RUNS or used > KEEP_BYTES) and now - status.st_mtime > _LIVE_SECONDS:
            path.unlink(missing_ok=True)


def run_files(directory: Path) -> list[Path]:
    """The files of all runs, oldest first; empty without a journal."""
    try:
        with os.scandir(directory) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        return [directory / name for name in sorted(names) if name.endswith(".ndjson")]
    except OSError:
        return []


def read_run(path: Path) -> list[dict[str, Any]]:
    """The events of one run; torn or foreign lines are left out."""
    try:
        return list(parse(path.read_bytes())) if path.stat().st_size <= _MAX_READ_BYTES else []
    except OSError:
        return []


def parse(data: bytes) -> Iterator[dict[str, Any]]:
    """The events in some lines."""
    for line in data.split(b"\n"):
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and isinstance(event.get("event"), str) and "run_id" in event:
            yield event


class Follower:
    """Reads on from where it stopped, over all runs; `poll` never waits."""

    def __init__(self, state_dir: Path, last_runs: int = KEEP_RUNS) -> None:
        self._dir = journal_dir(state_dir)
        self._offsets: dict[Path, int] = {}
        for path in run_files(self._dir)[:-last_runs] if last_runs else run_files(self._dir):
            self._offsets[path] = _size(path)

    def poll(self) -> list[dict[str, Any]]:
        """The events that were added since the last call, run by run; whole lines only."""
        found: list[dict[str, Any]] = []
        files = run_files(self._dir)
        for path in files:
            offset = self._offsets.get(path, 0)
            if _size(path) <= offset:
                continue
            try:
                with path.open("rb") as file:
                    file.seek(offset)
                    data = file.read(_MAX_READ_BYTES)
            except OSError:
                continue
            whole = data[: data.rfind(b"\n") + 1]
            self._offsets[path] = offset + len(whole)
            found += parse(whole)
        for gone in self._offsets.keys() - set(files):
            del self._offsets[gone]
        return found


def follow(state_dir: Path, stop: threading.Event, pause: float = 0.2) -> Iterator[dict[str, Any]]:
    """Every event of every run from now on, until `stop` is set; what was there by then still comes."""
    follower = Follower(state_dir, last_runs=0)
    while not stop.wait(pause):
        yield from follower.poll()
    yield from follower.poll()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
