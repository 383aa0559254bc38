"""Answers of agents: checked as those of a model are, and put on their pages.

Nothing of an answer is taken on trust: its size, nesting and shape, the state that it was written for, the names in it
and the markup of its text. What is refused says why, with the task as it is now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from repodoc_hooks.agents import leases
from repodoc_hooks.agents.hosts import UNKNOWN, author_name
from repodoc_hooks.agents.owed import KEY, Debt, Owed, agent_config, find_owed
from repodoc_hooks.backends import answers as shapes
from repodoc_hooks.config import Config
from repodoc_hooks.errors import UsageError
from repodoc_hooks.git.grep import names_in
from repodoc_hooks.git.lock import file_lock
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.models.answer_check import Lookup, unknown_names
from repodoc_hooks.models.generation import clean
from repodoc_hooks.pages import render
from repodoc_hooks.pages.prose import written
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pages.text import code
from repodoc_hooks.pipeline.config_source import Source
from repodoc_hooks.pipeline.fingerprints import section_fingerprint
from repodoc_hooks.pipeline.run_request import AGENT, Question
from repodoc_hooks.sections.kinds import PROSE_SECTIONS, kind_of
from repodoc_hooks.sections.task import SectionResult

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.plan import PagePlan, Plan
    from repodoc_hooks.pipeline.run_report import RunReport
    from repodoc_hooks.pipeline.survey import Survey

MOST_CHARACTERS = 2_000_000
MOST_ANSWERS = 500
_LONGEST_ID = 2000
_DONE = ("written", "unchanged")


class Given(Struct, frozen=True):
    """One answer as it came: its id and the rest of it."""

    id: str
    data: Mapping[str, Any]


class Answers(Struct, frozen=True):
    """What an agent hands in."""

    author: str
    given: tuple[Given, ...]


class Verdict(Struct, frozen=True):
    """What became of an answer; `task` is what is owed now in the place of a task that is gone."""

    id: str
    accepted: bool
    why: str = ""
    task: Owed | None = None

    def as_json(self) -> dict[str, Any]:
        """The published form."""
        found: dict[str, Any] = {"id": self.id, "accepted": self.accepted, "why": self.why}
        return found if self.task is None else {**found, "task": self.task.as_json()}


class _Accepted(Struct, frozen=True):
    owed: Owed
    data: Mapping[str, Any]


class _Scribe(Struct):
    """A writer that has the answers by task id, and puts off everything else."""

    author: str
    answers: Mapping[str, _Accepted]
    used: set[str] = field(default_factory=set)

    def write(self, survey: Survey, questions: Sequence[Question]) -> list[SectionResult]:
        """The answers to the questions whose state they were written for."""
        return [self._result(question) for question in questions]

    def _result(self, question: Question) -> SectionResult:
        id_ = f"{question.task.id}@{question.fingerprint}"
        found = self.answers.get(id_)
        if found is None:
            return SectionResult(question.task.id, "deferred", "it is left to the agent")
        self.used.add(id_)
        keep = "keep" in found.data
        return SectionResult(
            question.task.id,
            "kept" if keep else "generated",
            question.task.reason,
            {} if keep else found.data,
            cost_usd=0.0,
            backend=AGENT,
            model=self.author,
        )


def read_answers(text: str, author: str = "") -> Answers:
    """What an agent hands in, as far as it can be read at all; `author` is who it is where it does not say.

    Raises:
        UsageError: it is no such JSON.
    """
    fix = 'write {"author": "NAME", "answers": [{"id": "...", "text": ["sentence", ...]}]}'
    if len(text) > MOST_CHARACTERS:
        raise UsageError(
            f"the answers have more than {MOST_CHARACTERS:,} characters", fix="hand in fewer at once"
        )
    try:
        data = shapes.extract(text)
    except ValueError as error:
        raise UsageError(str(error), where="answers", fix=fix) from None
    return parse_answers(data, author)


def parse_answers(data: Any, author: str = "") -> Answers:
    """The same from JSON that has been read.

    Raises:
        UsageError: it has another shape.
    """
    fix = 'write {"author": "NAME", "answers": [{"id": "...", "text": ["sentence", ...]}]}'
    listed = data.get("answers") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise UsageError('there is no list "answers"', where="answers", fix=fix)
    if len(listed) > MOST_ANSWERS:
        raise UsageError(f"there are more than {MOST_ANSWERS} answers", fix="hand in fewer at once")
    said = data.get("author")
    name = author_name(said) if isinstance(said, str) and said.strip() else author_name(author or UNKNOWN)
    return Answers(name, tuple(_given(each, number) for number, each in enumerate(listed)))


def take(engine: Engine, answers: Answers, source: Source) -> tuple[list[Verdict], RunReport | None]:
    """Check answers, put the good ones on their pages (in the index for "staged"), and say what became of each.

    The report is that of the run that wrote, None where there was nothing to write. The configuration must be that of
    `agent_config(..., deep=True)` where an answer is for a deep section (`wants_deep`).
    """
    git = engine.workspace.git
    with file_lock(git.state_dir / "agent-answers.lock"):
        debt = find_owed(engine, source, deep=wants_deep(answers))
        good: dict[str, _Accepted] = {}
        verdicts = [_judge(engine, debt, given, good) for given in answers.given]
        if not good:
            return verdicts, None
        scribe = _Scribe(answers.author, good)
        report = engine.run(_request(good, source, scribe))
        leases.drop(git, scribe.used)
    return [_settled(verdict, good, scribe, report) for verdict in verdicts], report


def hand_in(git: Git, config: Config, answers: Answers, source: Source) -> list[Verdict]:
    """The whole of it in a repository: what a killed run left is repaired, the run is in the journal and on the note.

    Raises:
        RepodocError: nothing was written.
    """
    from repodoc_hooks.git.snapshot import staged_tree
    from repodoc_hooks.git.staging import repair
    from repodoc_hooks.pipeline import manifest
    from repodoc_hooks.reports.observe import observed
    from repodoc_hooks.store import pending

    repair(git)
    config = agent_config(config, deep=wants_deep(answers))
    with Engine.open(git, config) as engine, observed(engine.workspace, "none"):
        verdicts, report = take(engine, answers, source)
    if report is not None and report.sections:
        tree = staged_tree(git) if source == "staged" else ""
        pending.save(git, report.run_id, tree, manifest.lines(report))
    return verdicts


def wants_deep(answers: Answers) -> bool:
    """Some answer is for a deep section."""
    kinds = (kind_of(_section_of(given.id)) for given in answers.given)
    return any(kind is not None and kind.deep for kind in kinds)


def _given(each: Any, number: int) -> Given:
    if not isinstance(each, dict) or not isinstance(each.get("id"), str):
        return Given(f"answers[{number}]", {})
    data = {name: value for name, value in each.items() if name != "id"}
    if data.keys() == {KEY} and isinstance(data[KEY], dict):  # the material's own form, taken at its word
        data = data[KEY]
    return Given(each["id"][:_LONGEST_ID], data)


def _request(good: Mapping[str, _Accepted], source: Source, scribe: _Scribe) -> Request:
    subjects = {each.owed.question.task.component for each in good.values()}
    overview = any(each.owed.kind == "overview" for each in good.values())
    return Request(
        origin=AGENT,
        source=source,
        paths=() if overview else tuple(sorted(subjects)),
        deep=any(_is_deep(each.owed) for each in good.values()),
        backend=AGENT,
        apply="index" if source == "staged" else "worktree",
        writer=scribe,
    )


def _section_of(id_: str) -> str:
    """The section that an id names, with the state behind it or without."""
    section = id_.rpartition("@")[0]
    return section if "#" in section else id_


def _is_deep(owed: Owed) -> bool:
    kind = kind_of(owed.question.task.id)
    return kind is not None and kind.deep


def _judge(engine: Engine, debt: Debt, given: Given, good: dict[str, _Accepted]) -> Verdict:
    """The verdict on one answer; a good one goes to the `good`."""
    section = _section_of(given.id)
    owed = next((each for each in debt.owed if each.id == given.id), None)
    if owed is None:
        return _unasked(debt, given, section)
    if given.id in good:
        return Verdict(given.id, False, "this id stands there twice; send one answer for each task")
    git, docs = engine.workspace.git, engine.workspace.config.docs_dir

    def lookup(names: Collection[str]) -> Collection[str]:
        return names_in(git, debt.run.tree, names, docs)

    if why := problem(owed, given.data, lookup):
        return Verdict(given.id, False, why)
    data = {"keep": True} if given.data.get("keep") is True else clean(owed.kind, given.data)
    if "keep" not in data and not any(map(str.isalnum, _prose(owed.kind, data))):
        return Verdict(given.id, False, "no word is left of its text without markup; write plain sentences")
    good[given.id] = _Accepted(owed, data)
    return Verdict(given.id, True, f"it is on {owed.question.path}")


def problem(owed: Owed, data: Mapping[str, Any], lookup: Lookup) -> str:
    """What is wrong with an answer to a task, in words that whoever wrote it can act on; "" for nothing."""
    if not data.keys() - {"author"}:
        return "it has no text; its form is " + owed.form
    if why := shapes.problem(data, owed.schema):
        return f"{why}; its form is {owed.form}"
    if bad := _unwritable(data):
        return f"{bad!r} is no text; leave such characters out"
    if names := unknown_names(owed.question.task, data, lookup):
        listed = ", ".join(map(code, names))
        return f"it names what stands nowhere in the repository: {listed}; use the names that are there"
    return ""


def _unwritable(value: Any) -> str:
    """A piece of text that cannot be written as UTF-8, "" if there is none."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            return str(error.object[error.start : error.end])
        return ""
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    found: Iterator[str] = (bad for item in items if (bad := _unwritable(item)))
    return next(found, "")


def _prose(kind: str, data: Mapping[str, Any]) -> str:
    return written(render.prose(kind, data, AGENT)).strip()


def _unasked(debt: Debt, given: Given, section: str) -> Verdict:
    """An answer to what is not owed: to a former state, to what is done already, or to nothing."""
    plan = debt.run.plan
    page = _page_of(plan, section)
    kind = kind_of(section)
    if page is None or kind is None or kind.name not in PROSE_SECTIONS:
        return Verdict(given.id, False, "there is no such task; `repodoc tasks` lists what is owed, with ids")
    now = next((each for each in debt.owed if each.question.task.id == section), None)
    if now is not None:
        if given.id != section:
            why = "its state is gone: what it is written from has changed since; answer the task that is owed now"
        else:
            why = "its id lacks the state behind the `@`; read the task that is owed now, and answer it by its id"
        return Verdict(given.id, False, why, now)
    if page.page is not None and is_edited(page.page, kind.name):
        return Verdict(given.id, False, "a person has written this section, and it stays as it is")
    if _stands_there(debt, page, kind.name, given):
        return Verdict(given.id, True, "it is on its page already")
    author = page.stamps.authors.get(kind.name, "")
    by = f" (by {author})" if author else ""
    return Verdict(given.id, False, f"nothing is owed here: the section is current{by}; leave it as it is")


def _stands_there(debt: Debt, page: PagePlan, kind: str, given: Given) -> bool:
    """The page has this very answer, to this very state."""
    if page.page is None or kind not in page.page.regions:
        return False
    if given.id.rpartition("@")[2] != section_fingerprint(kind, page.stamps):
        return False
    if given.data.get("keep") is True:
        return True
    try:
        body = render.prose(kind, clean(kind, given.data), AGENT, debt.run.survey.templates)
    except (KeyError, TypeError, AttributeError, ValueError):
        return False
    return body.strip("\n") == page.page.regions[kind].body.strip("\n")


def _page_of(plan: Plan, section: str) -> PagePlan | None:
    return plan.pages.get(section.rpartition("#")[0])


def _settled(verdict: Verdict, good: Mapping[str, _Accepted], scribe: _Scribe, report: RunReport) -> Verdict:
    """The verdict after the run: what was good may have met another writer of the same page."""
    if not verdict.accepted or verdict.id not in good:
        return verdict
    if verdict.id not in scribe.used:
        return Verdict(verdict.id, False, "its state is gone; `repodoc tasks` has the task as it is now")
    path = good[verdict.id].owed.question.path
    page = next((page for page in report.pages if page.path == path), None)
    if page is not None and page.outcome not in _DONE:
        why = page.message or f"{PurePosixPath(path).name} could not be written"
        return Verdict(verdict.id, False, f"{why}; fix the page, then send the answer again")
    return verdict
