"""The panels beside the tables: a page, a diff, the line of budgets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Markdown, Sparkline, Static

from repodoc_hooks.diagnostics.overview import Spend
from repodoc_hooks.expressions import expression
from repodoc_hooks.reports.escaping import printable, printable_lines
from repodoc_hooks.tui.diagrams import diagrams_in_words

_UNSEEN = expression(r"<!--.*?-->\n?|<a id=\"[^\"]*\"></a>\n?", re.DOTALL)


class PageView(VerticalScroll, can_focus=True):
    """A page as its readers see it."""

    DEFAULT_CSS = """
    PageView { padding: 0 1; }
    PageView Markdown { margin: 0; padding: 0; }
    PageView MarkdownH1, PageView MarkdownH2 { content-align: left middle; margin: 0 0 1 0; }
    PageView MarkdownH3, PageView MarkdownH4 { margin: 0 0 1 0; }
    """

    def compose(self) -> ComposeResult:
        """One Markdown widget."""
        yield Markdown("", open_links=False)

    async def show(self, text: str, absent: str, anchor: str = "") -> None:
        """Render a page's text from `anchor` on; `absent` stands where there is none."""
        body = diagrams_in_words(_UNSEEN.sub("", text))
        markdown = self.query_one(Markdown)
        await markdown.update(printable_lines(body) or f"*{printable(absent)}*")
        self.scroll_home(animate=False)
        if anchor:
            markdown.goto_anchor(anchor)


class DiffView(VerticalScroll, can_focus=True):
    """A unified diff, coloured."""

    DEFAULT_CSS = "DiffView { padding: 0 1; }"

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="diff-text", markup=False)

    def show(self, diff: str) -> None:
        """Show a diff."""
        text = Text(no_wrap=True)
        for line in diff.splitlines() or ["nothing of this page is uncommitted"]:
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "") if diff else "dim"
            text.append(printable(line) + "\n", style="bold" if line.startswith(("+++", "---")) else style)
        self.query_one("#diff-text", Static).update(text)
        self.scroll_home(animate=False)


class Budget(Horizontal):
    """One line: a gauge per period, and what each of the last days cost."""

    DEFAULT_CSS = """
    Budget { height: 1; padding: 0 1; }
    Budget #gauges { width: 1fr; }
    Budget Sparkline { width: 24; height: 1; }
    """

    def compose(self) -> ComposeResult:
        """Gauges and sparkline."""
        yield Static(id="gauges", markup=False)
        yield Sparkline([], id="days")

    def show(self, spends: Sequence[Spend], daily: Sequence[float], warn_at: float) -> None:
        """Draw the sums."""
        text = Text(no_wrap=True, overflow="ellipsis")
        for spend in spends:
            text.append_text(gauge(spend, warn_at))
            text.append("  ")
        self.query_one("#gauges", Static).update(text)
        self.query_one("#days", Sparkline).data = list(daily) or [0.0]


def gauge(spend: Spend, warn_at: float, width: int = 6) -> Text:
    """`day ███··· $0.12 of $1.00`."""
    from repodoc_hooks.reports.formatting import money

    text = Text(f"{spend.period} ", style="bold")
    share = spend.share
    style = (
        "red"
        if share is not None and share >= 1
        else "yellow"
        if share is not None and share >= warn_at
        else "green"
    )
    if share is not None:
        filled = min(width, round(share * width))
        text.append("█" * filled, style=style)
        text.append("░" * (width - filled) + " ", style="dim")
    cost = money(None if spend.unpriced and not spend.usd else spend.usd)
    text.append(cost, style=style if share is not None else "")
    if spend.limit.usd is not None:
        text.append(f" of {money(spend.limit.usd)}")
    elif spend.limit.tokens is not None:
        text.append(f" {spend.tokens:,} of {spend.limit.tokens:,} tokens")
    return text
