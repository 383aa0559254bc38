"""Notes: written by many at once, following rewritten commits, converging between clones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.git import notes, rewritten
from repodoc_hooks.git.process import Git
from tests.repos import CommandError, Repo

CHECKOUT = Path(__file__).resolve().parents[2]


def run_line(number: int) -> dict[str, Any]:
    return {"v": 1, "kind": "run", "run_id": f"r{number}"}


def component_line(component: str, fingerprint: str) -> dict[str, Any]:
    return {"v": 1, "kind": "component", "component": component, "fingerprint": fingerprint}


def lines(repo: Repo, commit: str = "HEAD") -> list[dict[str, Any]]:
    """The lines on exactly this commit."""
    note = notes.read_nearest(Git.discover(repo.path), commit, limit=1)
    return note.lines if note else []


@pytest.fixture
def git(project: Repo) -> Git:
    return Git.discover(project.path)


def test_written_lines_are_read_sorted_and_once(git: Git) -> None:
    notes.write(git, "HEAD", [run_line(2), run_line(1), run_line(2)])
    notes.write(git, "HEAD", [run_line(3), run_line(1)])
    note = notes.read_nearest(git, "HEAD")
    assert note == notes.Note(git.line("rev-parse", "HEAD"), 0, [run_line(1), run_line(2), run_line(3)])


def test_nearest_annotated_ancestor(project: Repo, git: Git) -> None:
    assert notes.read_nearest(git) is None
    notes.write(git, "HEAD", [run_line(1)])
    for number in range(3):
        project.git("commit", "-q", "--allow-empty", "-m", f"Empty {number}")
    note = notes.read_nearest(git)
    assert note is not None
    assert (note.distance, note.lines) == (3, [run_line(1)])
    assert notes.read_nearest(git, limit=3) is None


def test_no_commit_yet(repo: Repo) -> None:
    assert notes.read_nearest(Git.discover(repo.path)) is None


def test_log(project: Repo, git: Git) -> None:
    for number in range(4):
        project.git("commit", "-q", "--allow-empty", "-m", f"Empty {number}")
        if number % 2:
            notes.write(git, "HEAD", [run_line(number)])
    assert [note.lines for note in notes.log(git, "HEAD")] == [[run_line(3)], [run_line(1)]]
    assert [note.lines for note in notes.log(git, "HEAD~2..HEAD")] == [[run_line(3)]]


def test_fan_out_is_fixed(project: Repo, git: Git) -> None:
    notes.write(git, "HEAD", [run_line(1)])
    head = project.head()
    assert project.files(notes.REF) == [f"{head[:2]}/{head[2:]}"]
    assert project.git("notes", f"--ref={notes.REF}", "show") == '{"kind":"run","run_id":"r1","v":1}'


def test_sha256(make_repo: Callable[..., Repo]) -> None:
    repo = make_repo("long", "--object-format=sha256")
    repo.write("a.py", "a\n")
    repo.commit("Start")
    notes.write(Git.discover(repo.path), "HEAD", [run_line(1)])
    assert lines(repo) == [run_line(1)]


def test_linked_worktrees_share_notes(project: Repo, git: Git, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", str(tmp_path / "linked"))
    notes.write(Git.discover(tmp_path / "linked"), "HEAD", [run_line(1)])
    assert lines(project) == [run_line(1)]


WRITER = """
import sys
from repodoc_hooks.git import notes, rewritten
from repodoc_hooks.git.process import Git
git = Git.discover(sys.argv[1])
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    notes.write(git, "HEAD", [{"v": 1, "kind": "run", "run_id": f"r{number}"}])
"""


def test_parallel_writers_lose_nothing(project: Repo) -> None:
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, project.path, str(n), str(n + 2)], env=env)
        for n in range(0, 40, 2)
    ]
    assert [writer.wait() for writer in writers] == [0] * 20
    assert len(lines(project)) == 40


def test_a_writer_that_is_not_ours_is_not_overwritten(
    project: Repo, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our reading of the tip and our commit, somebody else moves the ref."""
    stream = notes._stream
    head = project.head()

    def slow(*args: Any) -> bytes:
        if not project.git("for-each-ref", notes.REF):
            project.git("notes", f"--ref={notes.REF}", "add", "-m", '{"theirs": 1}', "HEAD")
        return stream(*args)

    monkeypatch.setattr(notes, "_stream", slow)
    notes.write(git, "HEAD", [run_line(1)])
    assert project.at(notes.REF, head) == b'{"theirs": 1}\n'
    assert lines(project) == [run_line(1)]


class TestRekey:
    """Rewritten commits keep their notes."""

    def test_amend(self, project: Repo, git: Git) -> None:
        old = project.head()
        notes.write(git, old, [run_line(1), component_line("a", "old"), component_line("b", "old")])
        project.git("commit", "-q", "--amend", "-m", "Amended")
        notes.write(git, "HEAD", [run_line(2), component_line("a", "new")])
        notes.rekey(git, [(old, project.head())])
        kept = [component_line("a", "new"), component_line("b", "old"), run_line(1), run_line(2)]
        assert lines(project) == kept

    def test_squash(self, project: Repo, git: Git) -> None:
        olds = []
        for number in range(2):
            project.git("commit", "-q", "--allow-empty", "-m", f"Part {number}")
            olds.append(project.head())
            notes.write(git, "HEAD", [run_line(number)])
        project.git("reset", "-q", "--soft", "HEAD~2")
        project.git("commit", "-q", "--allow-empty", "-m", "Whole")
        notes.rekey(git, [(old, project.head()) for old in olds])
        assert lines(project) == [run_line(0), run_line(1)]

    def test_commits_without_notes(self, project: Repo, git: Git) -> None:
        notes.rekey(git, [(project.head(), "1" * 40)])
        assert project.git("for-each-ref", notes.REF) == ""


@pytest.fixture
def clones(project: Repo, tmp_path: Path) -> tuple[Repo, list[Repo]]:
    """A bare server, and three clones of it."""
    server = project.clone(tmp_path / "server.git", "--bare")
    return server, [server.clone(tmp_path / f"clone{n}") for n in range(3)]


class TestSync:
    """Between clones."""

    def test_converges(self, clones: tuple[Repo, list[Repo]]) -> None:
        server, repos = clones
        gits = [Git.discover(repo.path) for repo in repos]
        for turn in range(2):
            for number, git in enumerate(gits):
                notes.write(git, "HEAD", [run_line(10 * turn + number)])
            for git in gits:
                assert notes.push(git, "origin") == ""
        for git in gits:
            assert notes.fetch(git, "origin") == ""
        everything = [run_line(n) for n in (0, 1, 10, 11, 12, 2)]
        assert [lines(repo) for repo in (*repos, server.clone(server.path.parent / "fresh"))][:3] == [
            everything
        ] * 3
        assert len({repo.git("rev-parse", f"{notes.REF}^{{tree}}") for repo in (server, *repos)}) == 1

    def test_races_lose_nothing(self, clones: tuple[Repo, list[Repo]]) -> None:
        server, repos = clones
        script = WRITER + "\nassert notes.push(git, 'origin') == ''\n"
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
        pushers = [
            subprocess.Popen([sys.executable, "-c", script, repo.path, str(n), str(n + 1)], env=env)
            for n, repo in enumerate(repos)
        ]
        assert [pusher.wait() for pusher in pushers] == [0, 0, 0]
        head = repos[0].head()
        assert len(server.at(notes.REF, f"{head[:2]}/{head[2:]}").splitlines()) == 3

    def test_refused_by_the_server(self, clones: tuple[Repo, list[Repo]]) -> None:
        server, repos = clones
        hook = server.path / "hooks" / "pre-receive"
        hook.write_text("#!/bin/sh\necho no notes here >&2\nexit 1\n")
        hook.chmod(0o755)
        git = Git.discover(repos[0].path)
        notes.write(git, "HEAD", [run_line(1)])
        said = notes.push(git, "origin")
        assert "\n" not in said
        assert "pre-receive hook declined" in said
        assert lines(repos[0]) == [run_line(1)]

    def test_unreachable(self, git: Git) -> None:
        notes.write(git, "HEAD", [run_line(1)])
        for said in (notes.push(git, "/nowhere"), notes.fetch(git, "nobody")):
            assert said.startswith("notes were not")
            assert "\n" not in said

    def test_nothing_to_push(self, clones: tuple[Repo, list[Repo]]) -> None:
        git = Git.discover(clones[1][0].path)
        assert notes.push(git, "origin") == ""
        assert notes.fetch(git, "origin") == ""

    def test_notes_made_by_git_notes_are_folded_in(self, clones: tuple[Repo, list[Repo]]) -> None:
        _, repos = clones
        ours, theirs = repos[:2]
        theirs.git("notes", f"--ref={notes.REF}", "add", "-m", '{"flat": 1}', "HEAD")
        theirs.git("push", "-q", "origin", notes.REF)
        notes.write(Git.discover(ours.path), "HEAD", [run_line(1)])
        assert notes.push(Git.discover(ours.path), "origin") == ""
        assert lines(ours) == [{"flat": 1}, run_line(1)]
        assert notes.fetch(Git.discover(theirs.path), "origin") == ""
        assert lines(theirs) == lines(ours)

    @pytest.mark.parametrize("options", [("--depth=1",), ("--filter=blob:none",)])
    def test_small_clones(
        self, clones: tuple[Repo, list[Repo]], tmp_path: Path, options: tuple[str, ...]
    ) -> None:
        server, repos = clones
        server.git("config", "uploadpack.allowFilter", "true")
        repos[0].git("commit", "-q", "--allow-empty", "-m", "More")
        repos[0].git("push", "-q")
        notes.write(Git.discover(repos[0].path), "HEAD", [run_line(1)])
        notes.write(Git.discover(repos[0].path), "HEAD~1", [run_line(2)])
        assert notes.push(Git.discover(repos[0].path), "origin") == ""
        server.git("clone", "-q", *options, f"file://{server.path}", str(tmp_path / "small"))
        small = Repo(tmp_path / "small")
        git = Git.discover(small.path)
        notes.write(git, "HEAD", [run_line(3)])
        assert notes.push(git, "origin") == ""
        assert lines(small) == [run_line(1), run_line(3)]
        head = small.git("rev-parse", "HEAD")
        assert server.at(notes.REF, f"{head[:2]}/{head[2:]}").count(b"\n") == 2
        assert len(server.files(notes.REF)) == 2

    def test_user_hooks_do_not_run(self, clones: tuple[Repo, list[Repo]]) -> None:
        repo = clones[1][0]
        hook = repo.path / ".git" / "hooks" / "pre-push"
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        notes.write(Git.discover(repo.path), "HEAD", [run_line(1)])
        assert notes.push(Git.discover(repo.path), "origin") == ""


def test_unknown_commit(git: Git) -> None:
    with pytest.raises(Exception, match="nothing-here: there is no such commit"):
        notes.write(git, "nothing-here", [run_line(1)])
    with pytest.raises(CommandError):
        Repo(git.top).git("rev-parse", "--verify", notes.REF)


@given(
    st.lists(
        st.lists(st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), max_size=4), max_size=4
    )
)
def test_merging_is_a_union_in_any_order(contents: list[list[dict[str, int]]]) -> None:
    texts = ["".join(notes._encode(line) + "\n" for line in part).encode() for part in contents]
    merged = notes._union(texts)
    assert merged == notes._union(reversed(texts)) == notes._union([merged, *texts])
    assert {notes._encode(line) for line in notes._parse(merged)} == {
        notes._encode(line) for part in contents for line in part
    }


class TestWithoutStdin:
    """What amend and rebase replaced, found without being told."""

    def test_amend(self, project: Repo, git: Git) -> None:
        old = project.head()
        project.git("commit", "-q", "--amend", "-m", "Other words")
        assert rewritten.amended(git) == [(old, project.head())]

    def test_rebase_with_a_squash(self, project: Repo, git: Git) -> None:
        project.git("checkout", "-qb", "side")
        olds = []
        for number in range(4):
            project.write(f"{number}.txt", "x\n")
            when = {"GIT_AUTHOR_DATE": f"2024-01-0{number + 3}T00:00:00+0000"}
            project.git("add", "-A")
            project.run("git", "commit", "-qm", f"Part {number}", env=when)
            olds.append(project.head())
        project.git("checkout", "-q", "main")
        project.write("main.txt", "x\n")
        project.commit("Main")
        project.git("checkout", "-q", "side")
        editor = {"GIT_SEQUENCE_EDITOR": "sed -i -e 2s/pick/squash/ -e 3d"}
        project.run("git", "rebase", "-q", "-i", "main", env=editor)
        first, last = project.git("rev-list", "--reverse", "main..side").split()
        assert rewritten.rebased(git) == [
            (olds[0], first),
            (olds[1], first),
            (olds[2], first),
            (olds[3], last),
        ]


@pytest.mark.parametrize("by", ["init", "doctor"])
def test_git_fetches_and_pulls_from_a_remote_with_and_without_notes(
    project: Repo, tmp_path: Path, by: str
) -> None:
    project.git("clone", "-q", "--bare", str(project.path), str(tmp_path / "origin.git"))
    ours, theirs = (Repo(tmp_path / "origin.git").clone(tmp_path / name) for name in ("ours", "theirs"))
    theirs.write("one.txt", "1\n")
    theirs.commit("One")
    theirs.git("push", "-q")
    if by == "doctor":  # what former versions set made such a fetch fail
        ours.git(
            "config", "--add", "remote.origin.fetch", "+refs/notes/repodoc:refs/notes/remotes/origin/repodoc"
        )
        ours.repodoc("doctor", "--fix", check=False)
    else:
        ours.repodoc("init", "--yes")
    ours.git("fetch", "-q")
    ours.git("pull", "-q", "--ff-only")
    assert ours.exists("one.txt")
    theirs.git("notes", "--ref=repodoc", "add", "-m", "told", "HEAD")
    theirs.git("push", "-q", "origin", "refs/notes/repodoc")
    ours.git("fetch", "-q")
    assert ours.git("notes", "--ref=refs/notes/remotes/origin/repodoc", "show", "HEAD") == "told"
