"""Rows of text, as tables show them."""

from __future__ import annotations

from msgspec import Struct

from repodoc_hooks.reports.escaping import printable

Cells = tuple[str, ...]


class Row(Struct, frozen=True):
    """One line of a table: its key, its cells, and the state that colours it."""

    key: str
    cells: Cells
    state: str = ""


def row(key: str, state: str, *cells: str) -> Row:
    """A row of whatever text, made printable."""
    return Row(key, tuple(map(printable, cells)), state)
