"""The sign-in of OpenCode 2, taken from the user's database into a private one.

The server would change a database that it is given, and migrate one of version 1 in place: it never sees the user's.
A token that it refreshed would sign the user out elsewhere: the copy has none to refresh with.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

_HISTORY = ("session", "message", "event", "project", "part", "todo")


def copy_sign_in(source: Path, target: Path) -> bool:
    """Copy the credentials of version 2, if there are any; nothing else of the user's stays in the copy."""
    if not source.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=2)) as users:
            if "credential" not in _tables(users):
                return False
            target.touch(0o600)
            with closing(sqlite3.connect(target)) as ours:
                users.backup(ours)
                _strip(ours)
        return True
    except (sqlite3.Error, OSError):
        with contextlib.suppress(OSError):
            target.unlink()
        return False


def _tables(database: sqlite3.Connection) -> list[str]:
    return [str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def _strip(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA foreign_keys = OFF")
    for table in _tables(database):
        if table.startswith(_HISTORY):
            database.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of its own schema
    for row, value in database.execute("SELECT rowid, value FROM credential").fetchall():
        try:
            held = json.loads(value)
        except (TypeError, ValueError):
            continue
        if isinstance(held, dict) and held.get("type") == "oauth":
            text = json.dumps({**held, "refresh": ""})
            database.execute("UPDATE credential SET value = ? WHERE rowid = ?", (text, row))
    database.commit()
    database.execute("VACUUM")
