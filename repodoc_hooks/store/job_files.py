"""The files of the queue. Light, for hooks that only ask whether there is one."""

from __future__ import annotations

from pathlib import Path

DATABASE = "jobs.sqlite"
READY = "ready"
"""Stands beside the database while a result waits for its page."""


def queued(state_dir: Path) -> bool:
    """Whether anything was ever queued; spares opening a database only to find nothing."""
    return (state_dir / DATABASE).exists()
