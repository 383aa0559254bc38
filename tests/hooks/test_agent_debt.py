"""A commit under a coding agent."""

from __future__ import annotations

import pytest

from tests.agents.host import answer, hand_in, page_of, tasks
from tests.isolation import user_settings
from tests.repos import Repo, Result

MODELS = "backends: {order: [claude, offline]}\n"


@pytest.fixture
def asking(project: Repo) -> Repo:
    """A repository whose configuration asks a model, which must not be asked: calling it is an error."""
    trap = project.write(".git/trap", '#!/bin/sh\ntouch "$0.called"\nexit 1\n')
    trap.chmod(0o755)
    user_settings(f"backends: {{claude: {{command: {trap}}}}}\n")
    project.write(".repodoc.yaml", MODELS)
    project.repodoc("init", "--yes")
    project.commit("Set repodoc up", hooks=False)
    hand_in(project, [answer(task) for task in tasks(project)])
    hand_in(project, [answer(task) for task in tasks(project)])
    project.commit("Prose", hooks=False)
    assert tasks(project) == []
    return project


def commit(repo: Repo, **env: str | None) -> Result:
    """Change the interface of the core, and commit under Claude Code."""
    repo.replace("src/core/text.py", "def whisper", "def murmur")
    repo.git("add", "-A")
    return again(repo, **env)


def again(repo: Repo, **env: str | None) -> Result:
    """Commit what is staged."""
    return repo.run(
        "git",
        "commit",
        "-qm",
        "Change",
        check=False,
        env={"CLAUDECODE": "1", "ANTHROPIC_API_KEY": "none", **env},
    )


def called(repo: Repo) -> bool:
    """Was the model asked?"""
    return repo.exists(".git/trap.called")


def test_facts_are_in_the_commit_and_prose_is_owed(asking: Repo) -> None:
    done = commit(asking)
    assert done.returncode == 0, done.output
    page = asking.at("HEAD", page_of(asking, "src/core")).decode()
    assert "murmur" in page
    assert "told by an agent" in page
    owed = [line for line in done.stderr.splitlines() if "repodoc tasks" in line]
    assert len(owed) == 1
    assert "claude-code" in owed[0]
    assert "src/core#summary" in owed[0]
    assert not called(asking)
    assert "src/core#summary" in {task["id"].partition("@")[0] for task in tasks(asking)}


def test_the_debt_is_paid_by_the_agent(asking: Repo) -> None:
    commit(asking)
    while owed := tasks(asking):
        assert hand_in(asking, [answer(task) for task in owed]).returncode == 0
    assert asking.repodoc("check").returncode == 0
    assert again_with_pages(asking).returncode == 0
    assert tasks(asking) == []


def again_with_pages(repo: Repo) -> Result:
    """Commit the pages."""
    repo.git("add", "-A")
    return again(repo)


def test_a_person_is_not_taken_for_an_agent(asking: Repo) -> None:
    done = commit(asking, REPODOC_AGENT="0")
    assert "owed by" not in done.stderr
    assert called(asking), done.output


def test_write_stops_the_commit_once(asking: Repo) -> None:
    asking.write(".repodoc.yaml", MODELS + "pre_commit: {agent: write}\n")
    asking.commit("Ask agents to write", hooks=False)
    done = commit(asking)
    assert done.returncode != 0
    assert "repodoc tasks --staged" in done.stderr
    assert again(asking).returncode == 0


def test_write_lets_a_commit_go_on_whose_prose_is_written(asking: Repo) -> None:
    asking.write(".repodoc.yaml", MODELS + "pre_commit: {agent: write}\n")
    asking.commit("Ask agents to write", hooks=False)
    assert commit(asking).returncode != 0
    while owed := tasks(asking, "--staged"):
        assert hand_in(asking, [answer(task) for task in owed], "--staged").returncode == 0
    done = again(asking)
    assert done.returncode == 0, done.output
    assert asking.repodoc("check", "--rev", "HEAD").returncode == 0


def test_a_revert_brings_the_former_text_back(asking: Repo) -> None:
    commit(asking)
    asking.replace("src/core/text.py", "def murmur", "def whisper")
    asking.git("add", "-A")
    done = again(asking)
    assert "owed by" not in done.stderr
    assert tasks(asking) == []
