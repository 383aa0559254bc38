"""A model backend that answers at once and counts: tokens are characters divided by four, as peers were counted."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from repodoc_hooks.backends import registry
from repodoc_hooks.backends.base import ALL, Answer, Backend, Price, WorkUnit
from repodoc_hooks.backends.base import Meter as UnitMeter
from repodoc_hooks.config import BackendsConfig
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.task import Usage

CHARACTERS_PER_TOKEN = 4
FIXED_TOKENS = 130
"""What OpenCode adds to every request of an agent with its own prompt and no tools."""


def tokens(text: str) -> int:
    """Tokens of a text."""
    return len(text) // CHARACTERS_PER_TOKEN


@dataclass
class Meter:
    """Requests and tokens since the last `take`."""

    requests: int = 0
    input: int = 0
    output: int = 0

    def take(self) -> Meter:
        """What was counted until now; counting starts again."""
        taken = Meter(self.requests, self.input, self.output)
        self.requests = self.input = self.output = 0
        return taken

    @property
    def total(self) -> int:
        """Tokens in and out."""
        return self.input + self.output


def _filled(schema: Mapping[str, Any], seed: str, keep: bool) -> Any:
    """The smallest value that meets an answer's schema, its sentences told apart by `seed`."""
    if "anyOf" in schema:
        return {"keep": True} if keep else _filled(schema["anyOf"][0], seed, keep)
    match schema.get("type"):
        case "object":
            return {name: _filled(each, seed, keep) for name, each in schema["properties"].items()}
        case "array":
            count = max(2, schema["minItems"])
            return [_filled(schema["items"], f"{seed}{number}", keep) for number in range(count)]
    word = hashlib.sha256(seed.encode()).hexdigest()[:12]
    return f"It holds together what {word} is made of and hands it on to those that ask."


@dataclass
class CountingBackend:
    """Answers every question with new sentences, the dearest case; with `keep` it keeps every old text."""

    keep: bool = False
    meter: Meter = field(default_factory=Meter)
    name: str = "opencode"

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def unavailable(self) -> str:
        """It always answers."""
        return ""

    def model_for(self, unit: WorkUnit) -> str:
        """One model for everything."""
        return "stand-in"

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: UnitMeter) -> Answer:
        """A valid answer."""
        data = _filled(unit.schema, unit.prompt, self.keep)
        meter.sending("stand-in", Price({"input": 0.0}))
        usage = Usage(tokens(unit.system + unit.prompt) + FIXED_TOKENS, tokens(str(data)))
        with self._lock:
            self.meter.requests += 1
            self.meter.input += usage.input
            self.meter.output += usage.output
        meter.used(usage, 0.0, ALL)
        return Answer(data, usage, self.name, "stand-in", cost_usd=0.0)

    def close(self) -> None:
        """It holds nothing."""


@contextmanager
def standing_in(backend: CountingBackend) -> Iterator[Meter]:
    """Within it, every model request of this process goes to the stand-in."""
    real = registry.open_backends

    def only(
        names: Sequence[str], config: BackendsConfig, state_dir: Path, system: str
    ) -> dict[str, Backend]:
        return {backend.name: backend}

    registry.open_backends = only
    try:
        yield backend.meter
    finally:
        registry.open_backends = real
