"""What is asked of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

from repodoc_hooks.pipeline.config_source import Source
from repodoc_hooks.sections.task import SectionResult, SectionTask

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.survey import Survey

AGENT = "agent"
"""The backend of prose that a coding agent writes: nobody is asked, what is owed waits for its answer."""


class Question(Struct, frozen=True):
    """A section that a run wants prose for; `fingerprint` is that of all that it is written from."""

    task: SectionTask
    path: str
    fingerprint: str


class Writer(Protocol):
    """Who writes prose in the place of the backends."""

    def write(self, survey: Survey, questions: Sequence[Question]) -> list[SectionResult]:
        """The results in the order of the questions; what it cannot write is deferred."""
        ...


class Request(Struct, frozen=True):
    """What to do. `paths` are component ids, files or pages; empty means everything that is stale.

    `source` is the tree to describe (`rev` with it), `apply` where the pages go. `deadline` is in seconds.
    `backend` "none" asks no model and writes offline text only where there is none yet; "agent" does the same, but for
    texts that are at hand, and a `writer` with it is asked. `all` writes every page anew,
    `force` takes back what people edited in the pages of `paths`.
    """

    origin: str
    source: Source = "worktree"
    rev: str = "HEAD"
    paths: tuple[str, ...] = ()
    deep: bool = False
    all: bool = False
    force: bool = False
    backend: str = "auto"
    deadline: float | None = None
    max_usd: float | None = None
    max_tokens: int | None = None
    apply: Literal["index", "worktree", "none"] = "worktree"
    writer: Writer | None = None
