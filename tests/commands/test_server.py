"""`repodoc server`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repodoc_hooks.cli import main
from tests.backends.conftest import write_opencode_settings
from tests.isolation import user_settings
from tests.repos import Repo
from tests.tools import npm_tool


def test_server_start_status_stop(
    project: Repo,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    write_opencode_settings(home, "http://127.0.0.1:9")
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
