"""Prices of models: the configuration first, then the bundled list, else unknown (None, never 0)."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from importlib import resources

from repodoc_hooks.sections.task import Usage

Price = Mapping[str, float]
_PER = 1_000_000


def price_of(model: str, overrides: Mapping[str, Price]) -> Price | None:
    """USD per million tokens of a model, by kind of token; `model` may carry its provider (`p/m`)."""
    name = model.rpartition("/")[2]
    plain = re.sub(r"[-@](?:\d{8}|\d{4}-\d\d-\d\d|latest)$", "", name.lower())
    for known in (model, name, plain):
        if known in overrides:
            return overrides[known]
    return _bundled().get(plain)


def cost(usage: Usage, price: Price | None) -> float | None:
    """USD for the tokens; what has no price of its own costs as much as input; None without a price."""
    if price is None:
        return None
    base = price.get("input", 0.0)
    tokens = (
        usage.input * base
        + usage.cache_read * price.get("cache_read", base)
        + usage.cache_write * price.get("cache_write", base)
        + (usage.output + usage.reasoning) * price.get("output", 0.0)
    )
    return tokens / _PER


@functools.cache
def _bundled() -> dict[str, Price]:
    text = resources.files("repodoc_hooks.backends").joinpath("prices.json").read_text("utf-8")
    models: dict[str, Price] = json.loads(text)["models"]
    return models
