"""`repodoc cache`."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from repodoc_hooks.cli import main
from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.store.cache import open_cache
from tests.repos import Repo


def test_cache_stats_and_clear_are_shared_by_worktrees(
    project: Repo, capfd: pytest.CaptureFixture[str]
) -> None:
    other = project.path.parent / "other"
    project.git("worktree", "add", "-q", str(other))
    with closing(open_cache(Git.discover(project.path).state_dir, Config())) as cache:
        cache.set("a", b"1")
    assert main(["-C", str(other), "cache", "stats", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["entries"] == 1
    assert main(["-C", str(project.path), "cache", "clear"]) == 0
    assert capfd.readouterr().out == "removed 1 entries\n"
    assert main(["-C", str(other), "cache", "stats"]) == 0
    assert capfd.readouterr().out.startswith("0 entries")
