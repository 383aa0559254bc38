"""The backends that ask a model. A new one is a module with a record, a line here and a name in `BACKEND_NAMES`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from repodoc_hooks.backends import claude, opencode
from repodoc_hooks.backends.base import Backend
from repodoc_hooks.backends.record import BackendRecord
from repodoc_hooks.config import BackendsConfig

RECORDS: dict[str, BackendRecord] = {record.name: record for record in (opencode.RECORD, claude.RECORD)}


def records(names: Sequence[str]) -> list[BackendRecord]:
    """The records of those names, in that order; `offline` and `none` ask no model and have none."""
    return [RECORDS[name] for name in names if name in RECORDS]


def open_backends(
    names: Sequence[str], config: BackendsConfig, state_dir: Path, system: str
) -> dict[str, Backend]:
    """The backends of those names, in that order; what is opened is to be closed."""
    return {record.name: record.make(config, state_dir, system) for record in records(names)}
