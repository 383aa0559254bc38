"""What models cost: rows from notes, ledger and journal, and their sums.

The ledger of this clone has every call with its time, so it alone says what a run cost that it knows: failed calls and
those that were cut short included, each divided among the sections that it was for. Notes say which commit that came
to, and what the runs of other clones cost; the journal stands in for a ledger that is gone.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from repodoc_hooks.errors import UsageError
from repodoc_hooks.sections.task import Usage

if TYPE_CHECKING:
    from repodoc_hooks.reports.run_view import RunView
    from repodoc_hooks.store.ledger import LedgerEntry

BY = ("day", "commit", "component", "page", "model", "backend")


class CostRow(Struct, frozen=True):
    """One section's share of a call, or one section of a run of another clone.

    `at` is seconds since the epoch; `commit` "" while uncommitted; `cost_usd` None when nobody knows the price.
    """

    at: float
    run_id: str
    commit: str
    component: str
    section: str
    backend: str
    model: str
    usage: Usage
    cost_usd: float | None
    seconds: float

    @property
    def day(self) -> str:
        """The UTC day, `2026-01-31`."""
        return datetime.datetime.fromtimestamp(self.at, datetime.UTC).strftime("%Y-%m-%d")


class NotedCommit(Struct, frozen=True):
    """A commit with the lines of its note; `at` is its committer date in seconds since the epoch."""

    commit: str
    at: float
    lines: Sequence[Mapping[str, Any]]


class Total(Struct, frozen=True):
    """A sum of rows. `usd` leaves out the `unpriced` rows; it is None when no row has a price."""

    rows: int = 0
    usage: Usage = field(default_factory=Usage)
    usd: float | None = None
    unpriced: int = 0
    seconds: float = 0.0

    def plus(self, row: CostRow) -> Total:
        """The sum with one more row."""
        usd = self.usd if row.cost_usd is None else (self.usd or 0.0) + row.cost_usd
        unpriced = self.unpriced + (row.cost_usd is None)
        return Total(self.rows + 1, self.usage + row.usage, usd, unpriced, self.seconds + row.seconds)


def collect(
    notes: Iterable[NotedCommit], ledger: Iterable[LedgerEntry], runs: Iterable[RunView] = ()
) -> list[CostRow]:
    """All rows, oldest first. Over any span of time they sum up to the ledger and the runs that it does not know."""
    rows: list[CostRow] = []
    noted = list(_of_notes(notes))
    commits: dict[str, str] = {}
    for row in noted:
        commits.setdefault(row.run_id, row.commit)
    paid: set[str] = set()
    for entry in ledger:
        paid.add(entry.run_id)
        rows += _of_call(entry, commits.get(entry.run_id, ""))
    known = paid | commits.keys()
    rows += [row for row in noted if row.run_id not in paid]
    rows += [row for row in _of_journal(runs) if row.run_id not in known]
    return sorted(rows, key=lambda row: (row.at, row.run_id, row.section))


def _of_notes(notes: Iterable[NotedCommit]) -> Iterable[CostRow]:
    seen: set[tuple[str, str]] = set()
    for note in notes:
        for line in note.lines:
            if line.get("kind") != "section":
                continue
            try:
                row = CostRow(
                    note.at,
                    str(line["run_id"]),
                    note.commit,
                    str(line["component"]),
                    str(line["section"]),
                    str(line["backend"]),
                    str(line["model"]),
                    Usage(**{kind: int(number) for kind, number in line["tokens"].items()}),
                    None if line["cost_usd"] is None else float(line["cost_usd"]),
                    float(line["seconds"]),
                )
            except (KeyError, TypeError, ValueError, AttributeError):
                continue
            if (row.run_id, row.section) not in seen:  # amended and rebased commits carry their note along
                seen.add((row.run_id, row.section))
                yield row


def _of_journal(runs: Iterable[RunView]) -> Iterable[CostRow]:
    for run in runs:
        for section in run.sections.values():
            if section.done and (section.usage.total or section.backend == "agent"):
                yield CostRow(
                    run.started,
                    run.run_id,
                    "",
                    section.component,
                    section.id,
                    section.backend,
                    section.model,
                    section.usage,
                    section.cost_usd,
                    section.seconds,
                )


def _of_call(entry: LedgerEntry, commit: str) -> Iterator[CostRow]:
    """The sections that a call was for, each with its share; what does not divide goes to the first."""
    sections = entry.unit.split(", ")
    counts = {kind: divmod(number, len(sections)) for kind, number in entry.usage.as_json().items()}
    for number, section in enumerate(sections):
        usage = Usage(**{kind: part + (rest if number == 0 else 0) for kind, (part, rest) in counts.items()})
        yield CostRow(
            entry.at,
            entry.run_id,
            commit,
            section.rpartition("#")[0] or section,
            section,
            entry.backend,
            entry.model,
            usage,
            None if entry.cost_usd is None else entry.cost_usd / len(sections),
            entry.seconds if number == 0 else 0.0,
        )


_KEYS: Mapping[str, Callable[[CostRow], str]] = {
    "day": lambda row: row.day,
    "commit": lambda row: row.commit[:12] or "(not committed)",
    "page": lambda row: row.component,
    "model": lambda row: row.model or "unknown",
    "backend": lambda row: row.backend or "unknown",
}


def grouped(rows: Sequence[CostRow], by: str) -> dict[str, list[CostRow]]:
    """The rows by one of BY: days and commits in order of time, the others by cost, then tokens, falling.

    A component has the rows of its parts, too; a page those of itself alone.
    """
    key = _component_of(rows) if by == "component" else _KEYS[by]
    found: dict[str, list[CostRow]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    if by in ("day", "commit"):
        return found
    sums = {name: total(group) for name, group in found.items()}
    order = sorted(found, key=lambda name: (-(sums[name].usd or 0.0), -sums[name].usage.total, name))
    return {name: found[name] for name in order}


def _component_of(rows: Iterable[CostRow]) -> Callable[[CostRow], str]:
    """What a row's page belongs to: the outermost one among those of the rows in whose directory it is."""
    pages = {row.component for row in rows}

    def outermost(page: str) -> str:
        at = page.find("/", 1)
        while at > 0:
            if page[:at] in pages:
                return page[:at]
            at = page.find("/", at + 1)
        return page

    found = {page: outermost(page) for page in pages}
    return lambda row: found[row.component]


def totals(rows: Sequence[CostRow], by: str) -> dict[str, Total]:
    """Sums by one of BY, in the order of `grouped`."""
    return {name: total(group) for name, group in grouped(rows, by).items()}


def total(rows: Iterable[CostRow]) -> Total:
    """The sum of all rows."""
    result = Total()
    for row in rows:
        result = result.plus(row)
    return result


def within(rows: Iterable[CostRow], since: float | None, until: float | None) -> list[CostRow]:
    """The rows of a span of time, `until` excluded."""
    return [r for r in rows if (since is None or r.at >= since) and (until is None or r.at < until)]


def moment(word: str, now: float, *, end: bool = False) -> float:
    """Seconds since the epoch of `2026-01-31`, an ISO time, `today`, `yesterday` or `7d`; UTC without an offset.

    `end` reads a day as its end.

    Raises:
        UsageError: the word is none of these.
    """
    today = datetime.datetime.fromtimestamp(now, datetime.UTC).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    days = re.fullmatch(r"(\d{1,5})d", word)
    if days:
        return now - int(days[1]) * 86400
    named = {"today": 0, "yesterday": 1}
    try:
        found = (
            today - datetime.timedelta(days=named[word])
            if word in named
            else datetime.datetime.fromisoformat(word)
        )
    except ValueError:
        raise UsageError(f"{word!r} is no date", fix="write 2026-01-31, today, yesterday or 7d") from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=datetime.UTC)
    whole_day = word in named or re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", word)
    return found.timestamp() + (86400 if end and whole_day else 0)
