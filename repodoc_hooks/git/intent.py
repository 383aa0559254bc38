"""What a write is about to do, kept until it is done: after a crash the next run undoes what was half done.

Part of `repodoc_hooks.git.staging`. The intent is a folder in the worktree's git directory that appears in
one rename before the first change, and is gone after the last one. Every file of the work tree is replaced in
one rename, and the index by git in one rename, so a kill at any point leaves each of them old or new. Undoing
touches only what still is exactly as the write left it, and was not committed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from stat import S_IMODE
from typing import Any

from repodoc_hooks.git.filters import clean_oid
from repodoc_hooks.git.index import IndexEntry, active_indexes, read_entries, refresh, update_entries
from repodoc_hooks.git.lock import file_lock
from repodoc_hooks.git.process import Git, zsplit


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one page: its index entry and its file before and after; equal means untouched."""

    path: str
    old_entry: IndexEntry | None
    new_entry: IndexEntry | None
    old_file: bytes | None
    new_file: bytes | None


def exclusive(git: Git) -> AbstractContextManager[None]:
    """One writer per worktree; GitError when another one writes for longer than a minute."""
    return file_lock(_home(git) / "write.lock")


def begin(git: Git, changes: Sequence[Change]) -> None:
    """Make the intent known."""
    draft = _home(git) / "write.new"
    _remove_folder(draft)
    draft.mkdir()
    records = []
    for number, change in enumerate(changes):
        if change.old_file is not None and change.old_file != change.new_file:
            (draft / str(number)).write_bytes(change.old_file)
        records.append(
            {
                "path": change.path,
                "old_entry": change.old_entry and asdict(change.old_entry),
                "new_entry": change.new_entry and asdict(change.new_entry),
                "old_file": _digest(change.old_file),
                "new_file": _digest(change.new_file),
            }
        )
    (draft / "intent.json").write_text(json.dumps(records))
    draft.rename(_home(git) / "write")


def finish(git: Git) -> None:
    """Forget the intent: all of it is done, or undone."""
    folder = _home(git) / "write"
    (folder / "intent.json").unlink(missing_ok=True)
    _remove_folder(folder)


def put_file(top: Path, path: str, content: bytes | None, *, executable: bool = False) -> None:
    """Replace or remove (None) a file of the work tree in one step; keeps the mode of one that is there."""
    file = top / path
    if content is None:
        file.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in list(Path(path).parents)[:-1]:
                (top / folder).rmdir()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(file)
    draft.write_bytes(content)
    if file.exists():
        draft.chmod(S_IMODE(file.stat().st_mode))
    elif executable:
        mode = S_IMODE(draft.stat().st_mode)
        draft.chmod(mode | (mode & 0o444) >> 2)
    draft.replace(file)


def repair(git: Git) -> tuple[str, ...]:
    """Undo what a killed run left half done; the paths that it concerned.

    Costs one look at the file system when there is nothing to do. Call before taking a snapshot.
    """
    folder = git.git_dir / "repodoc" / "write"
    if not folder.exists():
        return ()
    with exclusive(git):
        return undo(git)


def undo(git: Git) -> tuple[str, ...]:
    """`repair` for a caller that holds the lock."""
    folder = git.git_dir / "repodoc" / "write"
    if not folder.exists():
        return ()
    try:
        records: list[dict[str, Any]] = json.loads((folder / "intent.json").read_text())
    except FileNotFoundError:  # killed while the intent was being forgotten
        finish(git)
        return ()
    committed = _committed(git)
    staged = read_entries(git, active_indexes(git)[0], {record["path"] for record in records})
    for number, record in enumerate(records):
        path = record["path"]
        _draft(git.top / path).unlink(missing_ok=True)
        content = _read(git.top / path)
        if record["old_file"] == record["new_file"] or _digest(content) != record["new_file"]:
            continue
        kept = {committed.get(path, ("", ""))[1]}
        if record["old_entry"] == record["new_entry"] and path in staged:
            kept.add(staged[path].oid)  # not by us: the user has staged it since
        if content is None or clean_oid(git, path, content) not in kept:
            backup = folder / str(number)
            put_file(git.top, path, backup.read_bytes() if record["old_file"] else None)
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


def _home(git: Git) -> Path:
    folder = git.git_dir / "repodoc"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _remove_folder(folder: Path) -> None:
    """Remove a folder of files, if it is there."""
    with suppress(FileNotFoundError):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _draft(file: Path) -> Path:
    return file.with_name(f".{file.name}.repodoc-new")


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
