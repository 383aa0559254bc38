"""Hooks beside what is there, and out again without a trace; the sh shims with a program that only takes notes."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from repodoc_hooks.errors import EXIT_REFUSED, RepositoryError
from repodoc_hooks.git import install as hooks
from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.shims import HOOKS
from repodoc_hooks.store import pending
from tests.git.versions import git_version
from tests.repos import CommandError, Repo

USERS_HOOK = '#!/bin/sh\necho "mine $*" >>"$LOG"\nexit ${MINE_EXIT:-0}\n'
CONFIG = """repos:
- repo: local
  hooks:
  - {id: "true", name: "true", entry: "true", language: system, always_run: true}
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the program `repodoc` notes: its arguments and stdin; it ends with $REPODOC_EXIT."""
    program = tmp_path / "my programs" / "repodoc"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\necho "$*" >>"$LOG"\n[ "$2" = post-rewrite ] || [ "$2" = pre-push ] && cat >>"$LOG"\n'
        "exit ${REPODOC_EXIT:-0}\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(hooks, "program", lambda: str(program))
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    return tmp_path / "log"


def said(log: Path) -> list[str]:
    """The lines of the log, which is emptied."""
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return lines


def snapshot(repo: Repo) -> dict[str, tuple[int, bytes]]:
    """Mode and content of everything below `.git/hooks`, and of the configuration."""
    files = [repo.path / ".git" / "config", *sorted((repo.path / ".git" / "hooks").rglob("*"))]
    return {
        str(file): (
            file.lstat().st_mode,
            os.readlink(file).encode() if file.is_symlink() else file.read_bytes(),
        )
        for file in files
    }


def users_hook(repo: Repo, name: str, mode: int = 0o755) -> Path:
    file = repo.path / ".git" / "hooks" / name
    file.write_text(USERS_HOOK)
    file.chmod(mode)
    return file


@pytest.fixture
def git(project: Repo) -> Git:
    return Git.discover(project.path)


MODES = ["folder", "config"] if git_version() >= hooks.CONFIG_HOOKS else ["folder"]


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> hooks.Mode:
    chosen: hooks.Mode = request.param
    return chosen


class TestReversible:
    """Byte for byte, modes and links included."""

    def test_with_hooks_of_all_kinds(self, project: Repo, git: Git, log: Path, mode: hooks.Mode) -> None:
        users_hook(project, "pre-commit", 0o750)
        users_hook(project, "post-merge", 0o644)
        (project.path / ".git" / "hooks" / "pre-push").symlink_to("pre-commit")
        (project.path / ".git" / "hooks" / "post-rewrite").symlink_to("nowhere")
        before = snapshot(project)
        hooks.install(git, mode)
        assert snapshot(project) != before
        assert all(hook.by == mode and hook.current for hook in hooks.status(git))
        hooks.uninstall(git)
        assert snapshot(project) == before
        assert all(hook.by == "" for hook in hooks.status(git))

    def test_without_a_hooks_folder(self, project: Repo, git: Git, log: Path) -> None:
        folder = project.path / ".git" / "hooks"
        shutil.rmtree(folder)
        hooks.install(git, "folder")
        assert sorted(os.listdir(folder)) == sorted(HOOKS)
        hooks.uninstall(git)
        assert not folder.exists()

    def test_idempotent(self, project: Repo, git: Git, log: Path, mode: hooks.Mode) -> None:
        users_hook(project, "pre-commit")
        hooks.install(git, mode)
        once = snapshot(project)
        assert hooks.install(git, mode) == ["the hooks are installed, and up to date"]
        assert snapshot(project) == once

    def test_upgrades_an_older_text(self, project: Repo, git: Git, log: Path) -> None:
        users_hook(project, "pre-commit")
        before = snapshot(project)
        hooks.install(git, "folder")
        script = project.path / ".git" / "hooks" / "pre-commit"
        newest = script.read_bytes()
        script.write_bytes(newest.replace(b"repodoc hook", b"repodoc old-hook") + b"# older\n")
        assert [hook.name for hook in hooks.status(git) if not hook.current] == ["pre-commit"]
        assert hooks.install(git, "folder") == ["pre-commit: brought up to date"]
        assert script.read_bytes() == newest
        hooks.uninstall(git)
        assert snapshot(project) == before

    def test_uninstall_without_install(self, project: Repo, git: Git) -> None:
        users_hook(project, "pre-commit")
        before = snapshot(project)
        assert hooks.uninstall(git) == ["no hooks of repodoc are installed here"]
        assert snapshot(project) == before

    def test_folder_and_config_replace_each_other(self, project: Repo, git: Git, log: Path) -> None:
        before = snapshot(project)
        for mode in MODES * 2:
            hooks.install(git, mode)  # type: ignore[arg-type]
            assert {hook.by for hook in hooks.status(git)} == {mode}
        hooks.uninstall(git)
        assert snapshot(project) == before


class TestForeignFolders:
    """`core.hooksPath`."""

    @pytest.mark.parametrize(
        ("path", "advice"),
        [
            (".husky/_", r"add the line `repodoc hook pre-commit` to \.husky/pre-commit"),
            (".githooks", r"add the line `repodoc hook pre-commit` to \.githooks/pre-commit"),
            ("/usr/share/hooks", "unset core.hooksPath"),
        ],
    )
    def test_refused_with_advice(self, project: Repo, git: Git, log: Path, path: str, advice: str) -> None:
        project.git("config", "core.hooksPath", path)
        before = snapshot(project)
        with pytest.raises(RepositoryError, match=advice) as caught:
            hooks.install(git, "folder")
        assert "\n" not in str(caught.value)
        assert snapshot(project) == before
        assert not project.exists(path)

    def test_init_goes_on_without_hooks(self, project: Repo) -> None:
        project.git("config", "core.hooksPath", ".husky/_")
        done = project.repodoc("init", "--yes")
        if git_version() < hooks.CONFIG_HOOKS:
            assert "hooks: not installed: hooks are run from .husky/_" in done.output
        assert project.exists("docs/repodoc/README.md")
        assert project.git("config", "merge.repodoc.driver")

    def test_a_folder_of_the_repository_itself_is_honoured(self, project: Repo, git: Git, log: Path) -> None:
        project.git("config", "core.hooksPath", ".git/my-hooks")
        hooks.install(git, "folder")
        assert sorted(os.listdir(project.path / ".git" / "my-hooks")) == sorted(HOOKS)
        hooks.uninstall(git)
        assert not (project.path / ".git" / "my-hooks").exists()

    def test_config_needs_a_git_that_has_it(self, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Git, "version", lambda self: (2, 53))
        with pytest.raises(RepositoryError, match=r"2\.54"):
            hooks.install(git, "config")


class TestTakenOver:
    """Other tools come after us."""

    @pytest.mark.parametrize("tool", ["pre-commit", "prek"])
    def test_frameworks_run_the_hook_that_they_found(
        self, project: Repo, git: Git, log: Path, tool: str
    ) -> None:
        users_hook(project, "pre-commit")
        hooks.install(git, "folder")
        project.write(".pre-commit-config.yaml", CONFIG)
        project.run(tool, "install")
        assert (hooks.status(git)[0].by, hooks.status(git)[0].owner) == ("legacy", tool)
        assert hooks.install(git, "folder")[0].startswith(f"pre-commit: run by {tool}")
        project.write("src/core/text.py", "x = 1\n")
        project.git("add", "-A")
        project.git("commit", "-qm", "Edit")
        assert said(log) == ["mine ", "hook pre-commit", "hook post-commit"]
        project.write("picture.svg", "<svg/>\n")
        project.commit("Picture")
        assert said(log) == ["mine "]
        hooks.uninstall(git)
        assert (project.path / ".git" / "hooks" / "pre-commit.legacy").read_text() == USERS_HOOK

    def test_a_hook_put_over_ours_is_not_touched(self, project: Repo, git: Git, log: Path) -> None:
        users_hook(project, "pre-commit")
        hooks.install(git, "folder")
        other = project.path / ".git" / "hooks" / "pre-commit"
        other.write_text("#!/bin/sh\n# another\n")
        lines = hooks.install(git, "folder")
        assert lines[0].startswith("pre-commit: not installed")
        assert other.read_text() == "#!/bin/sh\n# another\n"
        assert any("earlier hook" in line for line in hooks.uninstall(git))
        assert (project.path / ".git" / "hooks" / "pre-commit.repodoc-chained").read_text() == USERS_HOOK


class TestChain:
    """The user's own hook still runs, and its word counts."""

    def test_it_runs_first_with_its_arguments(
        self, project: Repo, git: Git, log: Path, mode: hooks.Mode
    ) -> None:
        users_hook(project, "pre-commit")
        users_hook(project, "post-merge")
        hooks.install(git, mode)
        project.git("checkout", "-qb", "side")
        project.replace("src/core/text.py", "upper", "title")
        project.git("commit", "-qam", "Side")
        assert sorted(said(log)) == sorted(["mine ", "hook pre-commit", "hook post-commit"])
        project.git("checkout", "-q", "main")
        project.git("merge", "-q", "--no-ff", "--no-edit", "side")
        assert sorted(said(log)) == sorted(["mine 0", "hook post-merge 0"])

    def test_its_failure_stops_the_commit(
        self, project: Repo, git: Git, log: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        users_hook(project, "pre-commit")
        hooks.install(git, "folder")
        monkeypatch.setenv("MINE_EXIT", "7")
        project.replace("src/core/text.py", "upper", "title")
        with pytest.raises(CommandError):
            project.git("commit", "-qam", "Edit")
        assert said(log) == ["mine "]

    def test_without_the_executable_bit_it_does_not_run(self, project: Repo, git: Git, log: Path) -> None:
        users_hook(project, "pre-commit", 0o644)
        hooks.install(git, "folder")
        project.replace("src/core/text.py", "upper", "title")
        project.git("commit", "-qam", "Edit")
        assert said(log) == ["hook pre-commit", "hook post-commit"]

    def test_both_read_what_git_tells(
        self, project: Repo, git: Git, log: Path, tmp_path: Path, mode: hooks.Mode
    ) -> None:
        for name in ("pre-push", "post-rewrite"):
            users_hook(project, name).write_text(
                '#!/bin/sh\necho "mine $*" >>"$LOG"\nsed s/^/mine:/ >>"$LOG"\n'
            )
        hooks.install(git, mode)
        server = project.clone(tmp_path / "server.git", "--bare")
        project.git("remote", "add", "server", str(server.path))
        project.git("checkout", "-qb", "side")
        project.git("push", "-q", "server", "side", "main:other")
        told = said(log)
        refs = [line for line in told if line.startswith("refs/")]
        assert len(refs) == 2
        assert sorted(told) == sorted(
            [
                f"mine server {server.path}",
                f"hook pre-push server {server.path}",
                *refs,
                *(f"mine:{r}" for r in refs),
            ]
        )
        project.git("update-ref", "refs/notes/repodoc", "HEAD")
        project.git("commit", "-q", "--amend", "-m", "Other words")
        told = said(log)
        assert sorted(told)[:3] == sorted(told)[:3]
        assert {"mine amend", "hook post-rewrite amend"} < set(told)
        assert len([line for line in told if re.fullmatch(r"(mine:)?[0-9a-f]{40} [0-9a-f]{40}", line)]) == 2

    def test_a_chained_hook_that_reads_nothing(
        self, project: Repo, git: Git, log: Path, tmp_path: Path
    ) -> None:
        users_hook(project, "pre-push")
        hooks.install(git, "folder")
        server = project.clone(tmp_path / "server.git", "--bare")
        for number in range(300):
            project.git("update-ref", f"refs/heads/branch-{number}", "HEAD")
        done = project.run("git", "push", "-q", str(server.path), "--all")
        assert done.output == ""
        assert len(said(log)) == 302


class TestShims:
    """What the scripts do themselves."""

    @pytest.fixture
    def hooked(self, project: Repo, git: Git, log: Path, mode: hooks.Mode) -> Repo:
        hooks.install(git, mode)
        return project

    def edit(self, repo: Repo) -> None:
        repo.write("src/core/text.py", repo.read("src/core/text.py") + "# more\n")
        repo.git("add", "-A")

    def test_a_commit_of_source_runs_both(self, hooked: Repo, log: Path) -> None:
        self.edit(hooked)
        hooked.git("commit", "-qm", "Edit")
        assert said(log) == ["hook pre-commit", "hook post-commit"]

    @pytest.mark.parametrize("worktree", [False, True])
    def test_a_commit_of_nothing_relevant_starts_no_program(
        self, hooked: Repo, log: Path, worktree: bool, tmp_path: Path
    ) -> None:
        repo = hooked
        if worktree:
            hooked.git("worktree", "add", "-q", str(tmp_path / "linked"))
            repo = Repo(tmp_path / "linked")
        repo.write("picture.svg", "<svg/>\n")
        repo.commit("Picture")
        repo.git("commit", "-q", "--allow-empty", "-m", "Empty")
        assert said(log) == []
        repo.write("more.txt", "more\n")
        repo.commit("Not seen by pre-commit", hooks=False)
        assert said(log) == ["hook post-commit"]

    def test_quiet_holds_for_one_commit_even_if_it_is_given_up(self, hooked: Repo, log: Path) -> None:
        hooked.write("picture.svg", "<svg/>\n")
        hooked.git("add", "-A")
        with pytest.raises(CommandError):
            hooked.git("commit", "-q", "-m", "")
        assert said(log) == []
        self.edit(hooked)
        hooked.git("commit", "-q", "--no-verify", "-m", "Not seen by pre-commit")
        assert said(log) == ["hook post-commit"]

    def leave_note(self, repo: Repo, git: Git, content: bytes = b"{}\n") -> None:
        """What pre-commit does when nothing but the note is left to do."""
        self.edit(repo)
        pending.save(git, "run", repo.git("write-tree"), [])
        pending.save_note(git, repo.git("write-tree"), content)

    def test_git_alone_writes_a_note_that_is_ready(self, hooked: Repo, git: Git, log: Path) -> None:
        notes.write(git, "HEAD", [{"kind": "run", "run_id": "first"}])
        lines = [{"kind": "run", "run_id": f"ü {number}"} for number in range(3)]
        self.leave_note(hooked, git, notes.content_of(lines))
        hooked.git("commit", "-qm", "Edit")
        assert said(log) == ["hook pre-commit"]
        assert [note.lines for note in notes.log(git, "HEAD")][:2] == [
            lines,
            [{"kind": "run", "run_id": "first"}],
        ]
        assert pending.load(git) == []
        self.edit(hooked)
        hooked.git("commit", "-qm", "Edit")
        assert said(log)[-2:] == ["hook pre-commit", "hook post-commit"]

    @pytest.mark.parametrize("hindrance", ["first note", "other tree", "refused"])
    def test_the_program_writes_all_other_notes(
        self, hooked: Repo, git: Git, log: Path, hindrance: str
    ) -> None:
        if hindrance != "first note":
            notes.write(git, "HEAD", [{"kind": "run", "run_id": "first"}])
        self.leave_note(hooked, git)
        if hindrance == "other tree":
            self.edit(hooked)
        if hindrance == "refused":
            refuse = "#!/bin/sh\ncase $1 in prepared) ! grep -q notes ;; esac\n"
            hooked.write(".git/hooks/reference-transaction", refuse).chmod(0o755)
        before = len(list(notes.log(git, "--all")))
        hooked.git("commit", "-qm", "Edit")
        assert said(log)[-1] == "hook post-commit"
        assert len(list(notes.log(git, "--all"))) == before
        assert len(pending.load(git)) == 1

    def test_deletion_rename_and_capitals_are_seen(self, hooked: Repo, log: Path) -> None:
        hooked.git("rm", "-q", "src/shop/till.py")
        hooked.git("commit", "-qm", "Delete")
        assert said(log)[0] == "hook pre-commit"
        hooked.git("mv", "src/core/text.py", "src/core/text.txt")
        hooked.git("commit", "-qm", "Rename")
        assert said(log)[0] == "hook pre-commit"
        hooked.write("X.PY", "x\n")
        hooked.commit("Capitals")
        assert said(log)[0] == "hook pre-commit"

    @pytest.mark.parametrize("variable", ["REPODOC_SKIP", "REPODOC_ACTIVE"])
    def test_skipped(self, hooked: Repo, log: Path, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(variable, "1")
        self.edit(hooked)
        hooked.git("commit", "-qm", "Edit")
        assert said(log) == []

    def test_skip_zero_is_no_skip(self, hooked: Repo, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REPODOC_SKIP", "0")
        self.edit(hooked)
        hooked.git("commit", "-qm", "Edit")
        assert said(log) == ["hook pre-commit", "hook post-commit"]

    def test_hooks_switched_off_for_one_command(self, hooked: Repo, log: Path) -> None:
        self.edit(hooked)
        hooked.git("-c", "core.hooksPath=/dev/null", "commit", "-qm", "Edit")
        assert said(log) == []
        self.edit(hooked)
        hooked.git("-c", "core.abbrev=12", "commit", "-qm", "Edit")
        assert said(log) == ["hook pre-commit", "hook post-commit"]

    def test_its_refusal_is_git_s(self, hooked: Repo, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REPODOC_EXIT", str(EXIT_REFUSED))
        self.edit(hooked)
        with pytest.raises(CommandError):
            hooked.git("commit", "-qm", "Edit")

    @pytest.mark.parametrize("gone", ["deleted", "interpreter"])
    def test_program_gone(self, hooked: Repo, log: Path, tmp_path: Path, gone: str) -> None:
        program = tmp_path / "my programs" / "repodoc"
        if gone == "deleted":
            program.unlink()
        else:
            program.write_text("#!/nowhere/python\n")
        self.edit(hooked)
        path = os.pathsep.join(
            folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "repodoc").exists()
        )
        done = hooked.run("git", "commit", "-qm", "Edit", env={"PATH": path})
        ours = [line for line in done.stderr.splitlines() if line.startswith("repodoc:")]
        assert [line.split(",")[0] for line in ours] == ["repodoc: the program is gone"] * 2

    def test_program_elsewhere_on_the_path(self, hooked: Repo, log: Path, tmp_path: Path) -> None:
        (tmp_path / "bin").mkdir()
        (tmp_path / "my programs" / "repodoc").rename(tmp_path / "bin" / "repodoc")
        self.edit(hooked)
        hooked.run("git", "commit", "-qm", "Edit", env={"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"})
        assert said(log) == ["hook pre-commit", "hook post-commit"]

    def test_repository_moved(self, hooked: Repo, log: Path, tmp_path: Path) -> None:
        moved = Repo(tmp_path / "moved here")
        hooked.path.rename(moved.path)
        self.edit(moved)
        moved.git("commit", "-qm", "Edit")
        hooked.path.mkdir()  # the fixture wants to remove it

    def test_nothing_runs_during_a_rebase(self, hooked: Repo, log: Path) -> None:
        for number in range(3):
            self.edit(hooked)
            hooked.git("commit", "-qm", f"Edit {number}")
        said(log)
        hooked.run(
            "git", "rebase", "-q", "-i", "HEAD~2", env={"GIT_SEQUENCE_EDITOR": "sed -i 1s/pick/reword/"}
        )
        hooked.run("git", "rebase", "-q", "--force-rebase", "HEAD~2")
        assert said(log) == []

    @pytest.mark.parametrize("squash", [False, True])
    def test_merges(self, hooked: Repo, log: Path, squash: bool) -> None:
        hooked.git("checkout", "-qb", "side")
        self.edit(hooked)
        hooked.git("commit", "-qm", "Edit")
        hooked.git("checkout", "-q", "main")
        said(log)
        hooked.git("merge", "-q", *(["--squash"] if squash else ["--no-ff", "--no-edit"]), "side")
        assert said(log) == ([] if squash else ["hook post-merge 0"])

    def test_a_merge_of_nothing_relevant(self, hooked: Repo, log: Path) -> None:
        hooked.git("checkout", "-qb", "side")
        hooked.write("a.txt", "a\n")
        hooked.commit("Text")
        hooked.git("checkout", "-q", "main")
        hooked.git("merge", "-q", "--no-ff", "--no-edit", "side")
        assert said(log) == []

    def test_amend_without_notes_starts_no_program(self, hooked: Repo, log: Path) -> None:
        hooked.git("commit", "-q", "--amend", "-m", "Other words")
        assert said(log) == []

    def test_submodule(
        self, make_repo: Callable[..., Repo], project: Repo, log: Path, mode: hooks.Mode
    ) -> None:
        outer = make_repo("outer")
        outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(project.path), "part")
        inner = Repo(outer.path / "part")
        hooks.install(Git.discover(inner.path), mode)
        self.edit(inner)
        inner.git("commit", "-qm", "Edit")
        assert said(log) == ["hook pre-commit", "hook post-commit"]
