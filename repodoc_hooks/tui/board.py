"""What the TUI shows, without the TUI: runs, pages, sessions, queue, log and spending as rows of text."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from repodoc_hooks.diagnostics.overview import Spend
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import budget_warning, count, duration, money
from repodoc_hooks.reports.run_view import RunView, SectionView, fold
from repodoc_hooks.tui.rows import Row, row
from repodoc_hooks.tui.tree import Entry, Fold, Tree, page_of

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.plan import SectionState
    from repodoc_hooks.store.job_model import Job

RUN_MARKS = {"running": "▶", "done": "✓", "failed": "✗", "stopped": "$", "interrupted": "■", "lost": "?"}
KEPT_RUNS = 200
DAYS = 30


class Board(Struct):
    """Everything that was learnt so far.

    Attributes:
        run: limits pages, sessions and log to one run ("" for all).
        words: a section is shown if all of them occur in it ("" for all).
    """

    clock: Callable[[], float] = time.time
    views: dict[str, RunView] = field(default_factory=dict)
    plan: Sequence[SectionState] = ()
    tree: str = ""
    jobs: Sequence[Job] = ()
    spending: Sequence[Spend] = ()
    daily: Sequence[float] = ()
    run: str = ""
    words: str = ""
    problem: str = ""
    _folds: dict[str, Fold] = field(default_factory=dict)
    _drawn: object = None
    _pages: Tree = field(default_factory=lambda: Tree(()))

    def take(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Events of any run, from the journal or from a run that was started here."""
        fold(events, self.views)
        for run_id in sorted(self.views, key=lambda r: self.views[r].last)[:-KEPT_RUNS]:
            del self.views[run_id]

    def running(self) -> list[RunView]:
        """The runs under way, oldest first."""
        return [view for view in self.views.values() if view.exit is None and view.state == "running"]

    def chosen(self) -> list[RunView]:
        """The runs that pages, sessions and log are about."""
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
        cost = money(view.cost_usd) if view.total_tokens else ""
        done_of_all = f"{done}/{len(view.sections)}"
        words = "".join(age[:2]).replace(".0", "")
        return row(view.run_id, state, RUN_MARKS[state], view.origin or "?", done_of_all, cost, words)

    def pages(self) -> list[Row]:
        """The pages and their sections: those of the chosen run, else of the plan with what runs now laid over."""
        tree = self._page_tree()
        return tree.rows({}, Fold.OPEN) if self.words else tree.rows(self._folds, self._default_fold)

    def fold(self, page: str, step: int) -> None:
        """Show more (1) or less (-1) below a page."""
        fold = self._folds.get(page, self._default_fold)
        self._folds[page] = self._page_tree().next_fold(page, fold, step)

    @property
    def _default_fold(self) -> Fold:
        """All that a run did is of interest, but of the plan what is not current."""
        return Fold.OPEN if self.run else Fold.DEFAULT

    def _page_tree(self) -> Tree:
        view = self.views.get(self.run)
        live = {} if view else self._live()
        drawn = (self.plan, self.run, view and view.last, self.words, live)
        if drawn != self._drawn:
            entries = _of_run(view) if view else _of_plan(self.plan, live)
            wanted = self.words.lower().split()
            self._pages = Tree(entry for entry in entries if all(w in _searched(entry) for w in wanted))
            self._drawn = drawn
        return self._pages

    def _live(self) -> dict[str, str]:
        """What the runs under way have come to, by section: the plan is made anew when they are over."""
        return {s.id: s.state for view in self.running() for s in view.sections.values()}

    def sessions(self) -> list[Row]:
        """Model sessions: those under way first, then the last that ended."""
        rows: list[tuple[float, Row]] = []
        for view in self.chosen():
            alive = view.exit is None and view.state == "running"
            busy = [section for section in view.sections.values() if alive and section.state == "running"]
            rows += [(0.0, self._running_row(view, section)) for section in busy]
            for number, call in enumerate(view.calls):
                sums = (count(call.tokens), duration(call.seconds), money(call.cost_usd))
                key = f"{view.run_id}/{number}"
                rows.append((-call.at, row(key, call.outcome, call.model, call.outcome, *sums)))
        return [row for _, row in sorted(rows, key=lambda entry: entry[0])][:500]

    def _running_row(self, view: RunView, section: SectionView) -> Row:
        took = duration(max(0.0, self.clock() - section.started))
        cells = (
            section.model or section.backend,
            section.said or section.id,
            count(section.tokens),
            took,
            "",
        )
        return row(f"{view.run_id}/{section.id}", "running", *cells)

    def queue(self) -> list[Row]:
        """The deferred sections."""
        return [
            row(str(job.id), job.state, job.section, job.state, str(job.attempts), job.branch, job.error)
            for job in self.jobs
        ]

    def log(self, limit: int = 2000) -> list[Row]:
        """Every git command, model call, page and message, the newest first."""
        entries = [entry for view in self.chosen() for entry in _logged(view)]
        entries.sort(key=lambda entry: entry[0])
        rows = [
            row(str(number), state, time.strftime("%H:%M:%S", time.gmtime(at)), who, text)
            for number, (at, who, text, state) in enumerate(entries)
        ]
        return rows[-limit:][::-1]

    def path_of(self, key: str) -> str:
        """The page that a row of the tree is about, "" if the plan does not know it."""
        page = page_of(key)
        known = next((s.path for s in self.plan if s.id == key), "")
        return known or next((s.path for s in self.plan if s.component == page), "")

    def spends(self) -> list[Spend]:
        """What was spent: by the chosen run or one that runs, and in each period."""
        run = self.views.get(self.run) or next(iter(self.running()), None)
        if run is None:
            return list(self.spending)
        own = Spend("run", run.cost_usd or 0.0, run.total_tokens, int(run.cost_usd is None), run.limit)
        return [own, *self.spending]

    def summary(self) -> str:
        """One line for the title."""
        if self.problem:
            return printable(self.problem)
        counts = Counter(section.state for section in self.plan)
        odd = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()) if state != "current")
        none = "no pages yet" if self.tree else "reading the pages"
        words = odd or ("all current" if counts else none)
        running = len(self.running())
        return f"{words}; {running} running" if running else words


def _of_plan(plan: Iterable[SectionState], live: Mapping[str, str]) -> Iterator[Entry]:
    for s in plan:
        yield Entry(s.id, s.component, s.kind, live.get(s.id, s.state), "; ".join(s.because[:3]))


def _of_run(view: RunView) -> Iterator[Entry]:
    for s in view.sections.values():
        yield Entry(s.id, s.component, s.kind, s.state, s.reason)


def _searched(entry: Entry) -> str:
    return f"{entry.state} {entry.page} {entry.kind} {entry.because}".lower()


def _logged(view: RunView) -> Iterator[tuple[float, str, str, str]]:
    """Seconds since the epoch, who did it, what, and the state that colours the line."""
    for at, command, exit_code, seconds in view.git_calls:
        yield at, "git", f"{_short(command)} ({duration(seconds)})", "failed" if exit_code else ""
    for c in view.calls:
        words = f"{c.model}: {c.outcome}, {count(c.tokens)} tokens, {duration(c.seconds)}"
        yield c.at, c.backend, words, c.outcome
    for at, level, text in view.messages:
        yield at, level, text, level
    for warning in view.warnings.values():
        if "at" in warning:
            yield float(warning["at"]), "budget", budget_warning(warning), "warning"


def _short(command: str) -> str:
    """A git command without the options that all of ours have."""
    return command.removeprefix("--literal-pathspecs ")


def daily_spend(rows: Iterable[tuple[str, float]], now: float, days: int = DAYS) -> list[float]:
    """Sums of (day, amount) for the last `days` UTC days, gaps as 0, oldest first."""
    names = [time.strftime("%Y-%m-%d", time.gmtime(now - back * 86400)) for back in range(days - 1, -1, -1)]
    sums = dict.fromkeys(names, 0.0)
    for day, amount in rows:
        if day in sums:
            sums[day] += amount
    return list(sums.values())
