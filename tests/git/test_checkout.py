"""Snapshots as files: faithful, read-only, shared, and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from repodoc_hooks.git import checkout as module
from repodoc_hooks.git.checkout import checkout, clear
from repodoc_hooks.git.process import Git
from tests.repos import Repo


@pytest.fixture
def git(project: Repo) -> Git:
    return Git.discover(project.path)


@pytest.fixture
def state(git: Git) -> Path:
    return git.common_dir / "repodoc"


def tree_of(repo: Repo, rev: str = "HEAD") -> str:
    return repo.git("rev-parse", f"{rev}^{{tree}}")


def files_below(top: Path) -> dict[str, bytes]:
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in top.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(top).parts
    }


def test_it_holds_what_was_committed_whatever_stands_in_the_work_tree(
    project: Repo, git: Git, state: Path
) -> None:
    project.write(".gitattributes", "*.py eol=crlf filter=upper export-ignore\n")
    project.git("config", "filter.upper.smudge", "tr a-z A-Z")
    project.git("config", "filter.upper.clean", "cat")
    project.write("data.txt", bytes(range(256)))
    project.commit()
    expected = {path: project.at("HEAD", path) for path in project.files() if path != ".gitattributes"}
    project.write("src/core/text.py", "half edited")
    with checkout(git, tree_of(project), state) as top:
        assert files_below(top) == expected


def test_links_submodules_and_hostile_names_are_left_out(project: Repo, git: Git, state: Path) -> None:
    blob = project.git("rev-parse", "HEAD:README.md")
    inner = project.git("mktree", input=f"100644 blob {blob}\tconfig\n")
    tree = project.git(
        "mktree",
        "--missing",
        input=(
            f"100644 blob {blob}\ta.md\n120000 blob {blob}\tlink\n"
            f"160000 commit {project.head()}\tmodule\n040000 tree {inner}\t.git\n040000 tree {inner}\t..\n"
        ),
    )
    with checkout(git, tree, state) as top:
        assert list(files_below(top)) == ["a.md"]
        assert b"bare" in (top / ".git" / "config").read_bytes()
        assert not (top.parent / "config").exists()


def test_what_gives_orders_to_agents_is_left_out(project: Repo, git: Git, state: Path) -> None:
    before = set(project.files())
    for path in (
        ".opencode/plugin/e.js",
        "src/.opencode/plugins/e.ts",
        "opencode.json",
        "AGENTS.md",
        ".mcp.json",
    ):
        project.write(path, "x")
    project.commit("Attack")
    with checkout(git, tree_of(project), state) as top:
        assert set(files_below(top)) == {path for path in before if not path.startswith(".")}


def test_large_files_are_left_out(
    project: Repo, git: Git, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 200)
    with checkout(git, tree_of(project), state) as top:
        assert sorted(files_below(top)) == sorted(
            path
            for path in project.files()
            if len(project.at("HEAD", path)) <= 200 and not path.startswith(".")
        )


def test_what_may_hold_a_secret_is_left_out(project: Repo, git: Git, state: Path) -> None:
    key = "KEY = '-----BEGIN RSA PRIVATE KEY-----'\n"
    project.write_all({".env": "A=1\n", "keys.py": key, "fine.py": "x = 1\n"})
    project.commit("Add a secret")
    with checkout(git, tree_of(project), state) as top:
        assert (top / "fine.py").exists()
        assert not (top / ".env").exists()
        assert not (top / "keys.py").exists()


def test_git_finds_no_other_repository_from_within(project: Repo, git: Git, state: Path) -> None:
    with checkout(git, tree_of(project), state) as top:
        found = Repo(top).git("-C", "src/core", "rev-parse", "--show-toplevel")
        assert Path(found) == top.resolve()


def test_it_is_read_only(project: Repo, git: Git, state: Path) -> None:
    with checkout(git, tree_of(project), state) as top:
        everything = [top / "src", *(top / "src").rglob("*")]
        assert {path.stat().st_mode & 0o222 for path in everything} == {0}


def test_equal_trees_share_a_directory_and_free_ones_are_used_again(
    project: Repo, git: Git, state: Path
) -> None:
    first = tree_of(project)
    project.write("src/core/more.py", "A = 1\n")
    project.git("rm", "-q", "src/shop/till.py")
    project.commit()
    second = tree_of(project)
    with (
        checkout(git, first, state) as a,
        checkout(git, first, state) as same,
        checkout(git, second, state) as b,
    ):
        assert a == same
        assert a != b
        assert (a / "src/shop/till.py").exists()
        assert not (b / "src/shop/till.py").exists()
    with checkout(git, second, state) as again:
        assert again == b
    third = project.git("mktree", input=f"040000 tree {first}\tall\n")
    with checkout(git, third, state) as reused:
        assert reused in (a, b)
        assert sorted(files_below(reused)) == [f"all/{path}" for path in project.files("HEAD~")]


def test_what_is_free_is_cleared_and_what_is_used_is_not(project: Repo, git: Git, state: Path) -> None:
    with checkout(git, tree_of(project), state) as top:
        clear(state)
        assert (top / "README.md").exists()
    clear(state)
    assert not top.exists()
    clear(state.parent / "nowhere")


def test_a_killed_process_leaves_nothing_that_lasts(project: Repo, git: Git, state: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from repodoc_hooks.git.process import Git\n"
        "from repodoc_hooks.git.checkout import checkout\n"
        "with checkout(Git.discover(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])) as top:\n"
        "    print(top, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(project.path), tree_of(project), str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    top = Path(process.stdout.readline().strip())
    clear(state)
    assert top.exists()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    clear(state)
    assert not top.exists()


def test_a_checkout_that_was_cut_short_is_made_anew(
    project: Repo, git: Git, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "_write_files", power_cut)
        with pytest.raises(KeyboardInterrupt), checkout(git, tree_of(project), state):
            pass
    with checkout(git, tree_of(project), state) as top:
        assert sorted(files_below(top)) == project.files()
