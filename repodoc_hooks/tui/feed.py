"""What threads bring to a `Board`: events of runs, sums, the plan. Each blocks its thread; none touches the screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from repodoc_hooks.config import BudgetConfig
from repodoc_hooks.diagnostics.overview import Spend, spending
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.tui.board import Board, daily_spend
from repodoc_hooks.tui.sources import Repository

if TYPE_CHECKING:
    from repodoc_hooks.store.job_model import Job

POLL_SECONDS = 0.25
SLOW_SECONDS = 5.0


class Feed:
    """Looks at a repository until `ended` is set."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.ended = threading.Event()

    def events(
        self, known: Collection[str], left: Callable[[], bool]
    ) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Events of the journal as they come, without those of the runs in `known`.

        Args:
            left: whether nobody waits for them any more; an app that ends by an error does not always say so.
        """
        while not self.ended.is_set():
            events = [e for e in self._repository.follower.poll() if e["run_id"] not in known]
            if events:
                yield events
            if self._over(POLL_SECONDS, left):
                return

    def sums(self, left: Callable[[], bool]) -> Iterator[tuple[Sequence[Job], Sequence[Spend], BudgetConfig]]:
        """Queue, spending and budgets, now and then, as long as somebody waits for them."""
        while not self.ended.is_set():
            config = self._repository.config
            yield self._repository.jobs(), spending(self._repository.git, config), config.budget
            if self._over(SLOW_SECONDS, left):
                return

    def _over(self, seconds: float, left: Callable[[], bool]) -> bool:
        """Wait, and tell whether it ended meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if left() or self.ended.wait(min(POLL_SECONDS, seconds)):
                return True
        return False

    def plan(self, board: Board) -> None:
        """Hold the pages against the code, and sum up what each day cost."""
        from repodoc_hooks.diagnostics.cost_sources import gather

        problem = ""
        try:
            board.tree, board.plan = self._repository.plan()
        except RepodocError as error:
            problem = str(error)
        board.problem = problem
        rows = gather(self._repository.git)
        priced = any(row.cost_usd for row in rows)
        amounts = ((r.day, (r.cost_usd or 0.0) if priced else float(r.usage.total)) for r in rows)
        board.daily = daily_spend(amounts, board.clock())
