"""One provider and one real OpenCode server for all tests of a test process."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.backends.base import Answer, WorkUnit
from repodoc_hooks.backends.opencode import OpenCodeBackend
from repodoc_hooks.backends.opencode_server import ManagedServer, ServerState
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.sections.failures import Deadline
from tests.backends.meters import TestMeter
from tests.fake_provider import FakeProvider, Reply
from tests.isolation import isolated
from tests.tools import npm_tool

SYSTEM = "You answer in JSON."
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["answer"],
    "properties": {"answer": {"type": "integer"}},
}
GOOD = '{"answer": 42}'
PASSWORD_VARIABLE = "REPODOC_TEST_PASSWORD"


def write_opencode_settings(home: Path, url: str, **more: Any) -> Path:
    """The user's own OpenCode configuration, with the fake provider in it."""
    prices = {"input": 3, "output": 15, "cache_read": 0.3}
    fake = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{url}/v1", "apiKey": "{env:FAKE_KEY}"},
        "models": {"priced": {"limit": {"context": 128_000, "output": 8192}, "cost": prices}, "unpriced": {}},
    }
    file = home / ".config" / "opencode" / "opencode.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"model": "fake/priced", "provider": {"fake": fake}, **more}))
    return file


@pytest.fixture(scope="session")
def shared_provider() -> Iterator[FakeProvider]:
    """The provider behind the shared server."""
    with FakeProvider(Reply(text=GOOD)) as provider:
        yield provider


@pytest.fixture
def provider(shared_provider: FakeProvider) -> FakeProvider:
    """The provider, with nothing scripted: it answers `GOOD`."""
    shared_provider.reset()
    return shared_provider


@dataclass(frozen=True)
class Served:
    """A real OpenCode server in front of the provider."""

    state: ServerState
    command: str

    @property
    def major(self) -> int:
        """1 or 2."""
        return int(self.state.version.partition(".")[0])


@pytest.fixture(scope="session", params=["opencode", "opencode2"])
def shared_server(
    request: pytest.FixtureRequest, shared_provider: FakeProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One managed server of each version for the whole test process."""
    home = tmp_path_factory.mktemp("server-home")
    write_opencode_settings(home, shared_provider.url)
    config = OpenCodeConfig(command=str(npm_tool(request.param)))
    server = ManagedServer(config, tmp_path_factory.mktemp("server-state"), SYSTEM)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in isolated(home).items():
            patch.setenv(name, value)
        patch.setenv("FAKE_KEY", "key")
        with server.lease():
            state = server.ensure(Deadline.after(120))
            yield Served(state, config.command)
    server.stop()


MakeBackend = Callable[..., OpenCodeBackend]


@pytest.fixture
def make_backend(
    shared_server: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeBackend]:
    """Makes clients of the shared server; all are closed at the end."""
    monkeypatch.setenv(PASSWORD_VARIABLE, shared_server.state.password)
    made: list[OpenCodeBackend] = []

    def make(**settings: Any) -> OpenCodeBackend:
        urls = settings.pop("urls", (shared_server.state.url,))
        settings.setdefault("model", "fake/priced")
        config = OpenCodeConfig(urls=urls, password_env=PASSWORD_VARIABLE, **settings)
        made.append(OpenCodeBackend(config, tmp_path / "state", SYSTEM))
        return made[-1]

    yield make
    for backend in made:
        backend.close()


@pytest.fixture
def backend(make_backend: MakeBackend, provider: FakeProvider) -> OpenCodeBackend:
    """A client of the shared server, whose provider answers `GOOD`."""
    return make_backend()


def unit(prompt: str = "What is the answer?", **fields: Any) -> WorkUnit:
    """A small question."""
    defaults: dict[str, Any] = {
        "id": "a#summary",
        "sections": ("a#summary",),
        "system": SYSTEM,
        "schema": SCHEMA,
    }
    return WorkUnit(prompt=prompt, **{**defaults, **fields})


def ask(backend: Any, seconds: float = 20.0, meter: TestMeter | None = None, **fields: Any) -> Answer:
    """Ask a small question and wait at most so long."""
    answer: Answer = backend.complete(unit(**fields), Deadline.after(seconds), meter or TestMeter())
    return answer


class When:
    """Does something as soon as a condition holds, in a thread that is waited for."""

    def __init__(self, condition: Callable[[], object], action: Callable[[], object]) -> None:
        self._thread = threading.Thread(target=self._wait, args=(condition, action))

    def __enter__(self) -> When:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._thread.join()

    @staticmethod
    def _wait(condition: Callable[[], object], action: Callable[[], object]) -> None:
        for _ in range(600):
            if condition():
                break
            time.sleep(0.05)
        action()
