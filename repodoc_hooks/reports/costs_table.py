"""Costs as a table for people, as JSON with OpenTelemetry's names, and as data for the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from repodoc_hooks.reports.costs import CostRow, Total, grouped, total, totals
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import count, duration, money
from repodoc_hooks.sections.task import Usage

HEADINGS = ("input", "output", "cache read", "cache write", "reasoning", "cost", "time")
MAX_NAME = 48


def as_table(rows: Sequence[CostRow], by: str, *, breakdown: bool = False) -> str:
    """Sums by one of BY with a line for the whole; `breakdown` adds lines by model."""
    if not rows:
        return "no model was asked in this span of time\n"
    lines: list[tuple[str, ...]] = [(by, *HEADINGS)]
    for key, group in grouped(rows, by).items():
        lines.append(_line(key, total(group)))
        if breakdown:
            lines += [_line(f"  {model}", part) for model, part in totals(group, "model").items()]
    lines.append(_line("total", total(rows)))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    aligned = [
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    ]
    rule = "-" * len(aligned[0])
    return "\n".join([aligned[0], rule, *aligned[1:-1], rule, aligned[-1]]) + "\n"


def _line(name: str, sums: Total) -> tuple[str, ...]:
    shown = printable(name)
    if len(shown) > MAX_NAME:
        shown = "…" + shown[1 - MAX_NAME :]
    usage = sums.usage
    counts = (usage.input, usage.output, usage.cache_read, usage.cache_write, usage.reasoning)
    return (shown, *map(count, counts), cost_words(sums), duration(sums.seconds))


def cost_words(sums: Total) -> str:
    """`$1.20`, `unknown`, or `$1.20 + unknown` when some rows have no price."""
    if not sums.rows:
        return money(0.0)
    known = money(sums.usd)
    return f"{known} + unknown" if sums.unpriced and sums.usd is not None else known


def metrics(usage: Usage, usd: float | None, seconds: float) -> dict[str, Any]:
    """Attributes named after OpenTelemetry's semantic conventions for generative AI.

    There, input tokens include cached ones and output tokens include reasoning. `gen_ai.usage.cost` in USD is
    the name that collectors use; it is left out when the price is unknown.
    """
    found: dict[str, Any] = {
        "gen_ai.usage.input_tokens": usage.input + usage.cache_read + usage.cache_write,
        "gen_ai.usage.output_tokens": usage.output + usage.reasoning,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
        "gen_ai.client.operation.duration": round(seconds, 3),
    }
    return found if usd is None else {**found, "gen_ai.usage.cost": round(usd, 8)}


def as_json(rows: Sequence[CostRow], by: str, *, breakdown: bool = False) -> str:
    """The published JSON form, schema 1; `unpriced` counts rows whose price nobody knows."""
    found = []
    for key, group in grouped(rows, by).items():
        entry = {by: key, **_sums(total(group))}
        if breakdown:
            models = totals(group, "model")
            entry["models"] = [
                {"gen_ai.request.model": model, **_sums(part)} for model, part in models.items()
            ]
        found.append(entry)
    return json.dumps({"schema": 1, "by": by, "rows": found, "total": _sums(total(rows))}, indent=2) + "\n"


def _sums(sums: Total) -> dict[str, Any]:
    return {"rows": sums.rows, "unpriced": sums.unpriced, **metrics(sums.usage, sums.usd, sums.seconds)}


def columns(rows: Sequence[CostRow]) -> dict[str, Any]:
    """Rows column by column, repeated words as numbers into `names`: small enough for a page with 100,000 rows."""
    names: dict[str, int] = {}

    def number(word: str) -> int:
        return names.setdefault(word, len(names))

    found: Mapping[str, list[Any]] = {
        "at": [round(row.at) for row in rows],
        "component": [number(row.component) for row in rows],
        "section": [number(row.section) for row in rows],
        "model": [number(row.model or "unknown") for row in rows],
        "backend": [number(row.backend or "unknown") for row in rows],
        "commit": [number(row.commit[:12]) for row in rows],
        "input": [row.usage.input for row in rows],
        "output": [row.usage.output for row in rows],
        "cache_read": [row.usage.cache_read for row in rows],
        "cache_write": [row.usage.cache_write for row in rows],
        "reasoning": [row.usage.reasoning for row in rows],
        "usd": [None if row.cost_usd is None else round(row.cost_usd, 6) for row in rows],
        "seconds": [round(row.seconds, 2) for row in rows],
    }
    return {"names": [printable(name) for name in names], **found}
