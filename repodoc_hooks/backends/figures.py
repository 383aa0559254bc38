"""Figures as servers and programs give them: counts of tokens and sums of money, or nothing that can be counted."""

from __future__ import annotations

import math
from typing import Any

_MOST_TOKENS = 10**10
_MOST_USD = 1e9


def tokens(value: Any) -> int:
    """A count of tokens; 0 for what is none: negative, no number, not finite."""
    found = _number(value)
    return min(_MOST_TOKENS, int(found)) if found is not None else 0


def dollars(value: Any) -> float | None:
    """A sum in USD, None for what is none."""
    found = _number(value)
    return min(_MOST_USD, found) if found is not None else None


def _number(value: Any) -> float | None:
    """A finite number that is not negative. Text is none: a program that sends it has another idea of the field."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return float(min(value, _MOST_TOKENS)) if value >= 0 else None
    return value if math.isfinite(value) and value >= 0 else None
