"""`repodoc costs --html`: one page with everything in it, for a browser without network."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

from repodoc_hooks.reports.costs import CostRow, total, totals
from repodoc_hooks.reports.costs_table import columns, cost_words
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import count, duration
from repodoc_hooks.resources import templates_dir

MAX_STATIC_ROWS = 60


def as_html(rows: Sequence[CostRow], title: str, made: str) -> str:
    """The page. `title` names the repository, `made` says when in words; both are escaped here.

    Without JavaScript it shows the sums by day; with it, charts that can be filtered.
    """
    template = (templates_dir() / "report" / "costs.html").read_text(encoding="utf-8")
    parts = {
        "TITLE": html.escape(printable(title)),
        "MADE": html.escape(printable(made)),
        "STATIC": _static(rows),
        "DATA": _embedded(columns(rows)),
    }
    for name, value in parts.items():
        template = template.replace(f"<!--{name}-->", value)
    return template


def _embedded(data: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _static(rows: Sequence[CostRow]) -> str:
    by_day = list(totals(rows, "day").items())[-MAX_STATIC_ROWS:]
    cells = [
        f"<tr><td>{html.escape(day)}</td><td>{count(sums.usage.total)}</td>"
        f"<td>{html.escape(cost_words(sums))}</td><td>{html.escape(duration(sums.seconds))}</td></tr>"
        for day, sums in [*by_day, ("total", total(rows))]
    ]
    head = "<tr><th>day</th><th>tokens</th><th>cost</th><th>time</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(cells)}</tbody></table>"
