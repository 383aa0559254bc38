"""Rows of costs for tests."""

from __future__ import annotations

import random

from repodoc_hooks.reports.costs import CostRow
from repodoc_hooks.sections.task import Usage

START = 1_767_225_600.0  # 2026-01-01 UTC


def many_rows(number: int, days: int = 60) -> list[CostRow]:
    """Believable rows, the same on every call."""
    chance = random.Random(7)
    rows = []
    for index in range(number):
        component = f"src/part{chance.randrange(40)}"
        model = chance.choice(["fake/small", "fake/large", "free/none"])
        usage = Usage(
            chance.randrange(3000), chance.randrange(400), chance.randrange(9000), 0, chance.randrange(50)
        )
        price = {"fake/small": 1e-6, "fake/large": 8e-6}.get(model)
        rows.append(
            CostRow(
                START + index * days * 86400 / max(1, number),
                f"r{index // 5}",
                f"{index // 5:08x}".ljust(40, "0") if index % 3 else "",
                component,
                f"{component}#summary",
                "opencode" if index % 4 else "claude",
                model,
                usage,
                None if price is None else price * usage.total,
                chance.expovariate(0.4),
            )
        )
    return rows
