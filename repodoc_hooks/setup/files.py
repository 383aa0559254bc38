"""Files of the work tree that `repodoc init` writes to, and what stood there before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from repodoc_hooks.git.process import Git
from repodoc_hooks.git.staging import refuse_strange
from repodoc_hooks.private import private_folder

_RECORD = "before-init.json"
_Record = dict[
    str, dict[str, str | None]
]  # path -> what stood there (bytes as Latin-1), checksum of our text


def content(git: Git, path: str) -> bytes | None:
    """What stands in a file, None where there is none."""
    file = git.top / path
    return file.read_bytes() if file.exists() else None


def put(git: Git, path: str, text: bytes) -> None:
    """Write a file by rename, with the folders above it; its mode stays.

    Raises:
        RepositoryError: a link, or something else than a folder, stands on the way.
    """
    refuse_strange(git.top, path)
    target = git.top / path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.repodoc-new")
    draft.unlink(missing_ok=True)
    draft.write_bytes(text)
    if target.exists():
        draft.chmod(target.stat().st_mode & 0o777)
    draft.replace(target)


def remove(git: Git, path: str) -> None:
    """Delete a file."""
    refuse_strange(git.top, path)
    (git.top / path).unlink()


def write(git: Git, path: str, text: bytes) -> None:
    """Write a file, and remember what stood there for `put_back`."""
    before = content(git, path)
    record = _load(git)
    known = record.get(path)
    if known is None or known["written"] != _checksum(before):
        known = {"before": None if before is None else before.decode("latin-1")}
    put(git, path, text)
    _save(git, {**record, path: {**known, "written": _checksum(text)}})


def written(git: Git) -> Iterator[str]:
    """The files that `put_back` knows of."""
    yield from _load(git)


def put_back(git: Git, path: str) -> bool:
    """Restore a file byte for byte, and forget it; False if somebody has changed it since."""
    record = _load(git)
    known = record.pop(path)
    _save(git, record)
    if known["written"] != _checksum(content(git, path)):
        return False
    if known["before"] is None:
        remove(git, path)
    else:
        put(git, path, known["before"].encode("latin-1"))
    return True


def _checksum(text: bytes | None) -> str:
    return "" if text is None else hashlib.sha256(text).hexdigest()


def _load(git: Git) -> _Record:
    try:
        record: _Record = json.loads(_file(git).read_text())
    except (OSError, ValueError):
        return {}
    return record


def _save(git: Git, record: _Record) -> None:
    private_folder(git.state_dir)
    if record:
        _file(git).write_text(json.dumps(record))
    else:
        _file(git).unlink(missing_ok=True)


def _file(git: Git) -> Path:
    return git.state_dir / _RECORD
