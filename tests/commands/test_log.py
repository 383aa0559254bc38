"""`repodoc log`."""

from __future__ import annotations

import json

from tests.commands.recorded import annotate
from tests.repos import Repo


def test_log_tells_changes_by_commit(project: Repo) -> None:
    assert "no commit in this range" in project.repodoc("log").stderr
    annotate(project)
    text = project.repodoc("log").stdout
    assert text.splitlines()[0] == f"{project.head()[:12]} 2024-01-02 Start"
    assert "  src/app: api" in text
    assert "    changed: run" in text
    (entry,) = [json.loads(line) for line in project.repodoc("log", "--json").stdout.splitlines()]
    assert entry["changes"][0]["cause"] == ["`run` changed"]
    wrong = project.repodoc("log", "nowhere..here", check=False)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)


def test_log_and_status_before_the_first_commit(repo: Repo) -> None:
    assert repo.repodoc("log").returncode == 0
    assert repo.repodoc("status").returncode == 0
    assert repo.repodoc("costs").returncode == 0


def test_each_cause_is_told_once(project: Repo) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.git("mv", "src/core", "src/kernel")
    project.git("commit", "-qm", "Move")
    (entry, *_) = [json.loads(line) for line in project.repodoc("log", "--json").stdout.splitlines()]
    causes = [cause for change in entry["changes"] for cause in change["cause"]]
    assert "imports src/core/text.py, which is gone" in causes
    for change in entry["changes"]:
        assert len(set(change["cause"])) == len(change["cause"])
