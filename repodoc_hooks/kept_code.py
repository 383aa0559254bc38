"""What this interpreter has compiled once, kept in the user's cache folder: losing it costs time and nothing else.

Only what this user alone may write is read, and only whole.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from repodoc_hooks.private import keep_file, private_folder, read_private
from repodoc_hooks.system import cache_folder, is_mine

_FOLDER = f"compiled-{sys.implementation.cache_tag}-{sys.hexversion:x}"
_DIGEST = hashlib.sha256().digest_size


def place(name: str) -> Path:
    """Where something is kept, by a name that tells its content or version."""
    return cache_folder() / _FOLDER / name


def load(name: str) -> Any:
    """What was kept, None if nothing is."""
    file = place(name)
    data = read_private(file) if is_mine(file.parent) else None
    if data is None or hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        return None
    return marshal.loads(data[_DIGEST:])  # noqa: S302 - made by us, in a folder of the user's alone


def keep(name: str, value: Any) -> None:
    """Keep code, or what `marshal` knows beside it; a full disk is no reason to fail."""
    data = marshal.dumps(value)
    with suppress(OSError):
        private_folder(place(name).parent)
        keep_file(place(name), hashlib.sha256(data).digest() + data)
