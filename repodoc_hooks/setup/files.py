"""Files of the work tree that `repodoc init` writes to, and what stood there before."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from repodoc_hooks.errors import RepositoryError
from repodoc_hooks.git.process import Git
from repodoc_hooks.git.work_files import put_file, refuse_outside
from repodoc_hooks.private import keep_file, read_json

_RECORD = "before-init.json"
_Record = dict[
    str, dict[str, str | None]
]  # path -> what stood there (bytes as Latin-1), checksum of our text


def content(git: Git, path: str) -> bytes | None:
    """What stands in a file, None where there is none.

    Raises:
        RepositoryError: it is a link or no file, or one stands above it: a repository could lead us anywhere.
    """
    refuse_outside(git.top, path, "replace it by a folder")
    file = git.top / path
    if not os.path.lexists(file):
        return None
    if file.is_symlink() or not file.is_file():
        what = "a symlink, and nothing is written through one" if file.is_symlink() else "no regular file"
        raise RepositoryError(f"it is {what}", where=path, fix="replace it by a file")
    return file.read_bytes()


def put(git: Git, path: str, text: bytes) -> None:
    """Write a file in one step, with the folders above it; its mode stays.

    Raises:
        RepositoryError: a link, or something else than a folder, stands on the way.
    """
    put_file(git.top, path, text)


def remove(git: Git, path: str) -> None:
    """Delete a file, and folders that are empty then."""
    put_file(git.top, path, None)


def write(git: Git, path: str, text: bytes) -> None:
    """Write a file, and remember what stood there for `put_back`."""
    before = content(git, path)
    record = _load(git)
    known = record.get(path)
    if known is None or known["written"] != _checksum(before):
        known = {"before": None if before is None else before.decode("latin-1")}
    # First the record: a kill in between must not lose what stood there.
    _save(git, {**record, path: {**known, "written": _checksum(text)}})
    put(git, path, text)


def written(git: Git) -> Iterator[str]:
    """The files that `put_back` knows of."""
    yield from _load(git)


def put_back(git: Git, path: str) -> bool:
    """Restore a file byte for byte, and forget it; False if somebody has changed it since."""
    record = _load(git)
    known = record.pop(path)
    _save(git, record)
    try:
        untouched = known["written"] == _checksum(content(git, path))
    except RepositoryError:  # somebody has put a link there
        untouched = False
    if not untouched:
        return False
    put_file(git.top, path, None if known["before"] is None else known["before"].encode("latin-1"))
    return True


def _checksum(text: bytes | None) -> str:
    return "" if text is None else hashlib.sha256(text).hexdigest()


def _load(git: Git) -> _Record:
    record = read_json(_file(git))
    return record if isinstance(record, dict) else {}


def _save(git: Git, record: _Record) -> None:
    if record:
        keep_file(_file(git), json.dumps(record).encode(), durable=True)
    else:
        _file(git).unlink(missing_ok=True)


def _file(git: Git) -> Path:
    return git.state_dir / _RECORD
