"""Numbers and events in words, the same in every report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

UNKNOWN = "unknown"


def money(usd: float | None) -> str:
    """US dollars: `$1.20`, four digits below ten cents; None is `unknown`, never 0."""
    if usd is None:
        return UNKNOWN
    return f"${usd:.4f}" if 0 < usd < 0.1 else f"${usd:,.2f}"


def count(number: int) -> str:
    """`12,345`."""
    return f"{number:,}"


def duration(seconds: float) -> str:
    """`0.4 s`, `2 m 05 s`, `1 h 02 m`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} m {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} m"


def several(number: int, thing: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def listed(names: Sequence[str], most: int) -> str:
    """`a, b and 3 more`: the first `most` of some names."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def budget_warning(event: Mapping[str, Any]) -> str:
    """`83 % of the day's budget is spent: $0.83 of $1.00`."""
    period, _, unit = str(event["limit"]).partition(".")
    spent, allowed = float(event["spent"]), float(event["allowed"])
    show = money if unit == "usd" else lambda value: f"{count(round(value or 0))} tokens"
    share = f"{spent / allowed:.0%}".replace("%", " %") if allowed else "all"
    end = "; the rest is deferred" if event.get("stopped") else ""
    return f"{share} of the {period}'s budget is spent: {show(spent)} of {show(allowed)}{end}"
