"""Files that were read only in part are told by check and status, without failing and without parsing again."""

from __future__ import annotations

import json

import pytest

from repodoc_hooks.analysis import languages
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine
from tests.repos import Repo

TORN = {
    "kotlin": ("depot/Torn.kt", "package a\n\nclass A\n\nclass B {\n  fun ( ] x\n}\n\nfun g() {}\n"),
    "typescript": (
        "depot/torn.ts",
        "export class A {}\n\nexport class B {\n  ( ] x\n}\n\nexport function g() {}\n",
    ),
    "python": ("depot/torn.py", "class A:\n    pass\n\n\nclass B(:\n    pass\n"),
}


def findings(repo: Repo, *options: str) -> list[dict[str, object]]:
    """The sections of which a file was not read, as `check` tells it."""
    found = repo.repodoc("check", "--format", "json", *options)
    return [s for s in json.loads(found.stdout)["sections"] if s["rule"] == "RD011"]


@pytest.mark.parametrize("language", TORN)
def test_what_was_not_read_is_a_note_of_check(repo: Repo, language: str) -> None:
    path, text = TORN[language]
    repo.write(path, text)
    repo.commit("Begin")
    repo.repodoc("update", "-q")
    repo.commit("Document")
    (found,) = findings(repo)
    assert found["state"] == "current"
    assert path in str(found["because"])
    assert "could not be read" in str(found["because"])
    for _ in range(2):  # the second time the tree is known
        said = repo.repodoc("check").stdout
        assert "[RD011] (note)" in said
        assert f"{path}" in said
    assert "unread" in repo.repodoc("status").stdout
    assert json.loads(repo.repodoc("status", "--json").stdout)["pages"]["unread"].keys() == {path}


def test_nothing_is_parsed_for_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(*TORN["kotlin"])
    repo.commit("Begin")
    repo.repodoc("update", "-q")
    repo.commit("Document")

    def refuse(language: str, data: bytes) -> None:
        raise AssertionError(f"{language} was parsed")

    monkeypatch.setattr(languages, "parse", refuse)
    with Engine.open(Git.discover(repo.path), cached=False) as engine:
        assert "RD011" in {section.rule for section in engine.plan(engine.tree("worktree")).sections}


def test_a_hook_does_not_hide_a_file_that_was_torn(project: Repo) -> None:
    project.repodoc("init", "--yes")
    project.commit("Document")
    assert not findings(project)
    project.repodoc("check")
    text = project.read("src/shop/till.py")
    project.write("src/shop/till.py", text + "\n\ndef broken(:\n    pass\n")
    project.commit("Tear")
    assert "[RD011] (note)" in project.repodoc("check").stdout
    project.write("src/shop/till.py", text)
    project.commit("Put together")
    assert not findings(project)
    assert "RD011" not in project.repodoc("check").stdout


def test_a_file_that_could_not_be_read_is_tried_again(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed (a grammar that was not installed) may work the next time."""
    repo.write("depot/a.go", "package depot\n\nfunc Open() {}\n")
    repo.commit("Begin")

    def refuse(language: str) -> None:
        raise ModuleNotFoundError(f"no grammar of {language}")

    def failures() -> str:
        with Engine.open(Git.discover(repo.path)) as engine:
            survey = engine.survey(engine.tree("worktree"))
            survey.load(["depot/a.go"])
            return survey.facts("depot/a.go").failure

    with monkeypatch.context() as patch:
        patch.setattr(languages, "record", refuse)
        assert "no grammar" in failures()
    assert not failures()
