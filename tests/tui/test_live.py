"""The TUI against real runs: started from it, and followed in a real terminal (tmux)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from repodoc_hooks.tui.app import RepodocApp
from repodoc_hooks.tui.sources import Repository, interrupt_run, linked_page
from tests.repos import Repo
from tests.tui.world import drive, git_of, until

pytestmark = pytest.mark.timeout(150)  # an app that does not leave is found out soon


def test_u_runs_a_real_update_and_shows_it(project: Repo) -> None:
    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        assert {section.state for section in app.board.plan} == {"missing"}
        await pilot.press("U")
        await until(
            pilot, lambda: bool(app.board.plan) and {s.state for s in app.board.plan} == {"current"}, 60
        )
        (run,) = app.board.views.values()
        assert (run.origin, run.state) == ("cli", "done")
        assert run.git_calls, "every git command is told"
        await until(pilot, lambda: app.path != "" and app.body.table("log-table").row_count > 0)
        assert "git" in {row.cells[1] for row in app.board.log()}

    drive(Repository(git_of(project.path)), script, runs=False)
    assert project.exists("docs/repodoc/README.md")


def test_a_retried_job_is_queued_again(project: Repo) -> None:
    repository = Repository(git_of(project.path))
    assert repository.retry() == 0
    assert repository.jobs() == []


def test_pages_are_read_inside_the_repository_only(project: Repo, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    repository = Repository(git_of(project.path))
    assert repository.page("README.md").startswith("# Sample")
    assert repository.page(os.path.relpath(tmp_path / "secret.md", project.path)) == ""
    (project.path / "link.md").symlink_to(tmp_path / "secret.md")
    assert repository.page("link.md") == ""


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("lib.md", "docs/src/lib.md"),
        ("../index.md#x", "docs/index.md"),
        ("a%20b.md", "docs/src/a b.md"),
        ("../../../x.md", ""),
        ("https://example.org/x.md", ""),
        ("//example.org/x.md", ""),
        ("/etc/x.md", ""),
        ("#top", "docs/src/app.md"),
    ],
)
def test_links_stay_inside(href: str, target: str) -> None:
    assert linked_page("docs/src/app.md", href) == target


def test_only_runs_of_ours_are_interrupted() -> None:
    foreign = subprocess.Popen(["sleep", "60"])
    try:
        assert interrupt_run(foreign.pid) is False
        assert interrupt_run(os.getpid()) is False
        assert interrupt_run(2**22 + 1) is False
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()


def test_without_a_terminal_there_is_one_clear_line(project: Repo) -> None:
    result = project.repodoc("tui", check=False)
    assert result.returncode == 2
    assert result.stderr.startswith("repodoc: the TUI needs a terminal; use")
    assert result.stderr.count("\n") == 1


class Terminal:
    """A tmux session of its own."""

    def __init__(self, socket: Path, top: Path) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", os.devnull]
        env = {**os.environ, "TERM": "xterm-256color"}
        command = [
            *self._tmux,
            "new-session",
            "-d",
            "-x",
            "100",
            "-y",
            "30",
            "-s",
            "t",
            "-c",
            str(top),
            "repodoc tui",
        ]
        subprocess.run(command, env=env, check=True)

    def keys(self, *keys: str) -> None:
        subprocess.run([*self._tmux, "send-keys", "-t", "t", *keys], check=True)

    def screen(self) -> str:
        done = subprocess.run(
            [*self._tmux, "capture-pane", "-p", "-t", "t"], capture_output=True, text=True, check=False
        )
        return done.stdout

    def wait(self, condition: Callable[[str], bool]) -> str:
        for _ in range(600):
            screen = self.screen()
            if condition(screen):
                return screen
            time.sleep(0.1)
        raise AssertionError(f"it never came true:\n{self.screen()}")

    def alive(self) -> bool:
        return (
            subprocess.run(
                [*self._tmux, "has-session", "-t", "t"], capture_output=True, check=False
            ).returncode
            == 0
        )

    def end(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def terminal(project: Repo) -> Iterator[Terminal]:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:  # socket paths are limited to 107 bytes
        made = Terminal(Path(short) / "s", project.path)
        yield made
        made.end()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux on PATH")
def test_a_run_of_another_terminal_is_followed_in_a_real_one(project: Repo, terminal: Terminal) -> None:
    terminal.wait(lambda screen: "missing" in screen and "q Quit" in screen)
    project.repodoc("update")
    terminal.wait(lambda screen: "all current" in screen and "✓ cli" in screen)
    terminal.keys("5")
    terminal.wait(lambda screen: "git cat-file" in screen)
    project.write("src/shop/new.py", 'def fresh() -> int:\n    """Give one."""\n    return 1\n')
    project.git("add", "-A")
    terminal.keys("r")
    terminal.wait(lambda screen: "stale" in screen)
    terminal.keys("U")
    terminal.wait(lambda screen: "all current" in screen)
    assert "fresh" in project.read("docs/repodoc/src/shop/README.md")
    terminal.keys("q")
    for _ in range(600):
        if not terminal.alive():
            break
        time.sleep(0.1)
    assert not terminal.alive()
