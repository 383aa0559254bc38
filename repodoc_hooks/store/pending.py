"""What pre-commit did, kept until post-commit knows the commit's name.

One JSON file per run in the worktree's private folder, so that an aborted commit loses no record of what was spent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repodoc_hooks.git.process import Git
from repodoc_hooks.private import private_folder

FOLDER = "repodoc/pending"
NOTE = "repodoc/note"


@dataclass(frozen=True, slots=True)
class Pending:
    """A record that waits for its commit: the tree that the hook left staged, and the lines of its note."""

    file: Path
    tree: str
    lines: list[dict[str, Any]]


def save(git: Git, run_id: str, tree: str, lines: list[dict[str, Any]]) -> None:
    """Keep the record of a run."""
    folder = git.git_dir / FOLDER
    private_folder(folder)
    draft = folder / f".{run_id}"
    draft.write_text(json.dumps({"tree": tree, "lines": lines}))
    draft.rename(folder / f"{run_id}.json")


def save_note(git: Git, tree: str, content: bytes) -> None:
    """Keep the note for a commit of this tree in a form that the shim of post-commit hands to git-fast-import(1)."""
    draft = (git.git_dir / NOTE).with_suffix(".draft")
    draft.write_bytes(b"%s\ndata %d\n%s\n" % (tree.encode(), len(content), content))
    draft.replace(git.git_dir / NOTE)


def drop_note(git: Git) -> None:
    """Forget what `save_note` kept."""
    (git.git_dir / NOTE).unlink(missing_ok=True)


def owes(lines: Iterable[dict[str, Any]]) -> bool:
    """Did the deadline or a budget leave a summary or the overview for later?"""
    return any(
        section.get("state") in ("deferred", "failed")
        for line in lines
        if line.get("kind") == "component"
        for kind, section in line["sections"].items()
        if kind in ("summary", "overview")
    )


def load(git: Git) -> list[Pending]:
    """All records that wait, oldest first; a damaged one is dropped."""
    records = []
    try:
        files = sorted((git.git_dir / FOLDER).iterdir())
    except FileNotFoundError:
        return []
    for file in files:
        if file.name.startswith("."):
            continue
        try:
            data = json.loads(file.read_text())
            records.append(Pending(file, str(data["tree"]), list(data["lines"])))
        except (OSError, ValueError, KeyError, TypeError):
            drop([Pending(file, "", [])])
    return records


def drop(records: list[Pending]) -> None:
    """Forget records whose note is written."""
    for record in records:
        record.file.unlink(missing_ok=True)
