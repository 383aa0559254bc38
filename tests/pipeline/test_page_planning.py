"""What makes a section stale, and what does not: formatters, names of what is gone, templates."""

from __future__ import annotations

import json

import pytest

from tests.repos import Repo

CORE = "docs/repodoc/src/core/README.md"


@pytest.fixture
def ready(project: Repo) -> Repo:
    """The sample project with committed pages."""
    project.write(".repodoc.yaml", "version: 1\n")
    project.repodoc("update")
    project.commit("Set up")
    return project


def states(repo: Repo, *flags: str) -> dict[str, tuple[str, str, str]]:
    """State, rule and reasons of every section."""
    found = json.loads(repo.repodoc("check", "--format", "json", *flags, check=False).stdout)
    return {s["id"]: (s["state"], s["rule"], "; ".join(s["because"])) for s in found["sections"]}


def formatted(text: str) -> str:
    """A page as formatters leave it: other emphasis, bullets and blank lines."""
    lines = []
    for line in text.split("\n"):
        if line.startswith("_") and line.endswith("_"):
            line = f"*{line[1:-1]}*"
        if line.startswith("- "):
            line = f"*   {line[2:]}"
        lines.append(line)
    return "\n".join(lines)


def test_a_formatter_is_no_editor(ready: Repo) -> None:
    ready.write(CORE, formatted(ready.read(CORE)))
    ready.commit("Format")
    assert ready.repodoc("check", "--full").returncode == 0
    ready.replace("src/core/__init__.py", "core", "heart")
    ready.repodoc("update")
    assert "heart" in ready.read(CORE)
    assert {state for state, _, _ in states(ready).values()} == {"current"}


def test_a_summary_of_a_persons_is_reported_when_the_documentation_changes(ready: Repo) -> None:
    ready.replace(CORE, "## Summary\n", "## Summary\n\nA person's words.\n")
    ready.commit("Say it better")
    ready.replace("src/core/text.py", '"""Return the words in capitals."""', '"""Shout them."""')
    ready.repodoc("update", check=False)
    assert "A person's words." in ready.read(CORE)
    assert states(ready)["src/core#summary"][0] == "edited"


def test_prose_that_names_a_file_that_is_gone_is_not_current(ready: Repo) -> None:
    ready.replace(CORE, "## Summary\n", "## Summary\n\nSee `text.py`.\n")
    ready.repodoc("update")
    ready.commit("Name a file")
    assert {state for state, _, _ in states(ready).values()} == {"current"}
    ready.git("mv", "src/core", "src/kernel")
    ready.git("mv", "src/kernel/text.py", "src/kernel/words.py")
    ready.commit("Rename both", hooks=False)
    state, _, because = states(ready)["src/kernel#summary"]
    assert state == "edited"
    assert "names `text.py`, which is gone" in because
    ready.repodoc("update", check=False)
    assert states(ready)["src/kernel#summary"][0] == "edited"


def test_other_templates_make_what_they_word_stale(ready: Repo) -> None:
    ready.write("docs/templates/pages/api.md.j2", "## Interface\n\n{{ files | length }} files.\n")
    ready.write(".repodoc.yaml", "version: 1\ntemplates: docs/templates\n")
    ready.commit("Have templates", hooks=False)
    assert states(ready)["src/core#api"][:2] == ("stale", "RD010")
    ready.repodoc("update")
    assert "## Interface" in ready.read(CORE)
    assert ready.repodoc("check", "--full").returncode == 0
