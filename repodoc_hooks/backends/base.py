"""The protocol that every model backend speaks, and the failures it may report.

BackendError
└── ModelError           what `retry_handler.KINDS` knows by its `kind`
    ├── TransientError     worth another try: 429, 5xx, connection lost, overloaded, empty or cut answer
    ├── PermanentError     will not mend itself: authentication, unknown model, refused, context too long
    ├── BackendUnavailable nothing there to ask: no server, no CLI, no provider
    ├── DeadlineExceeded   the wall clock ran out first
    └── Stopped            the user or the end of the run stopped it
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from repodoc_hooks.errors import BackendError


class ModelError(BackendError):
    """A request without a usable answer.

    `kind` is a key of `retry_handler.KINDS`; `retry_after` the pause in seconds that the other side asked
    for; `usage` and `cost_usd` what was spent all the same.
    """

    def __init__(self, what: str, *, kind: str = "", retry_after: float | None = None, fix: str = "") -> None:
        super().__init__(what, fix=fix)
        self.kind = kind
        self.retry_after = retry_after
        self.usage = Usage()
        self.cost_usd: float | None = None


class TransientError(ModelError):
    """Worth another try."""


class PermanentError(ModelError):
    """Will not mend itself by trying again."""


class BackendUnavailable(ModelError):
    """Nothing is there to ask."""


class DeadlineExceeded(ModelError):
    """The wall clock ran out."""


class Stopped(ModelError):
    """The user, or the end of the run, stopped it."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock; `at` is `math.inf` when there is none."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - time.monotonic())


NO_DEADLINE = Deadline(math.inf)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer, all model steps together.

    `input` excludes what came from or went to the provider's cache.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        """All tokens."""
        return self.input + self.output + self.cache_read + self.cache_write + self.reasoning

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.reasoning + other.reasoning,
        )

    def as_json(self) -> dict[str, int]:
        """The five counts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class WorkUnit:
    """One question to a model. JSON-serialisable, so that it can travel to another machine.

    `schema` is a JSON Schema that the answer must meet. `deep` units may read files under `directory`, a
    clean checkout; others carry everything in `prompt`. `inputs` is a hash of what may be read there.
    """

    id: str
    sections: tuple[str, ...]
    system: str
    prompt: str
    schema: Mapping[str, Any]
    max_output_tokens: int = 1024
    estimated_tokens: int = 0
    deep: bool = False
    directory: str = ""
    inputs: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A validated answer. `cost_usd` is None when nobody knows the price."""

    data: Mapping[str, Any]
    usage: Usage
    backend: str
    model: str
    cost_usd: float | None = None
    seconds: float = 0.0
    requests: int = 1
    session: str = ""
    cached: bool = False


class Backend(Protocol):
    """A way to have a unit of work answered. Safe to call from several threads."""

    name: str

    def unavailable(self) -> str:
        """Why it cannot be used here and now, "" when it can. Cheap; no model request."""
        ...

    def model_for(self, unit: WorkUnit) -> str:
        """The model that it would ask, "" for the backend's own default."""
        ...

    def complete(self, unit: WorkUnit, deadline: Deadline, on_text: Callable[[str], None]) -> Answer:
        """Answer one unit.

        Raises:
            BackendError: one of the kinds above; the provider is left with nothing running.
        """
        ...

    def close(self) -> None:
        """Release connections; abort what still runs."""
        ...


@dataclass(frozen=True, slots=True)
class FileChange:
    """One source file as a section's prompt needs it; `old` is None for a new (or unreadable old) version,
    `new` is None for a deleted file."""

    path: str
    language: str
    old: str | None
    new: str | None
    interface: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionTask:
    """Everything a model backend needs to write one section. JSON-serialisable.

    `id` is `<component>#<kind>`; `kind` summary, overview, design or walkthrough; `changes` are the files
    that the section has not seen (`old` None: as they are now); `files` all files of the component (for a first
    writing); `dependencies` are lines of public interface of what it imports, `moved` those of them that the section
    has not seen, `users` those of what imports it (deep kinds only); `old_text`
    the prose that stands in the page now (None: none yet); `context` further facts by name (for overview: the
    summaries).
    """

    id: str
    component: str
    title: str
    kind: str
    reason: str
    changes: tuple[FileChange, ...] = ()
    files: tuple[FileChange, ...] = ()
    dependencies: tuple[str, ...] = ()
    old_text: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    users: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionResult:
    """What became of one task.

    `action` is generated, kept (the model says that the old text still holds), deferred or failed. `data` is
    the validated answer: `{"text": [sentence, ...]}` for summary, overview and the prose of design; `{"text":
    [...], "participants": [...], "steps": [{"from","to","text"}]}` for walkthrough. `chosen` says why this backend
    was asked, and in what shape.
    """

    id: str
    action: str
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage = Usage()
    cost_usd: float | None = None
    backend: str = ""
    model: str = ""
    seconds: float = 0.0
    requests: int = 0
    cached: bool = False
    chosen: str = ""
