"""What a run of `update` did: for people, and as the published JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import budget_warning, count, duration, listed, money, several
from repodoc_hooks.sections.kinds import PROSE_SECTIONS

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.run_report import ChangeEntry, RunReport, SectionOutcome

MAX_CAUSES = 5
MAX_SYMBOLS = 8


def as_json(report: RunReport) -> str:
    """The published JSON form, schema 1."""
    return json.dumps(report.as_json(), indent=2) + "\n"


def as_text(report: RunReport, *, verbose: bool = False, told: bool = False) -> str:
    """The change log page by page, what became of each section that is not as it was, then the sums.

    `told`: messages were shown while they came; they are not repeated.
    """
    lines: list[str] = []
    changes = {change.component: change for change in report.changes}
    by_component: dict[str, list[SectionOutcome]] = {}
    for section in report.sections if verbose else _other_than_before(report):
        by_component.setdefault(section.component, []).append(section)
    written = {page.path for page in report.written}
    told_of = [name for name, change in changes.items() if name in by_component or change.path in written]
    for component in dict.fromkeys([*told_of, *by_component]):
        words = [_section(section, report.messages) for section in by_component.get(component, [])]
        lines.append(f"{printable(component)}: {'; '.join(words) or 'stamps only'}")
        if component in changes:
            lines += change_lines(changes[component], verbose=verbose)
    if not told:
        lines += [f"note: {printable(message)}" for message in report.messages]
        lines += [f"warning: {budget_warning(warning.as_json())}" for warning in report.warnings]
    lines += [
        f"{page.outcome}: {printable(page.path)}"
        for page in report.pages
        if verbose or page.outcome != "unchanged"
    ]
    lines.append(summary_line(report))
    return "\n".join(lines) + "\n"


def summary_line(report: RunReport) -> str:
    """`2 pages written; 3 sections; 850 tokens, $0.0040, 3.0 s`."""
    written = len(report.written)
    parts = [f"{several(written, 'page')} written" if written else "nothing to write"]
    other = len(_other_than_before(report))
    if other:
        parts.append(several(other, "section"))
    if len(report.sections) > other:
        parts.append(f"{several(len(report.sections) - other, 'section')} as before")
    waiting = sum(section.action in ("deferred", "failed") for section in report.sections)
    if waiting:
        parts.append(f"{waiting} deferred")
    tokens = report.tokens.total
    costs = f"{count(tokens)} tokens, {money(report.cost_usd)}, " if tokens or report.cost_usd else ""
    return "; ".join([*parts, f"{costs}{duration(report.seconds)}"])


def _other_than_before(report: RunReport) -> list[SectionOutcome]:
    """The sections but for those that came out as they stood; prose at hand that went onto a page is told."""
    written = {page.path for page in report.written}
    return [
        section
        for section in report.sections
        if section.action != "reused" or (section.kind in PROSE_SECTIONS and section.path in written)
    ]


def _section(section: SectionOutcome, messages: Sequence[str]) -> str:
    """What became of a section; a reason that a message gives is not repeated with every section."""
    paid = section.usage.total or section.model
    by = f" by {section.model or section.backend}" if section.backend and section.backend != "offline" else ""
    costs = f" ({count(section.usage.total)} tokens, {money(section.cost_usd)})" if paid else ""
    waits = section.action in ("deferred", "failed") and section.reason
    told = any(section.reason in message for message in messages)
    why = f": {section.reason}" if waits and not told else ""
    return printable(f"{section.kind} {section.action}{by}{costs}{why}")


def change_lines(change: ChangeEntry, *, verbose: bool = False) -> list[str]:
    """Cause and symbols of one entry of the change log, indented."""
    shown = change.cause if verbose else change.cause[:MAX_CAUSES]
    lines = [f"  {printable(cause)}" for cause in shown]
    if len(shown) < len(change.cause):
        lines.append(f"  and {len(change.cause) - len(shown)} more")
    return lines + [f"  {line}" for line in _symbols(change, None if verbose else MAX_SYMBOLS)]


def _symbols(change: ChangeEntry, limit: int | None) -> Iterator[str]:
    for word, names in (("added", change.added), ("removed", change.removed), ("changed", change.changed)):
        if names:
            yield f"{word}: {_some(names, limit)}"


def _some(names: Iterable[str], limit: int | None) -> str:
    every = [printable(name) for name in names]
    return listed(every, limit or len(every))
