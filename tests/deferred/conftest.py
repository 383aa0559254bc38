"""The queue of a project whose pages a (pretended) model writes."""

from __future__ import annotations

import pytest

from repodoc_hooks.git.process import Git
from repodoc_hooks.store.jobs import JobStore
from tests.repos import Repo


@pytest.fixture
def git(documented: Repo) -> Git:
    """The door to the documented project."""
    return Git.discover(documented.path)


@pytest.fixture
def store(git: Git) -> JobStore:
    """The queue of the documented project."""
    return JobStore.open(git.state_dir)
