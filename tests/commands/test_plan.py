"""`repodoc plan`, and `update --dry-run`, which is the same."""

from __future__ import annotations

import json

import pytest

from repodoc_hooks.commands.plan import _as_text
from repodoc_hooks.pipeline.forecast import Step
from tests.repos import Repo


def test_it_says_what_would_be_written_and_why(project: Repo) -> None:
    project.repodoc("update")
    project.replace("src/core/text.py", "def shout(", "def loud(")
    told = project.repodoc("plan").stdout
    assert "src/core#api: rendered\n" in told
    assert "loud" in told
    assert told == project.repodoc("update", "--dry-run").stdout
    sections = json.loads(project.repodoc("plan", "--json").stdout)["sections"]
    assert told.splitlines()[-1].startswith(f"{len(sections)} sections to write")
    assert {"src/core#api", "src/core#surface"} <= {section["id"] for section in sections}
    project.repodoc("update")
    assert project.repodoc("plan").stdout == "nothing to do: every section is current\n"


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        ([Step("a#api", "a.md", "rendered", ())], "1 section to write"),
        (
            [Step("a#api", "a.md", "rendered", ()), Step("a#summary", "a.md", "asked", (), 1200, 1.5)],
            "2 sections to write; 1 asked of a model, about 1,200 tokens, $1.50",
        ),
        (
            [
                Step("a#summary", "a.md", "asked", (), 10, 0.001),
                Step("b#summary", "b.md", "asked", (), 10, None),
            ],
            "2 sections to write; 2 asked of a model, about 20 tokens, unknown cost",
        ),
    ],
)
def test_the_sums_are_told_as_everywhere(steps: list[Step], last: str) -> None:
    assert _as_text(steps).splitlines()[-1] == last


def test_names_are_printable() -> None:
    assert "\x1b" not in _as_text([Step("a\x1b[2J#api", "a.md", "rendered", ("\x1b[2J",))])
