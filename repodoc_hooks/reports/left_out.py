"""What no page describes, in a line a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import count, several

if TYPE_CHECKING:
    from repodoc_hooks.analysis.left_out import LeftOut

_NAMED = 4


def left_out_lines(found: Iterable[LeftOut]) -> list[str]:
    """`tests: 230 files in tests/, src/app/tests/ and 3 more directories`, the reason with most files first."""
    groups: dict[str, list[LeftOut]] = {}
    for entry in found:
        groups.setdefault(entry.reason, []).append(entry)
    ranked = sorted(groups.items(), key=lambda group: (-sum(e.files for e in group[1]), group[0]))
    return [f"{reason}: {_where(entries)}" for reason, entries in ranked]


def left_out_words(found: Iterable[LeftOut]) -> str:
    """All of it on one line, "" where nothing is left out: `261 files (230 tests, 31 notebooks)`."""
    sums: dict[str, int] = {}
    for entry in found:
        sums[entry.reason] = sums.get(entry.reason, 0) + entry.files
    if not sums:
        return ""
    each = ", ".join(
        f"{count(n)} {reason}" for reason, n in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    return f"{several(sum(sums.values()), 'file')} ({each})"


def _where(entries: list[LeftOut]) -> str:
    ranked = sorted(entries, key=lambda entry: (-entry.files, entry.directory))
    names = ["the top" if e.directory == "." else printable(e.directory) + "/" for e in ranked[:_NAMED]]
    more = len(ranked) - len(names)
    rest = f" and {more} more director{'y' if more == 1 else 'ies'}" if more else ""
    return f"{several(sum(e.files for e in entries), 'file')} in {', '.join(names)}{rest}"
