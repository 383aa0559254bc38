"""What a merge of texts leaves behind although every page is right by its own stamps."""

from __future__ import annotations

import pytest

from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pages.graph import MAX_TANGLED
from repodoc_hooks.pipeline.plan import FAILING_STATES
from tests.repos import Repo

_PACKAGES = [f"p{number:02d}" for number in range(MAX_TANGLED + 2)]


@pytest.fixture
def chain(repo: Repo) -> Repo:
    """Packages of which each imports the next one: as many arrows as are drawn without rings, and one more."""
    for package, other in zip(_PACKAGES, [*_PACKAGES[1:], ""], strict=True):
        module(repo, package, f"import {other}\n" if other else "")
    repo.commit("Begin", hooks=False)
    update(repo)
    return repo


def module(repo: Repo, package: str, imports: str) -> None:
    repo.write(f"{package}/__init__.py", f'"""Package {package}."""\n{imports}')


def update(repo: Repo) -> None:
    repo.git("add", "-A")
    repo.repodoc("update")
    repo.commit("Update", hooks=False)


def stale(repo: Repo) -> list[tuple[str, str]]:
    with Engine.open(Git.discover(repo.path)) as engine:
        sections = engine.plan(engine.tree("rev")).sections
    return [(section.id, section.rule) for section in sections if section.state in FAILING_STATES]


def test_a_circle_that_both_sides_close_is_seen_in_the_picture_above(chain: Repo) -> None:
    module(chain, "q", "import r\n")
    module(chain, "r", "")
    update(chain)
    chain.git("checkout", "-qb", "side")
    module(chain, _PACKAGES[-1], "import q\n")
    update(chain)
    chain.git("checkout", "-q", "-")
    module(chain, "r", f"import {_PACKAGES[0]}\n")
    update(chain)
    assert stale(chain) == []
    chain.git("merge", "-q", "--no-edit", "side")
    assert [(id_.rpartition("#")[2], rule) for id_, rule in stale(chain)] == [("architecture", "RD008")]
    update(chain)
    assert stale(chain) == []
    with Engine.open(Git.discover(chain.path)) as engine:
        assert engine.rehearse(Request(origin="update", source="rev", apply="none", all=True)).texts == {}


def test_an_arrow_that_is_gone_from_a_picture_comes_back(chain: Repo) -> None:
    page = "docs/repodoc/README.md"
    before = chain.read(page)
    arrow = next(line for line in before.splitlines() if " --> " in line)
    chain.replace(page, f"{arrow}\n", "")
    chain.commit("Merge", hooks=False)
    assert [rule for _, rule in stale(chain)] == ["RD008"]
    update(chain)
    assert chain.read(page) == before
