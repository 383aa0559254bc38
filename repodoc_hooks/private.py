"""Files of ours: folders that only their owner can enter, files replaced in one step, damaged ones set aside.

Nothing here writes through a symbolic link, and no reader ever sees half a file.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDERS = frozenset(
    {
        "cache",
        "checkouts",
        "config",
        "hooks",
        "journal",
        "logs",
        "pending",
        "pushes",
        "snapshots",
        "write",
        "write.new",
    }
)
"""What is a folder in a state folder."""
_FILES = frozenset(
    {"made-hooks-folder", "note", "quiet", "ready", "server.alive", "server.lease", "squashed"}
)
_FILE_SUFFIXES = (".json", ".lock", ".log", ".sqlite", ".sqlite-shm", ".sqlite-wal")
_PLATFORM_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
MAX_JSON_BYTES = 50_000_000
DAMAGED = ".damaged-"
"""In the name of what could not be read and was moved out of the way."""


def private_folder(path: Path) -> None:
    """Make a folder and what is missing above it, all 0700; `Path.mkdir` gives its mode to the last one only.

    Raises:
        OSError: a file is in the way, or it may not be written there.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is not a folder")


def replace_file(
    path: Path, content: bytes, *, mode: int = 0o600, keep_mode: bool = False, durable: bool = False
) -> None:
    """Write a file as a whole, by a draft beside it and a rename; its folder has to be there.

    Args:
        path: a symbolic link or an earlier file is replaced, never written through.
        content: all of the file.
        mode: of a new file, less the umask.
        keep_mode: give it that of the regular file that is there.
        durable: see that it survives a loss of power before this returns, which takes some milliseconds.

    Raises:
        OSError: nothing has changed.
    """
    former = _regular_mode(path) if keep_mode else None
    draft = path.with_name(f".{path.name[:200]}.{os.getpid()}-{os.urandom(4).hex()}.repodoc-new")
    # A name that is there, link or not, is refused (O_EXCL).
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLATFORM_FLAGS, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if former is not None:
                draft.chmod(former)
            file.write(content)
            if durable:
                file.flush()
                os.fsync(descriptor)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def _regular_mode(path: Path) -> int | None:
    try:
        found = path.lstat().st_mode
    except OSError:
        return None
    return stat.S_IMODE(found) if stat.S_ISREG(found) else None


def keep_file(path: Path, content: bytes, *, durable: bool = False) -> None:
    """`replace_file` for state of ours: makes the folder as needed, and sets aside a folder that is in the way.

    Raises:
        OSError: it may not be written there.
    """
    try:
        replace_file(path, content, durable=durable)
    except FileNotFoundError:
        private_folder(path.parent)
        replace_file(path, content, durable=durable)
    except IsADirectoryError:
        set_aside(path)
        replace_file(path, content, durable=durable)


def sync_folder(folder: Path) -> None:
    """See that what was renamed in a folder survives a loss of power, where the file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | _PLATFORM_FLAGS)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def clear_obstacles(folder: Path) -> None:
    """Set aside what stands in a state folder and is not what it should be.

    A folder for a file of ours or the reverse; a link to a file, a pipe, a socket, a device: reading these may never
    end, and writing may go elsewhere. A link to a folder, in a folder's place, is the user's way to another disk.
    """
    try:
        with os.scandir(folder) as entries:
            found = [
                (entry.name, _is_folder(entry), entry.is_file(follow_symlinks=False)) for entry in entries
            ]
    except NotADirectoryError:
        set_aside(folder)
        return
    except OSError:
        if folder.is_symlink():  # to nothing
            set_aside(folder)
        return
    for name, is_folder, is_file in found:
        should_be_file = name in _FILES or name.endswith(_FILE_SUFFIXES)
        strange = should_be_file if is_folder else not is_file or name in FOLDERS
        if strange and DAMAGED not in name:
            set_aside(folder / name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def clear_place(path: Path) -> None:
    """Set aside what stands in the place of a file and is none: a folder, a link, a pipe, which a reader waits at."""
    try:
        regular = stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return
    if not regular:
        set_aside(path)


def read_private(path: Path, limit: int = MAX_JSON_BYTES) -> bytes | None:
    """What a file of ours holds, None if there is none; what is no regular file, or too large, is set aside."""
    try:
        found = path.lstat()
        if stat.S_ISREG(found.st_mode) and found.st_size <= limit:
            return path.read_bytes()
    except OSError:
        return None
    set_aside(path)
    return None


def read_json(path: Path) -> Any:
    """What a JSON file of ours holds; None if it is missing, unreadable or damaged, which sets it aside."""
    text = read_private(path)
    if text is None:
        return None
    try:
        import json  # 3 ms, which hooks that find nothing to do spare

        return json.loads(text)
    except (ValueError, RecursionError):
        set_aside(path)
    return None


def explain(error: BaseException) -> str:
    """An error that is none of ours to raise, in one line, and what to do where that is known.

    Files may belong to somebody else (`sudo repodoc`), and packages may be missing after an upgrade of Python.
    """
    if isinstance(error, ImportError):
        return f"this installation is incomplete ({error}); install repodoc-hooks again"
    if isinstance(error, MemoryError):
        return "out of memory"
    if not isinstance(error, OSError):
        return f"internal error: {type(error).__name__}: {error}"
    where = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    what = error.strerror or str(error)
    return f"{where}: {what}{foreign_owner(Path(where))}" if where else what


def foreign_owner(path: Path) -> str:
    """ "; it belongs to ...", with the remedy, if a path or what is there of it is not ours; else ""."""
    from repodoc_hooks.system import my_number

    try:
        nearest = next((each for each in (path, *path.parents) if os.path.lexists(each)), None)
        mine = my_number()
        if nearest is None or mine in (None, nearest.lstat().st_uid) or os.access(nearest, os.W_OK):
            return ""
    except (OSError, ValueError):  # a name that is too long, or none
        return ""
    folder = next((each for each in (nearest, *nearest.parents) if each.name == "repodoc"), nearest)
    return f"; it belongs to another user: sudo chown -R {mine} {folder}"


def set_aside(path: Path) -> Path | None:
    """Move what is damaged out of the way, and say so once; None where it cannot be moved."""
    aside = path.with_name(f"{path.name}{DAMAGED}{int(time.time())}-{os.getpid()}")
    try:
        path.rename(aside)
    except OSError:
        return None
    with suppress(OSError, ValueError, AttributeError):
        line = f"repodoc: {path} could not be read, and was moved to {aside.name}; work goes on without it\n"
        sys.stderr.write(line)
        sys.stderr.flush()
    return aside
