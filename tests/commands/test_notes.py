"""`repodoc notes`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.commands.recorded import annotate
from tests.repos import Repo


def test_notes_travel_between_clones(project: Repo, tmp_path: Path, make_repo: Any) -> None:
    bare = make_repo("hub.git", "--bare")
    project.git("remote", "add", "origin", str(bare.path))
    project.git("push", "-q", "origin", "main")
    annotate(project)
    assert '"kind":"run"' in project.repodoc("notes", "show").stdout
    project.repodoc("notes", "push")
    other = bare.clone(tmp_path / "other")
    assert other.repodoc("notes", "show").stdout == ""
    other.repodoc("notes", "fetch")
    assert other.repodoc("notes", "show").stdout == project.repodoc("notes", "show").stdout
    assert "in step with origin" in other.repodoc("status").stdout
    for wrong in (("notes", "push", "nowhere"), ("notes", "show", "nowhere")):
        assert other.repodoc(*wrong, check=False).returncode == 2
