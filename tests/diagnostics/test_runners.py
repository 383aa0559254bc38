"""Who runs the hooks: status and doctor say it, and give advice that works there."""

from __future__ import annotations

import pytest

from tests.repos import Repo
from tests.scenarios.runners import RUNNERS, write_settings


def hook_lines(repo: Repo) -> list[str]:
    text = repo.repodoc("doctor", "--offline", check=False).stdout
    return [line for line in text.splitlines() if " hooks:" in line]


def status_line(repo: Repo) -> str:
    return next(line for line in repo.repodoc("status").stdout.splitlines() if line.startswith("hooks"))


FILES = {
    "pre-commit": {".pre-commit-config.yaml": "repos: []\n"},
    "prek": {".pre-commit-config.yaml": "repos: []\n"},
    "lefthook": {"lefthook.yml": "pre-commit:\n  jobs:\n    - run: 'true'\n"},
    "husky": {f".husky/{name}": "true\n" for name in ("pre-commit", "post-commit", "post-merge", "pre-push")},
}
"""What each runner reads, without us."""


@pytest.mark.parametrize("name", FILES)
def test_a_runner_that_runs_us_is_named_and_one_that_does_not_is_reported(project: Repo, name: str) -> None:
    write_settings(project)
    RUNNERS[name](project)
    assert name in status_line(project)
    assert "repodoc install" not in status_line(project)
    lines = hook_lines(project)
    assert lines
    assert all(line.startswith("ok") and name in line for line in lines)
    project.write_all(FILES[name])
    (line,) = hook_lines(project)
    assert line.startswith("WARN")
    assert name in line
    assert "repodoc install" not in project.repodoc("doctor", "--offline", check=False).stdout


def test_lint_staged_in_a_hook_of_ones_own(project: Repo) -> None:
    write_settings(project)
    RUNNERS["lint-staged"](project)
    (line,) = hook_lines(project)
    assert line.startswith("ok")


def test_no_hooks_at_all(project: Repo) -> None:
    assert status_line(project).endswith("none; run: repodoc init")
    assert hook_lines(project) == ["WARN  hooks: no hooks are installed"]


@pytest.mark.parametrize("path", ["/dev/null", "no/such/folder"])
def test_a_hooks_path_that_leads_nowhere_names_the_work_trees_that_it_switches_off(
    project: Repo, path: str
) -> None:
    project.repodoc("init", "--yes")
    other = project.path.parent / "other-tree"
    project.git("worktree", "add", "-q", str(other))
    project.git("config", "core.hooksPath", path)
    (line,) = (line for line in hook_lines(project) if "core.hooksPath" in line)
    assert line.startswith("WARN")
    assert str(other) in line
    fix = project.repodoc("doctor", "--offline", check=False).stdout
    assert "git config --local --unset core.hooksPath" in fix


def test_whoever_has_no_hooks_is_told_the_one_command(project: Repo) -> None:
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set up")
    invitation = "Run `repodoc init` once here"
    assert invitation not in project.repodoc("check").output
    project.replace("src/core/text.py", "def whisper", "def murmur")
    assert invitation in project.repodoc("check", check=False).stderr
    project.repodoc("install")
    assert invitation not in project.repodoc("check", check=False).stderr
