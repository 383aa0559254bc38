"""Who works at which task: a small private file, so that two agents do not write the same sections.

A lease is a hint and no lock. The first answer to a task counts, whoever sends it; losing the file loses nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from repodoc_hooks.git.lock import file_lock
from repodoc_hooks.git.process import Git
from repodoc_hooks.private import keep_file, read_json

SECONDS = 900.0
_NAME = "agent-leases.json"
_MOST = 2000


def others(git: Git, agent: str) -> frozenset[str]:
    """The tasks that somebody else than `agent` has taken, and may still be at."""
    now = time.time()
    return frozenset(id_ for id_, (name, until) in _load(git).items() if name != agent and until > now)


def take(git: Git, agent: str, ids: Iterable[str]) -> list[str]:
    """Take tasks for some time; those that nobody else has by now."""
    with file_lock(git.state_dir / f"{_NAME}.lock"):
        now = time.time()
        held = {id_: lease for id_, lease in _load(git).items() if lease[1] > now}
        mine = [id_ for id_ in ids if held.get(id_, (agent, 0.0))[0] == agent]
        held |= dict.fromkeys(mine, (agent, now + SECONDS))
        _save(git, held)
    return mine


def drop(git: Git, ids: Iterable[str]) -> None:
    """The tasks are answered."""
    gone = set(ids)
    if not gone or not _file(git).exists():
        return
    with file_lock(git.state_dir / f"{_NAME}.lock"):
        _save(git, {id_: lease for id_, lease in _load(git).items() if id_ not in gone})


def _load(git: Git) -> dict[str, tuple[str, float]]:
    found: Any = read_json(_file(git))
    leases = {}
    for id_, lease in found.items() if isinstance(found, dict) else ():
        match lease:
            case [str(name), int() | float() as until]:
                leases[id_] = (name, float(until))
    return leases


def _save(git: Git, leases: dict[str, tuple[str, float]]) -> None:
    latest = sorted(leases.items(), key=lambda item: item[1][1])[-_MOST:]
    keep_file(_file(git), json.dumps(dict(latest)).encode())


def _file(git: Git) -> Path:
    return git.state_dir / _NAME
