"""What an author wrote in a region of prose: its lines without what the template adds."""

from __future__ import annotations

from collections.abc import Iterator

from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.sanitise import first_sentence
from repodoc_hooks.pages.stamps import is_edited


def written(body: str) -> str:
    """The text of a region without the section's heading, its diagram and the remark about its author."""
    return "\n".join(_lines(body)).strip("\n")


def first_of_summary(page: Page) -> str:
    """The first sentence of a page's summary as one line of Markdown, "" without one."""
    region = page.regions.get("summary")
    lines = (
        (line for line in _lines(region.body) if line.strip() and not line.startswith("#"))
        if region
        else iter(())
    )
    line = next(lines, "")
    return first_sentence(line) if line and is_edited(page, "summary") else line


def _lines(body: str) -> Iterator[str]:
    fenced = False
    for line in body.split("\n"):
        fence = line.startswith(("```", "~~~"))
        if not fenced and not fence and not line.startswith("## ") and not _remark(line):
            yield line
        fenced ^= fence


def _remark(line: str) -> bool:
    """A line all in italics; formatters may write stars for underscores."""
    mark = line[:1]
    return mark in ("_", "*") and line.endswith(mark) and not line.startswith(mark * 2)
