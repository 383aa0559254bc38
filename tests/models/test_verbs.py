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
from tests.models.conftest import write_opencode_settings
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
    project.write(
        ".repodoc.yaml", f"version: 1\nbackends: {{opencode: {{command: {npm_tool('opencode')}}}}}\n"
    )
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
    project.write(".repodoc.yaml", "version: 1\nbackends: {opencode: {command: no-such-opencode}}\n")
    assert main(["-C", str(project.path), "server", "start"]) == 2
    error = capfd.readouterr().err
    assert "no-such-opencode is not on PATH" in error
    assert error.count("\n") == 1
