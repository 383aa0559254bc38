"""A text is stamped with the version of its prompts; a change of them is told, not acted on."""

from __future__ import annotations

import json

from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.prompts import digest
from tests.pretended_model import CONFIG, Model
from tests.repos import Repo

CORE = "docs/repodoc/src/core/README.md"


def test_other_words_in_a_prompt_are_another_version_of_the_sections_that_it_serves() -> None:
    system = Overrides("own", (("prompts/system.j2", "You write for our house."),))
    design = Overrides("own", (("prompts/design.j2", "How is {{ what }} built?"),))
    pages = Overrides("own", (("pages/api.md.j2", "x"),))
    assert digest("summary", system) != digest("summary") != digest("design")
    assert digest("design", design) != digest("design")
    assert digest("summary", design) == digest("summary")
    assert digest("summary", pages) == digest("summary")


def test_a_text_carries_the_version_of_its_prompts_and_a_change_is_told_until_it_is_written_anew(
    documented: Repo, model: Model
) -> None:
    assert f"prompt summary\n{digest('summary')}" in documented.read(CORE)
    assert "former prompts" not in documented.repodoc("check").output
    documented.write(".repodoc.yaml", CONFIG + "templates: words\n")
    documented.write("words/prompts/system.j2", "You write for our house.")
    documented.commit("Words of our own", hooks=False)
    found = documented.repodoc("check")
    assert found.returncode == 0
    assert "former prompts; `repodoc update --all` writes the prose anew" in found.output
    assert "former prompts" in documented.repodoc("check").output  # again, though nothing has changed
    assert "former prompts" in documented.repodoc("plan").output
    told = json.loads(documented.repodoc("plan", "--json").stdout)
    assert "former prompts" in told["messages"][0]
    model.forget()
    assert "former prompts" in documented.repodoc("update").output
    assert model.calls() == []
    documented.repodoc("update", "--all")
    assert model.calls()
    own = Overrides("words", (("prompts/system.j2", "You write for our house."),))
    assert f"prompt summary\n{digest('summary', own)}" in documented.read(CORE)
    assert "former prompts" not in documented.repodoc("check").output


def test_words_of_the_repository_itself_have_no_prompts(project: Repo) -> None:
    project.write(".repodoc.yaml", "version: 1\nbackends: {order: [offline]}\n")
    project.repodoc("update")
    assert "prompt " not in project.read(CORE).partition("repodoc:stamps")[2]
