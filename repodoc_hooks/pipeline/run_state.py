"""What the commands of a run hand to each other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct, field

from repodoc_hooks.errors import EXIT_BUDGET, EXIT_INTERRUPTED, EXIT_OK
from repodoc_hooks.events import BudgetWarning, Event, Message
from repodoc_hooks.git.staging import PageWrite
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pipeline.announce import section_finished
from repodoc_hooks.pipeline.known_current import Current
from repodoc_hooks.pipeline.plan import PagePlan, Plan
from repodoc_hooks.pipeline.run_report import ChangeEntry, RunReport, SectionOutcome
from repodoc_hooks.pipeline.run_request import Request
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.pipeline.workspace import Workspace
from repodoc_hooks.sections.failures import NO_DEADLINE, Deadline
from repodoc_hooks.sections.task import SectionResult
from repodoc_hooks.store.claims import Claims

_WAITED_FOR = ("cli", "watch")
_DONE = ("written", "removed", "unchanged")


class RunState(Struct):
    """A run under way.

    Attributes:
        pages: what has been put together, by id; where pages are written as it goes, as others see them.
        texts: by path, what is to be written; None: to be removed.
        on_disk: by path, the blob that has been written; None: removed.
    """

    workspace: Workspace
    request: Request
    started: float = field(default_factory=time.monotonic)
    tree: str = ""
    staged: str = ""
    complete: bool = True
    _survey: Survey | None = None
    _plan: Plan | None = None
    _claims: Claims | None = None
    baseline: Current | None = None
    ready: frozenset[str] = frozenset()
    selected: tuple[PagePlan, ...] = ()
    pages: dict[str, Page] = field(default_factory=dict)
    finished: dict[str, SectionOutcome] = field(default_factory=dict)
    unreported: list[SectionOutcome] = field(default_factory=list)
    changes: list[ChangeEntry] = field(default_factory=list)
    texts: dict[str, bytes | None] = field(default_factory=dict)
    on_disk: dict[str, str | None] = field(default_factory=dict)
    written: dict[str, PageWrite] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    warnings: list[BudgetWarning] = field(default_factory=list)
    causes: set[tuple[str, str]] = field(default_factory=set)
    answers: dict[str, SectionResult] = field(default_factory=dict)
    over_budget: bool = False
    deadline: Deadline = NO_DEADLINE

    @property
    def survey(self) -> Survey:
        """What is known of the tree, of all of it unless the step `Survey` found that a part will do."""
        if self._survey is None:
            self._survey = self.workspace.survey(self.tree)
        return self._survey

    @survey.setter
    def survey(self, survey: Survey) -> None:
        self._survey = survey

    @property
    def plan(self) -> Plan:
        """The plan, once the step `Plan` is over."""
        assert self._plan is not None
        return self._plan

    @plan.setter
    def plan(self, plan: Plan) -> None:
        self._plan = plan

    @property
    def narrow(self) -> bool:
        """Only what differs from a tree that is known to be current is looked at."""
        return self._survey is not None and self._survey.part is not None

    def widen(self) -> None:
        """Make survey and plan those of the whole tree."""
        if self.narrow:
            self.survey = self.workspace.survey(self.tree)
            self.plan = self.workspace.plan(self.survey)

    @property
    def claims(self) -> Claims:
        """The texts that this run is asking for."""
        if self._claims is None:
            self._claims = Claims(self.workspace.git.state_dir)
        return self._claims

    @property
    def id(self) -> str:
        """The run's id, on every event."""
        return self.workspace.bus.run_id

    @property
    def backend(self) -> str:
        """The backend that is asked first."""
        requested = self.request.backend
        return self.workspace.config.backends.order[0] if requested == "auto" else requested

    @property
    def uses_models(self) -> bool:
        """True when prose is asked of a model, which needs file contents."""
        requested = self.request.backend
        return (
            self.workspace.config.asks_models if requested == "auto" else requested not in ("offline", "none")
        )

    @property
    def writes_as_it_goes(self) -> bool:
        """Pages are written as they are made, and their texts let go: a commit gets all of them at its end."""
        return self.request.apply == "worktree"

    @property
    def progressive(self) -> bool:
        """Pages are written before a model has answered, and again when it has: for somebody who waits."""
        return self.writes_as_it_goes and self.request.origin in _WAITED_FOR and self.uses_models

    def say(self, text: str, level: str = "warning") -> None:
        """A line for people, kept in the report too."""
        if text not in self.messages:
            self.messages.append(text)
            self.workspace.bus.publish(Message(run_id=self.id, level=level, text=text))

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """While models are asked: keep for the report what others have to say to people, too."""

        def keep(event: Event) -> None:
            if isinstance(event, Message) and event.level == "warning" and event.text not in self.messages:
                self.messages.append(event.text)
            elif isinstance(event, BudgetWarning):
                self.warnings.append(event)

        undo = self.workspace.bus.subscribe(keep)
        try:
            yield
        finally:
            undo()

    @property
    def outcomes(self) -> list[SectionOutcome]:
        """What became of the sections, in the order in which they reached their end."""
        return list(self.finished.values())

    def finish(self, outcome: SectionOutcome) -> None:
        """A section reached its end. It is reported once; where pages are written as they come, once it is on one."""
        if outcome.id not in self.finished:
            self.unreported.append(outcome)
        self.finished[outcome.id] = outcome
        if not self.progressive:
            self.report_ends()

    def report_ends(self) -> None:
        """Report the sections that have reached their end since."""
        while self.unreported:
            section_finished(self.workspace.bus, self.unreported.pop(0))

    def report(self) -> RunReport:
        """The result so far."""
        costs = [outcome.cost_usd for outcome in self.finished.values()]
        interrupted = self.workspace.stop.is_set()
        return RunReport(
            run_id=self.id,
            origin=self.request.origin,
            tree=self.tree,
            staged=self.staged or self.tree,
            backend=self.backend,
            sections=tuple(self.outcomes),
            changes=tuple(self.changes),
            pages=tuple(self.written.values()),
            messages=tuple(self.messages),
            warnings=tuple(self.warnings),
            cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
            seconds=time.monotonic() - self.started,
            complete=self.complete and all(page.outcome in _DONE for page in self.written.values()),
            narrow=self.narrow,
            exit=EXIT_INTERRUPTED if interrupted else EXIT_BUDGET if self.over_budget else EXIT_OK,
        )
