"""Findings stand beside the line of source that caused them, where a reviewer sees them."""

from __future__ import annotations

import json

import pytest

from tests.repos import Repo

TEXT = "src/core/text.py"


@pytest.fixture
def stale(project: Repo) -> Repo:
    """A method with another signature, a function that is gone, a new component; committed past the hooks."""
    project.repodoc("init", "--yes", "--hooks", "none")
    box = (
        '\n\nclass Box:\n    """A box: shut() shuts it."""\n\n    def shut(self) -> int:\n        return 1\n'
    )
    project.write(TEXT, project.read(TEXT) + box)
    project.repodoc("update")
    project.commit("Set up")
    project.replace(TEXT, "def shut(self)", "def shut(self, hard: bool = False)")
    project.replace("src/shop/till.py", "def announce", "def proclaim")
    project.write("src/more/new.py", "LIMIT = 1\n")
    project.commit("Stale")
    return project


def line_of(repo: Repo, path: str, text: str) -> int:
    return next(number for number, line in enumerate(repo.read(path).splitlines(), 1) if text in line)


def test_annotations_of_github(stale: Repo) -> None:
    said = stale.repodoc("check", "--format", "github", check=False).stdout
    assert f"::error file={TEXT},line={line_of(stale, TEXT, 'def shut')}," in said
    assert f"file=src/shop/till.py,line={line_of(stale, 'src/shop/till.py', 'def proclaim')}," in said
    assert "file=src/more/new.py,line=1," in said
    assert "(docs/repodoc/src/core/README.md:" in said


def test_sarif_names_the_page_too(stale: Repo) -> None:
    results = json.loads(stale.repodoc("check", "--format", "sarif", check=False).stdout)["runs"][0][
        "results"
    ]
    place = next(
        r for r in results if r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == TEXT
    )
    assert place["locations"][0]["physicalLocation"]["region"]["startLine"] == line_of(
        stale, TEXT, "def shut"
    )
    related = place["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert related == "docs/repodoc/src/core/README.md"


def test_people_are_shown_the_page(stale: Repo) -> None:
    assert "docs/repodoc/src/core/README.md:" in stale.repodoc("check", check=False).stdout


def test_a_page_without_a_cause_in_source(stale: Repo) -> None:
    stale.repodoc("update")
    stale.git("rm", "-rq", "src/more")
    said = stale.repodoc("check", "--format", "github", check=False).stdout
    assert "file=docs/repodoc/src/more/README.md,line=1," in said
