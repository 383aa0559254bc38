"""Whatever a server gives as a figure: what is counted is a finite number that is not negative."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.backends.claude_stream import read_usage
from repodoc_hooks.backends.figures import dollars, tokens
from repodoc_hooks.backends.opencode_failures import spent_in
from repodoc_hooks.backends.prices import from_catalogue
from repodoc_hooks.sections.task import Usage

ODD: list[Any] = [None, "", "12", "NaN", -1, -0.5, math.nan, math.inf, -math.inf, True, [], {}, [3]]


@pytest.mark.parametrize("value", ODD)
def test_what_is_no_figure_counts_nothing(value: Any) -> None:
    assert tokens(value) == 0
    assert dollars(value) is None
    told = {"tokens": {"input": value, "output": value, "cache": {"read": value}}, "cost": value}
    assert spent_in(told) == (Usage(), 0.0)
    assert read_usage({"inputTokens": value, "outputTokens": value}) == Usage()
    assert from_catalogue({"input": value, "output": value}) is None


@pytest.mark.parametrize("value", [None, 1, "x", [], {"tokens": 1}, {"tokens": {"cache": 3}}])
def test_another_shape_counts_nothing(value: Any) -> None:
    assert spent_in(value if isinstance(value, dict) else {}) == (Usage(), 0.0)
    assert read_usage(value) == Usage()


def test_figures() -> None:
    assert (tokens(12), tokens(12.9), tokens(10**30)) == (12, 12, 10**10)
    assert (dollars(0), dollars(2), dollars(0.25)) == (0.0, 2.0, 0.25)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_any_json_gives_a_figure_that_can_be_summed(value: Any) -> None:
    assert 0 <= tokens(value) <= 10**10
    assert 0 <= (dollars(value) or 0.0) <= 10**10
    json.dumps([tokens(value), dollars(value)], allow_nan=False)
