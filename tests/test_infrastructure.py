"""The ground that the other tests stand on: isolation, repositories, shipped files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from repodoc_hooks.resources import shims_dir, templates_dir
from tests.isolation import isolated
from tests.repos import PYTHON_PROJECT, CommandError, Repo


def test_the_environment_is_not_the_users(home: Path) -> None:
    base = {
        "PATH": "/bin",
        "HOME": "/home/user",
        "GIT_DIR": "/elsewhere/.git",
        "GIT_INDEX_FILE": "index.lock",
        "ANTHROPIC_API_KEY": "secret",
        "REPODOC_SKIP": "1",
        "https_proxy": "http://proxy",
        "KEEP": "1",
    }
    env = isolated(home, base)
    assert env["HOME"] == str(home)
    assert env["KEEP"] == "1"
    assert not {"GIT_DIR", "GIT_INDEX_FILE", "ANTHROPIC_API_KEY", "REPODOC_SKIP", "https_proxy"} & set(env)
    assert Path(tempfile.gettempdir()).is_relative_to(home)
    assert Path(os.environ["XDG_CACHE_HOME"]).is_relative_to(home)


def test_git_reads_no_configuration_of_the_machine(repo: Repo) -> None:
    listed = repo.git("config", "--list", "--show-scope")
    assert {line.split("\t")[0] for line in listed.splitlines()} == {"local"}


def test_a_repository_tells_what_happened(project: Repo) -> None:
    assert sorted(project.files()) == sorted(PYTHON_PROJECT)
    assert project.is_clean()
    project.write("odd name\n.txt", b"\xff\x00")
    assert project.status() == ["?? odd name\n.txt"]
    project.git("add", "-A")
    assert project.staged("odd name\n.txt") == b"\xff\x00"
    project.commit("Add an odd file")
    assert project.changed() == ["odd name\n.txt"]
    assert project.at("HEAD", "odd name\n.txt") == b"\xff\x00"
    with pytest.raises(CommandError, match="Not a valid object name"):
        project.git("cat-file", "-p", "nothing")


def test_clones_are_repositories_too(project: Repo, tmp_path: Path) -> None:
    other = project.clone(tmp_path / "clone")
    assert other.head() == project.head()


def test_templates_and_shims_are_found_in_a_checkout() -> None:
    checkout = Path(__file__).parent.parent
    assert templates_dir() == checkout / "templates"
    assert shims_dir() == checkout / "hooks"
