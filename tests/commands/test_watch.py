"""`repodoc watch`: the pages follow the work tree, and nothing else happens."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest

from repodoc_hooks.events import EventBus, FilesChanged
from repodoc_hooks.git.process import Git
from repodoc_hooks.watcher import changes, wait_for_git
from tests.repos import Repo


@pytest.fixture
def documented(project: Repo) -> Repo:
    project.write(".gitignore", "*.tmp\nbuild/\n")
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set up")
    return project


def until(condition: Callable[[], bool]) -> None:
    """Wait for it; the test's own limit of time ends what never comes."""
    while not condition():
        time.sleep(0.02)


@pytest.fixture
def lines(documented: Repo) -> Iterator[Queue[str]]:
    """What a `repodoc watch` that has begun says."""
    program = subprocess.Popen(
        ["repodoc", "watch"], cwd=documented.path, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    said: Queue[str] = Queue()

    def read() -> None:
        assert program.stderr is not None
        for line in program.stderr:
            said.put(line)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    while not said.get().startswith("watching"):
        pass
    yield said
    program.send_signal(signal.SIGINT)
    assert program.wait() == 0
    thread.join()


def page(repo: Repo) -> str:
    return "".join(path.read_text() for path in (repo.path / "docs/repodoc").rglob("*.md"))


def test_a_page_follows_its_file_and_nothing_is_staged(documented: Repo, lines: Queue[str]) -> None:
    documented.replace("src/core/text.py", "def whisper", "def murmur")
    until(lambda: "murmur" in page(documented))
    assert "src/core/text.py: docs/repodoc/" in lines.get()
    assert all(entry.startswith(" M ") for entry in documented.status())


def test_what_git_ignores_and_our_own_pages_are_no_reason(documented: Repo, lines: Queue[str]) -> None:
    documented.write("notes.tmp", "x")
    documented.write("build/made.py", "def made(): ...\n")
    documented.write("docs/repodoc/mine.md", "# Mine\n")
    documented.replace("src/core/text.py", "def whisper", "def murmur")
    assert lines.get().split(" ", 1)[1].startswith("src/core/text.py: ")


def test_a_new_file_counts_once_it_is_added(documented: Repo, lines: Queue[str]) -> None:
    documented.write("src/core/fresh.py", '"""Fresh."""\n')
    documented.replace("src/core/text.py", "def whisper", "def murmur")
    assert lines.get().split(" ", 1)[1].startswith("src/core/text.py: ")
    documented.git("add", "src/core/fresh.py")
    assert lines.get().split(" ", 1)[1].startswith("src/core/fresh.py: docs/repodoc/")
    assert "fresh" in page(documented)


@pytest.mark.parametrize("draft", ["4913", "text.py~", ".text.py.swp", ".#text.py", "text.py___jb_tmp___"])
def test_drafts_of_editors_are_no_change(documented: Repo, lines: Queue[str], draft: str) -> None:
    """Vim, Emacs and JetBrains write beside a file, and some put that in its place."""
    beside = documented.write(f"src/core/{draft}", "x")
    text = documented.read("src/core/text.py").replace("def whisper", "def murmur")
    beside.write_text(text)
    beside.rename(documented.path / "src/core/text.py")
    assert lines.get().split(" ", 1)[1].startswith("src/core/text.py: docs/repodoc/")


def test_an_index_that_stands_elsewhere_is_seen(documented: Repo, tmp_path: Path) -> None:
    documented.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    git, stop = Git.discover(linked.path), threading.Event()
    linked.write("src/core/fresh.py", "")
    found = changes(git, stop, lambda: "docs/repodoc")
    assert next(found) == ()
    linked.git("add", "src/core/fresh.py")
    assert next(found) == ("src/core/fresh.py",)
    stop.set()


def test_an_edit_that_no_page_shows_says_so(documented: Repo, lines: Queue[str]) -> None:
    documented.replace("src/core/text.py", "words.lower()", "words.lower()  # small")
    assert "no page shows it" in lines.get()


def test_a_command_of_git_under_way_is_waited_out(documented: Repo) -> None:
    git, stop = Git.discover(documented.path), threading.Event()
    lock = documented.write(".git/index.lock", "")
    waiting = threading.Thread(target=wait_for_git, args=(git, stop))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    lock.unlink()
    waiting.join()
    documented.write(".git/MERGE_HEAD", "")
    stop.set()
    wait_for_git(git, stop)


def test_observers_are_told_of_the_files(documented: Repo) -> None:
    git, stop, bus = Git.discover(documented.path), threading.Event(), EventBus("run")
    told: Queue[object] = Queue()
    begun = threading.Event()
    bus.subscribe(told.put)

    def publish() -> None:
        for paths in changes(git, stop, lambda: "docs/repodoc"):
            begun.set()
            if paths:
                bus.publish(FilesChanged(run_id="run", paths=paths))

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        begun.wait()
        documented.write("src/core/text.py", documented.read("src/core/text.py") + "\n")
        event = told.get()
    finally:
        stop.set()
        thread.join()
    assert isinstance(event, FilesChanged)
    assert event.paths == ("src/core/text.py",)
