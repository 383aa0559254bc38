"""The sign-in of OpenCode 2, taken from the user's database into a private one.

The server would change a database that it is given, and migrate one of version 1 in place: it never sees the user's.
A token that it refreshed would sign the user out elsewhere: the copy has none to refresh with. So a sign-in by OAuth
serves until its token expires, some hours; the user's own OpenCode gets the next one, and our server is then started
anew with it. Where nobody has used that for long, it is told (`expired`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

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


def state_of(source: Path) -> str:
    """A hash of the sign-in that a copy would have, "" for none: another one is a reason to start anew."""
    held = _held(source)
    text = json.dumps(held, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest() if held else ""


def expired(source: Path, now: float) -> list[str]:
    """What the user has signed in to by OAuth with a token that is over by `now` (seconds since the epoch)."""
    return sorted(
        {
            name
            for name, held in _held(source)
            if held.get("type") == "oauth"
            and isinstance(until := held.get("expires"), int | float)
            and 0 < until / 1000 <= now
        }
    )


def _held(source: Path) -> list[tuple[str, dict[str, Any]]]:
    """By the name of what it opens, each credential of the user's database."""
    if not source.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=2)) as users:
            if "credential" not in _tables(users):
                return []
            users.row_factory = sqlite3.Row
            rows = [dict(row) for row in users.execute("SELECT * FROM credential")]
    except sqlite3.Error:
        return []
    found = []
    for row in rows:
        try:
            held = json.loads(row["value"])
        except (TypeError, ValueError, KeyError, RecursionError):
            continue
        if isinstance(held, dict):
            found.append(
                (str(row.get("integration_id") or row.get("connector_id") or row.get("id") or "?"), held)
            )
    return found


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
