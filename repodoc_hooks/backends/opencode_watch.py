"""A turn of OpenCode seen through the server's events: its text as it comes, and every way to go astray."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from msgspec import Struct, field

from repodoc_hooks.backends.base import Meter, Price
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import ModelError
from repodoc_hooks.sections.task import Usage

_SAME_CALLS = 3


class Watch(Struct):
    """What the events report of one session.

    `trouble` ends its turn early; `over` is set by a dialect that learns of the end by an event (None: all went well).
    A step is one request to the provider and known by the id of its message: `steps` has them by turn, `texts` their
    whole texts, `said` what was told of those, `spent` what they used, `ends` how they finished. `tools` are calls of
    tools under way by their id. `resumed`: an answer broke off and was continued in another message.
    """

    session: str
    model: str
    price: Price | None
    steps_allowed: int
    meter: Meter
    trouble: asyncio.Future[Exception]
    over: asyncio.Future[ModelError | None]
    error: str = ""
    steps: dict[str, dict[str, None]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    spent: dict[str, tuple[Usage, float]] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    broken_calls: int = 0
    tools: dict[str, list[Any]] = field(default_factory=dict)
    turn: str = ""
    resumed: bool = False
    stopped: bool = False

    @property
    def requests(self) -> int:
        """How many requests to the provider were seen."""
        return sum(len(messages) for messages in self.steps.values())

    @property
    def usage(self) -> Usage:
        """What all steps together have used."""
        return sum((usage for usage, _ in self.spent.values()), Usage())

    @property
    def usd(self) -> float | None:
        """What OpenCode says that they cost; it says 0 where it knows no price."""
        return sum(cost for _, cost in self.spent.values()) if self.price else None

    def end(self, error: Exception) -> None:
        """Stop waiting for the turn."""
        if not self.trouble.done():
            self.trouble.set_result(error)

    def begin(self, turn: str, message: str, model: str = "") -> None:
        """A step has begun. The first of a turn was announced when it was sent."""
        messages = self.steps.setdefault(turn, {})
        if model and model != self.model:
            self.end(other_model(self.model, model))
        if message in messages:
            return
        messages[message] = None
        if len(messages) > self.steps_allowed:
            self.end(failure("runaway", f"the turn went on after {self.steps_allowed} steps"))
        elif len(messages) > 1:
            try:
                self.meter.sending(self.model, self.price)
            except BudgetExceeded as error:
                self.end(error)

    def spend(self, message: str, usage: Usage, cost: float) -> None:
        """What a step has used, once it has ended."""
        if usage.total or cost:
            self.spent[message] = (usage, cost)
            self.meter.used(self.usage, self.usd, len(self.spent))

    def say(self, message: str, text: str) -> None:
        """A piece of a message's text."""
        if text and message not in self.finished:
            self.said[message] = self.said.get(message, "") + text
            self.meter.text(text)

    def finish(self, message: str, text: str) -> None:
        """A message is whole: say what its events have not brought yet; they come late, if at all."""
        said = self.said.get(message, "")
        if text.startswith(said):
            self.say(message, text[len(said) :])
        self.finished.add(message)

    def call(self, tool: str, given: Any, *, failed: bool) -> None:
        """A tool was called to an end; the same calls over and over, or broken ones, end the turn."""
        self.broken_calls += failed
        self.calls.append(json.dumps([tool, given], sort_keys=True))
        last = self.calls[-_SAME_CALLS:]
        if self.broken_calls > 2 or (len(last) == _SAME_CALLS and len(set(last)) == 1):
            self.end(failure("runaway", "the model repeats the same or broken tool calls"))

    def asked(self) -> None:
        """Somebody would have to answer a question; nobody is there."""
        self.end(failure("asked", "the model asked for something that nobody is there to grant"))


def other_model(wanted: str, got: str) -> ModelError:
    """Code went to a model that nobody chose."""
    return failure("other_model", f"OpenCode had {got} answer, not {wanted} as it was told")
