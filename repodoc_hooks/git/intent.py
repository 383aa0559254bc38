"""What a write is about to do, kept until it is done: after a crash the next run undoes what was half done.

Part of `repodoc_hooks.git.staging`. The intent is a folder in the worktree's git directory that appears in
one rename before the first change, and is gone after the last one. Every file of the work tree is replaced in
one rename, and the index by git in one rename, so a kill at any point leaves each of them old or new. Undoing
touches only what still is exactly as the write left it, and was not committed since.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from repodoc_hooks.git.filters import clean_oid
from repodoc_hooks.git.index import IndexEntry, active_indexes, read_entries, refresh, update_entries
from repodoc_hooks.git.lock import file_lock
from repodoc_hooks.git.process import Git, zsplit
from repodoc_hooks.git.work_files import put_file, remove_drafts
from repodoc_hooks.private import MAX_JSON_BYTES, private_folder, replace_file, set_aside, sync_folder
from repodoc_hooks.repository_paths import is_inside
from repodoc_hooks.wall_clock import undivided


class Change(Struct, frozen=True):
    """What happens to one page: its index entry and its file before and after; equal means untouched."""

    path: str
    old_entry: IndexEntry | None
    new_entry: IndexEntry | None
    old_file: bytes | None
    new_file: bytes | None


def exclusive(git: Git) -> AbstractContextManager[None]:
    """One writer per worktree; GitError when another one writes for longer than a minute."""
    return file_lock(git.worktree_state_dir / "write.lock")


def begin(git: Git, changes: Sequence[Change]) -> None:
    """Make the intent known."""
    private_folder(git.worktree_state_dir)
    draft = git.worktree_state_dir / "write.new"
    _remove_folder(draft)
    draft.mkdir(mode=0o700)
    records = []
    for number, change in enumerate(changes):
        if change.old_file is not None and change.old_file != change.new_file:
            replace_file(draft / str(number), change.old_file, durable=True)
        records.append(
            {
                "path": change.path,
                "old_entry": change.old_entry and asdict(change.old_entry),
                "new_entry": change.new_entry and asdict(change.new_entry),
                "old_file": _digest(change.old_file),
                "new_file": _digest(change.new_file),
            }
        )
    replace_file(draft / "intent.json", json.dumps(records).encode(), durable=True)
    draft.rename(_folder(git))
    sync_folder(git.worktree_state_dir)


def finish(git: Git) -> None:
    """Forget the intent: all of it is done, or undone."""
    folder = _folder(git)
    (folder / "intent.json").unlink(missing_ok=True)
    _remove_folder(folder)


def repair(git: Git) -> tuple[str, ...]:
    """Undo what a killed run left half done; the paths that it concerned.

    Costs one look at the file system when there is nothing to do. Call before taking a snapshot.
    """
    if not os.path.lexists(_folder(git)):
        return ()
    with exclusive(git), undivided():
        return undo(git)


def undo(git: Git) -> tuple[str, ...]:
    """`repair` for a caller that holds the lock."""
    folder = _folder(git)
    if not os.path.lexists(folder):
        return ()
    if not (folder / "intent.json").exists():  # killed while the intent was being forgotten
        finish(git)
        return ()
    records = _records(folder)
    if records is None:  # nothing that it says can be relied upon: every file and entry stays as it is
        set_aside(folder)
        return ()
    committed = _committed(git)
    staged = read_entries(git, active_indexes(git)[0], {record["path"] for record in records})
    for number, record in enumerate(records):
        path = record["path"]
        remove_drafts(git.top / path)
        content = _read(git.top / path)
        if record["old_file"] == record["new_file"] or _digest(content) != record["new_file"]:
            continue
        kept = {committed.get(path, ("", ""))[1]}
        if record["old_entry"] == record["new_entry"] and path in staged:
            kept.add(staged[path].oid)  # not by us: the user has staged it since
        if content is None or clean_oid(git, path, content) not in kept:
            backup = _read(folder / str(number)) if record["old_file"] else None
            if _digest(backup) == record["old_file"]:
                put_file(git.top, path, backup)
    if _undo_indexes(git, records, committed):
        finish(git)
    return tuple(record["path"] for record in records)


def _undo_indexes(git: Git, records: list[dict[str, Any]], committed: Mapping[str, tuple[str, str]]) -> bool:
    """Set entries that still are as written back; False if the real index needs it and is locked."""
    changed = {
        record["path"]: record
        for record in records
        if record["old_entry"] != record["new_entry"]
        and committed.get(record["path"]) != _blob(_entry(record["new_entry"]))
    }
    real = git.git_dir / "index"
    complete = True
    for index in dict.fromkeys((*active_indexes(git), real)):
        entries = read_entries(git, index, changed)
        back: dict[str, IndexEntry | None] = {}
        for path, record in changed.items():
            if _blob(entries.get(path)) == _blob(_entry(record["new_entry"])):
                back[path] = _entry(record["old_entry"])
        if not back:
            continue
        if index == real and real not in active_indexes(git) and (git.git_dir / "index.lock").exists():
            complete = False
            continue
        update_entries(git, index, back)
        refresh(git, index, [path for path, entry in back.items() if entry and (git.top / path).exists()])
    return complete


def _committed(git: Git) -> dict[str, tuple[str, str]]:
    """Mode and blob of every file of the commit that is checked out; empty before the first one."""
    listed = zsplit(git.run("ls-tree", "-r", "-z", "--full-tree", "HEAD", check=False))
    split = (line.split("\t", 1) for line in listed)
    return {path: (facts.split()[0], facts.split()[2]) for facts, path in split}


def _folder(git: Git) -> Path:
    """Where the intent stands, from `begin` to `finish`."""
    return git.worktree_state_dir / "write"


def _records(folder: Path) -> list[dict[str, Any]] | None:
    """What an intent says; None if it is damaged in any way."""
    file = folder / "intent.json"
    if not file.is_file() or file.stat().st_size > MAX_JSON_BYTES:  # a pipe, at which a reader waits
        return None
    try:
        records: list[dict[str, Any]] = json.loads(file.read_bytes())
        if not isinstance(records, list):
            return None
        for record in records:
            if not is_inside(record["path"]):
                return None
            for name in ("old_entry", "new_entry"):
                _entry(record[name])
            if not isinstance(record["old_file"], str) or not isinstance(record["new_file"], str):
                return None
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return records


def _remove_folder(folder: Path) -> None:
    """Remove a folder of files, or whatever else is in its place."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
        return
    with suppress(FileNotFoundError):
        for file in folder.iterdir():
            if file.is_dir() and not file.is_symlink():
                import shutil

                shutil.rmtree(file, ignore_errors=True)
            else:
                file.unlink()
        folder.rmdir()


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _digest(content: bytes | None) -> str:
    """A content's checksum, "" for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _blob(entry: IndexEntry | None) -> tuple[str, str] | None:
    return None if entry is None else (entry.mode, entry.oid)


def _entry(record: dict[str, Any] | None) -> IndexEntry | None:
    return None if record is None else IndexEntry(**record)
