"""`.repodoc.yaml`: typed settings, strict reading, the JSON Schema that editors use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

CONFIG_NAME = ".repodoc.yaml"


@dataclass(frozen=True, slots=True)
class NamedComponent:
    """A component that the configuration names; `paths` are directories or glob patterns."""

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenCodeConfig:
    """`urls` of running servers ("" in the list: none; empty list: managed server); the password's variable by name."""

    urls: tuple[str, ...] = ()
    username: str = "opencode"
    password_env: str = "OPENCODE_SERVER_PASSWORD"
    model: str = ""
    deep_model: str = ""
    command: str = "opencode"
    idle_minutes: float = 15
    max_memory_mb: int = 2048


@dataclass(frozen=True, slots=True)
class ClaudeConfig:
    """The Claude Code CLI."""

    command: str = "claude"
    model: str = "claude-sonnet-4-5"
    deep_model: str = ""


@dataclass(frozen=True, slots=True)
class BackendsConfig:
    """Backends in the order in which they are tried; `offline` ends every order."""

    order: tuple[str, ...] = ("offline",)
    opencode: OpenCodeConfig = OpenCodeConfig()
    claude: ClaudeConfig = ClaudeConfig()
    prices: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreCommitConfig:
    """`deadline` in seconds; `strict` blocks the commit when a page could not be made current."""

    deadline: float = 10.0
    strict: bool = False
    stage: bool = True


@dataclass(frozen=True, slots=True)
class PostMergeConfig:
    """What a merge does with the pages that it made stale."""

    apply: Literal["worktree", "commit", "none"] = "worktree"


@dataclass(frozen=True, slots=True)
class DeepConfig:
    """The deferred sections and who makes them."""

    sections: tuple[str, ...] = ("design", "walkthrough")
    when: Literal["post-push", "ci", "manual"] = "post-push"


@dataclass(frozen=True, slots=True)
class ParallelConfig:
    """Bounds: model sessions at once, parser processes (0: by cores), tokens in flight (0: no bound)."""

    sessions: int = 4
    processes: int = 0
    tokens_in_flight: int = 0
    executor: Literal["threads", "dask"] = "threads"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of one period; None means no limit."""

    usd: float | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class BudgetConfig:
    """Limits per run, day and month; `warn_at` is the share at which a warning is given."""

    run: Limit = Limit()
    day: Limit = Limit()
    month: Limit = Limit()
    warn_at: float = 0.8


@dataclass(frozen=True, slots=True)
class RetryConfig:
    """Attempts per unit and backend, and the bounds of the pause between them in seconds."""

    attempts: int = 3
    base: float = 0.5
    cap: float = 20.0


@dataclass(frozen=True, slots=True)
class CacheConfig:
    """Size of the response and parse cache."""

    enabled: bool = True
    size_mb: int = 256


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that `.repodoc.yaml` can say, with its defaults."""

    version: int = 1
    docs_dir: str = "docs/repodoc"
    write: Literal["commit", "post-push"] = "commit"
    components: tuple[NamedComponent, ...] = ()
    exclude: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    backends: BackendsConfig = BackendsConfig()
    pre_commit: PreCommitConfig = PreCommitConfig()
    post_merge: PostMergeConfig = PostMergeConfig()
    deep: DeepConfig = DeepConfig()
    parallel: ParallelConfig = ParallelConfig()
    budget: BudgetConfig = BudgetConfig()
    retry: RetryConfig = RetryConfig()
    cache: CacheConfig = CacheConfig()
    templates: str = ""
