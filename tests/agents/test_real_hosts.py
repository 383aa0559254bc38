"""The real OpenCode and the real Claude CLI as hosts of `repodoc mcp`, before a scripted provider."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.agents.host import answer
from tests.backends.conftest import write_opencode_settings
from tests.fake_provider import FakeProvider, Reply
from tests.repos import Repo
from tests.tools import npm_tool


@pytest.fixture
def provider(home: Path) -> Iterator[FakeProvider]:
    """The model."""
    with FakeProvider(Reply(text="Done.")) as provider:
        yield provider


@pytest.fixture
def ready(project: Repo) -> Repo:
    """A project with pages, committed."""
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set repodoc up", hooks=False)
    return project


def texts(value: Any) -> Iterator[str]:
    """Every text in a request."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def answers_for(body: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to the tasks that the last tool gave."""
    for text in reversed(list(texts(body["messages"]))):
        start = text.find("{")
        try:
            found = json.JSONDecoder().raw_decode(text, start)[0] if start >= 0 else {}
        except ValueError:
            continue
        if isinstance(found, dict) and found.get("tasks"):
            return {"author": "scripted", "answers": [answer(task) for task in found["tasks"]]}
    return {"author": "scripted", "answers": []}


def script(provider: FakeProvider, prefix: str) -> None:
    """Ask for the tasks and answer them, twice: the overview is owed after the summaries; then look."""
    tools: list[tuple[str, Any]] = [
        *[("tasks", {"limit": 20}), ("answer", answers_for)] * 2,
        ("check", {}),
    ]
    provider.script(
        *(
            Reply(kind="tool", tool=f"{prefix}{tool}", arguments=arguments, match=f"{prefix}tasks", times=1)
            for tool, arguments in tools
        )
    )


def ends_current(repo: Repo, provider: FakeProvider) -> None:
    """The pages are written by the agent, and all is current."""
    last = provider.requests[-1].body
    said = [
        text for text in texts(last["messages"]) if '"current": true' in text or '\\"current\\": true' in text
    ]
    assert said, json.dumps(last["messages"])[-3000:]
    assert repo.repodoc("check").returncode == 0
    assert "agent:scripted" in repo.read("docs/repodoc/README.md")
    assert "told by an agent" in repo.read("docs/repodoc/src/core/README.md")
    assert json.loads(repo.repodoc("tasks", "--json").stdout)["tasks"] == []


@pytest.mark.timeout(300)
def test_opencode(ready: Repo, provider: FakeProvider, home: Path) -> None:
    server = {
        "type": "local",
        "command": [str(shutil.which("repodoc")), "mcp", "--write"],
        "enabled": True,
        "timeout": 60000,
    }
    write_opencode_settings(home, provider.url, mcp={"repodoc": server})
    script(provider, "repodoc_")
    done = ready.run(
        npm_tool("opencode"),
        "run",
        "--model",
        "fake/priced",
        "Write what is owed.",
        check=False,
        env={"FAKE_KEY": "key", "PWD": str(ready.path)},
    )
    assert done.returncode == 0, done.output
    ends_current(ready, provider)


@pytest.mark.timeout(300)
def test_claude(ready: Repo, provider: FakeProvider) -> None:
    ready.repodoc("init", "--yes", "--hooks", "none", "--agent", "claude")
    script(provider, "mcp__repodoc__")
    done = ready.run(
        npm_tool("claude"),
        *("-p", "Write what is owed.", "--mcp-config", ".mcp.json", "--strict-mcp-config"),
        *(
            "--allowedTools",
            "mcp__repodoc__tasks,mcp__repodoc__answer,mcp__repodoc__check",
            "--model",
            "haiku",
        ),
        check=False,
        env={
            "ANTHROPIC_BASE_URL": provider.url,
            "ANTHROPIC_API_KEY": "key",
            "PWD": str(ready.path),
            "ENABLE_TOOL_SEARCH": "false",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        },
    )
    assert done.returncode == 0, done.output
    ends_current(ready, provider)
