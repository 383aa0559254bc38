"""`repodoc mcp` over stdio, asked by the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import TextContent, TextResourceContents

from tests.agents.host import COMPONENTS, answer, packages, page_of
from tests.repos import Repo

_T = TypeVar("_T")


@pytest.fixture
def ready(project: Repo) -> Repo:
    """A project with pages, committed."""
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set repodoc up", hooks=False)
    return project


def talk(repo: Repo, script: Callable[[ClientSession], Awaitable[_T]], *options: str) -> _T:
    """Run a script against a server of its own."""
    server = StdioServerParameters(
        command="repodoc", args=["mcp", *options], cwd=repo.path, env=dict(os.environ)
    )

    async def session() -> _T:
        with Path(os.devnull).open("w") as log:
            async with (
                stdio_client(server, errlog=log) as (read, write),
                ClientSession(read, write) as client,
            ):
                await client.initialize()
                return await script(client)

    return asyncio.run(session())


async def call(client: ClientSession, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Whether a call failed, and its text."""
    result = await client.call_tool(tool, arguments)
    first = result.content[0]
    assert isinstance(first, TextContent)
    return bool(result.is_error), first.text


async def told(client: ClientSession, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool tells, as data."""
    failed, text = await call(client, tool, **arguments)
    assert not failed, text
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def test_an_agent_fills_a_repository_over_mcp(repo: Repo) -> None:
    packages(repo)

    async def script(client: ClientSession) -> int:
        done = 0
        while owed := (await told(client, "tasks", limit=20))["tasks"]:
            found = await told(client, "answer", answers=[answer(task) for task in owed], author="scripted")
            assert all(each["accepted"] for each in found["answers"]), found
            done += len(owed)
        assert (await told(client, "check"))["current"]
        return done

    assert talk(repo, script, "--write") == COMPONENTS + 1
    assert "agent:scripted" in repo.read(page_of(repo, "src/part07"))
    assert repo.repodoc("check").returncode == 0


def test_without_write_there_is_no_answering(ready: Repo) -> None:
    async def script(client: ClientSession) -> set[str]:
        return {tool.name for tool in (await client.list_tools()).tools}

    assert talk(ready, script) == {"tasks", "check", "plan", "read", "find"}
    assert ready.is_clean()


def test_pages_are_read_by_path_component_file_and_symbol(ready: Repo) -> None:
    async def script(client: ClientSession) -> None:
        core = page_of(ready, "src/core")
        for what in (core, "src/core", "src/core/text.py", "shout", "core.text.shout"):
            failed, text = await call(client, "read", what=what)
            assert not failed, text
            assert text.startswith(f"{core}\n"), what
            assert "repodoc:stamps" not in text
        for what in ("../../etc/passwd", "/etc/passwd", ".git/config", "README.md", "nothing", "", "\0"):
            failed, text = await call(client, "read", what=what)
            assert failed or text.startswith("docs/repodoc/"), what
        listed = await client.read_resource("repodoc://pages")
        first = listed.contents[0]
        assert isinstance(first, TextResourceContents)
        assert core in first.text
        read = await client.read_resource(f"repodoc://page/{core}")
        again = read.contents[0]
        assert isinstance(again, TextResourceContents)
        assert "shout" in again.text

    talk(ready, script)


def test_symbols_and_pages_are_found_by_words(ready: Repo) -> None:
    async def script(client: ClientSession) -> None:
        found = await told(client, "find", words="shout capitals")
        assert found["symbols"][0]["name"] == "shout"
        assert found["pages"][0]["page"] == page_of(ready, "src/core")
        assert (await told(client, "find", words="qqqqq"))["symbols"] == []

    talk(ready, script)


def test_what_is_stale_is_told(ready: Repo) -> None:
    ready.replace("src/core/text.py", "def whisper", "def murmur")

    async def script(client: ClientSession) -> None:
        found = await told(client, "check")
        assert not found["current"]
        assert page_of(ready, "src/core") in {row["page"] for row in found["sections"]}
        assert (await told(client, "plan"))["count"] > 0

    talk(ready, script)
    assert ready.status() == [" M src/core/text.py"]


def test_a_bad_call_is_an_error_and_no_end(ready: Repo) -> None:
    async def script(client: ClientSession) -> None:
        assert (await call(client, "answer", answers="nonsense"))[0]
        found = await told(client, "answer", answers=[{"id": "nothing", "text": ["x"]}])
        assert not found["answers"][0]["accepted"]
        assert (await call(client, "tasks", paths=["nowhere"]))[0]
        assert await told(client, "tasks", limit=-5)

    talk(ready, script, "--write")
    assert ready.is_clean()
