"""All ways of making pages beside each other: they have to leave the same bytes."""

from __future__ import annotations

from collections.abc import Mapping

from repodoc_hooks.config import default
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline import known_current
from repodoc_hooks.pipeline.config_source import read_config
from repodoc_hooks.pipeline.fast_path import rules_of
from repodoc_hooks.pipeline.plan import FAILING_STATES
from repodoc_hooks.source_patterns import PATTERNS
from tests.repos import Repo

_WAYS = {
    "update": Request(origin="update", source="staged", apply="none"),
    "hook": Request(origin="pre-commit", source="staged", apply="none"),
    "update --all": Request(origin="update", source="staged", apply="none", all=True),
}


def commit(repo: Repo) -> bool:
    """Commit everything with the pages that `update` makes, if the other ways make the same; was the short way taken?

    What the shim of the hook passes over changes no page. Afterwards a fresh rendering finds nothing to do, and nothing
    is said to be stale.
    """
    repo.git("add", "-A")
    git = Git.discover(repo.path)
    config = read_config(git) or default()
    before = _pages(repo)
    asked = ("--icase-pathspecs", "diff", "--cached", "--quiet", "--", *PATTERNS)
    passed_over = git.call(*asked).returncode == 0
    made: dict[str, dict[str, bytes]] = {}
    narrow = False
    for way, request in _WAYS.items():
        with Engine.open(git, config) as engine:
            run = engine.rehearse(request)
            narrow = narrow or run.narrow
            made[way] = {p: text for p, text in {**before, **run.texts}.items() if text is not None}
    for way, pages in made.items():
        assert _lines(pages) == _lines(made["update"]), way
    assert not passed_over or made["update"] == before
    for path in before.keys() - made["update"].keys():
        (repo.path / path).unlink()
    for path, text in made["update"].items():
        repo.write(path, text)
    repo.git("add", "-A")
    repo.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "Change")
    with Engine.open(git, config) as engine:
        again = engine.rehearse(Request(origin="update", source="rev", apply="none", all=True)).texts
        assert _lines({**made["update"], **again}) == _lines(made["update"])
        tree = engine.tree("rev")
        assert [s for s in engine.plan(tree).sections if s.state in FAILING_STATES] == []
        rules = rules_of(engine.workspace, "staged")
    known_current.remember(git.state_dir, rules, config, known_current.Current(tree))
    return narrow


def _pages(repo: Repo) -> dict[str, bytes]:
    paths = repo.git("ls-files", "docs/repodoc", "llms.txt").splitlines()
    return {path: (repo.path / path).read_bytes() for path in paths}


def _lines(pages: Mapping[str, bytes | None]) -> list[str]:
    """All lines of all pages: what differs is then shown line by line."""
    return [f"{path}: {line!r}" for path, text in sorted(pages.items()) if text for line in text.split(b"\n")]
