"""A scripted coding agent: it reads tasks and writes answers, through whatever door a test gives it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.repos import Repo, Result

COMPONENTS = 30


def packages(repo: Repo, count: int = COMPONENTS) -> None:
    """Commit a project of many small Python packages, each importing the one before it, and set repodoc up in it."""
    files = {"README.md": "# Many\n\nA project of many packages.\n"}
    for number in range(count):
        before = f"from part{number - 1:02} import run{number - 1:02}\n\n\n" if number else ""
        body = f'def run{number:02}(word: str) -> str:\n    """Give the word back."""\n    return word\n'
        files[f"src/part{number:02}/__init__.py"] = f'"""Part {number}."""\n\n{before}{body}'
    repo.write_all(files)
    repo.commit("Start")
    repo.repodoc("init", "--yes", "--hooks", "none")
    repo.commit("Set repodoc up", hooks=False)


def page_of(repo: Repo, component: str) -> str:
    """The path of a component's page."""
    rows = json.loads(repo.repodoc("list", "--json").stdout)["components"]
    return next(str(row["page"]) for row in rows if row["id"] == component)


def tasks(repo: Repo, *options: str) -> list[dict[str, Any]]:
    """What `repodoc tasks --json` gives."""
    found = json.loads(repo.repodoc("tasks", "--json", *options).stdout)
    assert found["schema"] == 1
    return list(found["tasks"])


def hand_in(
    repo: Repo, answers: Sequence[Mapping[str, Any]], *options: str, author: str = "scripted"
) -> Result:
    """Run `repodoc answer - --json`; its exit code is the test's business."""
    text = json.dumps({"author": author, "answers": answers})
    return repo.run("repodoc", "answer", "-", "--json", *options, input=text, check=False)


def verdicts(result: Result) -> list[dict[str, Any]]:
    """What became of each answer."""
    return list(json.loads(result.stdout)["answers"])


def answer(task: Mapping[str, Any]) -> dict[str, Any]:
    """An honest answer to a task, in its form."""
    name = task["id"].rpartition("#")[0]
    found: dict[str, Any] = {
        "id": task["id"],
        "text": [f"What {name} is for is told by an agent.", "It gives a word back."],
    }
    if "participants" in task["form"]:
        found |= {
            "participants": ["caller", "callee"],
            "steps": [{"from": "caller", "to": "callee", "text": "asks for the word"}],
        }
    return found


def work_off(
    ask: Callable[[], list[dict[str, Any]]], hand: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> int:
    """Answer until nothing is owed; how many answers were taken."""
    done = 0
    for _ in range(100):
        owed = ask()
        if not owed:
            return done
        found = hand([answer(task) for task in owed])
        assert all(each["accepted"] for each in found), found
        done += len(found)
    raise AssertionError("it never ends")
