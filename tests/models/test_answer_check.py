"""Answers held against what there is: what is known passes, what is invented never reaches a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.events import Event, EventBus, Message, SentencesDropped
from repodoc_hooks.git.grep import names_in
from repodoc_hooks.git.process import Git
from repodoc_hooks.models.answer_check import checked_here, is_empty, unknown_names, without_unknown
from repodoc_hooks.models.asking import Asking
from repodoc_hooks.models.generation import generate
from repodoc_hooks.sections.task import SectionResult
from tests.models.test_generation import CONFIG, FakeBackend
from tests.repos import Repo
from tests.sections.tasks import source, task

CODE = '''\
import argparse
from http.client import HTTPConnection


class Till:
    """Takes money."""

    def add_up(self, prices, *, round_to="cent"):
        parser = argparse.ArgumentParser()
        parser.add_argument("--dry-run")
        return self.total["grand total"]
'''
TASK = task("src/shop", files=(source("src/shop/till.py", CODE, "class Till", "def add_up(self, prices)"),))


def nothing(names: Collection[str]) -> Collection[str]:
    return ()


def unknown(*texts: str, lookup: Any = nothing) -> tuple[str, ...]:
    return unknown_names(TASK, {"text": list(texts)}, lookup)


@pytest.mark.parametrize(
    "text",
    [
        "`Till` adds prices up.",
        "`Till.add_up` and `add_up()` and `Till.add_up(prices)` are one.",
        'It rounds to a `cent` by default, see `round_to="cent"`.',
        "`--dry-run` sends nothing; so does `dry_run`.",
        "It stands in `src/shop/till.py`, or `till.py` for short.",
        "It returns `None`, a `dict` of `str`, or raises `KeyError`.",
        "It asks `HTTPConnection` of `http.client`.",
        '`self.total["grand total"]` is what it gives.',
        "A `const` in another language, `-> bool`, `{}`, `200` and `**` are nobody's names.",
        "Plain words (and/or e.g. this) are not looked at.",
    ],
)
def test_what_is_there_passes(text: str) -> None:
    assert unknown(text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("`Register` adds prices up.", "Register"),
        ("`Till.subtract` takes away.", "Till.subtract"),
        ("It calls explode_all() twice.", "explode_all"),
        ("The value of take_away counts.", "take_away"),
        ("`--force` overrides it.", "--force"),
        ("It stands in `src/shop/cellar.py`.", "src/shop/cellar.py"),
        ("It stands in src/shop/attic.py, too.", "src/shop/attic.py"),
        ("`Cellar::open(path)` opens.", "Cellar::open(path)"),
    ],
)
def test_what_is_nowhere_is_named(text: str, name: str) -> None:
    assert unknown(text) == (name,)


def test_a_name_from_elsewhere_in_the_tree_passes(repo: Repo) -> None:
    repo.write("lib/bank.py", "class Ledger:\n    pass\n")
    repo.write("docs/repodoc/README.md", "It has a `Phantom`.\n")
    repo.commit("Begin")
    git = Git.discover(repo.path)
    tree = repo.git("rev-parse", "HEAD^{tree}").strip()

    def lookup(names: Collection[str]) -> Collection[str]:
        return names_in(git, tree, names, "docs/repodoc")

    assert unknown("`Ledger` of `lib/bank.py`, or `bank.py`.", lookup=lookup) == ()
    # What stands on our own pages alone is no evidence: a model may have invented it.
    assert unknown("`Phantom` and `Led`.", lookup=lookup) == ("Phantom", "Led")


def test_a_sentence_or_a_step_goes_with_the_name_that_it_holds() -> None:
    data = {
        "text": ["`Till` adds.", "`Ghost` haunts."],
        "participants": ["Till", "`Ghost`", "Bank"],
        "steps": [
            {"from": "Till", "to": "Bank", "text": "pay"},
            {"from": "`Ghost`", "to": "Bank", "text": "rob"},
            {"from": "Till", "to": "Bank", "text": "call `Ghost`"},
        ],
    }
    checked = without_unknown(data, ["Ghost"])
    assert checked.data["text"] == ["`Till` adds."]
    assert checked.data["participants"] == ["Till", "Bank"]
    assert [step["text"] for step in checked.data["steps"]] == ["pay"]
    assert checked.dropped == 3
    assert not is_empty(checked.data)
    assert is_empty({"text": []})


def run(tmp_path: Path, *answers: Any) -> tuple[Any, list[str], list[Event]]:
    """The result of a task to which a model gives these answers in turn, the prompts, and what was told."""
    queue, prompts, told = list(answers), [], []  # type: ignore[var-annotated]

    def behave(unit: WorkUnit) -> Mapping[str, Any]:
        prompts.append(unit.prompt)
        return {"s1": {"text": queue.pop(0)}}

    bus = EventBus("r1")
    bus.subscribe(told.append)
    backends = {"opencode": FakeBackend("opencode", behave)}
    asking = Asking(CONFIG, tmp_path, bus, backends=backends, lookup=nothing)
    return generate([TASK], asking)[0], prompts, told


def test_an_invented_name_is_repaired_once_with_the_same_beginning(tmp_path: Path) -> None:
    result, prompts, told = run(tmp_path, ["`Ghost` adds."], ["`Till` adds."])
    assert result.data == {"text": ["`Till` adds."]}
    assert len(prompts) == 2
    assert prompts[1].startswith(prompts[0])
    assert "`Ghost`" in prompts[1].removeprefix(prompts[0])
    assert result.requests == 2
    assert not [event for event in told if isinstance(event, SentencesDropped)]


def test_what_stays_invented_is_left_out_and_counted(tmp_path: Path) -> None:
    result, prompts, told = run(tmp_path, ["`Ghost` adds."], ["`Ghost` adds.", "`Till` adds."])
    assert result.data == {"text": ["`Till` adds."]}
    assert len(prompts) == 2
    dropped = [event for event in told if isinstance(event, SentencesDropped)]
    assert [(event.section, event.names, event.sentences) for event in dropped] == [(TASK.id, ("Ghost",), 1)]
    assert any("`Ghost`" in e.text or "Ghost" in e.text for e in told if isinstance(e, Message))


def test_an_answer_of_inventions_alone_is_none(tmp_path: Path) -> None:
    result, _, _ = run(tmp_path, ["`Ghost` adds."], ["`Ghost` adds."])
    assert result.action == "failed"
    assert "does not exist" in result.reason


def test_a_remembered_answer_is_held_against_the_tree_again(tmp_path: Path) -> None:
    first, _, _ = run(tmp_path, ["`Till` adds."])
    again, prompts, _ = run(tmp_path)
    assert first.data == again.data
    assert prompts == []


def test_what_another_machine_invented_is_left_out_when_it_comes_home() -> None:
    told: list[Event] = []
    bus = EventBus("r1")
    bus.subscribe(told.append)
    good = SectionResult(TASK.id, "generated", data={"text": ["`Till` adds."]})
    mixed = SectionResult(TASK.id, "generated", data={"text": ["`Till` adds.", "`Ghost` haunts."]})
    bad = SectionResult(TASK.id, "generated", data={"text": ["`Ghost` haunts."]})
    assert checked_here(good, TASK, nothing, bus) == good
    assert not told
    assert checked_here(mixed, TASK, nothing, bus).data == {"text": ["`Till` adds."]}
    assert checked_here(bad, TASK, nothing, bus).action == "failed"
    assert sum(event.sentences for event in told if isinstance(event, SentencesDropped)) == 2
