"""What the pre-push shim leaves behind while git pushes: one small file per push, written by the shell.

Its lines: the number of the git process, the remote's name, its URL, then what git gave to the hook, and a
full stop in the end. Light: commands look for such notes before they open the queue.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from repodoc_hooks.private import read_private

FOLDER = "pushes"


class PushNote(Struct, frozen=True):
    """A push that was begun. `lines` are git's: `<local ref> <oid> <remote ref> <remote oid>`."""

    file: Path
    pid: int
    remote: str
    url: str
    lines: tuple[str, ...]

    def drop(self) -> None:
        """The note was taken up."""
        self.file.unlink(missing_ok=True)


def push_notes(state_dir: Path) -> Iterator[PushNote]:
    """The notes that wait; one that is still being written is left for later."""
    try:
        files = sorted((state_dir / FOLDER).iterdir())
    except OSError:
        return
    for file in files:
        try:
            pid, remote, url, *lines, end = os.fsdecode(read_private(file) or b"").splitlines()
        except (OSError, ValueError):
            continue
        if end == "." and pid.isdecimal():
            yield PushNote(file, int(pid), remote, url, tuple(lines))
