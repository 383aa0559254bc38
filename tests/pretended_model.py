"""A project whose pages a (pretended) model writes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.isolation import user_settings
from tests.repos import Repo

CONFIG = """\
version: 1
backends:
  order: [claude, offline]
parallel: {sessions: 2}
retry: {attempts: 1}
"""


@dataclass(frozen=True)
class Model:
    """The pretended model: its program, and what it was asked."""

    command: Path
    log: Path

    def calls(self) -> list[str]:
        """A line for each call: `kind:component` of every task in it."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def forget(self) -> None:
        """Start counting anew."""
        self.log.unlink(missing_ok=True)


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model on this machine that answers at once."""
    command = home / "claude"
    script = Path(__file__).with_name("fake_claude.py")
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{script}"\n')
    command.chmod(0o755)
    log = home / "claude.log"
    monkeypatch.setenv("FAKE_CLAUDE_LOG", str(log))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    user_settings(f"backends: {{claude: {{command: {command}}}}}")
    return Model(command, log)


@pytest.fixture
def documented(project: Repo, model: Model) -> Repo:
    """The project with pages that lack only their deep sections, committed."""
    project.write(".repodoc.yaml", CONFIG)
    project.repodoc("update")
    project.commit("Set up")
    model.forget()
    return project
