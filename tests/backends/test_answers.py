"""Finding and checking the JSON in a model's text."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.backends import answers
from repodoc_hooks.prompts import answer_schema

SCHEMAS: list[dict[str, Any]] = [
    answer_schema({"s1": ("summary", False)}),
    answer_schema({"s1": ("summary", True), "s2": ("design", False)}),
    answer_schema({"s1": ("walkthrough", False)}),
    {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
    {"enum": ["a", 1, True]},
    {"type": "object", "properties": {"a": {"type": "number"}}, "additionalProperties": False},
]
_keys = st.sampled_from(["s1", "s2", "text", "keep", "a", "from", "to", "steps", "participants"])
_leaves = (
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.sampled_from(["", "a", "a b"])
)
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


@given(_values, st.sampled_from(SCHEMAS))
def test_our_checks_agree_with_jsonschema(value: Any, schema: dict[str, Any]) -> None:
    theirs = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert (answers.problem(value, schema) == "") == theirs


def test_a_good_answer_passes_and_a_bad_one_is_placed() -> None:
    schema = answer_schema({"s1": ("summary", True)})
    assert answers.problem({"s1": {"text": ["It is."]}, "remark": 1}, schema) == ""
    assert answers.problem({"s1": {"keep": True}}, schema) == ""
    assert (
        answers.problem({"s1": {"text": ["It is.", 3]}}, schema) == "answer.s1.text[1] must be of type string"
    )
    assert answers.problem({}, schema) == 'answer lacks "s1"'


def test_an_unknown_keyword_is_an_error_of_the_schema() -> None:
    with pytest.raises(ValueError, match="pattern"):
        answers.problem("a", {"type": "string", "pattern": "a"})


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', '```json\n{"a": 1}\n```', 'Here it is {not that}: {"a": 1}. Good luck!', '\ufeff{"a": 1}'],
)
def test_json_is_found_among_remarks(text: str) -> None:
    assert answers.extract(text) == {"a": 1}


@pytest.mark.parametrize("text", ["", "no", "[1]", '{"a": ', "{}}"[1:]])
def test_no_json_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="JSON"):
        answers.extract(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 3000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"a": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"a": ' + "[" * 60 + "]" * 60 + "}",
    ],
)
def test_what_is_nested_too_deeply_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError, match=r"nested|not valid|no JSON"):
        answers.extract(text)


def test_many_braces_take_no_time() -> None:
    with pytest.raises(ValueError, match="not valid JSON"):
        answers.extract("{ " * 200_000)
