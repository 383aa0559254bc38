"""Where the program was installed from, as PEP 610 records it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.setup.origin import NOWHERE, Origin, of_direct_url
from tests.repos import Repo

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("record", "requirement"),
    [
        (
            {"url": "https://host/team/r.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"repodoc-hooks @ git+https://host/team/r.git@{COMMIT}",
        ),
        (
            {"url": "ssh://git@host/team/r", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"repodoc-hooks @ git+ssh://git@host/team/r@{COMMIT}",
        ),
        (
            {"url": "https://host/r.whl", "archive_info": {"hashes": {"sha256": "ab"}}},
            "repodoc-hooks @ https://host/r.whl#sha256=ab",
        ),
        (
            {"url": "https://host/r.whl", "archive_info": {"hash": "sha256=ab"}},
            "repodoc-hooks @ https://host/r.whl#sha256=ab",
        ),
        ({"url": "https://me:secret@host/r", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}, ""),
        ({"url": "file:///somewhere/r.whl", "archive_info": {}}, ""),
        ({"url": "file:///nowhere/at/all", "dir_info": {}}, ""),
        ({}, ""),
    ],
)
def test_what_others_can_install(record: dict[str, Any], requirement: str) -> None:
    assert of_direct_url(record).requirement == requirement


def test_a_checkout_is_known_by_its_remote_once_its_commit_is_there(project: Repo, tmp_path: Path) -> None:
    record = {"url": project.path.as_uri(), "dir_info": {"editable": True}}
    assert of_direct_url(record) == NOWHERE
    project.git("remote", "add", "origin", "git@host.example:team/r.git")
    assert of_direct_url(record) == NOWHERE
    project.git("update-ref", "refs/remotes/origin/main", project.head())
    url = "ssh://git@host.example/team/r.git"
    expected = Origin(f"repodoc-hooks @ git+{url}@{project.head()}", url, project.head())
    assert of_direct_url(record) == expected
    (project.path / "src").mkdir(exist_ok=True)
    assert of_direct_url({"url": (project.path / "src").as_uri(), "dir_info": {}}) == NOWHERE
