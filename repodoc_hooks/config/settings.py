"""What can be set: the classes from which everything else about settings is derived.

The strict reader (`config.reader`), the JSON Schema and the printed form (`config.schema`) and the `REPODOC_*`
variables follow from them. Importing this module costs the standard library only.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct, field

from repodoc_hooks import BACKEND_NAMES as BACKEND_NAMES
from repodoc_hooks import CONFIG_NAME as CONFIG_NAME
from repodoc_hooks.sections.kinds import DEEP_SECTIONS

# Variables of ours that are no settings.
NO_SETTINGS = frozenset(
    {"REPODOC_ACTIVE", "REPODOC_AGENT", "REPODOC_OUTPUT_FORMAT", "REPODOC_SKIP", "REPODOC_TOKEN"}
)
_SERVER_URL = r"^https?://([^/@:\s]+(:\$[A-Za-z_][A-Za-z0-9_]*)?@)?[^/@\s]+(/[^@\s]*)?$"
_SERVER_EXAMPLE = "give a URL like http://127.0.0.1:4096, the password by `password_env` or as $NAME in it"
_SOURCE_URL = r"^https?://[^\s<>()\[\]\"'`{}]*\{path\}[^\s<>()\[\]\"'`{}]*$"
PRICE_KINDS = ("input", "output", "cache_read", "cache_write", "reasoning")


Place = Literal["repository", "user", "both"]
"""Whose file may say it: the repository's, that of who works in it (programs, servers, variables: nothing that comes
with a clone may name those), or both, of which the stricter one holds."""


class Setting(Struct, frozen=True):
    """What a setting means and which values it takes.

    `minimum` and `maximum` are inclusive (of a list: its length), `above` is an exclusive minimum; `path`
    asks for a relative path that stays inside the repository, `optional` lets it be empty; `word` stands for
    the empty list; `example` says what to write instead of a wrong text, and a `private` one is shown to nobody;
    `place` is whose file may say it.
    """

    help: str = ""
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    path: bool = False
    optional: bool = False
    word: str = ""
    example: str = ""
    private: bool = False
    place: Place = "repository"


class NamedComponent(Struct, frozen=True):
    """A component that the configuration names."""

    name: Annotated[str, Setting("Its name; its page is called after it.", path=True)]
    paths: Annotated[
        tuple[Annotated[str, Setting(path=True)], ...], Setting("Directories or glob patterns.", minimum=1)
    ]


class OpenCodeConfig(Struct, frozen=True):
    """OpenCode over HTTP."""

    urls: Annotated[
        tuple[Annotated[str, Setting(pattern=_SERVER_URL, private=True, example=_SERVER_EXAMPLE)], ...],
        Setting(
            "Running servers; empty: one is started when needed. A user and the variable that holds the password "
            "of one server may stand in its URL (http://user:$NAME@host), a password never.",
            place="user",
        ),
    ] = ()
    username: Annotated[str, Setting("User name for the servers above.", place="user")] = "opencode"
    password_env: Annotated[
        str,
        Setting(
            "The environment variable that holds their password.",
            pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
            place="user",
        ),
    ] = "OPENCODE_SERVER_PASSWORD"  # noqa: S105
    model: Annotated[str, Setting("provider/model; empty: what the user's own OpenCode is set to.")] = ""
    deep_model: Annotated[str, Setting("provider/model of deep sections; empty: the same.")] = ""
    command: Annotated[str, Setting("The program that starts a server.", pattern=r"\S", place="user")] = (
        "opencode"
    )
    idle_minutes: Annotated[float, Setting("A started server stops after this pause.", above=0)] = 5
    max_memory_mb: Annotated[int, Setting("A started server above this is restarted.", minimum=64)] = 2048


class ClaudeConfig(Struct, frozen=True):
    """The Claude Code command line."""

    command: Annotated[str, Setting("The program.", pattern=r"\S", place="user")] = "claude"
    model: Annotated[str, Setting("Model of quick sections: a name, or an alias of the CLI.")] = "haiku"
    deep_model: Annotated[str, Setting("Model of deep sections; empty: the same.")] = "sonnet"


class JavaConfig(Struct, frozen=True):
    """What pages show of Java."""

    package_private: Annotated[
        bool,
        Setting(
            "Describe package-private classes and members too, for applications; the public API stays public."
        ),
    ] = False


class BackendsConfig(Struct, frozen=True):
    """Who writes prose."""

    order: Annotated[
        tuple[Annotated[str, Setting(choices=BACKEND_NAMES)], ...],
        Setting("Tried in this order; offline needs no model and comes last.", minimum=1),
    ] = ("offline",)
    opencode: OpenCodeConfig = OpenCodeConfig()
    claude: ClaudeConfig = ClaudeConfig()
    prices: Annotated[
        dict[str, dict[Annotated[str, Setting(choices=PRICE_KINDS)], Annotated[float, Setting(minimum=0)]]],
        Setting(
            "USD per million tokens by model and kind, where the backend does not know them. Whose limits hold, his "
            "prices do.",
            place="both",
        ),
    ] = field(default_factory=dict)


class PreCommitConfig(Struct, frozen=True):
    """What the commit waits for."""

    deadline: Annotated[
        float, Setting("Seconds until what a model has not finished is deferred.", above=0, maximum=3600)
    ] = 10.0
    time_limit: Annotated[
        float,
        Setting(
            "Seconds for all that is made without a model; past it the commit goes on without pages.",
            above=0,
            maximum=3600,
        ),
    ] = 20.0
    agent: Annotated[
        Literal["debt", "write"],
        Setting(
            "Under a coding agent, which no model is asked for: leave prose as a debt, or stop the commit once for the "
            "agent to write it."
        ),
    ] = "debt"
    strict: Annotated[bool, Setting("Block the commit when a page could not be made current.")] = False
    stage: Annotated[bool, Setting("Put the pages into the commit.")] = True


class PostMergeConfig(Struct, frozen=True):
    """What a merge does with the pages that it made stale."""

    apply: Annotated[
        Literal["worktree", "merge", "commit", "none"],
        Setting(
            "Write them into the work tree, put them into the merge commit or into one of their own, or leave them. "
            "After a fast-forward, and where the merge commit is signed, they always go into the work tree."
        ),
    ] = "worktree"


class DeepConfig(Struct, frozen=True):
    """The long sections that are made after the push."""

    sections: Annotated[
        tuple[Annotated[str, Setting(choices=DEEP_SECTIONS)], ...], Setting("Which ones.")
    ] = DEEP_SECTIONS
    when: Annotated[Literal["post-push", "ci", "manual"], Setting("Who makes them.")] = "post-push"


class ParallelConfig(Struct, frozen=True):
    """Bounds of concurrency."""

    sessions: Annotated[int, Setting("Model sessions at once.", minimum=1)] = 4
    processes: Annotated[int, Setting("Parser processes; 0: by cores.", minimum=0)] = 0
    tokens_in_flight: Annotated[int, Setting("Tokens asked for at once; 0: no bound.", minimum=0)] = 0
    per_second: Annotated[float, Setting("Requests begun per second; 0: no bound.", minimum=0)] = 0.0
    executor: Annotated[Literal["threads", "dask"], Setting("Where units of work run.")] = "threads"


class Limit(Struct, frozen=True):
    """A limit of one period; none by default."""

    usd: Annotated[float | None, Setting("US dollars.", minimum=0, place="both")] = None
    tokens: Annotated[int | None, Setting("Tokens of every kind.", minimum=0, place="both")] = None

    def replaced(self, usd: float | None, tokens: int | None) -> Limit:
        """The same with what the command line says instead; None leaves a limit as it is."""
        return Limit(self.usd if usd is None else usd, self.tokens if tokens is None else tokens)


class BudgetConfig(Struct, frozen=True):
    """What may be spent."""

    run: Limit = Limit()
    day: Limit = Limit()
    month: Limit = Limit()
    unknown_price: Annotated[
        Literal["stop", "allow"],
        Setting("What a limit in USD does about a model whose price nobody knows.", place="both"),
    ] = "stop"
    warn_at: Annotated[float, Setting("The share of a limit that gives a warning.", above=0, maximum=1)] = 0.8


class RetryConfig(Struct, frozen=True):
    """How failures that may fix themselves are tried again."""

    attempts: Annotated[int, Setting("Attempts per unit and backend.", minimum=1)] = 3
    base: Annotated[float, Setting("First pause in seconds.", minimum=0)] = 0.5
    cap: Annotated[float, Setting("Longest pause in seconds.", minimum=0)] = 20.0


class CacheConfig(Struct, frozen=True):
    """The cache of answers and parsed files."""

    enabled: Annotated[bool, Setting("Keep one.")] = True
    size_mb: Annotated[int, Setting("Its size.", minimum=1)] = 256


class Config(Struct, frozen=True):
    """Everything that `.repodoc.yaml` can say, with its defaults."""

    version: Annotated[int, Setting("Version of this format.", minimum=1, maximum=1)] = 1
    docs_dir: Annotated[str, Setting("Where the pages stand, from the top of the repository.", path=True)] = (
        "docs/repodoc"
    )
    write: Annotated[
        Literal["commit", "post-push"], Setting("Pages go into each commit, or only the bot writes them.")
    ] = "commit"
    components: Annotated[
        tuple[NamedComponent, ...], Setting("auto: discovered; or a list of name and paths.", word="auto")
    ] = ()
    exclude: Annotated[tuple[str, ...], Setting("Glob patterns of source files to leave out.")] = ()
    outputs: Annotated[
        tuple[Annotated[str, Setting(choices=("llms.txt", "AGENTS.md"))], ...],
        Setting("Further files for coding agents."),
    ] = ()
    source_url: Annotated[
        str,
        Setting(
            "Where links to source lead, with {path} in it; empty: relative links.",
            pattern=_SOURCE_URL,
            example="write it as https://example.org/project/blob/main/{path}",
            optional=True,
        ),
    ] = ""
    java: JavaConfig = JavaConfig()
    backends: BackendsConfig = BackendsConfig()
    pre_commit: PreCommitConfig = PreCommitConfig()
    post_merge: PostMergeConfig = PostMergeConfig()
    deep: DeepConfig = DeepConfig()
    parallel: ParallelConfig = ParallelConfig()
    budget: BudgetConfig = BudgetConfig()
    retry: RetryConfig = RetryConfig()
    cache: CacheConfig = CacheConfig()
    templates: Annotated[
        str,
        Setting("Directory with templates of your own; empty: the built-in ones.", path=True, optional=True),
    ] = ""

    @property
    def others(self) -> tuple[str, ...]:
        """What of the work tree belongs to the pages, although it stands outside docs_dir."""
        return (*self.outputs, self.templates) if self.templates else self.outputs

    @property
    def asks_models(self) -> bool:
        """A backend that costs money comes before offline text."""
        return any(name != "offline" for name in self.backends.order)
