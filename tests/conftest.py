"""Fixtures for every test: an environment of its own, and repositories in it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.isolation import isolated
from tests.pretended_model import documented, model
from tests.repos import PYTHON_PROJECT, Repo

__all__ = ["documented", "model"]  # fixtures

repeatable = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("repeatable", repeatable)
settings.register_profile("explore", repeatable, derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; nothing of the user's git, tools, cloud accounts or CI service reaches the test."""
    folder = tmp_path_factory.mktemp("home")
    env = isolated(folder)
    for name in set(os.environ) - set(env):
        if not name.startswith("PYTEST_"):
            monkeypatch.delenv(name)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(tempfile, "tempdir", env["TMPDIR"])
    return folder


@pytest.fixture
def repo(home: Path, git_repo: Any) -> Repo:
    """An empty repository on branch `main`, without a commit."""
    made = Repo(Path(git_repo.workspace))
    made.git("symbolic-ref", "HEAD", "refs/heads/main")
    return made


@pytest.fixture
def project(repo: Repo) -> Repo:
    """A repository with one commit: two small Python packages, one importing the other."""
    repo.write_all(PYTHON_PROJECT)
    repo.commit("Start")
    return repo


@pytest.fixture
def make_repo(tmp_path: Path) -> Callable[..., Repo]:
    """Makes further repositories by name: `make_repo("other", "--object-format=sha256")`."""

    def make(name: str, *options: str) -> Repo:
        return Repo.init(tmp_path / name, *options)

    return make
