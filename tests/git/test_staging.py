"""The one writer, inside real commits: what is committed, what stays in the work tree, what is never lost."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from repodoc_hooks.errors import GitError, RepositoryError
from repodoc_hooks.git import staging
from repodoc_hooks.git.process import Git
from tests.repos import CommandError, Repo

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = "docs/repodoc/core.md"
NEW = "docs/repodoc/new.md"
LINES = [f"line {number}\n" for number in range(1, 21)]
BEFORE = "".join(LINES)
AFTER = "".join(["generated\n", *LINES[1:]])


def edited(text: str, number: int, line: str) -> str:
    """`text` with its `number`-th line replaced."""
    lines = text.splitlines(keepends=True)
    lines[number - 1] = line + "\n"
    return "".join(lines)


def hook(repo: Repo, pages: Mapping[str, str | None], *, name: str = "pre-commit", kill: int = 0) -> None:
    """Install a hook that writes those pages."""
    listed = repo.path.parent / f"{repo.path.name}-pages.json"
    listed.write_text(json.dumps(pages))
    words = [sys.executable, "-m", "tests.git.hook_stage", str(listed), *([str(kill)] if kill else [])]
    folder = Path(repo.git("rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    folder.mkdir(exist_ok=True)
    script = folder / name
    script.write_text(f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(CHECKOUT))} exec {shlex.join(words)}\n")
    script.chmod(0o755)


@pytest.fixture
def docs(repo: Repo) -> Repo:
    """A commit with a source file, a page, and a hook that makes the page anew and adds another."""
    repo.write_all({"code.py": "x = 1\n", "other.py": "y = 1\n", PAGE: BEFORE})
    repo.commit("Start")
    hook(repo, {PAGE: AFTER, NEW: "new\n"})
    repo.write("code.py", "x = 2\n")
    return repo


def test_plain_commit_holds_the_pages_and_leaves_a_clean_tree(docs: Repo) -> None:
    docs.git("commit", "-qam", "Edit")
    assert docs.changed() == ["code.py", PAGE, NEW]
    assert docs.at("HEAD", PAGE).decode() == AFTER == docs.read(PAGE)
    assert docs.is_clean()
    assert docs.git("diff-files", "--name-only") == ""


def test_staged_commit(docs: Repo) -> None:
    docs.git("add", "code.py")
    docs.git("commit", "-qm", "Edit")
    assert docs.changed() == ["code.py", PAGE, NEW]
    assert docs.is_clean()


@pytest.mark.parametrize("options", [(), ("--amend", "--no-edit"), ("--include",)])
def test_commit_of_a_path_updates_both_indexes(docs: Repo, options: tuple[str, ...]) -> None:
    docs.write("other.py", "y = 2\n")
    docs.git("add", "other.py")
    docs.git("commit", "-qm", "Edit", *options, "code.py")
    assert docs.at("HEAD", PAGE).decode() == AFTER
    staged = [] if "--include" in options else ["M  other.py"]
    assert [entry for entry in docs.status() if entry] == staged


def test_commit_of_a_path_keeps_the_users_own_staged_edit_of_the_page(docs: Repo) -> None:
    mine = edited(BEFORE, 15, "mine")
    docs.write(PAGE, mine)
    docs.git("add", PAGE)
    docs.git("commit", "-qm", "Edit", "code.py")
    assert docs.at("HEAD", PAGE).decode() == AFTER
    assert docs.staged(PAGE).decode() == edited(AFTER, 15, "mine") == docs.read(PAGE)


def test_commit_of_a_path_keeps_a_staged_edit_that_overlaps(docs: Repo) -> None:
    mine = edited(BEFORE, 1, "mine")
    docs.write(PAGE, mine)
    docs.git("add", PAGE)
    docs.git("commit", "-qm", "Edit", "code.py")
    assert docs.at("HEAD", PAGE).decode() == AFTER
    assert docs.staged(PAGE).decode() == mine == docs.read(PAGE)


def test_unstaged_edit_elsewhere_on_the_page_stays_unstaged(docs: Repo) -> None:
    docs.write(PAGE, edited(BEFORE, 15, "mine"))
    docs.git("add", "code.py")
    docs.git("commit", "-qm", "Edit")
    assert docs.at("HEAD", PAGE).decode() == AFTER
    assert docs.read(PAGE) == edited(AFTER, 15, "mine")
    assert docs.status() == [f" M {PAGE}"]


def test_unstaged_edit_of_the_same_lines_wins_in_the_work_tree(docs: Repo) -> None:
    mine = edited(BEFORE, 1, "mine")
    docs.write(PAGE, mine)
    docs.git("add", "code.py")
    said = docs.run("git", "commit", "-qm", "Edit").stderr
    assert docs.at("HEAD", PAGE).decode() == AFTER
    assert docs.read(PAGE) == mine
    assert "your own edit" in said


def test_partially_staged_page_commits_only_what_was_staged(docs: Repo) -> None:
    staged = edited(BEFORE, 10, "staged")
    hook(docs, {PAGE: edited(AFTER, 10, "staged")})
    docs.write(PAGE, staged)
    docs.git("add", PAGE, "code.py")
    docs.write(PAGE, edited(staged, 18, "unstaged"))
    docs.git("commit", "-qm", "Edit")
    assert docs.at("HEAD", PAGE).decode() == edited(AFTER, 10, "staged")
    assert docs.read(PAGE) == edited(edited(AFTER, 10, "staged"), 18, "unstaged")


def test_page_deleted_in_the_work_tree_stays_deleted(docs: Repo) -> None:
    (docs.path / PAGE).unlink()
    docs.git("add", "code.py")
    docs.git("commit", "-qm", "Edit")
    assert docs.at("HEAD", PAGE).decode() == AFTER
    assert docs.status() == [f" D {PAGE}"]


def test_untracked_file_is_never_overwritten(docs: Repo) -> None:
    docs.write(NEW, "mine\n")
    docs.git("add", "code.py")
    said = docs.run("git", "commit", "-qm", "Edit").stderr
    assert docs.changed() == ["code.py", PAGE]
    assert docs.read(NEW) == "mine\n"
    assert docs.status() == [f"?? {NEW}"]
    assert f"skipped {NEW} git does not track" in said


def test_untracked_file_with_the_very_content_is_taken_in(docs: Repo) -> None:
    docs.write(NEW, "new\n")
    docs.git("add", "code.py")
    docs.git("commit", "-qm", "Edit")
    assert docs.changed() == ["code.py", PAGE, NEW]
    assert docs.is_clean()


def test_intent_to_add_counts_as_untracked(docs: Repo) -> None:
    docs.write(NEW, "mine\n")
    docs.git("add", "--intent-to-add", NEW)
    docs.git("add", "code.py")
    docs.git("commit", "-qm", "Edit")
    assert docs.changed() == ["code.py", PAGE]
    assert docs.read(NEW) == "mine\n"


def test_removed_page(docs: Repo) -> None:
    hook(docs, {PAGE: None})
    docs.git("commit", "-qam", "Edit")
    assert docs.changed() == ["code.py", PAGE]
    assert not docs.exists("docs")
    assert docs.is_clean()


def test_removed_page_with_unstaged_edit_stays_on_disk(docs: Repo) -> None:
    hook(docs, {PAGE: None})
    docs.write(PAGE, "mine\n")
    docs.git("add", "code.py")
    docs.git("commit", "-qm", "Edit")
    assert docs.changed() == ["code.py", PAGE]
    assert docs.read(PAGE) == "mine\n"


def test_file_modes_are_kept(docs: Repo) -> None:
    (docs.path / PAGE).chmod(0o755)
    docs.commit("Mode", PAGE, hooks=False)
    docs.git("commit", "-qam", "Edit")
    assert docs.git("ls-files", "-s", PAGE).startswith("100755 ")
    assert os.access(docs.path / PAGE, os.X_OK)
    assert docs.is_clean()


@pytest.mark.parametrize(
    "configure",
    [
        ("update-index", "--split-index"),
        ("update-index", "--index-version=4"),
        ("config", "index.sparse", "true"),
        ("config", "core.quotePath", "false"),
    ],
    ids=lambda words: "-".join(words),
)
def test_kinds_of_index(docs: Repo, configure: tuple[str, ...]) -> None:
    docs.git(*configure)
    docs.git("commit", "-qam", "Edit")
    assert docs.changed() == ["code.py", PAGE, NEW]
    assert docs.is_clean()


@pytest.mark.parametrize("sparse_index", [False, True])
def test_sparse_checkout_commits_pages_without_materialising_them(docs: Repo, sparse_index: bool) -> None:
    docs.write("docs/other/keep.md", "keep\n")
    docs.write("src/a.py", "a = 1\n")
    docs.commit("More", hooks=False)
    docs.git("config", "index.sparse", str(sparse_index).lower())
    docs.git("sparse-checkout", "init", "--cone")
    docs.git("sparse-checkout", "set", "src")
    assert not docs.exists(PAGE)
    hook(docs, {PAGE: AFTER})
    docs.write("src/a.py", "a = 2\n")
    docs.git("commit", "-qam", "Edit")
    assert docs.changed() == [PAGE, "src/a.py"]
    assert not docs.exists(PAGE)
    assert docs.git("ls-files", "-t", PAGE) == f"S {PAGE}"
    assert docs.is_clean()


def test_assume_unchanged_page_keeps_its_flag_and_the_users_edit(docs: Repo) -> None:
    docs.git("update-index", "--assume-unchanged", PAGE)
    docs.write(PAGE, edited(BEFORE, 15, "mine"))
    docs.git("commit", "-qam", "Edit")
    assert docs.read(PAGE) == edited(AFTER, 15, "mine")
    assert docs.git("ls-files", "-v", PAGE) == f"h {PAGE}"


def test_line_ends_follow_the_checkout_rules(docs: Repo) -> None:
    docs.git("config", "core.autocrlf", "true")
    docs.write(PAGE, edited(BEFORE, 15, "mine").replace("\n", "\r\n"))
    docs.git("add", "code.py")
    docs.git("commit", "-qm", "Edit")
    assert docs.at("HEAD", PAGE).decode() == AFTER
    assert docs.read(PAGE) == edited(AFTER, 15, "mine").replace("\n", "\r\n")
    assert docs.read(NEW) == "new\r\n"
    assert docs.status() == [f" M {PAGE}"]


def test_clean_file_with_other_line_ends_than_a_checkout_would_give(docs: Repo) -> None:
    docs.git("config", "core.autocrlf", "true")
    docs.git("commit", "-qam", "Edit")
    assert docs.read(PAGE) == AFTER.replace("\n", "\r\n")
    assert docs.is_clean()


def test_working_tree_encoding(docs: Repo) -> None:
    docs.write(".gitattributes", "*.md working-tree-encoding=UTF-16LE\n")
    docs.git("add", ".gitattributes", "code.py")
    docs.git("checkout", "-q", "--", ".gitattributes")
    (docs.path / PAGE).unlink()
    docs.git("checkout", "-q", "--", PAGE)
    docs.git("commit", "-qm", "Edit")
    assert docs.at("HEAD", PAGE).decode() == AFTER
    assert (docs.path / PAGE).read_bytes().decode("utf-16-le") == AFTER
    assert docs.is_clean()


@pytest.mark.parametrize(
    "name", ["a b", "ünï", 'qu"ote', "back\\slash", "-dash", "new\nline", "*", "[x]", ":(top)"]
)
def test_strange_names(repo: Repo, name: str) -> None:
    path = f"docs/{name}/{name}.md"
    repo.write_all({path: BEFORE, "code.py": "x = 1\n", "docs/x/x.md": "x\n"})
    repo.commit("Start")
    hook(repo, {path: AFTER})
    repo.write("code.py", "x = 2\n")
    repo.git("commit", "-qam", "Edit")
    assert repo.changed() == sorted(["code.py", path])
    assert repo.read(path) == AFTER
    assert repo.is_clean()


def test_name_that_is_not_utf8(repo: Repo) -> None:
    path = os.fsdecode(b"docs/\xff.md")
    repo.write_all({path: BEFORE, "code.py": "x = 1\n"})
    repo.commit("Start")
    done = staging.write_pages(Git.discover(repo.path), {path: AFTER.encode()}, "index")
    assert [write.outcome for write in done] == ["written"]
    assert repo.read(path) == AFTER


def test_linked_worktree(docs: Repo, tmp_path: Path) -> None:
    docs.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
    linked = Repo(tmp_path / "linked")
    linked.write("code.py", "x = 3\n")
    linked.git("commit", "-qm", "Edit", "code.py")
    assert linked.changed() == ["code.py", PAGE, NEW]
    assert linked.is_clean()
    assert docs.status() == [" M code.py"]


def test_submodule(docs: Repo, make_repo: Callable[..., Repo]) -> None:
    docs.git("commit", "-qam", "Edit", "--no-verify")
    outer = make_repo("outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(docs.path), "part")
    outer.commit("Add part")
    inner = Repo(outer.path / "part")
    hook(inner, {PAGE: AFTER, NEW: "new\n"})
    inner.write("code.py", "x = 3\n")
    inner.git("commit", "-qam", "Edit")
    assert inner.changed() == ["code.py", PAGE, NEW]
    assert inner.is_clean()
    with pytest.raises(RepositoryError, match="another repository"):
        staging.write_pages(Git.discover(outer.path), {"part/docs/x.md": b"x"}, "index")


def test_first_commit(repo: Repo) -> None:
    hook(repo, {NEW: "new\n"})
    repo.write("code.py", "x = 1\n")
    repo.git("add", "code.py")
    repo.git("commit", "-qm", "Start")
    assert repo.changed() == ["code.py", NEW]
    assert repo.is_clean()


def test_aborted_commit_leaves_what_was_staged(docs: Repo) -> None:
    hook_dir = docs.path / ".git" / "hooks"
    (hook_dir / "commit-msg").write_text("#!/bin/sh\nexit 1\n")
    (hook_dir / "commit-msg").chmod(0o755)
    docs.git("add", "code.py")
    with pytest.raises(CommandError):
        docs.git("commit", "-qm", "Edit")
    assert docs.status() == ["M  code.py", f"M  {PAGE}", f"A  {NEW}"]


def test_sha256(make_repo: Callable[..., Repo]) -> None:
    repo = make_repo("long", "--object-format=sha256")
    repo.write_all({"code.py": "x = 1\n", PAGE: BEFORE})
    repo.commit("Start")
    hook(repo, {PAGE: AFTER, NEW: "new\n"})
    repo.write("code.py", "x = 2\n")
    repo.git("commit", "-qam", "Edit")
    assert repo.changed() == ["code.py", PAGE, NEW]
    assert repo.is_clean()


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("../x.md", "git takes no such path"),
        ("/etc/x.md", "git takes no such path"),
        ("docs/.git/x.md", "git takes no such path"),
        ("link/x.md", "is a symlink"),
    ],
)
def test_paths_out_of_the_repository_are_refused(docs: Repo, tmp_path: Path, path: str, what: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (docs.path / "link").symlink_to(outside)
    with pytest.raises(RepositoryError, match=what):
        staging.write_pages(Git.discover(docs.path), {NEW: b"new", path: b"x"}, "index")
    assert list(outside.iterdir()) == []
    assert not docs.exists(NEW)


def test_page_that_is_a_symlink_is_skipped(docs: Repo) -> None:
    (docs.path / PAGE).unlink()
    (docs.path / PAGE).symlink_to("../../code.py")
    done = staging.write_pages(Git.discover(docs.path), {PAGE: b"page"}, "index")
    assert [write.outcome for write in done] == ["skipped"]
    assert docs.read("code.py") == "x = 2\n"


def test_failure_of_git_changes_nothing(docs: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repodoc_hooks.git.index._LOCK_TRIES", 1)
    (docs.path / ".git" / "index.lock").touch()
    before = docs.status()
    with pytest.raises(GitError, match="File exists"):
        staging.write_pages(Git.discover(docs.path), {PAGE: AFTER.encode(), NEW: b"new"}, "index")
    assert docs.read(PAGE) == BEFORE
    (docs.path / ".git" / "index.lock").unlink()
    assert docs.status() == before


def test_waits_for_an_editor_that_holds_the_lock(docs: Repo) -> None:
    lock = docs.path / ".git" / "index.lock"
    holder = subprocess.Popen(
        ["sh", "-c", f"touch {shlex.quote(str(lock))}; sleep 0.3; rm {shlex.quote(str(lock))}"]
    )
    while not lock.exists():
        pass
    done = staging.write_pages(Git.discover(docs.path), {PAGE: AFTER.encode()}, "index")
    holder.wait()
    assert [write.outcome for write in done] == ["written"]


def test_unchanged_pages_touch_nothing(docs: Repo) -> None:
    index = docs.path / ".git" / "index"
    before = index.read_bytes(), (docs.path / PAGE).stat().st_mtime_ns
    done = staging.write_pages(Git.discover(docs.path), {PAGE: BEFORE.encode(), NEW: None}, "index")
    assert [write.outcome for write in done] == ["unchanged", "unchanged"]
    assert before == (index.read_bytes(), (docs.path / PAGE).stat().st_mtime_ns)


class TestWorktreeTarget:
    """Nothing is staged, and unstaged edits stay."""

    def test_writes_and_stages_nothing(self, docs: Repo) -> None:
        pages = {PAGE: AFTER.encode(), NEW: b"new\n"}
        done = staging.write_pages(Git.discover(docs.path), pages, "worktree")
        assert [write.outcome for write in done] == ["written", "written"]
        assert docs.status() == [" M code.py", f" M {PAGE}", f"?? {NEW}"]
        assert docs.read(PAGE) == AFTER

    def test_merges_an_edit_that_the_pages_have_not_seen(self, docs: Repo) -> None:
        docs.write(PAGE, edited(BEFORE, 15, "mine"))
        staging.write_pages(Git.discover(docs.path), {PAGE: AFTER.encode()}, "worktree")
        assert docs.read(PAGE) == edited(AFTER, 15, "mine")

    def test_overlapping_edit_wins(self, docs: Repo) -> None:
        docs.write(PAGE, edited(BEFORE, 1, "mine"))
        done = staging.write_pages(Git.discover(docs.path), {PAGE: AFTER.encode()}, "worktree")
        assert [write.outcome for write in done] == ["unchanged"]
        assert "your own edit" in done[0].message
        assert docs.read(PAGE) == edited(BEFORE, 1, "mine")

    def test_edit_that_the_pages_were_made_from_is_replaced(self, docs: Repo) -> None:
        docs.write(PAGE, edited(BEFORE, 1, "mine"))
        docs.write(NEW, "draft\n")
        docs.git("add", "-A")
        seen = docs.git("write-tree")
        docs.git("reset", "-q")
        pages = {PAGE: AFTER.encode(), NEW: b"final\n"}
        done = staging.write_pages(Git.discover(docs.path), pages, "worktree", base=seen)
        assert [write.outcome for write in done] == ["written", "written"]
        assert docs.read(PAGE) == AFTER
        assert docs.read(NEW) == "final\n"

    def test_untracked_file_is_kept(self, docs: Repo) -> None:
        docs.write(NEW, "mine\n")
        done = staging.write_pages(Git.discover(docs.path), {NEW: b"new\n"}, "worktree")
        assert [write.outcome for write in done] == ["skipped"]
        assert docs.read(NEW) == "mine\n"

    def test_outside_the_sparse_checkout(self, docs: Repo) -> None:
        docs.git("commit", "-qam", "Edit", "--no-verify")
        docs.git("sparse-checkout", "set", "src")
        done = staging.write_pages(Git.discover(docs.path), {PAGE: AFTER.encode()}, "worktree")
        assert [write.outcome for write in done] == ["skipped"]
        assert not docs.exists(PAGE)

    def test_removal(self, docs: Repo) -> None:
        done = staging.write_pages(Git.discover(docs.path), {PAGE: None}, "worktree")
        assert [write.outcome for write in done] == ["removed"]
        assert docs.status() == [" M code.py", f" D {PAGE}"]


def refresh(repo: Repo, pages: Mapping[str, bytes | None]) -> None:
    """What post-merge and `update` do: pages into the work tree alone."""
    staging.write_pages(Git.discover(repo.path), pages, "worktree")


def test_a_refreshed_page_is_nobodys_edit(docs: Repo) -> None:
    refreshed = edited(edited(BEFORE, 1, "refreshed"), 3, "refreshed, too")
    refresh(docs, {PAGE: refreshed.encode(), NEW: b"older\n"})
    docs.git("commit", "-qm", "Edit", "--", "code.py")
    assert docs.at("HEAD", PAGE).decode() == AFTER == docs.read(PAGE)
    assert docs.read(NEW) == "new\n"
    assert docs.is_clean()


def test_a_refreshed_page_whose_component_is_gone_goes_too(docs: Repo) -> None:
    refresh(docs, {PAGE: b"refreshed\n"})
    hook(docs, {PAGE: None})
    docs.git("commit", "-qm", "Edit", "code.py")
    assert not docs.exists(PAGE)
    assert docs.is_clean()


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_edit_in_a_refreshed_page_is_kept(docs: Repo, when: str) -> None:
    mine = "my own words\n"
    if when == "before":
        docs.write(PAGE, BEFORE + mine)
        refresh(docs, {PAGE: (edited(BEFORE, 3, "refreshed") + mine).encode()})
    else:
        refresh(docs, {PAGE: edited(BEFORE, 3, "refreshed").encode()})
        docs.write(PAGE, docs.read(PAGE) + mine)
    docs.git("commit", "-qm", "Edit", "code.py")
    assert docs.at("HEAD", PAGE).decode() == AFTER
    assert docs.read(PAGE).endswith(mine)


def test_an_edit_in_an_untracked_page_that_was_refreshed_is_kept(docs: Repo) -> None:
    docs.write(NEW, "my own words\n")
    staging.write_pages(
        Git.discover(docs.path), {NEW: b"my own words\nrefreshed\n"}, "worktree", base=docs.git("write-tree")
    )
    text = docs.read(NEW)
    docs.git("commit", "-qm", "Edit", "code.py")
    assert docs.read(NEW) == text


def test_a_file_in_a_folders_place_holds_up_no_other_page(repo: Repo) -> None:
    repo.write("docs/repodoc/shop.md", "a page\n")
    repo.commit("Start")
    git = Git.discover(repo.path)
    pages = {"docs/repodoc/shop.md/README.md": b"one\n", "docs/repodoc/other.md": b"two\n"}
    done = {each.path: each for each in staging.write_pages(git, pages, "index")}
    assert done["docs/repodoc/shop.md/README.md"].outcome == "skipped"
    assert "docs/repodoc/shop.md is a file" in done["docs/repodoc/shop.md/README.md"].message
    assert repo.read("docs/repodoc/other.md") == "two\n"
