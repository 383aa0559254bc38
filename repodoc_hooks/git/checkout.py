"""A commit's files as plain, read-only files: what a model may look into while it writes a deep section.

Blobs are written as they are: neither `git worktree` nor `checkout-index` nor `archive`, because those run
hooks and filters (an LFS download, a decryption), register themselves, or leave out what attributes say.
Only source and text are there (`repodoc_hooks.git.shown_files`): what serves the folder to a model would run a plugin
or follow the settings that it finds. Symbolic links and submodules are left out: a link could lead out of the checkout.

A checkout has a `.git` of its own, with nothing in it. Tools look upwards for one to learn where a project
ends; they would find the developer's repository otherwise, and take its half-edited files for allowed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from repodoc_hooks.git.objects import Objects, open_objects
from repodoc_hooks.git.process import Git
from repodoc_hooks.git.shown_files import is_shown
from repodoc_hooks.private import private_folder
from repodoc_hooks.system import FileLock

MAX_FILE_BYTES = 5_000_000
_FOLDER = "checkouts"
_GIT_FILES = {"HEAD": "ref: refs/heads/snapshot\n", "config": "[core]\n\tbare = false\n"}


@contextmanager
def checkout(git: Git, tree: str, state_dir: Path) -> Iterator[Path]:
    """The directory that holds the files of a tree, unchanged for as long as the context lasts.

    Checkouts stand in numbered slots below `state_dir`, one per tree in use: equal trees share one, and a
    free one is filled anew, because a server pays for every directory that it has not seen before.
    """
    folder = state_dir / _FOLDER
    private_folder(folder)
    lock = _take(git, tree, folder)
    try:
        yield lock.path
    finally:
        lock.release()


@contextmanager
def reading_directory(git: Git, tree: str, *, wanted: bool) -> Iterator[str]:
    """A checkout's path, cleared afterwards; "" if none is wanted."""
    if not wanted:
        yield ""
        return
    with checkout(git, tree, git.state_dir) as directory:
        yield str(directory)
    clear(git.state_dir)


def clear(state_dir: Path) -> None:
    """Remove the checkouts that nobody uses, also those that a killed process left."""
    folder = state_dir / _FOLDER
    for number in _slots(folder):
        slot = _Slot(folder, number)
        if slot.lock():
            slot.wipe()
        slot.release()


class _Slot:
    """One place for a checkout: `<n>/` the files, `<n>.tree` what they are of, `<n>.lock` who uses them.

    The lock is shared by users and exclusive while the files change; it ends with its process.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self.path = folder / str(number)
        self._record = folder / f"{number}.tree"
        self._lock = FileLock(folder / f"{number}.lock")

    def lock(self, *, shared: bool = False) -> bool:
        return self._lock.take(shared=shared)

    def release(self) -> None:
        self._lock.release()

    def holds(self, tree: str) -> bool:
        try:
            return self._record.read_text() == tree
        except OSError:
            return False

    def wipe(self) -> None:
        self._record.unlink(missing_ok=True)
        for directory, _, _ in os.walk(self.path):
            Path(directory).chmod(0o700)
        shutil.rmtree(self.path, ignore_errors=True)

    def fill(self, git: Git, tree: str) -> None:
        self.wipe()
        self.path.mkdir()
        for name in ("objects", "refs"):
            (self.path / ".git" / name).mkdir(parents=True)
        for name, text in _GIT_FILES.items():
            (self.path / ".git" / name).write_text(text)
        with open_objects(git, bulk=True) as objects:
            _write_files(git, objects, tree, self.path)
        for directory, _, _ in os.walk(self.path):
            Path(directory).chmod(0o555)
        self._record.write_text(tree)


def _take(git: Git, tree: str, folder: Path) -> _Slot:
    """A slot with the files of that tree, locked for use."""
    while True:
        for number in _slots(folder):
            slot = _Slot(folder, number)
            if slot.holds(tree) and slot.lock(shared=True) and slot.holds(tree):
                return slot
            slot.release()
        for number in count():
            slot = _Slot(folder, number)
            if slot.lock():
                break
            slot.release()
        try:
            slot.fill(git, tree)
        except BaseException:
            slot.release()
            raise
        # From an exclusive lock to a shared one is no atomic step (flock(2)): somebody may have been quicker.
        if slot.lock(shared=True) and slot.holds(tree):
            return slot
        slot.release()


def _slots(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("*.lock") if path.stem.isdigit())


def _write_files(git: Git, objects: Objects, tree: str, top: Path) -> None:
    """Write every regular file that may be shown to a model, and by which none can be given orders."""
    from repodoc_hooks.secret_rules import may_leave

    paths: dict[str, list[str]] = {}
    for line in git.run("ls-tree", "-r", "-l", "-z", "--full-tree", tree).split(b"\0")[:-1]:
        entry, _, path = line.partition(b"\t")
        mode, _, oid, size = entry.split()
        if mode.startswith(b"100") and int(size) <= MAX_FILE_BYTES and is_shown(os.fsdecode(path)):
            paths.setdefault(oid.decode(), []).append(os.fsdecode(path))
    for name, data in objects.blobs(list(paths)):
        for file in [top / path for path in paths[name] if may_leave(path, data)]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_masked(file.name, data))
            file.chmod(0o444)


def _masked(name: str, data: bytes) -> bytes:
    """A file in which values that are called like a secret show as `...`; what is no text stays as it is."""
    from repodoc_hooks.secret_rules import masked

    try:
        return masked(data.decode(), name).encode()
    except UnicodeDecodeError:
        return data
