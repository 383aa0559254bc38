"""What the two versions of OpenCode's server have in common, seen from our client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct, field

from repodoc_hooks.backends.base import Price, WorkUnit
from repodoc_hooks.backends.opencode_profile import DEEP_AGENT, QUICK_AGENT
from repodoc_hooks.backends.opencode_watch import Watch


class Model(Struct, frozen=True):
    """A model of the catalogue: the size of its context in tokens (0: not known), its price (None: none known).

    `output` is the longest answer in tokens (0: not known), `variants` the names under which it can be asked otherwise.
    """

    context: int = 0
    price: Price | None = None
    output: int = 0
    variants: frozenset[str] = frozenset()


class Catalogue(Struct, frozen=True):
    """What a server knows: models as `provider/model`, the names of agents."""

    models: Mapping[str, Model] = field(default_factory=dict)
    agents: frozenset[str] = frozenset()


class Dialect(Protocol):
    """One version's way of saying things. Everything but these calls is the same for both."""

    events: str
    """The path of its event stream."""

    async def learn(self, directory: str, wanted: str) -> Catalogue:
        """Models and agents; waits a moment for a server that has not read its configuration yet.

        Raises:
            ModelError: it does not answer, or not as OpenCode does.
        """
        ...

    async def open(self, unit: WorkUnit, directory: str, model: str, known: Catalogue) -> str:
        """A new session for a unit: its id."""
        ...

    async def turn(
        self, watch: Watch, unit: WorkUnit, model: str, prompt: str, agents: frozenset[str]
    ) -> str:
        """Send one message and wait for the end of the turn: its text.

        Raises:
            ModelError: the turn has no usable text.
        """
        ...

    async def account(self, watch: Watch) -> None:
        """Tell the watch what the session has used, where events have not done so."""
        ...

    def session_of(self, event: Mapping[str, Any]) -> str:
        """The session that an event is about, "" for none."""
        ...

    def see(self, watch: Watch, event: Mapping[str, Any]) -> None:
        """Take in one event of a watched session."""
        ...

    async def stop(self, session: str) -> None:
        """End what runs in a session."""
        ...

    async def discard(self, session: str) -> None:
        """Delete a session."""
        ...

    async def running(self) -> list[str]:
        """The sessions of ours that are at work, whoever began them."""
        ...


TITLE = "repodoc "


def title(unit: WorkUnit) -> str:
    """The title of a unit's session: a session without one costs a model call to name it."""
    return f"{TITLE}{unit.id}"[:100]


def agent_of(unit: WorkUnit) -> str:
    """The agent of ours that answers a unit."""
    return DEEP_AGENT if unit.deep and unit.directory else QUICK_AGENT
