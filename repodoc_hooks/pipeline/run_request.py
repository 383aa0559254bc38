"""What is asked of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from repodoc_hooks.pipeline.config_source import Source


@dataclass(frozen=True, slots=True)
class Request:
    """What to do. `paths` are component ids, files or pages; empty means everything that is stale.

    `source` is the tree to describe (`rev` with it), `apply` where the pages go. `deadline` is in seconds.
    `backend` "none" asks no model and writes offline text only where there is none yet. `all` writes every page anew,
    `force` takes back what people edited in the pages of `paths`.
    """

    origin: str
    source: Source = "worktree"
    rev: str = "HEAD"
    paths: tuple[str, ...] = ()
    deep: bool = False
    all: bool = False
    force: bool = False
    backend: str = "auto"
    deadline: float | None = None
    max_usd: float | None = None
    max_tokens: int | None = None
    apply: Literal["index", "worktree", "none"] = "worktree"
