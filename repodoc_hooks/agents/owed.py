"""What is owed as tasks for an agent: each with all that is needed to write it.

A task's id is `<section>@<fingerprint>`: the fingerprint is that of all that the section is written from, so that an
answer to a state that is gone is known for what it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.config import Config
from repodoc_hooks.context_optimizer import Packed, pack
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.models.secret_screen import screen
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.pipeline.config_source import Source
from repodoc_hooks.pipeline.run_request import AGENT, Question
from repodoc_hooks.pipeline.run_state import RunState
from repodoc_hooks.pipeline.section_tasks import users_of
from repodoc_hooks.prompts import shown_material
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.task import SectionResult

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.survey import Survey

LIMIT = 10
"""Tasks given at once, unless more are asked for: about what fits an agent's context besides its own work."""
KEY = "s1"


class Owed(Struct, frozen=True):
    """One task: a question of a run with the request that a backend would get."""

    question: Question
    packed: Packed
    thin: bool = False
    """It describes what is there, but in the repository's own words alone."""

    @property
    def why(self) -> str:
        """Why it is owed."""
        return "it has the repository's own words alone" if self.thin else self.question.task.reason

    @property
    def id(self) -> str:
        """`<section>@<fingerprint>`."""
        return f"{self.question.task.id}@{self.question.fingerprint}"

    @property
    def kind(self) -> str:
        """The kind of section."""
        return self.question.task.kind

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of an answer, without its id."""
        return self.packed.unit.schema["properties"][KEY]  # type: ignore[no-any-return]

    @property
    def form(self) -> str:
        """What to send back: the material's own form, with the id in the place of the key."""
        form: dict[str, Any] = {"id": self.id, "text": ["sentence", "..."]}
        if KINDS[self.kind].form == "walkthrough":
            form |= {
                "participants": ["name", "..."],
                "steps": [{"from": "name", "to": "name", "text": "what is asked"}],
            }
        text = json.dumps(form)
        kept = json.dumps({"id": self.id, "keep": True})
        return f"{text}, or {kept} if the old text still holds" if "anyOf" in self.schema else text

    def as_json(self) -> dict[str, Any]:
        """The published form."""
        packed = self.packed
        # Who reads all pieces at once needs no notes on them.
        pieces = (shown_material(piece, packed.templates) for piece in packed.pieces)
        material = "\n\n".join([packed.unit.system, *pieces, packed.unit.prompt])
        return {
            "id": self.id,
            "page": self.question.path,
            "section": self.kind,
            "why": self.why,
            "wanted": _wanted(self),
            "form": self.form,
            "material": material,
            "tokens": math.ceil(len(material) / 4),
        }


class Collector(Struct):
    """A writer that writes nothing: it keeps what it is asked."""

    questions: list[Question] = field(default_factory=list)

    def write(self, survey: Survey, questions: Sequence[Question]) -> list[SectionResult]:
        """Keep the questions, and put all of them off."""
        self.questions += questions
        return [SectionResult(q.task.id, "deferred", "it is left to the agent") for q in questions]


class Debt(Struct, frozen=True):
    """All that is owed in a snapshot, most wanted first, and the run that found it."""

    run: RunState
    owed: tuple[Owed, ...]


def agent_config(config: Config, *, deep: bool) -> Config:
    """The configuration of a run for an agent; deep sections are wanted then, whoever else writes."""
    if not deep:
        return config
    return replace(config, backends=replace(config.backends, order=(AGENT,)))


def find_owed(engine: Engine, source: Source, *, deep: bool = False, paths: Collection[str] = ()) -> Debt:
    """The tasks of a snapshot; asks nobody and writes nothing.

    The overview of the repository is written from the summaries, so it is no task before these are there.

    Raises:
        UsageError: a path belongs to no component.
        ConfigError: a prompt of the user's own does not work.
    """
    collector = Collector()
    run = engine.rehearse(
        Request(
            origin=AGENT,
            source=source,
            paths=tuple(paths),
            deep=deep,
            backend=AGENT,
            apply="none",
            writer=collector,
        )
    )
    questions = collector.questions
    index = run.plan.index
    named = not paths or (index is not None and index.subject.path in paths)
    if not named or any(question.task.kind == "summary" for question in questions):
        questions = [question for question in questions if question.task.component != INDEX_ID]
    return Debt(run, tuple(_ordered(run, tasks_of(questions, run.survey.templates))))


def tasks_of(questions: Iterable[Question], templates: Overrides) -> list[Owed]:
    """The questions with the requests that a backend would get: the same screen, packing and templates."""
    found = []
    for question in questions:
        task, _ = screen(question.task)
        found.append(Owed(replace(question, task=task), pack([task], templates=templates)[0]))
    return found


def _ordered(run: RunState, tasks: Iterable[Owed]) -> list[Owed]:
    """Quick sections before deep ones, what is wrong before what is merely thin, what many others use first."""
    users = users_of(run.survey, run.plan)
    states = {section.id: section.state for section in run.plan.sections}
    told = [replace(each, thin=states.get(each.question.task.id) == "current") for each in tasks]

    def rank(each: Owed) -> tuple[object, ...]:
        task = each.question.task
        return (KINDS[task.kind].rank, each.thin, -len(users.get(task.component, ())), task.id)

    return sorted(told, key=rank)


def _wanted(owed: Owed) -> str:
    task = owed.question.task
    what = "the repository" if task.component == INDEX_ID else f"{task.title} ({task.component})"
    old = ", revised" if task.old_text else ""
    return f"{task.kind} of {what}{old}: the material says what belongs into it; its task is {KEY}"
