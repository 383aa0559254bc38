"""What a benchmark is given and what it gives back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from benchmarks.timing import Spread


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number beside its target.

    `value` is a ratio or a count; `noise` is the same measurement of a thing against itself in the same run;
    `limit` says what no implementation could beat, with its own measured value where there is one.
    """

    name: str
    what: str
    value: Spread
    target: float | None = None
    better: Literal["lower", "higher"] = "lower"
    noise: Spread | None = None
    unit: str = "x"
    limit: str = ""

    @property
    def met(self) -> bool | None:
        """Does the median reach the target? None without a target."""
        if self.target is None:
            return None
        if self.better == "lower":
            return self.value.median <= self.target
        return self.value.median >= self.target

    def as_json(self) -> dict[str, Any]:
        """The figure as one JSON object."""
        return {**asdict(self), "met": self.met}


@dataclass(frozen=True, slots=True)
class Context:
    """Where a benchmark works and on what.

    `work` is an empty folder that is deleted afterwards, `repositories` are real ones that the user named
    (name to a folder that can be cloned), `env` is for every program that is started, `quick` asks for
    fewer rounds and smaller repositories, `seeds` is the number of random runs.
    """

    work: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    repositories: Mapping[str, Path] = field(default_factory=dict)
    quick: bool = False
    seeds: int = 5

    def rounds(self, wanted: int) -> int:
        """The number of rounds of a paired run (always odd)."""
        return min(wanted, 5) if self.quick else wanted

    def size(self, wanted: int) -> int:
        """The number of files of a generated repository."""
        return wanted // 10 if self.quick else wanted


Benchmark = Callable[[Context], Iterable[Figure]]
