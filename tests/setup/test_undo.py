"""`repodoc uninstall` takes back what `init` and `install` set, byte for byte, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from repodoc_hooks.git.process import Git
from repodoc_hooks.setup import steps
from tests.repos import Repo

REFSPEC = "+refs/notes/repodoc*:refs/notes/remotes/origin/repodoc*"


def snapshot(repo: Repo) -> dict[str, tuple[int, bytes]]:
    """Mode and content of the configuration, of every hook, and of the files that `init` writes to."""
    names = (".git/config", ".gitattributes", ".pre-commit-config.yaml", *(".git/hooks", ".git/our-hooks"))
    roots = [repo.path / name for name in names]
    files = [file for root in roots for file in (root, *root.rglob("*")) if file.is_file()]
    return {str(file): (file.stat().st_mode, file.read_bytes()) for file in files}


def told(repo: Repo, *args: str) -> list[str]:
    return [line.removeprefix("repodoc: ") for line in repo.repodoc(*args).output.splitlines()]


@pytest.fixture
def cloned(project: Repo, tmp_path: Path) -> Repo:
    """A clone with a remote, as most people have it."""
    return project.clone(tmp_path / "clone")


class TestRoundTrip:
    @pytest.mark.parametrize(
        "attributes", [None, b"*.png binary\n", b"*.png binary", b"a text\r\nb text\r\n", b""]
    )
    def test_configuration_hooks_and_attributes(self, cloned: Repo, attributes: bytes | None) -> None:
        if attributes is not None:
            cloned.write(".gitattributes", attributes)
        hook = cloned.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 0\n")
        hook.chmod(0o755)
        before = snapshot(cloned)
        cloned.repodoc("init", "--yes")
        cloned.repodoc("init", "--yes")
        assert snapshot(cloned) != before
        cloned.repodoc("uninstall")
        assert snapshot(cloned) == before
        assert told(cloned, "uninstall")[0] == "no hooks of repodoc are installed here"
        assert snapshot(cloned) == before

    def test_hooks_path(self, cloned: Repo) -> None:
        cloned.git("config", "core.hooksPath", ".git/our-hooks")
        cloned.write(".git/our-hooks/pre-push", "#!/bin/sh\nexit 0\n").chmod(0o755)
        before = snapshot(cloned)
        cloned.repodoc("init", "--yes")
        cloned.repodoc("uninstall")
        assert snapshot(cloned) == before
        assert cloned.git("config", "core.hooksPath") == ".git/our-hooks"

    @pytest.mark.parametrize("config", [None, "# mine\nrepos:\n-   repo: local\n    hooks: []   # none\n"])
    def test_configuration_of_pre_commit(self, cloned: Repo, config: str | None) -> None:
        if config:
            cloned.write(".pre-commit-config.yaml", config)
        before = snapshot(cloned)
        cloned.repodoc("init", "--yes", "--hooks", "pre-commit")
        assert "repodoc-pre-push" in cloned.read(".pre-commit-config.yaml")
        cloned.repodoc("uninstall")
        assert snapshot(cloned) == before

    def test_from_a_linked_worktree(self, cloned: Repo, tmp_path: Path) -> None:
        before = snapshot(cloned)
        cloned.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
        linked = Repo(tmp_path / "linked")
        linked.repodoc("init", "--yes")
        linked.repodoc("uninstall")
        assert snapshot(cloned) == before
        assert not linked.exists(".gitattributes")

    def test_work_goes_on_after_it(self, cloned: Repo) -> None:
        cloned.repodoc("init", "--yes")
        cloned.commit("Set up")
        cloned.repodoc("uninstall")
        cloned.replace("src/core/text.py", "def whisper(", "def murmur(")
        done = cloned.run("git", "commit", "-am", "Edit")
        assert "repodoc" not in done.output
        assert "docs/repodoc/src/core/README.md" not in cloned.changed()


class TestWhatStays:
    def test_pages_configuration_and_notes_are_left_and_named(self, cloned: Repo) -> None:
        cloned.repodoc("init", "--yes", "--ci", "github")
        cloned.commit("Set up")
        cloned.replace("src/core/text.py", "def whisper(", "def murmur(")
        cloned.commit("Edit")
        line = told(cloned, "uninstall")[-1]
        assert line.startswith(
            "left in place: docs/repodoc, .repodoc.yaml, .github/workflows/repodoc-check.yml"
        )
        assert "refs/notes/repodoc" in line
        assert cloned.exists("docs/repodoc/README.md")
        assert cloned.exists(".repodoc.yaml")

    def test_what_the_user_has_changed(self, cloned: Repo) -> None:
        cloned.repodoc("init", "--yes")
        cloned.git("config", "merge.repodoc.driver", "mine %A")
        cloned.git("config", "--add", "remote.origin.fetch", "+refs/notes/other:refs/notes/other")
        cloned.write(".gitattributes", "*.a text\n" + cloned.read(".gitattributes") + "*.b text\n")
        lines = told(cloned, "uninstall")
        assert ".gitattributes: repodoc's line is out" in lines
        assert cloned.read(".gitattributes") == "*.a text\n*.b text\n"
        assert cloned.git("config", "merge.repodoc.driver") == "mine %A"
        fetched = cloned.git("config", "--get-all", "remote.origin.fetch").splitlines()
        assert REFSPEC not in fetched
        assert "+refs/notes/other:refs/notes/other" in fetched

    def test_a_changed_configuration_of_pre_commit(self, cloned: Repo) -> None:
        cloned.repodoc("init", "--yes", "--hooks", "pre-commit")
        text = cloned.read(".pre-commit-config.yaml") + "# mine\n"
        cloned.write(".pre-commit-config.yaml", text)
        lines = told(cloned, "uninstall")
        assert ".pre-commit-config.yaml: changed since, and left as it is" in lines
        assert ".pre-commit-config.yaml" in lines[-1]
        assert cloned.read(".pre-commit-config.yaml") == text

    def test_attributes_that_came_with_the_repository(self, cloned: Repo, tmp_path: Path) -> None:
        cloned.repodoc("init", "--yes", "--hooks", "none")
        cloned.commit("Set up")
        other = cloned.clone(tmp_path / "other")
        other.repodoc("install")
        lines = told(other, "uninstall")
        assert other.is_clean()
        assert ".gitattributes" in lines[-1]

    def test_a_driver_of_another_installation_is_ours(self, cloned: Repo) -> None:
        cloned.repodoc("init", "--yes", "--hooks", "none")
        driver = cloned.git("config", "merge.repodoc.driver")
        program = driver.split()[2]
        cloned.git("config", "merge.repodoc.driver", driver.replace(program, "'/opt/our tools/bin/repodoc'"))
        cloned.repodoc("uninstall")
        assert "repodoc" not in cloned.read(".git/config")


@pytest.mark.parametrize("folder", ["docs/repodoc", "our docs", 'a "b"', "x[1]", "sta*r", "ünï"])
def test_attributes_match_pages_in_any_folder(project: Repo, folder: str) -> None:
    from msgspec.structs import replace

    from repodoc_hooks.config import Config

    git = Git.discover(project.path)
    steps.write_attributes(git, replace(Config(), docs_dir=folder))
    assert steps.write_attributes(git, replace(Config(), docs_dir=folder)).endswith("kept as it is")
    for path, merged in ((f"{folder}/src/core.md", b"repodoc"), (f"{folder}x/a.md", b"unspecified")):
        assert git.run("check-attr", "-z", "merge", "--", path).split(b"\0")[2] == merged
    assert steps.is_page_attribute((project.path / ".gitattributes").read_bytes())
