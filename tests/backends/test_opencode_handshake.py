"""Which OpenCode is it: told in one line where it is none that we can drive, and the next backend is asked."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from repodoc_hooks.backends import opencode_program
from repodoc_hooks.backends.opencode import OpenCodeBackend
from repodoc_hooks.backends.opencode_handshake import Strange, greet, version_problem
from repodoc_hooks.backends.opencode_server import ManagedServer
from repodoc_hooks.backends.programs import parse_version
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.sections.failures import Deadline, ModelError
from tests.backends.opencode_double import PAGE, PROGRAM, Answer, serving


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.18.33", (1, 18, 33)),
        ("opencode v2.0.15\n", (2, 0, 15)),
        ("\x1b[1mopencode\x1b[0m v2.4.0 (stable)", (2, 4, 0)),
        ("a new version is there\nv2.1.3", (2, 1, 3)),
        ("2.2", (2, 2)),
        ("no number", None),
    ],
)
def test_versions_as_programs_print_them(text: str, version: tuple[int, ...] | None) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    ("version", "known"),
    [
        *(((1, 17, 9), False), ((1, 18, 0), True), ((1, 99), True), ((2, 0, 5), False)),
        *(((2, 0, 6), True), ((2, 9), True), ((3, 0, 0), False), ((0, 3), False)),
    ],
)
def test_versions_that_we_drive(version: tuple[int, ...], known: bool) -> None:
    told = version_problem(version)
    assert (told == "") is known
    if not known:
        assert ".".join(map(str, version)) in told
        assert "2.0.6 and later 2.x" in told
        assert "\n" not in told


V1 = {"/global/health": {"healthy": True, "version": "1.18.33"}}
V2 = {"/api/info": {"version": "2.0.15", "pid": 1}}


@pytest.mark.parametrize(
    ("routes", "version"), [(V1, (1, 18, 33)), (V2, (2, 0, 15)), ({**V1, "/api/info": PAGE}, (1, 18, 33))]
)
def test_a_server_is_known_by_its_answers(routes: dict[str, object], version: tuple[int, ...]) -> None:
    with serving(lambda method, path: (200, routes.get(path, PAGE))) as (url, seen):
        assert greet(url, "opencode", "pw", 5.0) == version
    assert len(seen) <= 2


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        ((200, PAGE), "unavailable", "web page"),
        ((401, ""), "auth", "refuses the password"),
        ((200, {"version": "3.1.0"}), "unavailable", "is OpenCode 3.1.0"),
        ((200, {"version": "2.0.1"}), "unavailable", "is OpenCode 2.0.1"),
        ((200, ["2.0.15"]), "unavailable", "web page"),
        ((200, {"version": None}), "unavailable", "web page"),
        ((404, ""), "unavailable", "web page"),
    ],
)
def test_what_is_none_that_we_can_drive(answer: Answer, kind: str, told: str) -> None:
    with serving(lambda method, path: answer) as (url, _), pytest.raises(Strange, match=told) as caught:
        greet(url, "opencode", "pw", 5.0)
    assert caught.value.kind == kind
    with pytest.raises(Strange) as caught:
        greet("http://127.0.0.1:9", "", "", 1.0)
    assert caught.value.kind == "connection"


def program(folder: Path, printed: str, version: str = "") -> str:
    """A stand-in on disk; its path."""
    path = folder / "opencode"
    text = PROGRAM.format(python=sys.executable, printed=printed, version=version or printed, page=PAGE)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_a_strange_version_is_not_started(tmp_path: Path) -> None:
    config = OpenCodeConfig(command=program(tmp_path, "opencode v3.0.0"), model="a/b")
    backend = OpenCodeBackend(config, tmp_path / "state", "")
    told = backend.unavailable()
    assert "OpenCode 3.0.0 is not known to repodoc" in told
    assert told.count("\n") == 0
    with pytest.raises(ModelError, match="3.0.0") as caught:
        ManagedServer(config, tmp_path / "state").ensure(Deadline.after(5))
    assert caught.value.kind == "unavailable"
    assert not (tmp_path / "state" / "server.json").exists()
    backend.close()


def test_the_version_is_asked_once_for_each_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = program(tmp_path, "2.0.15")
    assert opencode_program.find(command, tmp_path / "state").version == (2, 0, 15)
    monkeypatch.setattr(opencode_program, "version_of", lambda path: pytest.fail("asked again"))
    assert opencode_program.find(command, tmp_path / "state").version == (2, 0, 15)
    monkeypatch.undo()
    Path(command).unlink()
    assert "is not on PATH" in opencode_program.find(command, tmp_path / "state").problem
    program(tmp_path, "1.18.40")
    assert opencode_program.find(command, tmp_path / "state").version == (1, 18, 40)


def test_a_server_that_answers_with_web_pages_is_given_up_at_once(tmp_path: Path) -> None:
    """A version that should do, but does not: told with its number, and not started again for a while."""
    config = OpenCodeConfig(command=program(tmp_path, "2.1.3"), model="a/b")
    server = ManagedServer(config, tmp_path / "state")
    with (
        pytest.raises(ModelError, match="OpenCode 2.1.3 .* /api/agent with a web page") as caught,
        server.lease(),
    ):
        server.ensure(Deadline.after(60))
    assert caught.value.kind == "unavailable"
    began = time.monotonic()
    backend = OpenCodeBackend(config, tmp_path / "state", "")
    assert "2.1.3" in backend.unavailable()
    assert time.monotonic() - began < 2.0
    backend.close()
    program(tmp_path, "2.1.30")
    assert opencode_program.find(config.command, tmp_path / "state").problem == ""
