"""The protocol that every model backend speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.task import Usage


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
