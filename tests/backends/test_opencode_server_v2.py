"""The managed server of OpenCode 2: the user's sign-in without the user's database; broken servers are replaced."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.backends.opencode import OpenCodeBackend
from repodoc_hooks.backends.opencode_server import ManagedServer
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.sections.failures import Deadline, ModelError
from tests.backends.conftest import GOOD, SYSTEM, When, ask, write_opencode_settings
from tests.fake_provider import FakeProvider, Reply
from tests.tools import npm_tool


@pytest.fixture
def users_home(home: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose OpenCode has the provider, with the key in its sign-in file only."""
    file = write_opencode_settings(home, provider.url)
    text = file.read_text()
    assert ', "apiKey": "{env:FAKE_KEY}"' in text
    file.write_text(text.replace(', "apiKey": "{env:FAKE_KEY}"', ""))
    auth = home / ".local" / "share" / "opencode" / "auth.json"
    auth.parent.mkdir(parents=True)
    auth.write_text('{"fake": {"type": "api", "key": "key-of-the-file"}}')
    return home


@pytest.fixture
def config() -> OpenCodeConfig:
    return OpenCodeConfig(command=str(npm_tool("opencode2")))


@pytest.fixture
def backend(users_home: Path, config: OpenCodeConfig, tmp_path: Path) -> Iterator[OpenCodeBackend]:
    """A backend with a managed server of its own."""
    made = OpenCodeBackend(config, tmp_path / "state", SYSTEM)
    yield made
    made.close()
    ManagedServer(config, tmp_path / "state").stop()


def files(home: Path) -> dict[str, bytes]:
    """What the user's own OpenCode has on disk."""
    found = [*(home / ".config").rglob("*"), *(home / ".local").rglob("*"), *(home / ".cache").rglob("*")]
    return {str(path): path.read_bytes() for path in found if path.is_file()}


def test_the_key_of_the_sign_in_file_is_handed_over(
    backend: OpenCodeBackend, users_home: Path, provider: FakeProvider, tmp_path: Path
) -> None:
    before = files(users_home)
    assert ask(backend, 90).data == {"answer": 42}
    assert provider.requests[0].headers["authorization"] == "Bearer key-of-the-file"
    state = json.loads((tmp_path / "state" / "server.json").read_text())
    assert state["version"].startswith("2.")
    assert files(users_home) == before


def test_the_database_of_the_user_is_read_and_not_touched(
    users_home: Path, config: OpenCodeConfig, provider: FakeProvider, tmp_path: Path
) -> None:
    """The sign-in that version 2 has in its own database: made by the real program, used by ours."""
    folder = users_home / ".local" / "share" / "opencode"
    with closing(sqlite3.connect(folder / "opencode.db")) as db, db:
        db.execute("CREATE TABLE session (text TEXT)")
        db.execute("INSERT INTO session VALUES ('of version 1')")
    before = files(users_home)
    backend = OpenCodeBackend(config, tmp_path / "state", SYSTEM)
    assert ask(backend, 90).data == {"answer": 42}
    backend.close()
    ManagedServer(config, tmp_path / "state").stop()
    assert files(users_home) == before, "a database of version 1 is not migrated"


def test_the_gateway_is_not_there_to_be_asked(backend: OpenCodeBackend, provider: FakeProvider) -> None:
    ask(backend, 90)
    models = backend._servers[0]._catalogue.models
    assert not [name for name in models if name.startswith("opencode/")]
    assert {"fake/priced", "fake/unpriced"} <= models.keys()


def test_a_server_that_dies_under_way_is_replaced(
    backend: OpenCodeBackend, provider: FakeProvider, config: OpenCodeConfig, tmp_path: Path
) -> None:
    ask(backend, 90)
    first = ManagedServer(config, tmp_path / "state").status().pid
    provider.script(Reply(text=GOOD, latency=30))
    with (
        pytest.raises(ModelError) as caught,
        When(lambda: provider.in_flight, lambda: os.kill(first, signal.SIGKILL)),
    ):
        ask(backend, 60)
    assert caught.value.kind == "lost"
    provider.reset()
    assert ask(backend, 90).data == {"answer": 42}
    assert ManagedServer(config, tmp_path / "state").status().pid != first


def test_a_server_that_fails_by_itself_is_replaced(
    backend: OpenCodeBackend, provider: FakeProvider, config: OpenCodeConfig, tmp_path: Path
) -> None:
    """Version 2 answers 500 for a directory that is not there, and remembers it."""
    ask(backend, 90)
    first = ManagedServer(config, tmp_path / "state").status().pid
    with pytest.raises(ModelError) as caught:
        ask(backend, 60, deep=True, directory=str(tmp_path / "gone"))
    assert caught.value.kind == "broken"
    assert ask(backend, 90).data == {"answer": 42}
    assert ManagedServer(config, tmp_path / "state").status().pid != first


def test_what_a_killed_process_left_running_is_ended(
    backend: OpenCodeBackend, provider: FakeProvider, config: OpenCodeConfig, tmp_path: Path, users_home: Path
) -> None:
    """The turn goes on after its process died; the next one that comes to the server ends it."""
    managed = ManagedServer(config, tmp_path / "state", SYSTEM)
    with managed.lease():
        state = managed.ensure(Deadline.after(90))
    provider.script(Reply(kind="hang", match="orphan"))
    _begin(state, "orphan")
    for _ in range(200):
        if provider.in_flight:
            break
        _pause()
    assert provider.in_flight == 1
    assert ask(backend, 90).data == {"answer": 42}
    for _ in range(100):
        if not provider.in_flight:
            break
        _pause()
    assert provider.in_flight == 0


def _pause() -> None:
    import time

    time.sleep(0.05)


def _begin(state: Any, prompt: str) -> None:
    import httpx

    with httpx.Client(base_url=state.url, auth=(state.username, state.password), trust_env=False) as client:
        body = {
            "title": "repodoc a#summary",
            "model": {"providerID": "fake", "id": "priced"},
            "location": {"directory": state.directory},
        }
        session = client.post("/api/session", json=body).json()["data"]["id"]
        client.post(f"/api/session/{session}/prompt", json={"text": prompt})
