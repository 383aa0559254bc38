"""The sign-in of OpenCode 2 is copied; what else the user's database holds is not, and it stays as it is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from repodoc_hooks.backends.opencode_credentials import copy_sign_in, expired, state_of


def users_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE credential (id TEXT PRIMARY KEY, value TEXT)")
        key = {"type": "key", "key": "sk-1"}
        oauth = {"type": "oauth", "refresh": "secret-refresh", "access": "a", "expires": 5}
        for name, value in (("a", key), ("b", oauth)):
            db.execute("INSERT INTO credential VALUES (?, ?)", (name, json.dumps(value)))
        db.execute("INSERT INTO credential VALUES ('c', 'no json')")
        for table in ("session_v2", "session_message", "event", "project"):
            db.execute(f"CREATE TABLE {table} (text TEXT)")
            db.execute(f"INSERT INTO {table} VALUES ('private talk')")


def test_credentials_alone_are_copied(tmp_path: Path) -> None:
    users, ours = tmp_path / "opencode.db", tmp_path / "ours.db"
    users_database(users)
    before = users.read_bytes()
    assert copy_sign_in(users, ours)
    assert users.read_bytes() == before
    copied = ours.read_bytes()
    assert b"private talk" not in copied
    assert b"secret-refresh" not in copied, "a token that we refreshed would sign the user out"
    with closing(sqlite3.connect(ours)) as db:
        found = dict(db.execute("SELECT id, value FROM credential").fetchall())
    assert json.loads(found["a"]) == {"type": "key", "key": "sk-1"}
    assert json.loads(found["b"])["access"] == "a"
    assert ours.stat().st_mode & 0o077 == 0


def test_what_has_no_credentials_is_left_alone(tmp_path: Path) -> None:
    old = tmp_path / "v1.db"
    with closing(sqlite3.connect(old)) as db, db:
        db.execute("CREATE TABLE session (text TEXT)")
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 100)
    for source in (old, broken, tmp_path / "none.db"):
        assert not copy_sign_in(source, tmp_path / "ours.db")
        assert not (tmp_path / "ours.db").exists()


def test_a_token_that_is_over_is_told_and_another_one_is_another_state(tmp_path: Path) -> None:
    users = tmp_path / "opencode.db"
    assert (expired(users, 1.0), state_of(users)) == ([], "")
    users_database(users)
    before = state_of(users)
    assert before
    assert expired(users, 1.0) == ["b"]
    assert expired(users, 0.001) == []
    with closing(sqlite3.connect(users)) as db, db:
        later = {"type": "oauth", "refresh": "r", "access": "new", "expires": 5_000_000}
        db.execute("UPDATE credential SET value = ? WHERE id = 'b'", (json.dumps(later),))
    assert expired(users, 1.0) == []
    assert expired(users, 6_000.0) == ["b"]
    assert state_of(users) != before


def test_a_damaged_database_has_no_sign_in(tmp_path: Path) -> None:
    broken = tmp_path / "opencode.db"
    broken.write_bytes(b"no database" * 100)
    assert (expired(broken, 1e12), state_of(broken)) == ([], "")
