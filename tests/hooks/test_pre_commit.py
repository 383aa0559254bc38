"""What the hook says of a repository that was never set up."""

from __future__ import annotations

import pytest

from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import pre_commit
from tests.repos import Repo


@pytest.mark.parametrize(("shim", "tells"), [("framework", True), ("1", False)])
def test_who_took_a_recipe_is_told_that_settings_are_missing(
    project: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shim: str, tells: bool
) -> None:
    project.replace("src/core/text.py", "def whisper", "def murmur")
    project.git("add", "-A")
    monkeypatch.setenv(pre_commit.BY_SHIM, shim)
    assert pre_commit.run(Git.discover(project.path), ()) == 0
    said = capsys.readouterr().err
    assert ("there is no .repodoc.yaml in the index" in said) is tells
    assert ("repodoc init --hooks none" in said) is tells
