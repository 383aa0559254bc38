"""The threads of the TUI end with it."""

from __future__ import annotations

from repodoc_hooks.tui.feed import Feed
from repodoc_hooks.tui.sources import Repository
from tests.repos import Repo
from tests.tui.world import git_of


def test_threads_end_when_nobody_waits_for_what_they_bring(project: Repo) -> None:
    feed = Feed(Repository(git_of(project.path)))
    assert len(list(feed.sums(lambda: True))) == 1
    assert list(feed.events((), lambda: True)) == []
    waiting = iter(feed.sums(lambda: False))
    next(waiting)
    feed.ended.set()
    assert list(waiting) == []
