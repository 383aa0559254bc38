"""`repodoc cache` and `repodoc server`."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from repodoc_hooks.cli import main
from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.store.cache import open_cache
from tests.fake_provider import FakeProvider
from tests.isolation import user_settings
from tests.models.conftest import Served, write_opencode_settings
from tests.repos import Repo
from tests.tools import npm_tool


def test_cache_stats_and_clear_are_shared_by_worktrees(
    project: Repo, capfd: pytest.CaptureFixture[str]
) -> None:
    other = project.path.parent / "other"
    project.git("worktree", "add", "-q", str(other))
    with closing(open_cache(Git.discover(project.path).state_dir, Config())) as cache:
        cache.set("a", b"1")
    assert main(["-C", str(other), "cache", "stats", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["entries"] == 1
    assert main(["-C", str(project.path), "cache", "clear"]) == 0
    assert capfd.readouterr().out == "removed 1 entries\n"
    assert main(["-C", str(other), "cache", "stats"]) == 0
    assert capfd.readouterr().out.startswith("0 entries")


def test_server_start_status_stop(
    project: Repo,
    provider: FakeProvider,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    write_opencode_settings(home, provider.url)
    monkeypatch.setenv("FAKE_KEY", "key")
    user_settings(f"backends: {{opencode: {{command: {npm_tool('opencode')}}}}}\n")
    verb = ["-C", str(project.path), "server"]
    assert main([*verb, "status"]) == 1
    assert main([*verb, "start"]) == 0
    capfd.readouterr()
    assert main([*verb, "status", "--json"]) == 0
    status = json.loads(capfd.readouterr().out)
    assert status["running"]
    assert status["url"].startswith("http://127.0.0.1:")
    assert main([*verb, "stop"]) == 0
    assert capfd.readouterr().out == "not running\n"
    assert main([*verb, "status"]) == 1


def test_what_keeps_the_server_from_starting_is_one_line(
    project: Repo, capfd: pytest.CaptureFixture[str]
) -> None:
    user_settings("backends: {opencode: {command: no-such-opencode}}\n")
    assert main(["-C", str(project.path), "server", "start"]) == 2
    error = capfd.readouterr().err
    assert "no-such-opencode is not on PATH" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("key", ["ANTHROPIC_API_KEY", "CLAUDE_CODE_USE_BEDROCK"])
def test_doctor_says_that_the_claude_cli_has_no_key(project: Repo, home: Path, key: str) -> None:
    program = home / "claude"
    program.write_text("#!/bin/sh\necho 2.1.330\n")
    program.chmod(0o755)
    project.write(".repodoc.yaml", "backends: {order: [claude]}\n")
    user_settings(f"backends: {{claude: {{command: {program}}}}}\n")
    without = json.loads(project.repodoc("doctor", "--json", check=False).stdout)["findings"]
    (finding,) = [f for f in without if (f["check"], f["level"]) == ("claude", "warning")]
    assert "no key" in finding["text"]
    assert key in finding["fix"]
    with_key = json.loads(project.repodoc("doctor", "--json", check=False, env={key: "1"}).stdout)["findings"]
    assert [f["level"] for f in with_key if f["check"] == "claude"] == ["ok"]


def test_doctor_asks_each_server_with_its_own_password(project: Repo, shared_server: Served) -> None:
    at = shared_server.state.url.removeprefix("http://")
    urls = f"['http://opencode:$PW_ONE@{at}', 'http://opencode:$PW_TWO@{at}']"
    project.write(".repodoc.yaml", "backends: {order: [opencode]}\n")
    user_settings(f"backends: {{opencode: {{urls: {urls}}}}}\n")
    env = {"PW_ONE": shared_server.state.password, "PW_TWO": "not-this-one"}
    done = project.repodoc("doctor", "--json", check=False, env=env)
    found = [f for f in json.loads(done.stdout)["findings"] if f["check"] == "opencode"]
    assert [f["level"] for f in found] == ["ok", "error", "warning"]
    assert "names a model" in found[2]["text"]
    assert "refuses the password" in found[1]["text"]
    assert "PW_TWO" in found[1]["fix"]
    assert not any(secret in done.output for secret in env.values())


def test_doctor_says_that_opencode_has_no_provider(project: Repo, home: Path) -> None:
    project.write(".repodoc.yaml", "backends: {order: [opencode]}\n")
    user_settings("backends: {opencode: {command: git}}\n")

    def levels() -> list[str]:
        found = json.loads(project.repodoc("doctor", "--json", check=False).stdout)["findings"]
        return [f["level"] for f in found if f["check"] == "opencode"]

    assert levels() == ["error", "warning", "warning"]
    write_opencode_settings(home, "http://127.0.0.1:9")
    assert levels() == ["error"], "git is no OpenCode"
