"""Prose: how soon pages and answers stand on disk, what a prefix cache can reuse, what of inventions stays.

A model is stood in for by a function that answers after `_LATENCY` seconds; everything else is the real run.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.timing import Spread
from repodoc_hooks.backends.base import Answer, Meter, WorkUnit
from repodoc_hooks.config import BackendsConfig, Config, ParallelConfig
from repodoc_hooks.context_optimizer import pack
from repodoc_hooks.events import Event, PageWritten, SectionFinished
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.task import Usage
from tests.repos import Repo

_COMPONENTS = 8
_LATENCY = 2.0
_INVENTED = "phantom_ledger"
_CONFIG = Config(backends=BackendsConfig(order=("opencode", "offline")), parallel=ParallelConfig(sessions=2))


class _Model:
    """Answers every task after a while, with one sentence and `extra`; remembers when."""

    name = "opencode"

    def __init__(self, latency: float, extra: str = "") -> None:
        self.answered: dict[str, float] = {}
        self.began = 0.0
        self._latency = latency
        self._extra = extra

    def unavailable(self) -> str:
        return ""

    def model_for(self, unit: WorkUnit) -> str:
        return "stand-in"

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        self.began = self.began or time.monotonic()
        meter.sending("stand-in", None)
        time.sleep(self._latency)
        text = ["It holds what its name says.", *filter(None, [self._extra])]
        data: Mapping[str, Any] = {key: {"text": text} for key in unit.schema["required"]}
        self.answered |= dict.fromkeys(unit.sections, time.monotonic())
        return Answer(data, Usage(100, 10), self.name, "stand-in", 0.0, self._latency)

    def close(self) -> None:
        pass


def _repository(folder: Path) -> Repo:
    repo = Repo.init(folder)
    for number in range(_COMPONENTS):
        body = "".join(f"    step = step + {line} * 1000\n" for line in range(12))
        functions = [f"def go_{number}_{n}(step):\n{body}    return step * {n}\n" for n in range(14)]
        text = f'"""Leads a traveller along way {number} by steps."""\n\n' + "\n\n".join(functions)
        repo.write(f"way{number}/__init__.py", text)
    repo.commit("Begin")
    return repo


def _update(repo: Repo, model: _Model) -> list[tuple[float, Event]]:
    """What is told, and when."""
    told: list[tuple[float, Event]] = []
    opened = "repodoc_hooks.backends.registry.open_backends"
    patched = mock.patch(opened, lambda *args: {"opencode": model})
    with patched, Engine.open(Git.discover(repo.path), _CONFIG) as engine:
        engine.workspace.bus.subscribe(lambda event: told.append((time.monotonic(), event)))
        engine.run(Request(origin="cli"))
    return told


def pages_as_they_come(context: Context) -> Iterator[Figure]:
    """Time to the first page, and from an answer to its page."""
    model = _Model(_LATENCY)
    repo = _repository(context.work / "ways")
    began = time.monotonic()
    told = _update(repo, model)
    first = next(at for at, event in told if isinstance(event, PageWritten))
    waits = [
        at - model.answered[event.section]
        for at, event in told
        if isinstance(event, SectionFinished) and event.action == "generated"
    ]
    what = f"{_COMPONENTS} components, {_LATENCY:.0f} s of latency, two sessions"
    early = first - min(model.answered.values())
    yield Figure("first-page", f"{what}: update to first page", Spread.of([first - began]), unit="s")
    yield Figure(
        "first-page-before-answer", f"{what}: first answer to first page", Spread.of([early]), 0, unit="s"
    )
    yield Figure("answer-to-page", f"{what}: answer to page", Spread.of(waits), 0.2, unit="s")


def reusable_prefix(context: Context) -> Iterator[Figure]:
    """The share of a second deep prompt of a subject that begins as the first one does."""
    for name, path in context.repositories.items():
        shares: list[float] = []
        with Engine.open(Git.discover(path), _CONFIG) as engine:
            tree = engine.tree("rev")
            plan = engine.plan(tree)
            ids = [f"{id_}#{kind}" for id_ in plan.pages for kind in ("design", "walkthrough")]
            prompts = {task.id: pack([task])[0].unit.prompt for task in engine.tasks(tree, ids)}
        for id_ in plan.pages:
            both = [prompts.get(f"{id_}#{kind}", "") for kind in ("design", "walkthrough")]
            if all(both):
                shares.append(_common(both) / len(both[1]))
        if shares:
            what = f"{name}: share of a deep prompt that a prefix cache can reuse"
            yield Figure("deep-prefix", what, Spread.of(shares), 0.5, "higher", unit="")


def invented_names(context: Context) -> Iterator[Figure]:
    """Pages that name what a model made up."""
    repo = _repository(context.work / "invented")
    _update(repo, _Model(0.0, f"It keeps `{_INVENTED}` and calls {_INVENTED}_all()."))
    pages = [path.read_text() for path in (repo.path / "docs/repodoc").rglob("*.md")]
    found = sum(bool(re.search(_INVENTED, page)) for page in pages)
    what = f"pages of {len(pages)} that name what the model invented in every answer"
    yield Figure("invented-names", what, Spread.of([found]), 0, unit="")


def _common(texts: Sequence[str]) -> int:
    for number, pair in enumerate(zip(*texts, strict=False)):
        if pair[0] != pair[1]:
            return number
    return min(map(len, texts))


BENCHMARKS: dict[str, Benchmark] = {
    "progressive": pages_as_they_come,
    "prefix": reusable_prefix,
    "invented": invented_names,
}
