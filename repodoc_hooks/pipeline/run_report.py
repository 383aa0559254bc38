"""What a run did: the values that reports, notes and the journal are made from."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.events import BudgetWarning
from repodoc_hooks.git.staging import PageWrite
from repodoc_hooks.sections.task import SectionResult, Usage

NO_TOKENS = Usage()


class SectionOutcome(Struct, frozen=True):
    """One section of a run; `action` is generated, rendered, reused, kept, deferred or failed."""

    id: str
    component: str
    kind: str
    path: str
    action: str
    reason: str = ""
    usage: Usage = NO_TOKENS
    cost_usd: float | None = 0.0
    seconds: float = 0.0
    backend: str = ""
    model: str = ""
    fingerprint: str = ""

    def paid(self, result: SectionResult) -> SectionOutcome:
        """The same with tokens, money and time of a model's result."""
        return replace(
            self,
            usage=result.usage,
            cost_usd=result.cost_usd,
            seconds=result.seconds,
            backend=result.backend,
            model=result.model,
        )

    def as_json(self) -> dict[str, Any]:
        """The object of the published `--json` results."""
        return {
            "id": self.id,
            "component": self.component,
            "kind": self.kind,
            "path": self.path,
            "action": self.action,
            "reason": self.reason,
            "tokens": self.usage.as_json(),
            "cost_usd": self.cost_usd,
            "seconds": round(self.seconds, 3),
            "backend": self.backend,
            "model": self.model,
        }


class ChangeEntry(Struct, frozen=True):
    """One line of the change log: what changed in a component, by symbol, and what it was changed by."""

    component: str
    path: str
    sections: tuple[str, ...]
    cause: tuple[str, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The object that notes and `--json` carry."""
        return {
            "component": self.component,
            "path": self.path,
            "sections": list(self.sections),
            "cause": list(self.cause),
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": list(self.changed),
        }


class RunReport(Struct, frozen=True):
    """A whole run. `tree` is the tree it described, `staged` the same with the pages that it staged.

    `complete` says that no page had to be left as it was, `narrow` that only what differs from an earlier tree was
    looked at.
    """

    run_id: str
    origin: str
    tree: str
    backend: str
    sections: tuple[SectionOutcome, ...] = ()
    changes: tuple[ChangeEntry, ...] = ()
    pages: tuple[PageWrite, ...] = ()
    messages: tuple[str, ...] = ()
    warnings: tuple[BudgetWarning, ...] = ()
    cost_usd: float | None = 0.0
    seconds: float = 0.0
    exit: int = EXIT_OK
    complete: bool = True
    narrow: bool = False
    staged: str = ""

    @property
    def tokens(self) -> Usage:
        """The tokens of all sections."""
        return sum((section.usage for section in self.sections), NO_TOKENS)

    @property
    def written(self) -> tuple[PageWrite, ...]:
        """The pages that are different now."""
        return tuple(page for page in self.pages if page.outcome in ("written", "removed"))

    def as_json(self) -> dict[str, Any]:
        """The published `--json` result."""
        return {
            "schema": 1,
            "run_id": self.run_id,
            "tree": self.tree,
            "backend": self.backend,
            "sections": [section.as_json() for section in self.sections],
            "changes": [change.as_json() for change in self.changes],
            "pages": [{"path": p.path, "outcome": p.outcome, "message": p.message} for p in self.pages],
            "messages": list(self.messages),
            "warnings": [warning.as_json() for warning in self.warnings],
            "tokens": self.tokens.as_json(),
            "cost_usd": self.cost_usd,
            "seconds": round(self.seconds, 3),
            "exit": self.exit,
        }
