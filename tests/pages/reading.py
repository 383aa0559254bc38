"""What a reader stumbles over: links that lead nowhere, headings with nothing below, titles that two pages have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from repodoc_hooks.pages.stamps import BEGIN

_ANCHOR = re.compile(r'<a id="([^"]+)">')
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_MOST_LINES, _MOST_BYTES = 600, 256 * 1024


def stumbles(top: Path, docs: str = "docs/repodoc") -> list[str]:
    """All of it, as `page: what`; `top` is a work tree with its pages."""
    pages = {path.resolve(): path.read_bytes() for path in sorted((top / docs).rglob("*.md"))}
    read = {path: Reading(text.decode("utf-8", "surrogateescape")) for path, text in pages.items()}
    found = []
    for path, page in read.items():
        name = path.relative_to(top.resolve()).as_posix()
        size = pages[path]
        if size.count(b"\n") > _MOST_LINES or len(size) > _MOST_BYTES:
            found.append(f"{name}: {size.count(10)} lines, {len(size)} bytes")
        found += [f"{name}: {what}" for what in (*page.empty(), *page.alike(), *_dead(path, page, read))]
    titles = Counter(page.title for page in read.values())
    found += [f"{times} pages are called {title!r}" for title, times in titles.items() if times > 1]
    return found


class Reading:
    """One page as a Markdown parser reads it."""

    def __init__(self, text: str) -> None:
        self.tokens = MarkdownIt("commonmark").enable("table").parse(text.partition(BEGIN)[0])
        self.title = next(iter(self.headings("h1")), "")

    def headings(self, *tags: str) -> list[str]:
        """The texts of headings."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return [_text(after) for token, after in pairs if token.type == "heading_open" and token.tag in tags]

    def places(self) -> set[str]:
        """The fragments that lead to somewhere on it, as GitHub names them."""
        found = {*self._anchors()}
        times: Counter[str] = Counter()
        for heading in self.headings("h1", "h2", "h3", "h4"):
            slug = re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
            found.add(f"{slug}-{times[slug]}" if times[slug] else slug)
            times[slug] += 1
        return found

    def alike(self) -> Iterator[str]:
        """Places that bear one name, so that links lead to the first of them."""
        for anchor, times in Counter(self._anchors()).items():
            if times > 1:
                yield f"{times} places are called {anchor!r}"

    def _anchors(self) -> list[str]:
        return [
            anchor
            for token in self.tokens
            if token.type in ("html_block", "inline")
            for anchor in _ANCHOR.findall(token.content)
        ]

    def links(self) -> Iterator[str]:
        """Where links lead."""
        for token in self.tokens:
            for child in token.children or ():
                if child.type == "link_open":
                    yield str(child.attrs["href"])

    def empty(self) -> Iterator[str]:
        """Sections with nothing in them, but that of what is not known yet."""
        shown = [token for token in self.tokens if token.type != "html_block"]
        for number, token in enumerate(shown):
            if token.type == "heading_open" and token.tag == "h2":
                after = shown[number + 3] if number + 3 < len(shown) else None
                if after is None or (after.type == "heading_open" and after.tag <= "h2"):
                    yield f"nothing below {_text(shown[number + 1])!r}"


def _dead(path: Path, page: Reading, pages: Mapping[Path, Reading]) -> Iterator[str]:
    for link in page.links():
        if _ELSEWHERE.match(link):
            continue
        target, _, fragment = link.partition("#")
        there = (path.parent / unquote(target)).resolve() if target else path
        if not there.exists():
            yield f"leads to {link}, which is not there"
        elif fragment and there in pages and unquote(fragment) not in pages[there].places():
            yield f"leads to {link}, where no such place is"


def _text(token: Token) -> str:
    return "".join(child.content for child in token.children or () if child.type in ("text", "code_inline"))
