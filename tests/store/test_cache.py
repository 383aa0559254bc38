"""The cache keeps bytes, and runs nothing that somebody planted in it."""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from repodoc_hooks.config import CacheConfig, Config
from repodoc_hooks.store.cache import NoCache, open_cache


def test_values_come_back_also_large_ones_and_elsewhere(tmp_path: Path) -> None:
    large = os.urandom(200_000)
    with closing(open_cache(tmp_path, Config())) as cache:
        cache.set("a", b"1")
        cache.set("b", large)
        cache.set("a", b"2")
        assert cache.get("c") is None
    with closing(open_cache(tmp_path, Config())) as cache:
        assert cache.get("a") == b"2"
        assert cache.get("b") == large
        assert cache.stats().entries == 2
        assert cache.clear() == 2
        assert cache.get("a") is None


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return (os.open, (self._path, os.O_CREAT | os.O_WRONLY))


@pytest.mark.parametrize("mode", [4, 3])
def test_a_planted_pickle_is_not_run(tmp_path: Path, mode: int) -> None:
    trap = tmp_path / "sprung"
    with closing(open_cache(tmp_path, Config())) as cache:
        cache.set("key", b"value")
        with closing(sqlite3.connect(tmp_path / "cache" / "cache.db")) as db, db:
            db.execute("UPDATE Cache SET mode = ?, value = ?", (mode, pickle.dumps(Trap(str(trap)))))
        assert cache.get("key") is None
    assert not trap.exists()


def test_a_planted_pickled_key_is_not_run(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    with closing(open_cache(tmp_path, Config())) as cache:
        cache.set("key", b"value")
        with closing(sqlite3.connect(tmp_path / "cache" / "cache.db")) as db, db:
            db.execute("UPDATE Cache SET raw = 0, key = ?", (pickle.dumps(Trap(str(trap))),))
        assert cache.get("key") is None
        cache.set("other", b"value")
        assert cache.get("other") == b"value"
    assert not trap.exists()


def test_a_value_that_is_no_bytes_is_refused(tmp_path: Path) -> None:
    with closing(open_cache(tmp_path, Config())) as cache:
        cache.set("key", {"a": 1})  # type: ignore[arg-type]
        assert cache.get("key") is None


def test_the_size_is_bounded(tmp_path: Path) -> None:
    with closing(open_cache(tmp_path, Config(cache=CacheConfig(size_mb=1)))) as cache:
        for number in range(60):
            cache.set(str(number), os.urandom(100_000))
        assert cache.stats().bytes < 2_500_000
        assert cache.get("59") is not None


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    with closing(open_cache(tmp_path, Config())) as cache:
        assert stat.S_IMODE(Path(cache.stats().path).stat().st_mode) == 0o700


def test_switched_off_or_impossible_it_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    for cache in (
        open_cache(tmp_path, Config()),
        open_cache(tmp_path, Config(cache=CacheConfig(enabled=False))),
    ):
        assert isinstance(cache, NoCache)
        cache.set("a", b"1")
        assert cache.get("a") is None
        assert cache.clear() == cache.stats().entries == 0


def test_a_value_that_the_disk_has_torn_is_a_miss(tmp_path: Path) -> None:
    cache = open_cache(tmp_path, Config())
    cache.set("key", b"what was parsed")
    cache.set("other", b"something else")
    with closing(sqlite3.connect(tmp_path / "cache" / "cache.db")) as db, db:
        db.execute("UPDATE Cache SET value = replace(value, CAST('parsed' AS BLOB), CAST('parked' AS BLOB))")
        db.execute("UPDATE Cache SET value = CAST(value AS BLOB)")
    assert cache.get("key") is None
    assert cache.get("other") == b"something else"
    with closing(sqlite3.connect(tmp_path / "cache" / "cache.db")) as db, db:
        db.execute("UPDATE Cache SET key = 'key' WHERE key = 'other'")
    assert cache.get("key") is None


def test_a_database_that_somebody_else_holds_is_gone_without(tmp_path: Path) -> None:
    """diskcache itself would wait for a minute, which a commit has not."""
    open_cache(tmp_path, Config()).close()
    with closing(sqlite3.connect(tmp_path / "cache" / "cache.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert isinstance(open_cache(tmp_path, Config()), NoCache)
        other.execute("ROLLBACK")
    with closing(open_cache(tmp_path, Config())) as cache:
        cache.set("a", b"1")
        assert cache.get("a") == b"1"
