"""`python -m benchmarks.instrument REPORT VERB ...`: run repodoc in this process and count what it does.

REPORT is the prefix of the files that are written: `REPORT.json` with the counts, and the profile that
the environment variable PROFILER asks for: `REPORT.prof` (cprofile) or `REPORT.txt` (pyinstrument).
"""

from __future__ import annotations

import cProfile
import json
import os
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from repodoc_hooks.cli import main as repodoc
from repodoc_hooks.events import Event, EventBus

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")


class Transactions:
    """Counts the transactions of one SQLite connection, as its trace callback."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        self.inside = False

    def __call__(self, statement: str) -> None:
        """See one statement."""
        word = statement.lstrip().split(None, 1)[0].upper().rstrip(";")
        if word == "BEGIN" or (word in _WRITES and not self.inside):
            self.counts["sqlite transactions"] += 1
        if word == "BEGIN":
            self.inside = True
        elif word in ("COMMIT", "END", "ROLLBACK"):
            self.inside = False


def watch(counts: Counter[str]) -> None:
    """Count SQLite transactions and published events from now on."""
    connect = sqlite3.connect

    def connect_traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(Transactions(counts))
        return connection

    publish = EventBus.publish
    names = {"file_parsed": "blobs parsed", "model_called": "model requests", "page_written": "pages written"}

    def publish_counted(bus: EventBus, event: Event) -> None:
        name = names.get(event.as_json()["event"])
        if name is not None:
            counts[name] += 1
        publish(bus, event)

    sqlite3.connect = connect_traced  # type: ignore[assignment]
    EventBus.publish = publish_counted  # type: ignore[method-assign, assignment]


def run(report: Path, argv: list[str], profiler: str) -> int:
    """Run repodoc under a profiler ("" for none) and write the reports."""
    counts: Counter[str] = Counter()
    watch(counts)
    if profiler == "cprofile":
        with cProfile.Profile() as profile:
            code = repodoc(argv)
        profile.dump_stats(report.with_suffix(".prof"))
    elif profiler == "pyinstrument":
        from pyinstrument import Profiler

        with Profiler(interval=0.0005) as sampler:
            code = repodoc(argv)
        report.with_suffix(".txt").write_text(sampler.output_text(unicode=True, color=False))
        report.with_suffix(".html").write_text(sampler.output_html())
    else:
        code = repodoc(argv)
    report.with_suffix(".json").write_text(json.dumps(counts))
    return code


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]).absolute(), sys.argv[2:], os.environ.get("PROFILER", "")))
