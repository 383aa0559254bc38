"""Entries of index files, read and written through git alone: split, sparse and locked indexes are one case.

Part of `repodoc_hooks.git.staging`, which is the only writer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from repodoc_hooks.errors import GitError
from repodoc_hooks.git.process import Git, zsplit

_MANY = 100
_LOCK_TRIES = 10
_LOCK_PAUSE = 0.1


class IndexEntry(Struct, frozen=True):
    """What an index holds for a path.

    Attributes:
        mode: octal digits, as "100644".
        oid: the blob.
        skip_worktree: not checked out (sparse).
        assume_unchanged: git was told not to look at the file.
        modified: the file differs from the blob, or is gone.
        unmerged: a conflict; mode and oid are those of its last stage.
    """

    mode: str
    oid: str
    skip_worktree: bool = False
    assume_unchanged: bool = False
    modified: bool = False
    unmerged: bool = False

    @property
    def edited(self) -> bool:
        """The file may be other than the blob."""
        return self.modified or self.assume_unchanged or self.skip_worktree


def active_indexes(git: Git) -> tuple[Path, ...]:
    """The index that a commit is made from, and the successor of the real one if that is another.

    `git commit PATH` gives its hooks a temporary index, while the next real index already waits in
    `index.lock`: what is written to the first alone shows up afterwards as a reverted change.
    """
    real = git.git_dir / "index"
    given = Path(git.env.get("GIT_INDEX_FILE") or real)
    successor = git.git_dir / "index.lock"
    if given.suffix == ".lock" and given != successor and successor.exists():
        return given, successor
    return (given,)


def read_entries(git: Git, index: Path, paths: Collection[str]) -> dict[str, IndexEntry]:
    """The entries of those paths that an index has; one process."""
    if not paths:
        return {}
    scope = sorted(paths) if len(paths) <= _MANY else [os.path.commonpath(paths) or "."]
    listed = git.run(
        *("--literal-pathspecs", "ls-files", "-z", "-v", "--stage", "--modified", "--"),
        *scope,
        env={"GIT_INDEX_FILE": str(index)},
    )
    entries: dict[str, IndexEntry] = {}
    for line in zsplit(listed):
        facts, path = line.split("\t", 1)
        tag, mode, oid, stage = facts.split(" ")
        if path not in paths:
            continue
        known = entries.get(path)
        entries[path] = IndexEntry(
            mode,
            oid,
            skip_worktree=tag in "Ss",
            assume_unchanged=tag.islower(),
            modified=tag in "Cc" or (known is not None and known.modified),
            unmerged=stage != "0",
        )
    return entries


def update_entries(git: Git, index: Path, changes: Mapping[str, IndexEntry | None]) -> None:
    """Set or remove (None) entries of an index, all at once; the flags of an entry are set again.

    Raises:
        GitError: the index stays locked by somebody else, or a name is both a file and a directory.
    """
    if not changes:
        return
    zero = "0" * (64 if git.object_format == "sha256" else 40)
    lines = [
        f"0 {zero}\t{path}" if entry is None else f"{entry.mode} {entry.oid}\t{path}"
        for path, entry in changes.items()
    ]
    _locked(git, index, "--index-info", lines)
    present = [(path, entry) for path, entry in changes.items() if entry is not None]
    _locked(git, index, "--skip-worktree", [path for path, entry in present if entry.skip_worktree])
    _locked(git, index, "--assume-unchanged", [path for path, entry in present if entry.assume_unchanged])


def refresh(git: Git, index: Path, paths: Iterable[str]) -> None:
    """Let the index know the files' new times; failing costs only time later."""
    names = "\0".join(paths)
    if names:
        git.call(
            *("--literal-pathspecs", "add", "--refresh", "--pathspec-from-file=-", "--pathspec-file-nul"),
            input=os.fsencode(names),
            env={"GIT_INDEX_FILE": str(index)},
        )


def _locked(git: Git, index: Path, option: str, lines: list[str]) -> None:
    """`git update-index OPTION`, again for a second while an editor's git holds the lock."""
    if not lines:
        return
    args = ["update-index", "-z", option]
    if option != "--index-info":
        args.append("--stdin")
    for tries_left in reversed(range(_LOCK_TRIES)):
        try:
            git.run(
                *args,
                input=b"".join(os.fsencode(line) + b"\0" for line in lines),
                env={"GIT_INDEX_FILE": str(index)},
            )
        except GitError as error:
            if tries_left == 0 or "File exists" not in error.what:
                raise
            time.sleep(_LOCK_PAUSE)
        else:
            return
