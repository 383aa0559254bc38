"""State of ours that is damaged, cut or of another kind: put aside with a line, and work goes on."""

from __future__ import annotations

import shutil

import pytest

from repodoc_hooks.git.process import Git
from repodoc_hooks.private import DAMAGED
from tests.hostile.test_branches import commit_with, page, ready
from tests.repos import Repo

__all__ = ["ready"]

NAMES = [
    *(
        "jobs.sqlite",
        "ledger.sqlite",
        "refreshed.json",
        "verdicts.json",
        "cache",
        "config",
        "pending",
        "note",
    ),
    *(
        "quiet",
        "squashed",
        "write.lock",
        "notes.lock",
        "journal",
        "write",
        "calibration.json",
        "before-init.json",
    ),
]
DEEP = b"[" * 2_000_000


def plant(repo: Repo, name: str, how: str) -> None:
    at = Git.discover(repo.path).state_dir / name
    at.parent.mkdir(exist_ok=True)
    shutil.rmtree(at, ignore_errors=True)
    at.unlink(missing_ok=True)
    if how == "folder":
        (at / "x").mkdir(parents=True)
    else:
        at.write_bytes({"deep": DEEP, "empty": b"", "noise": bytes(range(256)) * 10}[how])


@pytest.mark.parametrize("how", ["folder", "deep", "empty", "noise"])
def test_all_that_is_ours(ready: Repo, how: str) -> None:
    for name in NAMES:
        plant(ready, name, how)
    said = commit_with(ready)
    assert "internal error" not in said
    assert page(ready, "gamma_added")
    assert ready.repodoc("update").returncode == 0


@pytest.mark.parametrize("name", ["jobs.sqlite", "refreshed.json", "quiet", "write.lock", "note"])
def test_one_file_of_ours_is_a_folder(ready: Repo, name: str) -> None:
    plant(ready, name, "folder")
    assert "internal error" not in commit_with(ready)
    assert page(ready, "gamma_added")


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
