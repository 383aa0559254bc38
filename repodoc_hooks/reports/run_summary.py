"""The summary of a run for the page of a CI job."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from repodoc_hooks.events import Event, EventBus
from repodoc_hooks.reports.formatting import budget_warning, count, duration, money, several
from repodoc_hooks.reports.github import SUMMARY_LIMIT, markdown_cell, write_job_summary
from repodoc_hooks.reports.run_view import RunView

MAX_ROWS = 500


@contextmanager
def summarised(bus: EventBus, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Add the run on `bus` to GitHub's job summary when the block ends, if it did anything."""
    view = RunView(bus.run_id)

    def take(event: Event) -> None:
        view.apply(event.as_json())

    unsubscribe = bus.subscribe(take)
    try:
        yield
    finally:
        unsubscribe()
        if view.sections or view.warnings:
            write_job_summary(as_markdown(view), environ)


def as_markdown(view: RunView) -> str:
    """Sums, then a row per section, at most SUMMARY_LIMIT bytes."""
    written = sum(outcome in ("written", "removed") for outcome in view.pages.values())
    sums = f"{several(written, 'page')} written, {several(len(view.sections), 'section')}, {duration(view.seconds)}"
    if view.total_tokens:
        sums += f", {count(view.total_tokens)} tokens, {money(view.cost_usd)}"
    lines = ["### Documentation was updated", "", sums + ".", ""]
    lines += [f"- {budget_warning(warning)}" for warning in view.warnings.values()]
    lines += ["", "| section | outcome | model | tokens | cost | because |", "|---|---|---|--:|--:|---|"]
    sections = sorted(view.sections.values(), key=lambda section: section.id)
    for section in sections[:MAX_ROWS]:
        paid = bool(section.tokens or section.model)
        cells = (
            *(section.id, section.state, section.model, count(section.tokens) if paid else ""),
            *(money(section.cost_usd) if paid else "", section.reason),
        )
        lines.append("| " + " | ".join(map(markdown_cell, cells)) + " |")
    if len(sections) > MAX_ROWS:
        lines += ["", f"{count(len(sections) - MAX_ROWS)} more are not shown."]
    text = "\n".join(lines) + "\n\n"
    return text if len(text.encode()) <= SUMMARY_LIMIT else "\n".join(lines[:4]) + "\n\n"
