"""Prices of models: the configuration first, then the bundled dated list, else unknown (None, never 0)."""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from repodoc_hooks.backends import figures
from repodoc_hooks.backends.base import Price
from repodoc_hooks.sections.task import Usage

Rates = Mapping[str, float]
_PER = 1_000_000
_NOTICE_DAYS = 60
LIST_DAYS = 180
"""The age at which the bundled list is reported as old."""


def price_of(model: str, overrides: Mapping[str, Rates]) -> Price | None:
    """What a model costs; `model` may carry its provider (`p/m`)."""
    name = model.rpartition("/")[2]
    for known in (model, name, plain(model)):
        if known in overrides:
            return Price(overrides[known])
    entry = _bundled()["models"].get(_known_as(model))
    return None if entry is None else _price(entry)


def cost(usage: Usage, price: Price | None) -> float | None:
    """USD for the tokens of one request.

    What has no rate of its own costs as much as input (output and reasoning: as output); None without a price.
    """
    if price is None:
        return None
    prompt = usage.input + usage.cache_read + usage.cache_write
    rates = price.dear if price.above and prompt > price.above else price.rates
    base, output = rates.get("input", 0.0), rates.get("output", 0.0)
    tokens = (
        usage.input * base
        + usage.cache_read * rates.get("cache_read", base)
        + usage.cache_write * rates.get("cache_write", base)
        + usage.output * output
        + usage.reasoning * rates.get("reasoning", output)
    )
    return tokens / _PER


def plain(model: str) -> str:
    """A model's name without provider, date and "latest"."""
    return re.sub(r"[-@](?:\d{8}|\d{4}-\d\d-\d\d|latest)$", "", model.rpartition("/")[2].lower())


def retirement(model: str, today: datetime.date) -> str:
    """ "" for a model that lives on; else that its provider serves it no more, or not for long."""
    name = _known_as(model)
    if name in _bundled()["retired"]:
        return f"the model {model} is no longer served by its provider"
    ends = _bundled()["models"].get(name, {}).get("ends")
    if ends is None:
        return ""
    day = datetime.date.fromisoformat(ends)
    if day <= today:
        return f"the model {model} is no longer served by its provider since {ends}"
    soon = day - today <= datetime.timedelta(days=_NOTICE_DAYS)
    return f"the model {model} is served by its provider until {ends}" if soon else ""


def listed_on() -> datetime.date:
    """The day of the bundled list."""
    return datetime.date.fromisoformat(_bundled()["as_of"])


def from_catalogue(entry: Any) -> Price | None:
    """The price in a catalogue of OpenCode: version 1 gives one object, version 2 a list of them (empty: none)."""
    if isinstance(entry, list):
        entry = entry[0] if entry else None
    if not isinstance(entry, Mapping):
        return None
    cache = entry.get("cache")
    cache = cache if isinstance(cache, Mapping) else {}
    found = {
        "input": entry.get("input"),
        "output": entry.get("output"),
        "cache_read": entry.get("cache_read", cache.get("read")),
        "cache_write": entry.get("cache_write", cache.get("write")),
    }
    rates = {name: rate for name, given in found.items() if (rate := figures.dollars(given))}
    return Price(rates) if rates else None


def _known_as(model: str) -> str:
    """The name in the list: an alias of the Claude CLI stands for the newest of its line."""
    name = plain(model)
    return str(_bundled()["aliases"].get(name, name))


def _price(entry: Mapping[str, Any]) -> Price:
    rates = {name: value for name, value in entry.items() if name not in ("ends", "above", "dear")}
    return Price(rates, entry.get("above", 0), entry.get("dear", {}))


@functools.cache
def _bundled() -> dict[str, Any]:
    text = resources.files("repodoc_hooks.backends").joinpath("prices.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return data
