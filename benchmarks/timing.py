"""Measuring programs: wall time, processor time and memory, paired so that a busy machine cancels out."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, middle and greatest of `n` measurements."""

    min: float
    median: float
    max: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of measurements, at least one."""
        return cls(min(values), statistics.median(values), max(values), len(values))

    @classmethod
    def exact(cls, value: float) -> Spread:
        """Of something counted, which has no noise."""
        return cls(value, value, value, 1)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program and everything it waited for.

    `wall` and `cpu` (user and system) in seconds, `rss` in bytes (the greatest of any one process), `code` its exit
    code.
    """

    wall: float
    cpu: float
    rss: int
    code: int = 0


class RunError(Exception):
    """A measured program failed; the message holds what it printed."""


def measure(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    expect: tuple[int, ...] = (0,),
) -> Run:
    """Run a program to its end, output dropped.

    Raises:
        RunError: its exit code is not one of `expect`.
    """
    parts = [str(part) for part in command]
    with tempfile.NamedTemporaryFile() as report:
        done = subprocess.run(
            [sys.executable, "-I", "-S", _LAUNCHER, report.name, *parts],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        measured = report.read()
    if not measured:
        raise RunError(f"{' '.join(parts)}: not started\n{os.fsdecode(done.stdout)}")
    run = Run(*json.loads(measured))
    if run.code not in expect:
        raise RunError(f"{' '.join(parts)}: exit {run.code}\n{os.fsdecode(done.stdout)}")
    return run


def paired(rounds: int, first: Callable[[], Run], second: Callable[[], Run]) -> tuple[list[Run], list[Run]]:
    """Run both in every round, in turn first and second; a warming round is dropped."""
    runs: tuple[list[Run], list[Run]] = ([], [])
    for number in range(rounds + 1):
        if number % 2:
            a, b = first(), second()
        else:
            b, a = second(), first()
        if number:
            runs[0].append(a)
            runs[1].append(b)
    return runs


def ratio(numerators: Sequence[Run], denominators: Sequence[Run], of: str = "wall") -> Spread:
    """The spread of the ratios pair by pair; `of` is `wall` or `cpu`."""
    return Spread.of([getattr(a, of) / getattr(b, of) for a, b in zip(numerators, denominators, strict=True)])
