"""The short way from an earlier tree gives what the long way gives, commit by commit."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline import known_current
from repodoc_hooks.pipeline.config_source import config_text
from repodoc_hooks.pipeline.fast_path import narrow, nearest_current
from repodoc_hooks.pipeline.plan import Plan
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.pipeline.workspace import Workspace
from tests.pages.test_merge_property import CONFIG, MODULES, Edit, branches, start
from tests.repos import Repo

HOOK = Request(origin="pre-commit", source="staged", apply="index")


def stale(plan: Plan) -> set[tuple[object, ...]]:
    """Everything about the sections of components that are not current."""
    return {
        (s.id, s.state, s.rule, s.because, s.line)
        for p in plan.components.values()
        for s in p.sections
        if s.state != "current"
    }


def short(workspace: Workspace, tree: str) -> tuple[Survey, Plan] | None:
    """What the hook of a commit finds on the short way."""
    base = nearest_current(workspace, "staged")
    return narrow(workspace, base.tree, tree) if base is not None else None


def commit(repo: Repo) -> bool:
    """Commit what is staged as the hooks do; was the short way taken, and is it the long one's?"""
    git = Git.discover(repo.path)
    with Engine.open(git, CONFIG) as engine:
        workspace = engine.workspace
        tree = workspace.tree("staged")
        found = short(workspace, tree)
        if found is not None:
            assert stale(found[1]) == stale(workspace.plan(workspace.survey(tree)))
        report = engine.run(HOOK)
        assert report.narrow <= (found is not None)
        repo.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "Change")
        assert engine.rehearse(replace(HOOK, origin="check", all=True, apply="none")).texts == {}
    return found is not None


def test_a_component_at_the_top_is_described_on_the_index_in_its_commit(repo: Repo) -> None:
    repo.write("package.json", '{"name": "wire"}\n')
    repo.write("index.js", "/** Sends. */\nexport function send() {}\n")
    repo.write(".repodoc.yaml", "version: 1\nbackends: {order: [offline]}\n")
    repo.git("add", "-A")
    commit(repo)
    page = "docs/repodoc/README.md"
    repo.write("index.js", "/** Sends. */\nexport function send(what) {}\n")
    repo.git("add", "-A")
    commit(repo)
    assert "`function send(what)`" in repo.git("show", f"HEAD:{page}")
    repo.write("index.js", "/** Sends. */\nexport function send(what) { return what }\n")
    repo.git("add", "-A")
    assert commit(repo)
    repo.write(
        "index.js",
        "/** Sends it. */\nexport function send(what) { return what }\nexport function close() {}\n",
    )
    repo.git("add", "-A")
    commit(repo)
    assert "`function close()`" in repo.git("show", f"HEAD:{page}")


@settings(max_examples=15)
@given(edits=st.lists(branches(MODULES, ["four"]), min_size=1, max_size=4))
def test_the_short_way_equals_the_long_way(
    tmp_path_factory: pytest.TempPathFactory, edits: Sequence[Sequence[Edit]]
) -> None:
    repo = start(tmp_path_factory.mktemp("narrow") / "repo")
    commit(repo)
    for step in edits:
        for edit in step:
            edit.apply(repo)
        repo.git("add", "-A")
        event("short" if commit(repo) else "long")


def _divided(repo: Repo, files: dict[str, str]) -> None:
    """A component of which one file has a page of its own and `small.py` stands on the component's."""
    steps = "".join(
        f'class Step{n}:\n    """Step {n}."""\n\n    def run(self) -> None: ...\n\n\n' for n in range(60)
    )
    repo.write("lib/large.py", steps)
    repo.write("lib/other.py", steps.replace("Step", "Other"))
    repo.write("lib/small.py", 'def shout(a: str) -> str:\n    """Shouts."""\n    return a\n')
    repo.write_all({"lib/__init__.py": ""} | files)
    repo.write(".repodoc.yaml", "version: 1\nbackends: {order: [offline]}\n")
    repo.git("add", "-A")
    commit(repo)
    assert (repo.path / "docs/repodoc/lib/large.py.md").exists()


@pytest.mark.parametrize(
    ("files", "narrow"),
    [
        ({"lib/__init__.py": '"""Steps to take."""\n'}, True),
        ({"pyproject.toml": '[project]\nname = "lib"\ndescription = "Steps to take."\n'}, True),
        ({}, False),  # its words tell what its parts are
    ],
    ids=["introduced", "introduced by its manifest", "tells its parts"],
)
def test_the_page_of_a_divided_component_is_written_without_those_below(
    repo: Repo, files: dict[str, str], narrow: bool
) -> None:
    _divided(repo, files)
    repo.write("lib/small.py", 'def shout(a: str, n: int = 1) -> str:\n    """Shouts."""\n    return a * n\n')
    repo.git("add", "-A")
    with Engine.open(Git.discover(repo.path), CONFIG) as engine:
        report = engine.rehearse(replace(HOOK, apply="none"))
        assert report.narrow is narrow
    assert commit(repo)
    assert "n: int = 1" in repo.git("show", "HEAD:docs/repodoc/lib/README.md")


def test_a_usual_edit_takes_the_short_way(project: Repo) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.replace("src/core/text.py", "def shout(words: str)", "def shout(words: str, times: int = 1)")
    project.git("add", "-A")
    with Engine.open(Git.discover(project.path)) as engine:
        found = short(engine.workspace, engine.tree("staged"))
    assert found is not None
    assert set(found[1].components) == {"src/core", "src/shop"}
    project.git("commit", "-q", "-m", "Shout twice")
    assert project.repodoc("check", "--full").returncode == 0
    assert len(project.changed()) == 2  # no model wrote the dependent page from this interface


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/core/more.py", "X = 1\n"),
        ("src/core/text.py", "import os\n\n\ndef shout(words):\n    return words\n"),
        ("package.json", "{}\n"),
        ("README.md", "# Sample\n\nAnother small project with packages.\n"),
        ("docs/repodoc/src/core/README.md", "# Broken\n"),
    ],
)
def test_what_is_out_of_the_ordinary_takes_the_long_way(project: Repo, path: str, text: str) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.write(path, text)
    project.git("add", "-A")
    with Engine.open(Git.discover(project.path)) as engine:
        assert short(engine.workspace, engine.tree("staged")) is None


def test_what_a_note_says_of_a_tree_is_not_believed(project: Repo) -> None:
    """A note is fetched from remotes: whoever can push one could keep stale pages out of a commit."""
    project.repodoc("init", "--yes")
    project.commit("Set up")
    git = Git.discover(project.path)
    project.replace("src/core/text.py", "def shout(words: str)", "def shout(text: str)")
    project.git("commit", "-q", "--no-verify", "-am", "Stale pages")
    (git.state_dir / known_current.FILE_NAME).unlink()
    rules = known_current.rules_of(config_text(git, "staged"), os.environ)
    tree = project.git("rev-parse", "HEAD^{tree}")
    planted = {"v": 1, "kind": "baseline", "tree": tree, "rules": rules, "current": [[tree, 9]]}
    notes.write(git, "HEAD", [planted])
    project.replace("src/shop/till.py", "def add(", "def put(")
    project.git("commit", "-q", "-am", "Another page")
    assert project.repodoc("check").returncode == 0


def test_templates_of_the_users_own_leave_the_short_way_open(project: Repo) -> None:
    project.write("docs/templates/pages/api.md.j2", "## Interface\n")
    project.write(".repodoc.yaml", "version: 1\ntemplates: docs/templates\n")
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.replace("src/core/text.py", "words.upper()", "words.title()")
    project.git("add", "-A")
    git = Git.discover(project.path)
    with Engine.open(git) as engine:
        assert short(engine.workspace, engine.tree("staged")) is not None
    project.write("docs/templates/pages/api.md.j2", "## API\n")
    project.git("add", "-A")
    with Engine.open(git) as engine:
        assert short(engine.workspace, engine.tree("staged")) is None


@pytest.mark.parametrize(
    ("files", "path", "old", "new"),
    [
        (
            {
                "a/package.json": '{"name": "a", "exports": "./src/index.ts"}\n',
                "a/src/index.ts": "export { Bar as Quux } from './bar';\n",
                "a/src/bar.ts": "/** A bar. */\nexport class Bar {}\n",
                "b/package.json": '{"name": "b"}\n',
                "b/index.ts": "export const b = 1;\n",
            },
            "a/src/bar.ts",
            "A bar.",
            "A long bar.",
        ),
        (
            {
                "Cargo.toml": '[package]\nname = "depot"\nversion = "0.1.0"\n',
                "src/lib.rs": '#[doc = include_str!("../texts/a.md")]\npub fn route() {}\n',
                "texts/b.md": "Takes a route away.\n",
            },
            "src/lib.rs",
            "a.md",
            "b.md",
        ),
        (
            {
                "Package.swift": "// swift-tools-version:5.9\nimport PackageDescription\nlet package = Package("
                'name: "P", targets: [.target(name: "Core", path: "Lib"), .target(name: "Util", path: "Util")])\n',
                "Lib/C.swift": "/// A C.\npublic struct C {}\n",
                "Util/U.swift": "/// A U.\npublic struct U {}\n",
            },
            "Package.swift",
            '"Core"',
            '"Kern"',
        ),
    ],
    ids=["another-name", "another-text", "manifest-in-the-language"],
)
def test_what_shows_elsewhere_takes_the_long_way(
    repo: Repo, files: dict[str, str], path: str, old: str, new: str
) -> None:
    repo.write_all(files)
    repo.commit("Begin")
    repo.repodoc("init", "--yes")
    repo.commit("Set up")
    repo.replace(path, old, new)
    repo.commit("Change")
    assert repo.repodoc("check", "--full").returncode == 0
    assert repo.repodoc("check").returncode == 0


def test_what_macros_of_other_files_make_is_the_same_on_the_short_way(repo: Repo) -> None:
    macros = "#pragma once\n#define CODES(X) X(OPEN) X(SHUT)\n"
    caller = (
        '#pragma once\n#include "list.h"\n#define XX(name) CODE_##name,\n/** What happened. */\n'
        "enum code { CODES(XX) CODE_MAX };\n"
    )
    repo.write_all({"depot/list.h": macros, "depot/codes.h": caller})
    repo.commit("Begin")
    repo.repodoc("update", "-q")
    repo.commit("Document", hooks=False)
    page = "docs/repodoc/depot/README.md"
    edits = {
        "What came.": ("depot/codes.h", caller.replace("What happened.", "What came.")),
        "CODE_LAST": ("depot/codes.h", caller.replace("CODE_MAX", "CODE_LAST")),
        "CODE_CLOSED": ("depot/list.h", macros.replace("SHUT", "CLOSED")),
    }
    for shown, (path, text) in edits.items():
        repo.write(path, text)
        repo.git("add", "-A")
        commit(repo)
        assert shown in repo.git("show", f"HEAD:{page}")
        assert "CODE_OPEN" in repo.git("show", f"HEAD:{page}")
