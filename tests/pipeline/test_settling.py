"""A change that no reader would see changes no page, in any clone; one that a reader sees does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine
from repodoc_hooks.pipeline.plan import FAILING_STATES
from tests.pipeline.test_neighbours import CONFIG, commit
from tests.repos import Repo

SOURCE = '''"""Keeps things. In a shelf."""

import os


class Shelf:
    """Holds books.

    And more than books.
    """

    def put(self, book, place=1):
        """Put a book. It stays."""
        return _inside(book)


def _inside(book):
    """Look."""
    return book
'''
HIDDEN = {
    "a private name": ("_inside", "_within"),
    "what a private name says": ("Look.", "Look closely."),
    "a private signature": ("def _inside(book):", "def _inside(book, place=None):"),
    "more than the first sentence": ("And more than books.", "And less than books."),
    "a body": ("return _inside(book)", "return [_inside(book)]"),
    "an import of the language's own": ("import os\n", "import os\nimport re\n"),
    "a package that no manifest names": ("import os\n", "import os\nimport yaml\n"),
    "a comment": ("import os\n", "import os  # for nothing\n"),
}
SHOWN = {
    "a public signature": ("place=1", "place=2"),
    "a first sentence": ("Holds books.", "Holds boxes."),
    "a public name": ("def put", "def place"),
}


@pytest.fixture
def shop(repo: Repo) -> Repo:
    """A package with one module, and one that uses it."""
    repo.write(
        "src/shop/__init__.py", '"""Sells."""\n\nfrom shop.shelf import Shelf\n\n__all__ = ["Shelf"]\n'
    )
    repo.write("src/shop/shelf.py", SOURCE)
    repo.write("src/till/__init__.py", '"""Counts."""\n\nfrom shop import Shelf\n\nSHELF = Shelf()\n')
    commit(repo)
    return repo


def pages(repo: Repo) -> str:
    return repo.git("ls-tree", "-r", "HEAD", "docs")


@pytest.mark.parametrize("case", HIDDEN)
def test_what_nobody_sees_changes_no_page(shop: Repo, case: str) -> None:
    before = pages(shop)
    shop.write("src/shop/shelf.py", SOURCE.replace(*HIDDEN[case]))
    commit(shop)
    assert pages(shop) == before


@pytest.mark.parametrize("case", SHOWN)
def test_what_a_reader_sees_changes_the_page(shop: Repo, case: str) -> None:
    before = pages(shop)
    shop.write("src/shop/shelf.py", SOURCE.replace(*SHOWN[case]))
    commit(shop)
    assert pages(shop) != before


def test_a_clone_without_history_finds_the_same(shop: Repo, tmp_path: Path) -> None:
    text = SOURCE
    for old, new in HIDDEN.values():
        text = text.replace(old, new)
    shop.write("src/shop/shelf.py", text)
    commit(shop)
    clone = tmp_path / "clone"
    command = ["git", "clone", "-q", "--depth", "1", f"file://{shop.path}", str(clone)]
    subprocess.run(command, check=True, capture_output=True)
    with Engine.open(Git.discover(clone), CONFIG, cached=False) as engine:
        plan = engine.plan(engine.tree("rev"))
    assert [s for s in plan.sections if s.state in FAILING_STATES] == []


def test_what_was_hidden_is_on_the_page_once_it_shows(shop: Repo) -> None:
    for old, new in (
        HIDDEN["a private signature"],
        ("def _inside", "def inside"),
        ("return _inside", "return inside"),
    ):
        shop.write("src/shop/shelf.py", shop.read("src/shop/shelf.py").replace(old, new))
        commit(shop)
    assert "`def inside(book, place=None)`" in shop.read("docs/repodoc/src/shop/README.md")


MODULE = "<project><artifactId>{}</artifactId><dependencies>{}</dependencies></project>\n"
NEEDS = "<dependency><artifactId>one</artifactId></dependency>"
USER = "package org.b;\n\n{}\n/** Uses. */\npublic class B {{ void b() {{ {} }} }}\n"


@pytest.fixture
def modules(repo: Repo) -> Repo:
    """A module of Java with three types, and one that uses the first of them."""
    repo.write("one/pom.xml", MODULE.format("one", ""))
    for name in "ACD":
        repo.write(f"one/src/main/java/org/a/{name}.java", f"package org.a;\npublic class {name} {{}}\n")
    repo.write("two/pom.xml", MODULE.format("two", NEEDS))
    use(repo, "A")
    return repo


def use(repo: Repo, *names: str) -> None:
    imports = "".join(f"import org.a.{name};\n" for name in names)
    body = " ".join(f"{name} x{name};" for name in names)
    repo.write("two/src/main/java/org/b/B.java", USER.format(imports, body))
    commit(repo)


def test_which_files_of_a_page_are_used_shows_nowhere(modules: Repo) -> None:
    before = pages(modules)
    for names in ("AC", "C", "CD", "A"):
        use(modules, *names)
        assert pages(modules) == before
    use(modules)
    assert pages(modules) != before
