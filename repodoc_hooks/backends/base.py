"""The protocol that every model backend speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct, field

from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.task import Usage

THINKING_ROOM: Mapping[bool, int] = {False: 4_000, True: 16_000}
"""Tokens for what models of today think before they answer, in quick and in deep units: providers count them as part of
the answer, and cut it off at its bound."""


class WorkUnit(Struct, frozen=True):
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

    @property
    def most_tokens(self) -> int:
        """What the provider may send at most, thinking included."""
        return self.max_output_tokens + THINKING_ROOM[self.deep]


class Answer(Struct, frozen=True):
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


class Price(Struct, frozen=True):
    """USD per million tokens by kind of token.

    A request whose prompt (cached tokens included) has more than `above` tokens costs `dear` as a whole; 0: all alike.
    """

    rates: Mapping[str, float]
    above: int = 0
    dear: Mapping[str, float] = field(default_factory=dict)


ALL = 1 << 30
"""As the number of requests in `Meter.used`: every one that was sent."""


class Meter(Protocol):
    """Counts what one unit sends and uses, while it is being answered."""

    def sending(self, model: str, price: Price | None = None) -> None:
        """A request goes out now, to this model at this price (None: the backend knows none).

        Raises:
            BudgetExceeded: it must not.
        """
        ...

    def used(self, usage: Usage, usd: float | None, requests: int) -> None:
        """What the first `requests` requests have used, all together; `usd` None when the backend cannot tell."""
        ...

    def text(self, text: str) -> None:
        """A piece of the answer has come."""
        ...

    def left(self) -> float | None:
        """USD that the limits leave, None without a limit."""
        ...


class Backend(Protocol):
    """A way to have a unit of work answered. Safe to call from several threads."""

    name: str

    def unavailable(self) -> str:
        """Why it cannot be used here and now, "" when it can. Cheap; no model request."""
        ...

    def model_for(self, unit: WorkUnit) -> str:
        """The model that it would ask, "" for the backend's own default."""
        ...

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        """Answer one unit.

        Raises:
            ModelError: there is no usable answer; the provider is left with nothing running.
            BudgetExceeded: the meter let no (further) request out.
        """
        ...

    def close(self) -> None:
        """Release connections; abort what still runs."""
        ...
