"""Folders that only their owner can enter."""

from __future__ import annotations

from pathlib import Path


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
