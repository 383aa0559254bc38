"""Nothing but the model's provider is reached over the network, and nothing else is needed."""

from __future__ import annotations

import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.conftest import write_opencode_settings
from tests.fake_provider import FakeProvider, Reply, last_user_text
from tests.isolation import user_settings
from tests.loopback_only import CUT_OFF
from tests.repos import Repo
from tests.sections.tasks import answers_for, scripted
from tests.tools import npm_tool

CHECKOUT = Path(__file__).parents[2]
CONFIG = """\
version: 1
backends:
  order: [{backend}]
  opencode: {{model: fake/priced}}
pre_commit: {{deadline: 60}}
deep: {{sections: []}}
"""
USER = """\
backends:
  opencode: {{command: "{opencode}"}}
  claude: {{command: "{claude}"}}
"""


class Proxy(socketserver.ThreadingTCPServer):
    """Takes down every request line that programs send to their proxy, and answers none."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _TakeDown)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _TakeDown(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Proxy)
        self.server.asked.append(self.rfile.readline().decode(errors="replace").strip())


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The way to all that is not loopback, for every program that the test starts."""
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, server.url)
            monkeypatch.setenv(name.lower(), server.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
        monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def provider(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """The model, on loopback, for both programs."""
    structured = Reply(
        kind="tool",
        tool="StructuredOutput",
        match='"StructuredOutput"',
        arguments=lambda body: answers_for(last_user_text(body)),
    )
    with FakeProvider(Reply(text=scripted)) as provider:
        provider.script(structured)
        write_opencode_settings(home, provider.url)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", provider.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
        yield provider


def test_the_proxy_sees_what_opencode_asks_of_others(proxy: Proxy, repo: Repo) -> None:
    repo.run(npm_tool("opencode"), "models", "--refresh", check=False)
    assert any(line.startswith("CONNECT ") for line in proxy.asked)


@pytest.mark.parametrize("backend", ["opencode", "claude"])
def test_only_the_provider_is_asked(
    backend: str, project: Repo, provider: FakeProvider, proxy: Proxy
) -> None:
    project.write(".repodoc.yaml", CONFIG.format(backend=backend))
    user_settings(USER.format(opencode=npm_tool("opencode"), claude=npm_tool("claude")))
    project.repodoc("init", "--yes")
    project.repodoc("update")
    project.commit("Set up")
    project.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    project.git("commit", "-q", "-am", "Whole prices")
    project.repodoc("server", "stop", check=False)
    assert provider.calls > 0
    assert "without a model" not in project.read("docs/repodoc/src/shop/README.md")
    assert proxy.asked == []


def test_the_main_job_needs_no_network_but_the_provider(repo: Repo) -> None:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("networks of one's own are Linux's, and unshare makes them")
    if repo.run(*CUT_OFF, "true", check=False).returncode:
        pytest.skip("this machine lets nobody but root make a network namespace")
    npm_tool("opencode")  # installed while there is a network
    done = subprocess.run(
        [
            *(*CUT_OFF, sys.executable, "-m", "tests.loopback_only"),
            *("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/test_main_job_models.py"),
            *("-k", "tokens_and_cost or revert or one_request"),
        ],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
