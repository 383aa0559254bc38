"""Whom a run asks, and within which bounds."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.backends.base import Backend
from repodoc_hooks.config import BudgetConfig, Config
from repodoc_hooks.events import EventBus
from repodoc_hooks.models.answer_check import Lookup
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides
from repodoc_hooks.sections.failures import NO_DEADLINE, Deadline


class Limits(Struct, frozen=True):
    """What a run may spend, and whom it asks, as the command line says; on top of the configuration.

    `backend` is "auto" for the configured order, or the one to use. A limit of None is the configured one.
    """

    backend: str = "auto"
    max_usd: float | None = None
    max_tokens: int | None = None

    def names(self, config: Config) -> tuple[str, ...]:
        """The backends to ask, in order."""
        return config.backends.order if self.backend == "auto" else (self.backend,)

    def budget(self, config: Config) -> BudgetConfig:
        """The configured limits, that of the run replaced by what the command line says."""
        return replace(config.budget, run=config.budget.run.replaced(self.max_usd, self.max_tokens))


class Asking(Struct, frozen=True):
    """One run that asks models: with which settings, where its state lies, who listens, when it ends.

    `stop` set leaves the rest deferred. `backends` stands in for the real ones; `templates` are the repository's own,
    whose prompts come first. `lookup` says which of some names the tree has; without it, answers are taken at their
    word.
    """

    config: Config
    state_dir: Path
    bus: EventBus
    limits: Limits = Limits()
    deadline: Deadline = NO_DEADLINE
    stop: threading.Event = field(default_factory=threading.Event)
    backends: Mapping[str, Backend] | None = None
    templates: Overrides = NO_OVERRIDES
    lookup: Lookup | None = None
