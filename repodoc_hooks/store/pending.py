"""What pre-commit did, kept until post-commit knows the commit's name.

One JSON file per run in the worktree's private folder, so that an aborted commit loses no record of what was spent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

from repodoc_hooks.git.process import Git
from repodoc_hooks.private import keep_file, read_json, set_aside
from repodoc_hooks.sections.kinds import QUICK_SECTIONS

FOLDER = "pending"
NOTE = "note"


class Pending(Struct, frozen=True):
    """A record that waits for its commit: the tree that the hook left staged, and the lines of its note."""

    file: Path
    tree: str
    lines: list[dict[str, Any]]


def save(git: Git, run_id: str, tree: str, lines: list[dict[str, Any]]) -> None:
    """Keep the record of a run."""
    record = json.dumps({"tree": tree, "lines": lines}).encode()
    keep_file(git.worktree_state_dir / FOLDER / f"{run_id}.json", record)


def save_note(git: Git, tree: str, content: bytes) -> None:
    """Keep the note for a commit of this tree in a form that the shim of post-commit hands to git-fast-import(1)."""
    keep_file(git.worktree_state_dir / NOTE, b"%s\ndata %d\n%s\n" % (tree.encode(), len(content), content))


def drop_note(git: Git) -> None:
    """Forget what `save_note` kept."""
    (git.worktree_state_dir / NOTE).unlink(missing_ok=True)


def owes(lines: Iterable[dict[str, Any]]) -> bool:
    """Did the deadline or a budget leave a summary or the overview for later?"""
    return any(
        section.get("state") in ("deferred", "failed")
        for line in lines
        if line.get("kind") == "component"
        for kind, section in line["sections"].items()
        if kind in QUICK_SECTIONS
    )


def load(git: Git) -> list[Pending]:
    """All records that wait, oldest first; a damaged one is set aside."""
    records = []
    try:
        files = sorted((git.worktree_state_dir / FOLDER).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    for file in files:
        if not file.name.endswith(".json"):
            continue
        data = read_json(file)
        try:
            lines = [dict(line) for line in data["lines"]]
            records.append(Pending(file, str(data["tree"]), lines))
        except (ValueError, KeyError, TypeError):
            set_aside(file)
    return records


def drop(records: list[Pending]) -> None:
    """Forget records whose note is written."""
    for record in records:
        record.file.unlink(missing_ok=True)
