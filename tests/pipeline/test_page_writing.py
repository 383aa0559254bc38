"""Pages as they come: facts before the first request, each answer on its page when it is told, none lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.config import BackendsConfig, Config, ParallelConfig
from repodoc_hooks.events import Event, PageWritten, SectionFinished
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pages.markers import parse_page
from repodoc_hooks.pages.model import Page
from tests.models.test_generation import FakeBackend
from tests.pretended_model import CONFIG as PRETENDED
from tests.pretended_model import Model
from tests.repos import Repo
from tests.sections.tasks import answers_for

NAMES = ["east", "north", "south", "west"]
CONFIG = Config(backends=BackendsConfig(order=("opencode", "offline")), parallel=ParallelConfig(sessions=1))


@pytest.fixture
def packages(repo: Repo) -> Repo:
    """Four packages, each too large to share a request with another."""
    for name in NAMES:
        body = "".join(f"    step = step + {line} * 1000\n" for line in range(12))
        functions = [f"def go_{name}_{n}(step):\n{body}    return step * {n}\n" for n in range(14)]
        text = f'"""Leads a traveller to the {name} by steps."""\n\n' + "\n\n".join(functions)
        repo.write(f"{name}/__init__.py", text)
    repo.commit("Begin")
    return repo


def update(
    repo: Repo,
    monkeypatch: pytest.MonkeyPatch,
    behave: Callable[[WorkUnit], Any],
    watch: Callable[[Event], None] = lambda event: None,
    **request: Any,
) -> None:
    """Run `update` with a model that a function stands in for."""
    backend = FakeBackend("opencode", behave)
    monkeypatch.setattr("repodoc_hooks.backends.registry.open_backends", lambda *args: {"opencode": backend})
    with Engine.open(Git.discover(repo.path), CONFIG) as engine:
        engine.workspace.bus.subscribe(watch)
        engine.run(Request(origin="cli", **request))


def page_of(repo: Repo, name: str) -> Page:
    path = f"docs/repodoc/{name}/README.md"
    return parse_page(path, repo.read(path))


def prose(repo: Repo, subject: str) -> str:
    """The summary or overview of a subject as it stands on disk."""
    path = "docs/repodoc/README.md" if subject == "." else f"docs/repodoc/{subject}/README.md"
    page = parse_page(path, repo.read(path))
    return page.regions["overview" if subject == "." else "summary"].body


def test_all_pages_stand_with_facts_and_own_words_before_the_first_request(
    packages: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []

    def behave(unit: WorkUnit) -> Any:
        seen.append({name: packages.read(f"docs/repodoc/{name}/README.md") for name in NAMES})
        return answers_for(unit.prompt)

    update(packages, monkeypatch, behave)
    for name in NAMES:
        assert f"Leads a traveller to the {name} by steps." in seen[0][name]
        assert f"go_{name}_7" in seen[0][name]


def test_an_answer_is_on_its_page_when_it_is_told(packages: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    one_told = threading.Event()

    def watch(event: Event) -> None:
        if isinstance(event, SectionFinished) and event.action == "generated":
            assert "This is the" in prose(packages, event.section.partition("#")[0])
            told.append(event.section)
            one_told.set()

    asked: list[WorkUnit] = []

    def behave(unit: WorkUnit) -> Any:
        asked.append(unit)
        assert len(asked) == 1 or one_told.wait(60)  # the first is told while the second is being answered
        return answers_for(unit.prompt)

    update(packages, monkeypatch, behave, watch)
    assert len(asked) == len(NAMES)
    assert ".#overview" in told[:2]
    assert sorted(told) == sorted([".#overview", *(f"{name}#summary" for name in NAMES)])
    assert packages.repodoc("check", check=False).returncode == 0


def test_interrupted_what_was_told_is_on_disk_and_the_rest_is_owed(
    packages: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    stop = threading.Event()

    class Killed(BaseException):
        """The process ends here."""

    def watch(event: Event) -> None:
        if isinstance(event, SectionFinished) and event.action == "generated":
            told.append(event.section)
            if len(told) == 3:
                stop.set()

    calls: list[WorkUnit] = []

    def behave(unit: WorkUnit) -> Any:
        calls.append(unit)
        if len(calls) > 2:
            assert stop.wait(60)
            raise Killed
        return answers_for(unit.prompt)

    with pytest.raises(Killed):
        update(packages, monkeypatch, behave, watch)
    for section in told:
        assert "This is the" in prose(packages, section.partition("#")[0])
    left = [name for name in NAMES if f"{name}#summary" not in told]
    assert left
    for name in left:
        assert f"Leads a traveller to the {name} by steps." in prose(packages, name)
        assert page_of(packages, name).stamps.owed("summary")
    stop.clear()
    again: list[str] = []

    def once_more(unit: WorkUnit) -> Any:
        again.extend(unit.sections)
        return answers_for(unit.prompt)

    update(
        packages,
        monkeypatch,
        once_more,
    )
    assert set(again) <= {*(f"{name}#summary" for name in left), ".#overview"}
    assert all("This is the" in prose(packages, name) for name in NAMES)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
def test_whatever_ends_the_process_what_was_told_is_on_disk(
    packages: Repo, model: Model, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    packages.write(".repodoc.yaml", PRETENDED.replace("sessions: 2", "sessions: 1"))
    packages.commit("Ask a model")
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "0.3")
    command = [sys.executable, "-m", "repodoc_hooks", "update", "--stream"]
    told: set[str] = set()
    with subprocess.Popen(command, cwd=packages.path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "section_finished" and event["action"] == "generated":
                told.add(event["section"])
            if len(told) == 2:
                break
        process.send_signal(number)
        process.stdout.read()
    assert process.returncode in (130, -number)
    for section in told:
        subject = section.partition("#")[0]
        path = "docs/repodoc/README.md" if subject in ("", ".") else f"docs/repodoc/{subject}/README.md"
        assert "A model wrote this" in packages.read(path)
        parse_page(path, packages.read(path))
    asked = model.calls()
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "0")
    packages.repodoc("update")
    assert packages.repodoc("check").returncode == 0
    again = set(model.calls()[len(asked) :])
    assert not again.intersection(asked[: len(told) - 1])  # what was answered is not paid twice


def test_words_of_people_on_a_page_outlive_every_write(
    packages: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(packages, monkeypatch, lambda unit: answers_for(unit.prompt))
    packages.commit("Pages")
    path = "docs/repodoc/east/README.md"
    packages.write(path, packages.read(path).replace("## Api", "A word of mine.\n\n## Api", 1))
    packages.replace("east/__init__.py", "return step * 7", "return step * 77")
    text = packages.read(path)
    packages.write(path, text + "\nMy last word.\n")
    update(
        packages, monkeypatch, lambda unit: {"s1": {"text": ["Quite another text."]}, "s2": {"keep": True}}
    )
    assert "Quite another text." in prose(packages, "east")
    assert "My last word." in packages.read(path)


def test_a_commit_gets_its_pages_all_at_once(packages: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def watch(event: Event) -> None:
        if isinstance(event, PageWritten):
            written.append(event.path)

    def behave(unit: WorkUnit) -> Any:
        assert not written
        assert not (Path(packages.path) / "docs/repodoc").exists()
        return answers_for(unit.prompt)

    update(packages, monkeypatch, behave, watch, source="staged", apply="index")
    assert len(written) == len(NAMES) + 1
