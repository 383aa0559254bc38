"""The first pages of a large repository come before all of it is read, and end as those of any run."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from repodoc_hooks.config import Config
from repodoc_hooks.events import Event, FileParsed, PageWritten
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline import early_pages
from tests.repos import Repo

_PACKAGES = 4


@pytest.fixture
def packages(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Packages in a chain of imports; the largest hands on names of another and is used by others."""
    monkeypatch.setattr(early_pages, "_LARGE", 5)
    repo.write("README.md", "# World\n\nA world of packages.\n")
    for number in range(_PACKAGES):
        uses = f"from pkg{number - 1}.work import Work{number - 1}\n" if number else ""
        repo.write(f"pkg{number}/__init__.py", f'"""Package no. {number}."""\n\n{uses}')
        repo.write(f"pkg{number}/work.py", f'"""Works."""\n\nclass Work{number}:\n    """Does it."""\n')
    for number in range(5):
        repo.write(
            f"pkg1/more{number}.py", f'"""More."""\n\n\ndef more{number}() -> None:\n    """Do more."""\n'
        )
    repo.commit("Begin")
    return repo


def updated(repo: Repo, **request: object) -> tuple[list[Event], Mapping[str, str]]:
    """The events of an update, and the pages that are there then."""
    events: list[Event] = []
    with Engine.open(Git.discover(repo.path), Config()) as engine:
        engine.workspace.bus.subscribe(events.append)
        report = engine.run(Request(origin="cli", backend="offline", **request))  # type: ignore[arg-type]
        assert report.complete
        assert {page.outcome for page in report.pages} == {"written"}
    return events, _pages(repo.path)


def _pages(top: Path) -> dict[str, str]:
    folder = top / "docs" / "repodoc"
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*.md")}


def test_pages_and_index_are_there_before_all_is_read(packages: Repo) -> None:
    events, pages = updated(packages)
    first = next(n for n, event in enumerate(events) if isinstance(event, PageWritten))
    last = max(n for n, event in enumerate(events) if isinstance(event, FileParsed))
    assert first < last
    early = {event.path for event in events[:last] if isinstance(event, PageWritten)}
    assert {"docs/repodoc/README.md", "docs/repodoc/pkg1/README.md"} <= early
    assert len(early) < len(pages)


def test_they_end_as_those_of_any_run(packages: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    _, early = updated(packages)
    assert "pkg2" in early["pkg1/README.md"]  # who uses it
    subprocess.run(["git", "clean", "-fdq", "docs"], cwd=packages.path, check=True)
    monkeypatch.setattr(early_pages, "_LARGE", 10_000)
    _, whole = updated(packages)
    assert early == whole


def test_where_pages_are_or_few_are_asked_for_none_comes_early(packages: Repo) -> None:
    events, _ = updated(packages, paths=("pkg2",))
    written = [event.path for event in events if isinstance(event, PageWritten)]
    assert written
    assert not any("pkg1" in path for path in written)


def test_each_section_is_told_once(packages: Repo) -> None:
    with Engine.open(Git.discover(packages.path), Config()) as engine:
        report = engine.run(Request(origin="cli", backend="offline"))
    ids = [section.id for section in report.sections]
    assert len(ids) == len(set(ids))
    assert len({page.path for page in report.pages}) == len(report.pages)
