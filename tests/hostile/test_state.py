"""State of ours that is damaged, cut or of another kind: put aside with a line, and work goes on."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import repodoc_hooks
from repodoc_hooks import cli
from repodoc_hooks.git.process import Git
from repodoc_hooks.private import DAMAGED, FOLDERS
from tests.hostile.test_branches import commit_with, page, ready
from tests.repos import Repo

__all__ = ["ready"]

FILES = (
    *("agent-answers.lock", "agent-asked.json", "agent-leases.json", "agent-leases.json.lock"),
    *(
        "before-init.json",
        "calibration.json",
        "claims.json",
        "jobs.sqlite",
        "jobs.sqlite-wal",
        "known-current.json",
    ),
    *(
        "ledger.sqlite",
        "ledger.sqlite-shm",
        "made-hooks-folder",
        "note",
        "notes.lock",
        "opencode-program.json",
    ),
    *("prompts.json", "quiet", "ready", "refreshed.json", "server.alive", "server.json", "server.lease"),
    *("server.lock", "squashed", "worker.lock", "write.lock"),
)
INSIDE = (
    *("cache/cache.db", "cache/cache.db-wal", "checkouts/0", "config/0.json", "hooks/pre-commit"),
    *("journal/1-x.ndjson", "logs/worker.log", "pending/x.json", "pushes/1.2", "snapshots/x"),
    *("write/intent.json", "write.new/intent.json"),
)
DEEP = b"[" * 2_000_000
HUGE = 1 << 31
READ_BY_THE_SHIM = frozenset({"quiet", "note"})
"""A shell reads their first line, and nothing short of a process of its own would tell it that there is none."""


def plant(at: Path, how: str, victim: Path) -> None:
    """Put something else, or something damaged, in the place of a file or folder of ours."""
    at.parent.mkdir(parents=True, exist_ok=True)
    if at.is_dir():
        shutil.rmtree(at)
    at.unlink(missing_ok=True)
    match how:
        case "folder":
            (at / "x").mkdir(parents=True)
        case "pipe":
            os.mkfifo(at)
        case "socket":
            here = Path.cwd()
            os.chdir(at.parent)  # a socket's name is short
            with socket.socket(socket.AF_UNIX) as there:
                there.bind(at.name)
            os.chdir(here)
        case "link to nothing":
            at.symlink_to("/no/such/folder")
        case "link to itself":
            at.symlink_to(at.name)
        case "link to zeros without end":
            at.symlink_to("/dev/zero")
        case "link to a full disk":
            at.symlink_to("/dev/full")
        case "link to another file":
            at.symlink_to(victim)
        case "huge":
            with at.open("wb") as file:
                file.truncate(HUGE)
        case _:
            at.write_bytes({"deep": DEEP, "empty": b"", "noise": bytes(range(256)) * 10}[how])


KINDS = (
    *("folder", "pipe", "socket", "link to nothing", "link to itself", "link to zeros without end"),
    *("link to a full disk", "link to another file", "huge", "deep", "empty", "noise"),
)


@pytest.mark.parametrize("where", ["beside each other", "inside our folders"])
@pytest.mark.parametrize("how", KINDS)
def test_whatever_stands_in_our_place(
    ready: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str, where: str
) -> None:
    """In the place of every file and folder of ours at once: the commit goes through and carries its page."""
    state = Git.discover(ready.path).state_dir
    victim = tmp_path / "victim"
    victim.write_text("theirs\n")
    names = [*INSIDE] if where == "inside our folders" else [*FILES, *(() if how == "folder" else FOLDERS)]
    for name in names:
        if how != "huge" or name not in READ_BY_THE_SHIM:
            plant(state / name, how, victim)
    said = commit_with(ready)
    assert "internal error" not in said
    assert page(ready, "gamma_added")
    ready.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    for verb in ("update", "status", "costs", "log", "check", "doctor"):
        code = cli.main(["-C", str(ready.path), verb])
        assert "internal error" not in capsys.readouterr().err
        assert code == 0 or verb == "doctor"
    assert victim.read_text() == "theirs\n"
    assert "could not be read" not in commit_with(ready, "delta_added")
    assert page(ready, "delta_added")


JOINED = re.compile(r"state_dir / (?:(f?)\"([^\"(]+)\"|(?:\w+\.)?([A-Z_]+)\b)")
CONSTANT = re.compile(r"^([A-Z_]+) = \"([^\"]+)\"$", re.MULTILINE)


def names_in_the_code() -> Iterator[str]:
    """What is put together with a state folder anywhere in the program."""
    sources = [file.read_text() for file in Path(repodoc_hooks.__file__).parent.rglob("*.py")]
    everywhere = dict(pair for source in sources for pair in CONSTANT.findall(source))
    for source in sources:
        here = {**everywhere, **dict(CONSTANT.findall(source))}
        for formatted, text, name in JOINED.findall(source):
            # Those of OpenCode's server are assigned together.
            yield (
                text.format_map(defaultdict(str, here))
                if formatted
                else text or here.get(name, "server.json")
            )


def test_no_file_of_ours_is_forgotten_here() -> None:
    found = {name.removesuffix(".") for name in names_in_the_code() if name}
    assert found - {*FILES, *FOLDERS} == set()
    assert len(found) > 12
    assert {path.partition("/")[0] for path in INSIDE} == set(FOLDERS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{}",
        "null",
        "[1]",
        '[{"path": "docs/x.md"}]',
        '[{"path": "../x", "old_entry": null}]',
        "[" * 9999,
    ],
)
def test_a_damaged_journal_of_a_write(ready: Repo, text: str) -> None:
    folder = Git.discover(ready.path).worktree_state_dir / "write"
    folder.mkdir(parents=True)
    (folder / "intent.json").write_text(text)
    said = commit_with(ready)
    assert "internal error" not in said
    assert "could not be read" in said
    assert page(ready, "gamma_added")
    assert any(DAMAGED in each.name for each in folder.parent.iterdir())
    assert "could not be read" not in commit_with(ready, "delta_added")
    assert "was set aside" in ready.repodoc("doctor", check=False).stdout


def test_our_folder_itself_is_a_file(ready: Repo) -> None:
    folder = Git.discover(ready.path).state_dir
    shutil.rmtree(folder)
    folder.write_text("nothing")
    commit_with(ready)
    assert page(ready, "gamma_added")
