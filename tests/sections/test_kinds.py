"""A kind of section is one object: everything that is asked of kinds follows from it."""

from __future__ import annotations

import pytest

from repodoc_hooks.prompts import answer_schema, output_tokens
from repodoc_hooks.resources import templates_dir
from repodoc_hooks.sections.kinds import KINDS, PAGE_ORDER, SectionKind, kind_of, on_page


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_templates_of_a_kind_are_there(kind: SectionKind) -> None:
    wording = [kind.template, *([kind.prompt] if kind.prompt else [])]
    assert [name for name in wording if not (templates_dir() / name).is_file()] == []


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.prose], ids=lambda k: k.name)
def test_what_a_model_writes_has_a_prompt_a_form_and_a_length(kind: SectionKind) -> None:
    assert kind.prompt
    assert output_tokens([kind.name]) > 0
    steps = "steps" in answer_schema({"s1": (kind.name, False)})["properties"]["s1"]["properties"]
    assert steps == (kind.form == "walkthrough")


def test_deep_sections_are_left_out_where_they_are_not_wanted() -> None:
    names = [kind.name for kind in on_page(frozenset({"component"}), {"design"})]
    assert "design" in names
    assert "walkthrough" not in names
    assert names == [name for name in PAGE_ORDER if name in names]


def test_a_kind_is_found_by_the_id_of_a_section() -> None:
    assert kind_of("src/a#b#summary") is KINDS["summary"]
    assert kind_of("src/a#page") is None
