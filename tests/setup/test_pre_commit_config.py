"""Our hooks go into an existing pre-commit configuration without disturbing it."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from repodoc_hooks.errors import ConfigError
from repodoc_hooks.setup.origin import Origin
from repodoc_hooks.setup.pre_commit_config import entry, with_hooks
from repodoc_hooks.shims import HOOKS
from tests.repos import Repo

EXISTING = """\
# our checks
ci:
  autoupdate_schedule: monthly   # keep this

repos:
  - repo: https://example.org/hooks
    rev: 'v1.2.3'  # frozen
    hooks:
      # first
      - id: hello
        args: [--a, "b"]
      - id: "world"
"""


def test_comments_order_and_quotes_survive() -> None:
    new = with_hooks(EXISTING)
    lines = new.splitlines()
    assert [line for line in EXISTING.splitlines() if line not in lines] == []
    kept = [line for line in lines if line in EXISTING.splitlines() and line.strip()]
    assert kept[: len([x for x in EXISTING.splitlines() if x.strip()])] == [
        line for line in EXISTING.splitlines() if line.strip()
    ]
    data = YAML(typ="safe").load(new)
    assert data["default_install_hook_types"] == list(HOOKS)
    assert data["repos"][-1]["hooks"][0]["entry"] == entry("pre-commit")


def test_hooks_that_blocked_where_the_program_is_missing_are_brought_up_to_date() -> None:
    once = with_hooks(EXISTING)
    old = once.replace(entry("pre-commit"), "repodoc-pre-commit").replace(
        entry("pre-push"), "repodoc hook pre-push"
    )
    assert old != once
    assert with_hooks(old) == once


def test_a_program_from_a_repository_is_named_by_it() -> None:
    source = Origin("repodoc-hooks @ git+https://host/x@abc", "https://host/x", "abc")
    data = YAML(typ="safe").load(with_hooks("", source))
    assert (data["repos"][0]["repo"], data["repos"][0]["rev"]) == ("https://host/x", "abc")
    assert data["repos"][0]["hooks"][0]["id"] == "repodoc-update"


@pytest.mark.parametrize("tool", ["pre-commit", "prek"])
def test_all_files_by_hand_fixes_stale_pages_and_fails(project: Repo, tool: str) -> None:
    """What CI services run; a commit of git's own with nothing staged is let through all the same."""
    project.repodoc("init", "--yes", "--hooks", "pre-commit")
    project.run(tool, "install")
    project.commit("Set up", hooks=False)
    assert project.run(tool, "run", "--all-files", check=False).returncode == 0
    project.replace("src/core/text.py", "def whisper", "def murmur")
    project.commit("Past the hooks", hooks=False)
    project.git("commit", "-q", "--amend", "-m", "Another message")
    assert project.run(tool, "run", "--all-files", check=False).returncode != 0
    assert project.repodoc("check").returncode == 0
    project.commit("Pages")
    assert project.run(tool, "run", "--all-files", check=False).returncode == 0


@pytest.mark.parametrize("tool", ["pre-commit", "prek"])
def test_a_teammate_without_the_program_is_not_blocked(project: Repo, tool: str) -> None:
    project.repodoc("init", "--yes", "--hooks", "pre-commit")
    project.run(tool, "install", "-t", "pre-commit", "-t", "post-commit", "-t", "pre-push")
    project.commit("Set up", hooks=False)
    project.replace("src/core/text.py", "words.lower()", "words.casefold()")
    bare = {"PATH": "/usr/bin:/bin"}
    done = project.run("git", "commit", "-qam", "Fold", env=bare)
    assert project.changed() == ["src/core/text.py"]
    assert "not found" not in done.output


def test_a_second_time_changes_nothing() -> None:
    once = with_hooks(EXISTING)
    assert with_hooks(once) == once


def test_line_ends_and_chosen_hook_types_are_kept() -> None:
    text = "default_install_hook_types: [pre-commit, commit-msg]\nrepos: []\n".replace("\n", "\r\n")
    new = with_hooks(text)
    assert "\n" not in new.replace("\r\n", "")
    types = YAML(typ="safe").load(new)["default_install_hook_types"]
    assert types[:2] == ["pre-commit", "commit-msg"]
    assert set(types) >= set(HOOKS)


def test_without_a_file_there_is_one() -> None:
    assert YAML(typ="safe").load(with_hooks(""))["repos"][0]["repo"] == "local"


@pytest.mark.parametrize("text", ["- a\n", "repos: {}\n", "a: [\n"])
def test_what_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        with_hooks(text)


def test_the_hooks_run_under_pre_commit(project: Repo) -> None:
    project.write(".pre-commit-config.yaml", "# mine\nrepos: []\n")
    project.repodoc("init", "--yes", "--hooks", "pre-commit")
    assert project.read(".pre-commit-config.yaml").splitlines()[-1].strip() == "require_serial: true"
    assert "# mine" in project.read(".pre-commit-config.yaml")
    project.run("pre-commit", "install")
    project.commit("Set up")
    project.replace("src/core/text.py", "def whisper", "def murmur")
    project.commit("Fold")
    assert project.changed() == ["docs/repodoc/src/core/README.md", "src/core/text.py"]
    assert project.is_clean()
    assert project.repodoc("check").returncode == 0
    assert "murmur" in project.git("notes", "--ref=repodoc", "show", "HEAD")
