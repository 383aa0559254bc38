"""What the TUI shows, without the TUI: runs, sections, sessions, queue, log and spending as rows of text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from repodoc_hooks.diagnostics.overview import Spend
from repodoc_hooks.reports.check_options import STATES
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import budget_warning, count, duration, money
from repodoc_hooks.reports.run_view import RunView, SectionView, fold

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.plan import SectionState
    from repodoc_hooks.store.job_model import Job

RUN_MARKS = {"running": "▶", "done": "✓", "failed": "✗", "stopped": "$", "interrupted": "■", "lost": "?"}
KEPT_RUNS = 200
DAYS = 30
_GRAVEST_FIRST = {state: rank for rank, state in enumerate(("running", "planned", "broken", *STATES[1:-1]))}

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its key, its cells, and the state that colours it."""

    key: str
    cells: Cells
    state: str = ""


@dataclass(slots=True)
class Board:
    """Everything that was learnt so far. `run` limits sections, sessions and log to one run ("" for all)."""

    clock: Callable[[], float] = time.time
    views: dict[str, RunView] = field(default_factory=dict)
    plan: Sequence[SectionState] = ()
    tree: str = ""
    jobs: Sequence[Job] = ()
    spending: Sequence[Spend] = ()
    daily: Sequence[float] = ()
    run: str = ""
    problem: str = ""
    _drawn: Sequence[SectionState] | None = None
    _plan_rows: list[Row] = field(default_factory=list)

    def take(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Events of any run, from the journal or from a run that was started here."""
        fold(events, self.views)
        for run_id in sorted(self.views, key=lambda r: self.views[r].last)[:-KEPT_RUNS]:
            del self.views[run_id]

    def running(self) -> list[RunView]:
        """The runs under way, oldest first."""
        return [view for view in self.views.values() if view.exit is None and view.state == "running"]

    def chosen(self) -> list[RunView]:
        """The runs that sections, sessions and log are about."""
        if self.run:
            return [self.views[self.run]] if self.run in self.views else []
        return list(self.views.values())

    # Tables.

    def runs(self) -> list[Row]:
        """All runs, the newest first."""
        ordered = sorted(self.views.values(), key=lambda view: view.started or view.last, reverse=True)
        return [self._run_row(view) for view in ordered]

    def _run_row(self, view: RunView) -> Row:
        done = sum(section.done for section in view.sections.values())
        state = view.state
        age = duration(max(0.0, self.clock() - (view.started or view.last))).split(" ")
        cells = (
            RUN_MARKS[state],
            printable(view.origin or "?"),
            f"{done}/{len(view.sections)}",
            money(view.cost_usd) if view.total_tokens else "",
            "".join(age[:2]).replace(".0", ""),
        )
        return Row(view.run_id, cells, state)

    def sections(self, words: str = "") -> list[Row]:
        """Sections of the chosen run, else of the plan with what runs now laid over; `words` must all occur."""
        rows = self._of_run(self.views[self.run]) if self.run in self.views else self._of_plan()
        wanted = words.lower().split()
        if wanted:
            rows = [row for row in rows if all(w in " ".join(row.cells).lower() for w in wanted)]
        return rows

    def _of_plan(self) -> list[Row]:
        if self._drawn is not self.plan:
            rows = [
                Row(s.id, _texts(s.state, s.component, s.kind, "; ".join(s.because[:3])), s.state)
                for s in self.plan
            ]
            self._plan_rows = sorted(rows, key=lambda row: (_GRAVEST_FIRST.get(row.state, 99), row.key))
            self._drawn = self.plan
        live = {s.id: s for view in self.running() for s in view.sections.values() if not s.done}
        if not live:
            return self._plan_rows
        now = [
            Row(row.key, (live[row.key].state, *row.cells[1:]), live[row.key].state)
            for row in self._plan_rows
            if row.key in live
        ]
        return [*now, *(row for row in self._plan_rows if row.key not in live)]

    def _of_run(self, view: RunView) -> list[Row]:
        ordered = sorted(view.sections.values(), key=lambda s: (_GRAVEST_FIRST.get(s.state, 99), s.id))
        return [Row(s.id, _texts(s.state, s.component, s.kind, s.reason), s.state) for s in ordered]

    def sessions(self) -> list[Row]:
        """Model sessions: those under way first, then the last that ended."""
        rows: list[tuple[float, Row]] = []
        for view in self.chosen():
            alive = view.exit is None and view.state == "running"
            busy = [section for section in view.sections.values() if alive and section.state == "running"]
            rows += [(0.0, self._running_row(view, section)) for section in busy]
            for number, call in enumerate(view.calls):
                words = (
                    call.model,
                    call.outcome,
                    count(call.tokens),
                    duration(call.seconds),
                    money(call.cost_usd),
                )
                rows.append((-call.at, Row(f"{view.run_id}/{number}", _texts(*words), call.outcome)))
        return [row for _, row in sorted(rows, key=lambda entry: entry[0])][:500]

    def _running_row(self, view: RunView, section: SectionView) -> Row:
        words = section.said or section.id
        took = duration(max(0.0, self.clock() - section.started))
        cells = _texts(section.model or section.backend, words, count(section.tokens), took, "")
        return Row(f"{view.run_id}/{section.id}", cells, "running")

    def queue(self) -> list[Row]:
        """The deferred sections."""
        return [
            Row(
                str(job.id),
                _texts(job.section, job.state, str(job.attempts), job.branch, job.error),
                job.state,
            )
            for job in self.jobs
        ]

    def log(self, limit: int = 2000) -> list[Row]:
        """Every git command, model call, page and message, the newest last."""
        entries: list[tuple[float, str, str, str]] = []
        for view in self.chosen():
            entries += [
                (at, "git", f"git {c} ({duration(s)})", "" if not x else "failed")
                for at, c, x, s in view.git_calls
            ]
            entries += [
                (
                    c.at,
                    c.backend,
                    f"{c.model}: {c.outcome}, {count(c.tokens)} tokens, {duration(c.seconds)}",
                    c.outcome,
                )
                for c in view.calls
            ]
            entries += [(at, level, text, level) for at, level, text in view.messages]
            entries += [
                (float(w["at"]), "budget", budget_warning(w), "warning")
                for w in view.warnings.values()
                if "at" in w
            ]
        entries.sort(key=lambda entry: entry[0])
        return [
            Row(str(number), _texts(time.strftime("%H:%M:%S", time.gmtime(at)), who, text), state)
            for number, (at, who, text, state) in enumerate(entries[-limit:])
        ]

    def page_of(self, section_id: str) -> str:
        """The page that a section stands in, "" if the plan does not know it."""
        return next((section.path for section in self.plan if section.id == section_id), "")

    def summary(self) -> str:
        """One line for the title."""
        if self.problem:
            return printable(self.problem)
        counts: dict[str, int] = {}
        for section in self.plan:
            counts[section.state] = counts.get(section.state, 0) + 1
        odd = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()) if state != "current")
        words = odd or ("all current" if counts else "no pages yet")
        running = len(self.running())
        return f"{words}; {running} running" if running else words


def _texts(*cells: str) -> Cells:
    return tuple(map(printable, cells))


def daily_spend(rows: Iterable[tuple[str, float]], now: float, days: int = DAYS) -> list[float]:
    """Sums of (day, amount) for the last `days` UTC days, gaps as 0, oldest first."""
    names = [time.strftime("%Y-%m-%d", time.gmtime(now - back * 86400)) for back in range(days - 1, -1, -1)]
    sums = dict.fromkeys(names, 0.0)
    for day, amount in rows:
        if day in sums:
            sums[day] += amount
    return list(sums.values())
