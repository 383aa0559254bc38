"""One section to be written by a model, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict


class Usage(Struct, frozen=True):
    """Tokens of one answer, all model steps together.

    `input` excludes what came from or went to the provider's cache.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        """All tokens."""
        return self.input + self.output + self.cache_read + self.cache_write + self.reasoning

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.reasoning + other.reasoning,
        )

    def as_json(self) -> dict[str, int]:
        """The five counts by name."""
        return asdict(self)


class Offered(Struct, frozen=True):
    """One public symbol: how deep it is nested in others, its signature, the first sentence about it."""

    depth: int
    signature: str
    summary: str


class FileChange(Struct, frozen=True):
    """One source file as a section's prompt needs it.

    `old` is None for a new (or unreadable old) version, `new` is None for a deleted file and for one that is shown in
    outline alone. `interface` are the signatures of what it offers (of a deleted file: offered), `offered` the same as
    it is nested and described, `summary` what the file says of itself, `uses` how many files and pages use it.
    """

    path: str
    language: str
    old: str | None
    new: str | None
    interface: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    offered: tuple[Offered, ...] = ()
    summary: str = ""
    uses: int = 0


class SectionTask(Struct, frozen=True):
    """Everything a model backend needs to write one section. JSON-serialisable.

    `id` is `<component>#<kind>`; `kind` summary, overview, design or walkthrough; `changes` are the files
    that the section has not seen (`old` None: as they are now); `files` all files of the component (for a first
    writing); `dependencies` are lines of public interface of what it imports, `moved` those of them that the section
    has not seen, `users` those of what imports it (deep kinds only); `old_text`
    the prose that stands in the page now (None: none yet); `context` further facts by name (for overview: the
    summaries).
    """

    id: str
    component: str
    title: str
    kind: str
    reason: str
    changes: tuple[FileChange, ...] = ()
    files: tuple[FileChange, ...] = ()
    dependencies: tuple[str, ...] = ()
    old_text: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    users: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


class SectionResult(Struct, frozen=True):
    """What became of one task.

    `action` is generated, kept (the model says that the old text still holds), deferred or failed. `data` is
    the validated answer: `{"text": [sentence, ...]}` for summary, overview and the prose of design; `{"text":
    [...], "participants": [...], "steps": [{"from","to","text"}]}` for walkthrough. `chosen` says why this backend
    was asked, and in what shape.
    """

    id: str
    action: str
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage = Usage()
    cost_usd: float | None = None
    backend: str = ""
    model: str = ""
    seconds: float = 0.0
    requests: int = 0
    cached: bool = False
    chosen: str = ""
