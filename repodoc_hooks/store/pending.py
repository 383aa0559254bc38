"""What pre-commit did, kept until post-commit knows the commit's name.

One JSON file per run in the worktree's private folder, so that an aborted commit loses no record of what was spent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repodoc_hooks.git.process import Git
from repodoc_hooks.private import private_folder

FOLDER = "repodoc/pending"


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
