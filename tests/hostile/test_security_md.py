"""SECURITY.md names the test that holds each of its lines, and that test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", (CHECKOUT / "SECURITY.md").read_text())))


@pytest.mark.parametrize("test", NAMED)
def test_it_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    text = (CHECKOUT / path).read_text()
    assert re.search(rf"^    def {name}\(|^def {name}\(", text, re.MULTILINE) if name else "def test_" in text


def test_every_line_has_one() -> None:
    lines = (CHECKOUT / "SECURITY.md").read_text().splitlines()
    rows = [line for line in lines if line.startswith("| ") and "held by" not in line and "---" not in line]
    assert len(rows) > 15
    assert all("`tests/" in row for row in rows)
