"""The controller: snapshot, survey, plan, run, write, record.

Hooks, command line, worker and CI all come through `Engine`. What costs something is done for the sections that the
plan names, and for no others.
"""

from __future__ import annotations

from collections.abc import Collection
from types import TracebackType
from typing import TYPE_CHECKING, Self

from repodoc_hooks.config import Config, default
from repodoc_hooks.events import EventBus
from repodoc_hooks.git.objects import Objects
from repodoc_hooks.git.process import Git
from repodoc_hooks.pipeline.config_source import Source, read_config
from repodoc_hooks.pipeline.plan import Plan
from repodoc_hooks.pipeline.run_request import Request
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.pipeline.workspace import Workspace
from repodoc_hooks.sections.kinds import PROSE_SECTIONS

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.forecast import Forecast
    from repodoc_hooks.pipeline.run_report import RunReport
    from repodoc_hooks.pipeline.run_state import RunState
    from repodoc_hooks.sections.task import SectionTask

__all__ = ["Engine", "Request"]


class Engine:
    """One repository, opened. A context manager."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @classmethod
    def open(
        cls,
        git: Git,
        config: Config | None = None,
        *,
        cached: bool = True,
        bulk: bool = False,
        bus: EventBus | None = None,
        objects: Objects | None = None,
    ) -> Self:
        """Open a repository; without `config` the one of the work tree holds, or the defaults.

        `objects` is a reader that is open already and stays so.

        Raises:
            ConfigError: the configuration is unreadable or wrong.
        """
        config = config or read_config(git) or default()
        return cls(Workspace.open(git, config, cached=cached, bulk=bulk, bus=bus, objects=objects))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.workspace.__exit__(kind, error, trace)

    def tree(self, source: Source, rev: str = "HEAD") -> str:
        """The tree OID of the index, the work tree or a revision."""
        return self.workspace.tree(source, rev)

    def survey(self, tree: str) -> Survey:
        """The components of a tree."""
        return self.workspace.survey(tree)

    def plan(self, tree: str) -> Plan:
        """The state of every section of a tree."""
        return self.workspace.plan(self.survey(tree))

    def tasks(self, tree: str, section_ids: Collection[str]) -> list[SectionTask]:
        """The model tasks of sections, for a worker or a fleet; sections that are gone are left out."""
        from repodoc_hooks.pipeline.section_tasks import section_task, users_of

        survey = self.survey(tree)
        plan = self.workspace.plan(survey)
        users = users_of(survey, plan)
        return [
            section_task(
                survey,
                plan,
                page,
                section.kind,
                "; ".join(section.because) or "asked for",
                pages=plan.standing,
                sources=True,
                users=users.get(page.subject.id, ()),
            )
            for page in plan.pages.values()
            for section in page.sections
            if section.id in section_ids and section.kind in PROSE_SECTIONS
        ]

    def forecast(self, request: Request) -> Forecast:
        """What `run` would do, section by section; asks no model and writes nothing."""
        from repodoc_hooks.pipeline.forecast import forecast
        from repodoc_hooks.pipeline.run_state import RunState

        return forecast(RunState(self.workspace, request))

    def run(self, request: Request) -> RunReport:
        """The whole pipeline: one step after the other.

        Raises:
            RepodocError: nothing was written; into a work tree, nothing more than the pages reported by then.
        """
        return self.rehearse(request).report()

    def rehearse(self, request: Request) -> RunState:
        """The same, giving all that the run knows; with `apply="none"` nothing is written."""
        from repodoc_hooks.pipeline.run_state import RunState
        from repodoc_hooks.pipeline.steps import PIPELINE

        run = RunState(self.workspace, request)
        for step in PIPELINE:
            step.execute(run)
        return run
