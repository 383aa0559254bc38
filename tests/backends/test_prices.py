"""The bundled list of prices: what it says, and how old it may get."""

from __future__ import annotations

import datetime
import json
from importlib import resources

import pytest

from repodoc_hooks.backends.base import Price
from repodoc_hooks.backends.prices import (
    LIST_DAYS,
    cost,
    from_catalogue,
    listed_on,
    plain,
    price_of,
    retirement,
)
from repodoc_hooks.sections.task import Usage

LIST = json.loads(resources.files("repodoc_hooks.backends").joinpath("prices.json").read_text("utf-8"))
RATES = {"input", "output", "cache_read", "cache_write", "reasoning"}


def test_the_list_is_not_older_than_it_may_be() -> None:
    """It fails when the list has to be looked at again: prices, models that are new, models that ended."""
    age = datetime.datetime.now(datetime.UTC).date() - listed_on()
    assert age.days <= LIST_DAYS, (
        f"prices.json is of {listed_on()}: look at the providers' pages, then set as_of"
    )


@pytest.mark.parametrize("model", sorted(LIST["models"]))
def test_every_entry_is_whole(model: str) -> None:
    entry = LIST["models"][model]
    assert {"input", "output"} <= entry.keys() <= RATES | {"above", "dear", "ends"}
    assert ("above" in entry) == ("dear" in entry)
    for rates in filter(None, (entry, entry.get("dear"))):
        assert all(rates[name] > 0 for name in RATES & rates.keys())
        assert rates["output"] > rates["input"] >= rates.get("cache_read", 0)
    assert all(entry["dear"][name] >= entry[name] for name in RATES & entry.get("dear", {}).keys())
    assert plain(model) == model, "names stand without date and provider"
    assert "ends" not in entry or datetime.date.fromisoformat(entry["ends"])
    assert model not in LIST["retired"]


def test_aliases_lead_into_the_list() -> None:
    assert {"haiku", "sonnet", "opus"} <= LIST["aliases"].keys()
    for alias, model in LIST["aliases"].items():
        assert price_of(alias, {}) == price_of(model, {}) is not None


def test_a_long_prompt_makes_the_whole_request_dear() -> None:
    price = price_of("claude-haiku-5-5", {})
    assert cost(Usage(input=100_000), price) == pytest.approx(0.01)
    assert cost(Usage(input=100_001), price) == pytest.approx(0.0500005)
    assert cost(Usage(input=1, cache_read=100_000, output=1000), price) == pytest.approx(0.0075005)
    gpt = price_of("openai/gpt-6-luna", {})
    assert cost(Usage(input=300_000, output=1000), gpt) == pytest.approx(0.06 + 0.00075)


def test_reasoning_costs_as_output_unless_it_has_a_rate() -> None:
    assert cost(Usage(reasoning=1_000_000), Price({"input": 1, "output": 4})) == 4
    assert cost(Usage(reasoning=1_000_000), Price({"input": 1, "output": 4, "reasoning": 2})) == 2


@pytest.mark.parametrize(
    ("model", "day", "told"),
    [
        ("claude-sonnet-4-5", "2026-08-01", ""),
        ("anthropic/claude-sonnet-4-5-20250929", "2026-11-26", "until 2026-11-30"),
        ("claude-sonnet-4-5", "2026-11-30", "no longer served"),
        ("claude-3-7-sonnet-20250219", "2026-11-26", "no longer served"),
        ("haiku", "2026-11-26", ""),
        ("fake/unheard-of", "2026-11-26", ""),
    ],
)
def test_models_end(model: str, day: str, told: str) -> None:
    said = retirement(model, datetime.date.fromisoformat(day))
    assert told in said
    assert bool(told) == bool(said)
    assert not said or model in said


@pytest.mark.parametrize(
    ("entry", "price"),
    [
        (
            {"input": 3, "output": 15, "cache": {"read": 0.3, "write": 0}},
            {"input": 3, "output": 15, "cache_read": 0.3},
        ),
        ([{"input": 3, "output": 15, "cache": {"read": 0.3}}], {"input": 3, "output": 15, "cache_read": 0.3}),
        ({"input": 3, "output": 15, "cache_write": 4}, {"input": 3, "output": 15, "cache_write": 4}),
        ([], None),
        ({}, None),
        ({"input": 0, "output": 0}, None),
        (None, None),
        ("free", None),
        ({"input": True, "output": "9"}, None),
    ],
)
def test_what_a_catalogue_says(entry: object, price: dict[str, float] | None) -> None:
    assert from_catalogue(entry) == (None if price is None else Price(price))
