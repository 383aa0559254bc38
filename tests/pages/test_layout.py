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
    page_path,
    page_paths,
    relative_link,
)
from tests.pages import strategies

CONFIG = Config()


@pytest.mark.parametrize(
    ("component", "path"),
    [
        ("src/click", "docs/repodoc/src/click/README.md"),
        (INDEX_ID, "docs/repodoc/README.md"),
        ("packages/@acme/core", "docs/repodoc/packages/@acme/core/README.md"),
        ("My service", "docs/repodoc/My service/README.md"),
        (".github", "docs/repodoc/.github/README.md"),
    ],
)
def test_pages_mirror_directories(component: str, path: str) -> None:
    assert page_path(CONFIG, component) == path


def test_pages_mirror_files() -> None:
    assert page_path(CONFIG, "src/click/core.py", file=True) == "docs/repodoc/src/click/core.py.md"


def test_names_that_cannot_live_side_by_side_are_told_apart() -> None:
    directories = [".", "src/Click", "src/click", "a", "a/README.md", "b.py.md", "lib"]
    ids = {**dict.fromkeys(directories, False), "README": True, "b.py": True}
    paths = page_paths(CONFIG, ids)
    assert paths["."] == "docs/repodoc/README.md"
    assert paths["lib"] == "docs/repodoc/lib/README.md"
    assert paths["src/Click"].startswith("docs/repodoc/src/Click-")
    assert paths["README"].startswith("docs/repodoc/README-")
    assert paths["a"] != "docs/repodoc/a/README.md"
    assert paths["b.py"] != "docs/repodoc/b.py.md"
    assert page_paths(CONFIG, dict(reversed(ids.items()))) == paths


@given(st.dictionaries(strategies.paths, st.booleans(), max_size=8))
def test_any_ids_give_pages_that_git_can_hold(ids: dict[str, bool]) -> None:
    paths = page_paths(CONFIG, {**ids, ".": False})
    folded = [path.casefold() for path in paths.values()]
    assert len(set(folded)) == len(folded)
    assert paths["."] == "docs/repodoc/README.md"
    for path in paths.values():
        path.encode()
        assert posixpath.normpath(path) == path
        assert path.startswith("docs/repodoc/")
        assert path.endswith(".md")
        assert not any(posixpath.dirname(other).casefold() == path.casefold() for other in paths.values())
        assert ".git" not in path.lower().split("/")
        assert "\n" not in path
    assert len(set(paths.values())) == len(paths)


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
