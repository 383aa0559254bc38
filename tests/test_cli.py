"""The front door: global options anywhere, help, explain, completion, colour, quiet."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from repodoc_hooks import cli
from repodoc_hooks.reports.rules import RULES
from tests.repos import Repo


@pytest.fixture
def ready(project: Repo) -> Repo:
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set up")
    return project


def test_init_counts_the_component_at_the_top(repo: Repo) -> None:
    repo.write("build.gradle.kts", "plugins {}\n")
    repo.write("src/main/kotlin/depot/A.kt", "package depot\n\nclass Crate\n")
    repo.commit("Start", hooks=False)
    done = repo.repodoc("init", "--yes", "--hooks", "none")
    assert "1 page for 1 component" in done.stdout + done.stderr
    assert "no component" not in done.stdout + done.stderr


@pytest.mark.parametrize("words", [["-q", "check"], ["check", "-q"], ["check", "--quiet"]])
def test_quiet_says_nothing_where_all_is_well(ready: Repo, words: list[str]) -> None:
    done = ready.repodoc(*words)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("words", [["-v", "check"], ["check", "-v"], ["check", "--color", "never"]])
def test_global_options_stand_before_the_verb_and_after_it(ready: Repo, words: list[str]) -> None:
    done = ready.repodoc(*words)
    assert "current" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_option_behind_the_verb_wins() -> None:
    assert cli.parse(["-C", "a", "check", "-C", "b"]).directory == "b"
    assert cli.parse(["-C", "a", "check"]).directory == "a"
    assert cli.parse(["check"]).directory == "."


def test_help_prints_what_the_flag_prints(ready: Repo) -> None:
    for words in ([], ["check"], ["config"]):
        asked = ready.repodoc("help", *words)
        assert asked.stdout == ready.repodoc(*words, "--help").stdout
    assert "update" in ready.repodoc("help").stdout


def test_a_wrong_flag_is_one_line_without_a_trace_even_with_v(ready: Repo) -> None:
    done = ready.repodoc("check", "-v", "--nonsense", check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_accepted_by_the_shell(ready: Repo, shell: str) -> None:
    script = ready.repodoc("completion", shell).stdout
    assert "update" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_every_rule_is_explained(project: Repo) -> None:
    listed = project.repodoc("explain").stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(RULES)
    for rule in RULES.values():
        assert rule.detail
    text = project.repodoc("explain", "rd001").stdout
    assert text == project.repodoc("explain", "stale-impl").stdout
    assert "What to do: Run `repodoc update`" in text


def test_check_looks_at_the_paths_that_are_named(ready: Repo) -> None:
    ready.replace("src/core/text.py", "def whisper", "def murmur")
    for path in ("src/core", "src/core/text.py", "docs/repodoc/src/core/README.md", "src", "docs/repodoc"):
        assert ready.repodoc("check", path, check=False).returncode == 1, path
    for path in ("src/shop", "src/shop/till.py"):
        assert "current" in ready.repodoc("check", path).stdout
    done = ready.repodoc("check", "nowhere", check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "repodoc: nowhere: no page describes it; `repodoc list` names components and pages\n",
    )


def test_list_names_components_and_pages(ready: Repo) -> None:
    rows = [line.split() for line in ready.repodoc("list").stdout.splitlines()]
    assert [row[0] for row in rows] == ["src/core", "src/shop"]
    assert all(ready.exists(row[-1]) for row in rows)


def test_an_unknown_rule_names_what_lists_them(ready: Repo) -> None:
    done = ready.repodoc("explain", "RD999", check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "repodoc: RD999: there is no such rule; `repodoc explain` lists them\n",
    )


@pytest.mark.parametrize(
    ("words", "env", "coloured"),
    [
        (["--color", "always", "check"], {}, True),
        (["check", "--color", "always"], {"NO_COLOR": "1"}, True),
        (["check"], {"FORCE_COLOR": "1"}, True),
        (["check"], {}, False),
        (["check"], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (["check", "--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_where_it_is_asked_for(
    ready: Repo, words: list[str], env: dict[str, str], coloured: bool
) -> None:
    assert ("\x1b[" in ready.repodoc(*words, env=env).stdout) is coloured


def test_names_do_not_depend_on_the_locale(project: Repo) -> None:
    project.write("src/\u00e9t\u00e9/__init__.py", '"""Summer."""\n\n\ndef warm() -> None: ...\n')
    project.git("add", "-A")
    project.repodoc("update", env={"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    project.git("add", "-A")
    assert project.repodoc("check", check=False).returncode == 0
    assert any("\u00e9t\u00e9" in str(file) for file in (project.path / "docs").rglob("*.md"))


@pytest.mark.parametrize("missing", ["msgspec", "jinja2", "tree_sitter", "pygit2"])
def test_an_incomplete_installation_is_one_line_and_blocks_no_commit(
    project: Repo, tmp_path: Path, missing: str
) -> None:
    """Another Python under the same environment, an upgrade that broke off, a package taken away."""
    project.repodoc("init", "--yes")
    project.commit("Set up")
    stub = tmp_path / "first" / f"{missing}.py"
    stub.parent.mkdir()
    stub.write_text(f"raise ImportError('{missing} cannot be loaded')\n")
    broken = {"PYTHONPATH": str(stub.parent)}
    project.replace("src/core/text.py", "def whisper", "def murmur")
    done = project.repodoc("update", "--all", check=False, env=broken)
    if done.returncode:  # what is not needed is not missed
        assert f"installation is incomplete ({missing} cannot be loaded)" in done.stderr
        assert (len(done.stderr.splitlines()), done.stdout) == (1, "")
    assert done.returncode == (2 if missing in ("msgspec", "jinja2") else 0)
    commit = project.run("git", "commit", "-qam", "Murmur", env=broken)
    assert "Traceback" not in commit.output
