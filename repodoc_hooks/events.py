"""Observer: what a run reports to whoever watches it (terminal, journal, TUI, NDJSON stream).

Events are frozen structs; `as_json` gives the published form. Publishing never raises: a broken
observer must not cost a commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from msgspec import Struct, field, to_builtins


class Event(Struct, frozen=True, kw_only=True):
    """Base of all events; `at` is seconds since the epoch."""

    run_id: str
    at: float = field(default_factory=time.time)

    def as_json(self) -> dict[str, Any]:
        """The event as one JSON object, its class name in snake case under `event`."""
        return {"schema": 1, "event": event_name(type(self)), **to_builtins(self)}


def event_name(kind: type[Event]) -> str:
    """`SectionFinished` as `section_finished`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in kind.__name__).lstrip("_")


class RunStarted(Event, frozen=True, kw_only=True):
    """A run began. `origin` is cli, pre-commit, post-merge, worker, ci ...; the limits are its own."""

    origin: str
    tree: str
    backend: str
    pid: int
    limit_usd: float | None = None
    limit_tokens: int | None = None


class SectionPlanned(Event, frozen=True, kw_only=True):
    """A section will be worked on; `reason` in words a developer understands."""

    section: str
    component: str
    kind: str
    reason: str
    estimated_tokens: int = 0


class SectionStarted(Event, frozen=True, kw_only=True):
    """Work on a section began, in the model session `session` if there is one."""

    section: str
    backend: str
    session: str = ""


class SectionText(Event, frozen=True, kw_only=True):
    """A model streamed text for a section (never stored)."""

    section: str
    text: str


class SectionFinished(Event, frozen=True, kw_only=True):
    """A section reached its end in this run; `cost_usd` None means that the price is unknown."""

    section: str
    action: str
    reason: str
    backend: str = ""
    model: str = ""
    tokens: dict[str, int] = field(default_factory=dict)
    cost_usd: float | None = None
    seconds: float = 0.0


class SentencesDropped(Event, frozen=True, kw_only=True):
    """Sentences of an answer were left out, because they named what the repository does not have: the `names`."""

    section: str
    names: tuple[str, ...]
    sentences: int


class ModelCalled(Event, frozen=True, kw_only=True):
    """One request to a model ended (several may serve one section, one may serve several)."""

    backend: str
    model: str
    session: str
    outcome: str
    tokens: dict[str, int]
    cost_usd: float | None
    seconds: float


class BudgetWarning(Event, frozen=True, kw_only=True):
    """Spending passed a threshold: `limit` names it (`run.usd`, `day.tokens`, ...)."""

    limit: str
    spent: float
    allowed: float
    stopped: bool = False


class FileParsed(Event, frozen=True, kw_only=True):
    """One source file was parsed (a cache miss)."""

    path: str
    language: str
    seconds: float


class FilesChanged(Event, frozen=True, kw_only=True):
    """Files of the work tree were written, made or deleted; paths are relative to the top."""

    paths: tuple[str, ...]


class GitCalled(Event, frozen=True, kw_only=True):
    """A git command ended; `command` is its arguments, cut where they get long."""

    command: str
    exit: int
    seconds: float


class PageWritten(Event, frozen=True, kw_only=True):
    """A page was written, removed, kept or left for later (`outcome`)."""

    path: str
    outcome: str
    message: str = ""


class Message(Event, frozen=True, kw_only=True):
    """A line for people; `level` is info, warning or error."""

    level: str
    text: str


class RunFinished(Event, frozen=True, kw_only=True):
    """The run ended with `exit`."""

    exit: int
    seconds: float
    tokens: dict[str, int] = field(default_factory=dict)
    cost_usd: float | None = None


Observer = Callable[[Event], None]


class EventBus:
    """Hands every published event to every subscriber, in order, from any thread."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._observers: list[Observer] = []
        self._lock = Lock()

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Add an observer; the returned function removes it."""
        with self._lock:
            self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def publish(self, event: Event) -> None:
        """Give the event to every observer; what an observer raises is dropped."""
        with self._lock:
            for observer in list(self._observers):
                try:
                    observer(event)
                except Exception:  # noqa: S112
                    continue
