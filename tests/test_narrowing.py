"""The short way from an earlier tree gives what the long way gives, commit by commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline.fast_path import baseline_line, narrow
from repodoc_hooks.pipeline.plan import Plan
from tests.repos import Repo
from tests.test_merge_property import CONFIG, MODULES, Edit, branches, start

HOOK = Request(origin="pre-commit", source="staged", apply="index")


def stale(plan: Plan) -> set[tuple[object, ...]]:
    """Everything about the sections of components that are not current."""
    return {
        (s.id, s.state, s.rule, s.because, s.line)
        for p in plan.components.values()
        for s in p.sections
        if s.state != "current"
    }


def commit(repo: Repo) -> bool:
    """Commit what is staged as the hooks do; was the short way taken, and is it the long one's?"""
    git = Git.discover(repo.path)
    with Engine.open(git, CONFIG) as engine:
        workspace = engine.workspace
        tree = workspace.tree("staged")
        found = narrow(workspace, tree)
        if found is not None:
            assert stale(found[1]) == stale(workspace.plan(workspace.survey(tree)))
        report = engine.run(HOOK)
        assert report.narrow <= (found is not None)
        after = workspace.tree("staged")
        repo.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "Change")
        assert engine.rehearse(replace(HOOK, origin="check", all=True, apply="none")).texts == {}
    notes.write(git, "HEAD", [baseline_line(after, CONFIG)])
    return found is not None


@settings(max_examples=15)
@given(edits=st.lists(branches(MODULES, ["four"]), min_size=1, max_size=4))
def test_the_short_way_equals_the_long_way(
    tmp_path_factory: pytest.TempPathFactory, edits: Sequence[Sequence[Edit]]
) -> None:
    repo = start(tmp_path_factory.mktemp("narrow") / "repo")
    commit(repo)
    for step in edits:
        for edit in step:
            edit.apply(repo)
        repo.git("add", "-A")
        event("short" if commit(repo) else "long")


def test_a_usual_edit_takes_the_short_way(project: Repo) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.replace("src/core/text.py", "def shout(words: str)", "def shout(words: str, times: int = 1)")
    project.git("add", "-A")
    with Engine.open(Git.discover(project.path)) as engine:
        found = narrow(engine.workspace, engine.tree("staged"))
    assert found is not None
    assert set(found[1].components) == {"src/core", "src/shop"}
    project.git("commit", "-q", "-m", "Shout twice")
    assert project.repodoc("check", "--full").returncode == 0
    assert len(project.changed()) == 3


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/core/more.py", "X = 1\n"),
        ("src/core/text.py", "import os\n\n\ndef shout(words):\n    return words\n"),
        ("package.json", "{}\n"),
        ("README.md", "# Sample\n\nAnother small project with packages.\n"),
        ("docs/repodoc/src/core.md", "# Broken\n"),
    ],
)
def test_what_is_out_of_the_ordinary_takes_the_long_way(project: Repo, path: str, text: str) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.write(path, text)
    project.git("add", "-A")
    with Engine.open(Git.discover(project.path)) as engine:
        assert narrow(engine.workspace, engine.tree("staged")) is None
