"""HTML in documents, read by an HTML parser: its headings and paragraphs. Imported only where a document has some."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

Paragraph = tuple[str, str, tuple[str, ...], int]
"""Kind, words, the words of each link in them, the level of a heading: the fields of a `Block`."""


def html_paragraphs(html: str) -> list[Paragraph]:
    """The headings and paragraphs of a piece of HTML."""
    reader = _Html()
    reader.feed(html)
    reader.close()
    return reader.end()


class _Html(HTMLParser):
    """Headings and paragraphs of a piece of HTML."""

    _ENDS = frozenset(
        {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "td", "li", "center", "details", "summary"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Paragraph] = []
        self.parts: list[str] = []
        self.links: list[str] = []
        self.link = -1
        self.kind = "html"
        self.level = 0
        self.tables = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in self._ENDS:
            self.end()
        if re.fullmatch("h[1-6]", tag):
            self.kind, self.level = "heading", int(tag[1])
        elif tag in ("li", "summary", "pre"):
            self.kind = "other"
        elif tag == "table":
            self.tables += 1
        elif tag == "a":
            self.link = len(self.parts)
        elif tag == "br":
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.link >= 0:
            self.links.append("".join(self.parts[self.link :]))
            self.link = -1
        elif tag in self._ENDS:
            self.end()
        elif tag == "table":
            self.tables -= 1

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def end(self) -> list[Paragraph]:
        """Close the open block; all blocks so far."""
        words = " ".join("".join(self.parts).split())
        if words:
            links = tuple(link for link in self.links if link.strip())
            self.found.append(("other" if self.tables > 0 else self.kind, words, links, self.level))
        self.parts, self.links, self.link, self.kind, self.level = [], [], -1, "html", 0
        return self.found
