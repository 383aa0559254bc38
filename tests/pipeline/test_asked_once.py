"""Several runs at once: each text is asked for by one of them, and is on the pages of all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.pretended_model import Model
from tests.repos import Repo

CORE = "docs/repodoc/src/core/README.md"


def test_two_updates_at_once_pay_for_each_text_once(
    documented: Repo, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documented.replace("src/core/text.py", "words.upper()", "words.title()")
    documented.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    documented.commit("Change both", hooks=False)
    documented.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    model.forget()
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "1")
    command = [sys.executable, "-m", "repodoc_hooks", "update"]
    places = [documented.path, tmp_path / "other"]
    runs = [subprocess.Popen(command, cwd=place) for place in places]
    assert [run.wait(120) for run in runs] == [0, 0]
    asked = model.calls()
    assert any(call.startswith("summary:") for call in asked)
    assert len(asked) == len(set(asked)), asked
    first, second = ((place / CORE).read_text() for place in places)
    assert first == second
    assert "debt" not in first
