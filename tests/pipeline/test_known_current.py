"""`check` starts from trees that it found current before, and says what it would say without."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from repodoc_hooks import cli
from repodoc_hooks.git.process import Git
from repodoc_hooks.pipeline import known_current
from repodoc_hooks.pipeline.config_source import config_text
from repodoc_hooks.pipeline.known_current import Current
from tests.pages.test_merge_property import MODULES, Edit, branches, start
from tests.repos import Repo


@contextmanager
def printed() -> Iterator[io.BytesIO]:
    """What goes to stdout, without pytest's capture: hypothesis runs a test many times."""
    before, buffer = sys.stdout, io.BytesIO()
    sys.stdout = SimpleNamespace(buffer=buffer, isatty=lambda: False)
    try:
        yield buffer
    finally:
        sys.stdout = before


def check(repo: Repo, *flags: str) -> tuple[int, str]:
    with printed() as out:
        code = cli.main(["-C", str(repo.path), "check", *flags])
    return code, out.getvalue().decode()


def known(repo: Repo) -> list[Current]:
    git = Git.discover(repo.path)
    memory = known_current.recall(
        git.state_dir, known_current.rules_of(config_text(git, "worktree"), os.environ)
    )
    return list(memory.current) if memory else []


def forget(repo: Repo) -> None:
    (Git.discover(repo.path).state_dir / known_current.FILE_NAME).unlink(missing_ok=True)


@settings(max_examples=12)
@given(edits=st.lists(branches(MODULES, ["four"]), min_size=1, max_size=3))
def test_a_later_look_says_what_a_first_one_says(
    tmp_path_factory: pytest.TempPathFactory, edits: Sequence[Sequence[Edit]]
) -> None:
    repo = start(tmp_path_factory.mktemp("verdicts") / "repo")
    repo.repodoc("update", "--backend", "none")
    check(repo)
    for step in edits:
        for edit in step:
            edit.apply(repo)
        repo.git("add", "-A")
        with_memory = check(repo)
        event("current" if with_memory[0] == 0 else "stale")
        forget(repo)
        assert with_memory == check(repo)


@pytest.fixture
def current(project: Repo) -> Repo:
    project.write(".repodoc.yaml", "version: 1\n")
    project.repodoc("update")
    project.commit("Set up")
    assert check(project)[0] == 0
    return project


def test_a_tree_once_found_current_is_not_opened_again(
    current: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = known(current)
    assert check(current, "--format", "json")[1].count('"state"') == found.sections
    monkeypatch.setattr(
        "repodoc_hooks.incremental_engine.Engine.open", lambda *_, **__: pytest.fail("opened")
    )
    assert check(current) == (0, f"all {found.sections} sections current\n")


def test_an_edit_that_no_page_shows_makes_a_new_current_tree(
    current: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    current.replace("src/core/text.py", "def shout", "# Loudly.\ndef shout")
    monkeypatch.setattr("repodoc_hooks.pipeline.workspace.Workspace.plan", lambda *_: pytest.fail("long way"))
    assert check(current)[0] == 0
    assert len(known(current)) == 2


def test_a_stale_page_is_never_taken_for_current(current: Repo) -> None:
    current.replace("src/core/text.py", "def shout(words: str)", "def shout(text: str)")
    code, text = check(current)
    assert code == 1
    assert "src/core" in text
    assert len(known(current)) == 1
    current.repodoc("update")
    assert check(current)[0] == 0


def test_other_settings_start_anew(current: Repo) -> None:
    current.write(".repodoc.yaml", "version: 1\nexclude: [src/shop]\n")
    assert check(current)[0] == 1


@pytest.mark.parametrize("content", ["", "[]", "{", '{"rules": "x"}', '{"rules": 1, "current": [[1]]}'])
def test_a_damaged_memory_is_none(current: Repo, content: str) -> None:
    file = Git.discover(current.path).state_dir / known_current.FILE_NAME
    file.write_text(content)
    assert known(current) == []
    assert check(current)[0] == 0
    assert len(known(current)) == 1


def test_a_known_tree_needs_neither_settings_nor_their_library(current: Repo) -> None:
    check(current)
    code = (
        "import sys; from repodoc_hooks import cli; code = cli.main(['check']);"
        "print(code, [m for m in ('repodoc_hooks.config', 'msgspec', 'dataclasses') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=current.path, capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-1] == "0 []"
