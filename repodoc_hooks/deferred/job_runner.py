"""A batch of jobs of one snapshot, and how it is answered on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from repodoc_hooks.config import Config
from repodoc_hooks.events import EventBus
from repodoc_hooks.git.process import Git
from repodoc_hooks.models.asking import Asking, Limits
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.task import SectionResult, SectionTask

_ROUNDS = 4
OnResults = Callable[[Sequence[SectionResult]], None]


class Batch(Struct, frozen=True):
    """Tasks of one tree. `stop` is set when nothing new is to be begun."""

    git: Git
    tree: str
    revision: str
    tasks: tuple[SectionTask, ...]
    config: Config
    bus: EventBus
    stop: threading.Event
    limits: Limits
    templates: Overrides = NO_OVERRIDES

    @property
    def deep(self) -> bool:
        """Some task may look into the files of the snapshot."""
        return any(KINDS[task.kind].deep for task in self.tasks)


class Runner(Protocol):
    """Has a batch answered."""

    def capacity(self, config: Config | None) -> int:
        """How many sections to take on at a time (`config`: of the last batch, None before the first).

        Enough to keep every session at work, few enough that a newer push comes first soon.
        """
        ...

    def run(self, batch: Batch, on_results: OnResults) -> None:
        """Give results to `on_results` as soon as there are some; never raises for a model's failure."""
        ...


class LocalRunner:
    """Threads of this process; deep tasks read in a clean checkout of the snapshot."""

    def capacity(self, config: Config | None) -> int:
        """See `Runner.capacity`."""
        return (config or Config()).parallel.sessions * _ROUNDS

    def run(self, batch: Batch, on_results: OnResults) -> None:
        """See `Runner.run`."""
        from repodoc_hooks.git.checkout import reading_directory
        from repodoc_hooks.git.grep import names_in
        from repodoc_hooks.models.generation import generate

        with reading_directory(batch.git, batch.tree, wanted=batch.deep) as directory:
            asking = Asking(
                config=batch.config,
                state_dir=batch.git.state_dir,
                bus=batch.bus,
                limits=batch.limits,
                stop=batch.stop,
                templates=batch.templates,
                lookup=lambda names: names_in(batch.git, batch.tree, names, batch.config.docs_dir),
            )
            generate(batch.tasks, asking, directory=directory, on_results=on_results)
