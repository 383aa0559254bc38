"""A run as its events describe it so far: what progress, status and the TUI show.

Events come as their published JSON form, from the bus of this process or from the journal of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from repodoc_hooks.config import Limit
from repodoc_hooks.expressions import expression
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.system import exists

_JSON_STRING = expression(r'"((?:[^"\\]|\\.)*)(?:"(\s*:)?|$)')
MAX_STREAMED = 20_000
TOKEN_KINDS = ("input", "output", "cache_read", "cache_write", "reasoning")


class SectionView(Struct):
    """One section; `state` is planned, running, or the action it ended with."""

    id: str
    component: str = ""
    kind: str = ""
    state: str = "planned"
    reason: str = ""
    backend: str = ""
    model: str = ""
    session: str = ""
    usage: Usage = field(default_factory=Usage)
    estimated_tokens: int = 0
    cost_usd: float | None = None
    started: float = 0.0
    seconds: float = 0.0
    last_text: str = ""

    @property
    def tokens(self) -> int:
        """Tokens of every kind."""
        return self.usage.total

    @property
    def said(self) -> str:
        """The last sentence of the text that a model is streaming; of JSON, its last string."""
        text = self.last_text.strip()
        if not (text.startswith("{") or text.endswith(("}", "]"))):
            return text.splitlines()[-1] if text else ""
        found = _JSON_STRING.findall(text)
        strings = [string for string, key in found if not key and any(map(str.isalnum, string))]
        return strings[-1].replace('\\"', '"').replace("\\n", " ") if strings else ""

    @property
    def done(self) -> bool:
        """It reached its end."""
        return self.state not in ("planned", "running")


class CallView(Struct):
    """One request to a model that ended."""

    at: float
    backend: str
    model: str
    session: str
    outcome: str
    tokens: int
    cost_usd: float | None
    seconds: float


class RunView(Struct):
    """Everything that the events of one run have said so far."""

    run_id: str
    origin: str = ""
    tree: str = ""
    backend: str = ""
    pid: int = 0
    limit: Limit = field(default_factory=Limit)
    started: float = 0.0
    last: float = 0.0
    finished: float | None = None
    exit: int | None = None
    seconds: float = 0.0
    sections: dict[str, SectionView] = field(default_factory=dict)
    calls: list[CallView] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    messages: list[tuple[float, str, str]] = field(default_factory=list)
    warnings: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TOKEN_KINDS, 0))
    cost_usd: float | None = 0.0
    files_parsed: int = 0
    git_calls: list[tuple[float, str, int, float]] = field(default_factory=list)

    @property
    def total_tokens(self) -> int:
        """Tokens of every kind."""
        return sum(self.tokens.values())

    @property
    def state(self) -> str:
        """running, done, failed, stopped (by a budget), interrupted, or lost: its process is gone."""
        if self.exit is None:
            return "running" if exists(self.pid) else "lost"
        return {0: "done", 3: "stopped", 130: "interrupted"}.get(self.exit, "failed")

    def apply(self, event: Mapping[str, Any]) -> None:
        """Take one event in; an event of a later version that nobody knows changes nothing."""
        self.last = float(event.get("at", self.last))
        take = _TAKERS.get(str(event["event"]))
        if take is not None:
            take(self, event)


def _section(run: RunView, event: Mapping[str, Any]) -> SectionView:
    name = str(event["section"])
    component, _, kind = name.rpartition("#")
    return run.sections.setdefault(name, SectionView(name, component, kind))


def _run_started(run: RunView, event: Mapping[str, Any]) -> None:
    run.origin, run.tree, run.backend = str(event["origin"]), str(event["tree"]), str(event["backend"])
    run.limit = Limit(event.get("limit_usd"), event.get("limit_tokens"))
    run.pid, run.started = int(event["pid"]), float(event["at"])


def _planned(run: RunView, event: Mapping[str, Any]) -> None:
    section = _section(run, event)
    section.reason, section.estimated_tokens = str(event["reason"]), int(event["estimated_tokens"])


def _started(run: RunView, event: Mapping[str, Any]) -> None:
    section = _section(run, event)
    section.state, section.started = "running", float(event["at"])
    section.backend, section.session = str(event["backend"]), str(event["session"])


def _text(run: RunView, event: Mapping[str, Any]) -> None:
    section = _section(run, event)
    section.last_text = (section.last_text + str(event["text"]))[:MAX_STREAMED]


def _finished(run: RunView, event: Mapping[str, Any]) -> None:
    section = _section(run, event)
    section.state, section.reason = str(event["action"]), str(event["reason"])
    section.backend, section.model = str(event["backend"]), str(event["model"])
    section.usage = Usage(**{kind: int(event["tokens"].get(kind, 0)) for kind in TOKEN_KINDS})
    section.cost_usd, section.seconds = event["cost_usd"], float(event["seconds"])


def _called(run: RunView, event: Mapping[str, Any]) -> None:
    tokens = {str(kind): int(count) for kind, count in event["tokens"].items()}
    for kind, count in tokens.items():
        run.tokens[kind] = run.tokens.get(kind, 0) + count
    cost = event["cost_usd"]
    if any(tokens.values()) or cost:
        run.cost_usd = None if cost is None or run.cost_usd is None else run.cost_usd + float(cost)
    call = CallView(
        float(event["at"]),
        str(event["backend"]),
        str(event["model"]),
        str(event["session"]),
        str(event["outcome"]),
        sum(tokens.values()),
        cost,
        float(event["seconds"]),
    )
    run.calls.append(call)


def _budget(run: RunView, event: Mapping[str, Any]) -> None:
    run.warnings[str(event["limit"])] = event


def _git(run: RunView, event: Mapping[str, Any]) -> None:
    call = (float(event["at"]), str(event["command"]), int(event["exit"]), float(event["seconds"]))
    run.git_calls.append(call)


def _parsed(run: RunView, event: Mapping[str, Any]) -> None:
    run.files_parsed += 1


def _page(run: RunView, event: Mapping[str, Any]) -> None:
    run.pages[str(event["path"])] = str(event["outcome"])


def _message(run: RunView, event: Mapping[str, Any]) -> None:
    run.messages.append((float(event["at"]), str(event["level"]), str(event["text"])))


def _ended(run: RunView, event: Mapping[str, Any]) -> None:
    run.finished, run.exit = float(event["at"]), int(event["exit"])
    run.seconds = float(event["seconds"])
    if event.get("tokens"):
        run.tokens = dict.fromkeys(TOKEN_KINDS, 0) | {str(k): int(n) for k, n in event["tokens"].items()}
        run.cost_usd = event["cost_usd"]


_TAKERS = {
    "run_started": _run_started,
    "section_planned": _planned,
    "section_started": _started,
    "section_text": _text,
    "section_finished": _finished,
    "model_called": _called,
    "budget_warning": _budget,
    "file_parsed": _parsed,
    "git_called": _git,
    "page_written": _page,
    "message": _message,
    "run_finished": _ended,
}


def fold(events: Iterable[Mapping[str, Any]], into: dict[str, RunView] | None = None) -> dict[str, RunView]:
    """Views by run id; events that lack what their kind carries are left out."""
    views = {} if into is None else into
    for event in events:
        run_id = str(event.get("run_id", ""))
        view = views.get(run_id) or RunView(run_id)
        try:
            view.apply(event)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        views[run_id] = view
    return views
