"""The files for coding agents follow the pages through the pipeline."""

from __future__ import annotations

from pathlib import Path

from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline.plan import SectionState
from tests.repos import Repo

CONFIG = Config(outputs=("llms.txt", "AGENTS.md"))


def update(project: Repo) -> None:
    with Engine.open(Git.discover(project.path), CONFIG) as engine:
        engine.run(Request(origin="test", source="worktree"))


def states(project: Repo) -> dict[str, SectionState]:
    with Engine.open(Git.discover(project.path), CONFIG) as engine:
        plan = engine.plan(engine.tree("worktree"))
    return {section.path: section for section in plan.outputs if section.path in CONFIG.outputs}


def test_they_are_written_kept_and_checked(project: Repo) -> None:
    project.write("AGENTS.md", "# Our rules\n\nTabs.\n")
    project.commit("Rules")
    update(project)
    agents = project.read("AGENTS.md")
    assert agents.startswith("# Our rules\n\nTabs.\n")
    assert "docs/repodoc/README.md" in agents
    llms = project.read("llms.txt")
    assert {state.state for state in states(project).values()} == {"current"}
    project.write("llms.txt", llms.replace("- [Index]", "- [Start]"))
    assert states(project)["llms.txt"].state == "stale"
    update(project)
    assert project.read("llms.txt") == llms
    Path(project.path, "llms.txt").unlink()
    assert states(project)["llms.txt"].state == "missing"


def test_damaged_and_linked_files_are_left_alone(project: Repo) -> None:
    project.write("AGENTS.md", "<!-- repodoc:begin agents -->\n")
    Path(project.path, "llms.txt").symlink_to("README.md")
    project.commit("Odd")
    update(project)
    assert project.read("AGENTS.md") == "<!-- repodoc:begin agents -->\n"
    assert Path(project.path, "llms.txt").is_symlink()
    found = states(project)
    assert {path: state.state for path, state in found.items()} == {
        "AGENTS.md": "broken",
        "llms.txt": "broken",
    }
    assert found["AGENTS.md"].because == ("'agents' has no end",)
