"""The words of a manifest or README on a component's page are as current as its code."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis import description
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine
from repodoc_hooks.pipeline.page_planning import introduction
from tests.repos import Repo

PAGE = "docs/repodoc/README.md"
SOURCE = "module.exports.send = function send(what) { return what };\n"


@pytest.fixture
def package(repo: Repo) -> Repo:
    """An npm package without doc comments, with its pages in its first commit."""
    repo.write("package.json", '{"name": "wire", "version": "1.0.0", "description": "Sends things."}\n')
    repo.write("index.js", SOURCE)
    repo.repodoc("init", "--yes")
    repo.commit("Start")
    assert "\nSends things.\n" in repo.read(PAGE)
    return repo


def test_a_new_description_reaches_the_page_in_its_commit(package: Repo) -> None:
    package.replace("package.json", "Sends things.", "Sends all things.")
    package.commit("Describe it better")
    assert "\nSends all things.\n" in package.read(PAGE)
    assert PAGE in package.changed()
    assert package.repodoc("check", "--full").returncode == 0


def test_a_new_version_changes_no_page(package: Repo) -> None:
    package.replace("package.json", "1.0.0", "1.1.0")
    package.commit("Release")
    assert package.changed() == ["package.json"]
    assert package.repodoc("check", "--full").returncode == 0


def test_a_description_past_the_hooks_is_reported(package: Repo) -> None:
    package.replace("package.json", "Sends things.", "Sends all things.")
    package.commit("Describe it better", hooks=False)
    found = package.repodoc("check", check=False)
    assert found.returncode == 1
    assert "overview is stale [RD003]" in found.stdout
    assert "package.json has another description" in found.stdout
    assert "api is stale" not in found.stdout
    package.repodoc("update")
    assert "\nSends all things.\n" in package.read(PAGE)


def test_a_readme_steps_in_for_a_description_that_goes(package: Repo) -> None:
    package.write("package.json", '{"name": "wire"}\n')
    package.write("README.md", "# Wire\n\nIt sends whatever you like.\n")
    package.commit("Move the description")
    assert "\nIt sends whatever you like.\n" in package.read(PAGE)
    package.git("rm", "-q", "README.md")
    package.commit("Remove the README")
    assert "\nDefines `send`." in package.read(PAGE)
    assert package.repodoc("check", "--full").returncode == 0


def test_both_sides_of_a_merge_keep_the_page_current(package: Repo) -> None:
    package.git("switch", "-q", "-c", "described")
    package.replace("package.json", "Sends things.", "Sends all things.")
    package.commit("Describe it better")
    package.git("switch", "-q", "main")
    package.replace("index.js", "send(what)", "send(what, where)")
    package.commit("Send somewhere")
    package.git("merge", "-q", "--no-edit", "described")
    assert package.repodoc("check", "--full").returncode == 0
    assert "\nSends all things.\n" in package.read(PAGE)
    assert "send(what, where)" in package.read(PAGE)


def test_a_summary_names_nothing_internal(repo: Repo) -> None:
    repo.write("include/depot/a.hpp", "namespace detail { struct Guts {}; }\nstruct Face {};\n")
    repo.commit("Start", hooks=False)
    repo.repodoc("init", "--yes", "--hooks", "none")
    page = repo.read("docs/repodoc/include/depot/README.md")
    assert "Defines `Face`." in page


def test_a_readme_is_read_once_and_anew_when_it_changes(
    package: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    introduction_of = description.introduction_of

    def reading(text: bytes) -> str:
        read.append(text)
        return introduction_of(text)

    monkeypatch.setattr(description, "introduction_of", reading)
    for words in ("It sends many things.", "It sends whatever you like.", "It sends whatever you like."):
        package.write("README.md", f"# Wire\n\n{words}\n")
        package.git("add", "README.md")
        with Engine.open(Git.discover(str(package.path))) as engine:
            assert introduction(engine.survey(engine.tree("staged"))) == ("README.md", words)
    assert len(read) == 2
