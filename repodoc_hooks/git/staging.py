"""The one writer of index and work tree.

A page is built from the blob in the index, never from the file. It goes into every active index by the name
of its blob, and into the work tree as git would check it out; edits that the user has not staged are merged
in, and win where they overlap. What git does not track is never overwritten, unless a refresh of ours has left it;
what a hook framework has set aside is left for later. All pages are written or none: see `repodoc_hooks.git.intent`.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.errors import GitError
from repodoc_hooks.git import own_writes
from repodoc_hooks.git.blobs import blob_oid, write_blobs
from repodoc_hooks.git.filters import Checkout, clean_oid
from repodoc_hooks.git.index import IndexEntry, active_indexes, read_entries, refresh, update_entries
from repodoc_hooks.git.intent import Change, begin, exclusive, finish, repair, undo
from repodoc_hooks.git.objects import open_objects
from repodoc_hooks.git.process import Git
from repodoc_hooks.git.stashed_edits import hidden_paths
from repodoc_hooks.git.text_merge import merge_texts
from repodoc_hooks.git.work_files import file_above, put_file, refuse_outside
from repodoc_hooks.private import explain
from repodoc_hooks.wall_clock import undivided

__all__ = ["Outcome", "PageWrite", "Target", "repair", "write_pages"]

Target = Literal["index", "worktree"]
Outcome = Literal["written", "removed", "unchanged", "deferred", "skipped"]

_UNTRACKED = "git does not track the file that is there; kept as it is: `git add` it, or move it away"
_OVERLAP = "your own edit of the same lines stays in the work tree"


class PageWrite(Struct, frozen=True):
    """What became of one page; `message` is a line for people, "" if there is nothing to say."""

    path: str
    outcome: Outcome
    message: str = ""


def write_pages(
    git: Git,
    pages: Mapping[str, bytes | None],
    target: Target,
    *,
    base: str | None = None,
    former: Mapping[str, str | None] | None = None,
) -> list[PageWrite]:
    """Write pages (None: remove), all or none, in the order given.

    Args:
        git: the repository, in the environment of the hook that runs.
        pages: path to content as it stands in a blob (before git's checkout filters).
        target: "index" stages the pages and updates the work tree; "worktree" stages nothing.
        base: for "worktree", the tree that the pages were made from (default: the index); what differs from
            it in the work tree is the user's, and is merged in.
        former: for "worktree", pages that this run has written before, and their blobs: on these it stands.

    Raises:
        RepositoryError: a path leads out of the repository, through a symlink or into a submodule.
        GitError: git or the file system failed; nothing has changed.
    """
    blocked = [path for path in pages if file_above(git.top, path)]
    for path in pages:
        if len(blocked) == len(pages) or path not in blocked:
            refuse_outside(git.top, path)
    try:
        with exclusive(git):
            undo(git)
            indexes = active_indexes(git)
            entries = read_entries(git, indexes[0], pages)
            known = own_writes.read(git)
            unedited = {path for path, entry in entries.items() if not entry.edited}
            if target == "worktree":
                entries = _seen(git, entries, pages, base, former or {})
            changes, outcomes = _plan(git, pages, entries, hidden_paths(git, pages), target, known)
            if changes:
                with undivided():
                    _apply(git, indexes if target == "index" else (), changes)
                touched = {change.path for change in changes}
                others = {path: name for path, name in known.items() if path not in touched}
                left = _left(git, changes, known, unedited) if target == "worktree" else {}
                if others | left != known:
                    own_writes.write(git, others | left)
    except OSError as error:
        raise GitError(explain(error)) from error
    return [outcomes[path] for path in pages]


def _seen(
    git: Git,
    entries: dict[str, IndexEntry],
    paths: Collection[str],
    base: str | None,
    former: Mapping[str, str | None],
) -> dict[str, IndexEntry]:
    """The entries that the pages were made from; each file has to be compared with its own."""
    if base is not None:
        with open_objects(git) as objects:
            found = {path: objects.lookup(base, path) for path in paths}
        entries = {
            path: IndexEntry(
                f"{entry.mode:o}", entry.oid, skip_worktree=path in entries and entries[path].skip_worktree
            )
            for path, entry in found.items()
            if entry is not None
        }
    for path, oid in former.items():
        if oid is None:
            entries.pop(path, None)
        else:
            known = entries.get(path) or IndexEntry("100644", "")
            entries[path] = replace(known, oid=oid)
    return {path: replace(entry, modified=True) for path, entry in entries.items()}


class _Page(Struct, frozen=True):
    """One page before it is written.

    Attributes:
        entry: what the index has of it, or the tree that it was made from.
        file: what stands in the work tree, None for nothing.
        oid: the blob that it becomes, None if it is removed.
        new: that blob as git would write it into the work tree.
        ours: the file is what a refresh of ours has left there.
    """

    path: str
    entry: IndexEntry | None
    file: bytes | None
    oid: str | None
    new: bytes | None
    ours: bool


def _plan(
    git: Git,
    pages: Mapping[str, bytes | None],
    entries: Mapping[str, IndexEntry],
    hidden: frozenset[str],
    target: Target,
    known: Mapping[str, str],
) -> tuple[list[Change], dict[str, PageWrite]]:
    """What is to change, and what is to be said of every page."""
    files = {path: _read_regular(git.top / path) for path in pages}
    outcomes: dict[str, PageWrite] = {}
    for path in pages:
        obstacle = _obstacle(git.top, path, entries.get(path), files[path], path in hidden, target)
        if obstacle is not None:
            outcomes[path] = obstacle
    free = {path: new for path, new in pages.items() if path not in outcomes}
    oids, checkout = _stored(git, free, entries, files)
    changes = []
    for path in free:
        oid, file = oids.get(path), files[path][1]
        page = _Page(
            path,
            entries.get(path),
            file,
            oid,
            checkout.content(oid, path) if oid else None,
            own_writes.is_ours(git, known, path, file),
        )
        change, outcomes[path] = _decided(git, checkout, page, target)
        if change is not None:
            changes.append(change)
    return changes, outcomes


def _stored(
    git: Git,
    pages: Mapping[str, bytes | None],
    entries: Mapping[str, IndexEntry],
    files: Mapping[str, tuple[bool, bytes | None]],
) -> tuple[dict[str, str], Checkout]:
    """The names of the new blobs, and these as well as all that files are compared with as git would write them."""
    contents = {path: new for path, new in pages.items() if new is not None}
    oids = dict(zip(contents, write_blobs(git, contents.values()), strict=True))
    compared = [
        (entry.oid, path)
        for path, entry in entries.items()
        if path in pages and entry.modified and files[path][1] is not None
    ]
    return oids, Checkout(git, [*((oid, path) for path, oid in oids.items()), *compared])


def _decided(git: Git, checkout: Checkout, page: _Page, target: Target) -> tuple[Change | None, PageWrite]:
    """What happens to one page that nothing stands against."""
    entry = None if target == "index" and _only_named(git, page.entry) else page.entry
    if entry is None and page.file not in (None, page.new) and not page.ours:
        return None, PageWrite(page.path, "skipped", _UNTRACKED)
    new_file, message = page.new, ""
    if not page.ours:
        new_file, message = _merged(git, checkout, page.path, entry, page.file, page.new)
    if target == "worktree":
        same, new_entry = new_file == page.file, page.entry
    else:
        same = page.oid == (entry and entry.oid)
        new_entry = replace(entry or IndexEntry("100644", ""), oid=page.oid) if page.oid else None
    if same:
        return None, PageWrite(page.path, "unchanged", message)
    change = Change(page.path, page.entry, new_entry, page.file, new_file)
    return change, PageWrite(page.path, "written" if page.oid else "removed", message)


def _only_named(git: Git, entry: IndexEntry | None) -> bool:
    """git knows the name and not the content (`git add --intent-to-add`)."""
    return entry is not None and entry.modified and entry.oid == blob_oid(git, b"")


def _left(
    git: Git, changes: Sequence[Change], known: Mapping[str, str], unedited: Collection[str]
) -> dict[str, str]:
    """The names of those written files in which nothing can be anybody's edit that git does not have."""
    left = {}
    for change in changes:
        if change.old_file is None:
            ours = change.old_entry is None
        else:
            ours = change.path in unedited or own_writes.is_ours(git, known, change.path, change.old_file)
        if ours and change.new_file is not None:
            left[change.path] = blob_oid(git, change.new_file)
    return left


def _obstacle(
    top: Path,
    path: str,
    entry: IndexEntry | None,
    file: tuple[bool, bytes | None],
    hidden: bool,
    target: Target,
) -> PageWrite | None:
    """Why a page is not to be touched, None if it may be."""
    regular, content = file
    if above := file_above(top, path):
        return PageWrite(path, "skipped", f"{above} is a file, where its folder would be; move it away")
    if hidden:
        message = "left for the next commit: a hook framework has set your unstaged edits aside"
        return PageWrite(path, "deferred", message)
    if entry and entry.unmerged:
        return PageWrite(path, "skipped", "it is in conflict; run `repodoc resolve`")
    if not regular or (entry and not entry.mode.startswith("100")):
        return PageWrite(path, "skipped", "it is not a regular file; move it away")
    if target == "worktree" and entry and entry.skip_worktree and content is None:
        return PageWrite(path, "skipped", "it is outside your sparse checkout")
    return None


def _merged(
    git: Git, checkout: Checkout, path: str, entry: IndexEntry | None, file: bytes | None, new: bytes | None
) -> tuple[bytes | None, str]:
    """The file as it shall be, and a message if the user's edit stands against the page."""
    if entry is None or file == new:
        return new, ""
    if file is None:  # deleted by the user, or not checked out
        return None, ""
    if not entry.edited:
        return new, ""
    old = checkout.content(entry.oid, path)
    if file == old or clean_oid(git, path, file) == entry.oid:
        return new, ""
    if new is None:
        return file, _OVERLAP
    merged, conflict = merge_texts(git, file, old, new)
    return (file, _OVERLAP) if conflict else (merged, "")


def _apply(git: Git, indexes: Sequence[Path], changes: Sequence[Change]) -> None:
    """Carry the changes out; on failure everything is as before."""
    begin(git, changes)
    try:
        for change in changes:
            if change.new_file != change.old_file:
                if _read_regular(git.top / change.path)[1] != change.old_file:
                    raise GitError("the file changed meanwhile", where=change.path, fix="try again")
                executable = change.new_entry is not None and change.new_entry.mode == "100755"
                put_file(git.top, change.path, change.new_file, executable=executable)
        for index in indexes:
            updates = _updates(git, index, changes, first=index == indexes[0])
            update_entries(git, index, updates)
            refresh(git, index, [c.path for c in changes if c.path in updates and c.new_file is not None])
    except BaseException:
        undo(git)
        raise
    finish(git)


def _updates(
    git: Git, index: Path, changes: Sequence[Change], *, first: bool
) -> dict[str, IndexEntry | None]:
    """The new entries of one index.

    A later index may hold a version of the page that the user has staged and that this commit leaves out: the
    page is merged into it, and left out where the two conflict.
    """
    if first:
        return {change.path: change.new_entry for change in changes if change.new_entry != change.old_entry}
    entries = read_entries(git, index, [change.path for change in changes])
    updates: dict[str, IndexEntry | None] = {}
    for change in changes:
        here, old, new = entries.get(change.path), change.old_entry, change.new_entry
        if (here and here.oid) == (old and old.oid):
            updates[change.path] = new
        elif here and old and new and not here.unmerged:
            with open_objects(git) as objects:
                texts = [objects.blob(entry.oid) for entry in (here, old, new)]
            merged, conflict = merge_texts(git, texts[0], texts[1], texts[2])
            if not conflict:
                updates[change.path] = replace(here, oid=write_blobs(git, [merged])[0])
    return updates


def _read_regular(file: Path) -> tuple[bool, bytes | None]:
    """Whether the path is free or a regular file, and its content (None: free)."""
    try:
        found = file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True, None
    return (True, file.read_bytes()) if stat.S_ISREG(found.st_mode) else (False, None)
