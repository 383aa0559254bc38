"""Where pages stand, and links from them."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.config import Config
from repodoc_hooks.pages.encoding import percent_decode, percent_encode
from repodoc_hooks.pages.layout import (
    INDEX_ID,
    display_path,
    index_link,
    page_path,
    page_paths,
    relative_link,
)
from tests.pages import strategies

CONFIG = Config()


@pytest.mark.parametrize(
    ("component", "path"),
    [
        ("src/click", "docs/repodoc/src/click.md"),
        (".", "docs/repodoc/root.md"),
        (INDEX_ID, "docs/repodoc/index.md"),
        ("packages/@acme/core", "docs/repodoc/packages/@acme/core.md"),
        ("My service", "docs/repodoc/My service.md"),
        (".github", "docs/repodoc/.github.md"),
    ],
)
def test_pages_mirror_directories(component: str, path: str) -> None:
    assert page_path(CONFIG, component) == path


def test_names_that_cannot_live_side_by_side_are_told_apart() -> None:
    ids = [".", "src/Click", "src/click", "index", "root", "a", "a.md/x", "lib"]
    paths = page_paths(CONFIG, ids)
    assert paths["."] == "docs/repodoc/root.md"
    assert paths["lib"] == "docs/repodoc/lib.md"
    assert paths["src/Click"].startswith("docs/repodoc/src/Click-")
    assert paths["index"].startswith("docs/repodoc/index-")
    assert paths["root"].startswith("docs/repodoc/root-")
    assert paths["a"] != "docs/repodoc/a.md"
    assert page_paths(CONFIG, reversed(ids)) == paths


@given(st.lists(strategies.paths, max_size=8, unique=True))
def test_any_ids_give_pages_that_git_can_hold(ids: list[str]) -> None:
    paths = page_paths(CONFIG, [*ids, "."])
    folded = [path.casefold() for path in paths.values()]
    assert len(set(folded)) == len(folded)
    assert "docs/repodoc/index.md" not in folded
    for path in paths.values():
        path.encode()
        assert posixpath.normpath(path) == path
        assert path.startswith("docs/repodoc/")
        assert path.endswith(".md")
        assert not any(posixpath.dirname(other).casefold() == path.casefold() for other in paths.values())
        assert ".git" not in path.lower().split("/")
        assert "\n" not in path
    assert len(set(paths.values())) == len(paths)


@given(strategies.paths)
def test_the_index_is_found_from_every_page(component: str) -> None:
    page = page_paths(CONFIG, [component])[component]
    found = posixpath.normpath(posixpath.join(posixpath.dirname(page), index_link(component)))
    assert found == "docs/repodoc/index.md"


@given(strategies.paths, strategies.paths)
def test_links_lead_where_they_say(page: str, target: str) -> None:
    link = relative_link(page, target)
    assert link.isascii()
    assert not set(link) & set(" ()<>[]{}\"'`\\|#?&")
    decoded = unquote(link, errors="surrogateescape")
    joined = posixpath.join("/", posixpath.dirname(page), decoded)
    assert posixpath.normpath(joined) == posixpath.normpath(f"/{target}")


def test_links_to_directories() -> None:
    assert relative_link("docs/repodoc/root.md", ".") == "../.."
    assert relative_link("docs/a/b.md", "docs/a") == "."
    assert relative_link("a.md", "b/c.py") == "b/c.py"


@given(st.text())
def test_percent_encoding_is_undone(text: str) -> None:
    import re

    assert percent_decode(percent_encode(text, re.compile("[a-z]*"))) == text


def test_files_are_shown_below_their_component() -> None:
    assert display_path("src/click", "src/click/core.py") == "core.py"
    assert display_path(".", "setup.py") == "setup.py"
    assert display_path("My service", "src/a.py") == "/src/a.py"
    assert display_path("src/cli", "src/click/core.py") == "/src/click/core.py"
