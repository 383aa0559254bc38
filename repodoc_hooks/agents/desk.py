"""What a coding agent may ask of a repository, as data of bounded size: tasks, answers, state, plan, pages, names.

Pages are read from git's objects by what the plan knows of them: no word of an agent becomes a path on the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from repodoc_hooks.agents.answers import hand_in, parse_answers
from repodoc_hooks.agents.leases import others
from repodoc_hooks.agents.leases import take as take_lease
from repodoc_hooks.agents.owed import agent_config, find_owed
from repodoc_hooks.config import Config, default
from repodoc_hooks.errors import UsageError
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pages.stamps import BEGIN
from repodoc_hooks.pipeline.config_source import read_config

if TYPE_CHECKING:
    from repodoc_hooks.analysis.symbol_table import TableEntry
    from repodoc_hooks.pipeline.survey import Survey

TASKS = 5
MOST_TASKS = 20
MOST_CHARACTERS = 40_000
"""Of the material of tasks at once, which is what hosts show whole of a tool's result; the first is always given."""
_PAGE_CHARACTERS = 60_000
_SHOWN = 50
_FOUND = 30
_LINE = 300


class Desk:
    """One repository, looked at anew for every call. `agent` is who asks."""

    def __init__(self, git: Git, agent: str) -> None:
        self.git = git
        self.agent = agent

    def tasks(self, paths: Sequence[str] = (), *, deep: bool = False, limit: int = TASKS) -> dict[str, Any]:
        """What is owed, most wanted first, taken for this agent; `owed` counts all of it."""
        with Engine.open(self.git, agent_config(self._config(), deep=deep)) as engine:
            debt = find_owed(engine, "worktree", deep=deep, paths=paths)
        taken = others(self.git, self.agent)
        free = [task for task in debt.owed if task.id not in taken][: max(1, min(limit, MOST_TASKS))]
        mine = set(take_lease(self.git, self.agent, [task.id for task in free]))
        shown: list[dict[str, Any]] = []
        room = MOST_CHARACTERS
        for task in free:
            told = task.as_json()
            room -= len(told["material"])
            if task.id in mine and (not shown or room >= 0):
                shown.append(told)
        return {"schema": 1, "owed": len(debt.owed), "tasks": shown}

    def answer(self, answers: Any, author: str = "") -> dict[str, Any]:
        """Answers checked and put on their pages in the work tree; what became of each."""
        given = parse_answers({"author": author, "answers": answers}, self.agent)
        verdicts = hand_in(self.git, self._config(), given, "worktree")
        return {"schema": 1, "answers": [verdict.as_json() for verdict in verdicts]}

    def check(self) -> dict[str, Any]:
        """Whether the pages are current, and the sections that are not."""
        from repodoc_hooks.reports.verdict import judge, summary_line

        with Engine.open(self.git, self._config(), cached=False) as engine:
            tree = engine.tree("worktree")
            sections = list(engine.plan(tree).sections)
        verdict = judge(sections, tree=tree, messages=(), fail_on=_FAILING, command="repodoc update", diff="")
        other = [section for section in sections if section.state != "current"]
        rows = [
            {"id": s.id, "page": s.path, "line": s.line, "state": s.state, "why": _cut("; ".join(s.because))}
            for s in other[:_SHOWN]
        ]
        summary = summary_line(verdict)
        return {
            "schema": 1,
            "current": verdict.current,
            "summary": summary,
            "count": len(other),
            "sections": rows,
        }

    def plan(self) -> dict[str, Any]:
        """What `repodoc update` would do, section by section."""
        with Engine.open(self.git, self._config()) as engine:
            steps = engine.forecast(Request(origin="cli", backend="none")).steps
        rows = [
            {"id": s.section, "page": s.path, "action": s.how, "why": _cut("; ".join(s.because))}
            for s in steps[:_SHOWN]
        ]
        return {"schema": 1, "count": len(steps), "sections": rows}

    def pages(self) -> list[str]:
        """The paths of all pages."""
        with Engine.open(self.git, self._config()) as engine:
            return sorted(engine.survey(engine.tree("worktree")).pages())

    def read(self, what: str) -> str:
        """A page by its path, a component, a source file or the name of a symbol; its text without the stamps.

        Raises:
            UsageError: there is none.
        """
        with Engine.open(self.git, self._config()) as engine:
            survey = engine.survey(engine.tree("worktree"))
            pages = survey.pages()
            name = what.strip().rstrip("/") or "."
            path = name if name in pages else self._page_of(survey, name)
            if path not in pages:
                fix = "`find` looks for pages and symbols by words"
                raise UsageError(
                    "no page, component, file or symbol of this name has a page", where=_cut(what), fix=fix
                )
            text = survey.read(path).decode("utf-8", "replace")
        text = text.partition(BEGIN)[0].rstrip() + "\n"
        more = "" if len(text) <= _PAGE_CHARACTERS else "\n(the rest is left out: the page is too long)\n"
        return f"{path}\n\n{text[:_PAGE_CHARACTERS]}{more}"

    def find(self, words: str) -> dict[str, Any]:
        """Symbols and pages in which the words occur, those with most of them first."""
        wanted = [word for word in re.split(r"[^\w.]+", words.lower()) if word][:10]
        with Engine.open(self.git, self._config()) as engine:
            survey = engine.survey(engine.tree("worktree"))
            symbols = _best((_score(wanted, e.name, e.documentation), e.id, e) for e in _entries(survey))
            found = []
            for path in sorted(survey.pages()):
                text = survey.read(path).decode("utf-8", "replace").partition(BEGIN)[0]
                found.append((_score(wanted, path, text), path, _line_with(wanted, text)))
            pages = _best(found)
        return {
            "schema": 1,
            "symbols": [
                {
                    "name": e.name,
                    "kind": e.kind,
                    "file": e.file,
                    "signature": _cut(e.signature),
                    "about": e.documentation,
                }
                for _, _, e in symbols
            ],
            "pages": [{"page": path, "line": line} for _, path, line in pages],
        }

    def _config(self) -> Config:
        return read_config(self.git) or default()

    @staticmethod
    def _page_of(survey: Survey, name: str) -> str:
        owner = name if name in survey.components else survey.owner(name)
        if owner is None:
            survey.load(survey.paths)
            found = survey.symbols.named(name)
            public = [entry for entry in found if entry.visibility == "public"] or found
            owner = survey.owner(public[0].file) if public else None
        return survey.page_paths.get(owner, "") if owner is not None else ""


_FAILING = frozenset({"stale", "missing", "orphan", "broken"})


def _entries(survey: Survey) -> Iterator[TableEntry]:
    survey.load(survey.paths)
    for component in survey.components.values():
        yield from survey.symbols.of_component(component)


def _score(wanted: Sequence[str], name: str, text: str) -> int:
    """How well a thing fits: a word in its name counts more than one in its text."""
    name, text = name.lower(), text.lower()
    return sum(5 * (word in name) + 3 * (word == name) + (word in text) for word in wanted)


def _best(found: Any) -> list[Any]:
    """The best by score, of equal ones in the order of their names."""
    ranked = sorted((each for each in found if each[0]), key=lambda each: (-each[0], each[1]))
    return ranked[:_FOUND]


def _line_with(wanted: Sequence[str], text: str) -> str:
    lines = (line.strip() for line in text.splitlines() if not line.startswith("<!--"))
    return _cut(next((line for line in lines if any(word in line.lower() for word in wanted)), ""))


def _cut(text: str) -> str:
    return text if len(text) <= _LINE else text[: _LINE - 1] + "…"
