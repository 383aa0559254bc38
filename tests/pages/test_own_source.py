"""Pages of real source, this package's: every diagram parses, every link leads somewhere."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt

from repodoc_hooks.pages.model import Page
from tests.pages import real_mermaid

TOP = Path(__file__).resolve().parents[2]


def test_every_diagram_parses(own_pages: dict[str, Page]) -> None:
    drawn = [diagram for page in own_pages.values() for diagram in real_mermaid.diagrams(page.text)]
    assert len(drawn) > len(own_pages) // 2
    with real_mermaid.running() as mermaid:
        for diagram in drawn:
            assert mermaid.parse(diagram).error == "", diagram


def test_links_lead_to_files_that_are_there(own_pages: dict[str, Page]) -> None:
    written = {page.path for page in own_pages.values()}
    seen = 0
    for page in own_pages.values():
        for link in _links(page.text):
            if link.startswith("#"):
                assert f'<a id="{link[1:]}"></a>' in page.text
                continue
            target = (TOP / page.path).parent.joinpath(link).resolve().relative_to(TOP).as_posix()
            assert target in written or (TOP / target).is_file(), f"{page.path}: {link}"
            seen += 1
    assert seen > len(own_pages)


def test_the_architecture_names_what_the_core_needs(own_pages: dict[str, Page]) -> None:
    architecture = own_pages["."].regions["architecture"].body
    assert "repodoc_hooks/pages" in architecture
    assert " --> " in architecture


def _links(text: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(text)
    children = [child for token in tokens for child in token.children or []]
    return [str(child.attrs["href"]) for child in children if child.type == "link_open"]
