"""Pages as a commit of their own, by a bot, for CI and for who asks for it.

The commit is made beside the work tree: a tree from an index of its own, `commit-tree`, then a ref that moves
only from where we saw it. A branch that somebody else moved meanwhile is not forced: the pages are made anew
for its new state (what was paid for comes from the cache), a few times. Its own commits are known by
author and trailer, so that they start no further run.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Mapping

from msgspec import Struct

from repodoc_hooks.errors import GitError, UsageError
from repodoc_hooks.git.blobs import write_blobs
from repodoc_hooks.git.process import Git, error_line
from repodoc_hooks.git.snapshot import branch_of

BOT_NAME = "repodoc-hooks"
BOT_EMAIL = "repodoc-hooks@users.noreply.github.com"
TRAILER = "Repodoc-Generated: true"
MESSAGE = "docs: bring the pages up to date"
TRIES = 5
PAUSE = 0.5

MakePages = Callable[[str], Mapping[str, bytes | None]]
"""The pages that a commit needs to be current, by path (None: remove it); empty if it is current."""


class Published(Struct, frozen=True):
    """What came of it: `commit` is "" when there was nothing to commit."""

    branch: str
    commit: str = ""
    pushed: bool = False


class _Place(Struct, frozen=True):
    """Where the commit goes: pages describe `source`, `before` is the branch as it was ("": it is new)."""

    source: str
    parents: tuple[str, ...]
    before: str


def publish(
    git: Git,
    make: MakePages,
    *,
    rev: str = "",
    branch: str = "",
    push: bool = False,
    remote: str = "origin",
    message: str = MESSAGE,
) -> Published:
    """Commit the pages that `make` gives, to the current branch or to `branch`; with `push` on the remote.

    `rev` is the commit that they describe, HEAD by default; named by its branch, it stands for that branch, too.
    On the current branch the work tree follows if it can; edits of the user are never touched. With `push`
    and the current branch, the commit goes on top of what the remote has now. Another `branch` (for a pull
    request) holds HEAD and the pages: made if there is none, else moved forward by a merge commit.

    Raises:
        UsageError: no branch is checked out and none named, `rev` is no commit, or people have commits of their own
            on `branch`.
        GitError: git refused, or the branch moved on `TRIES` times.
    """
    current = git.line("symbolic-ref", "--quiet", "--short", "HEAD")
    named = branch_of(git, rev) if rev else current
    target = branch or named
    if not target:
        _commit_of(git, rev or "HEAD")
        what = f"{rev} is no branch" if rev else "no branch is checked out"
        raise UsageError(what, fix="name the one that gets the commit: --branch NAME")
    for attempt in range(1, TRIES + 1):
        if attempt > 1:
            time.sleep(random.uniform(0.5, 1) * PAUSE * 2 ** (attempt - 2))  # noqa: S311
        place = _place(git, rev or "HEAD", target, remote if push else "", same=target == named)
        pages = make(place.source)
        tree = _tree_with(git, place.source, pages)
        if tree == git.line("rev-parse", f"{place.before or place.source}^{{tree}}"):
            return Published(target)
        commit = _commit(git, tree, place.parents, message)
        if _move(git, target, current, place, commit, remote if push else ""):
            return Published(target, commit, push)
    raise GitError(f"it moved on {TRIES} times while its pages were made", where=target, fix="run again")


def _place(git: Git, rev: str, target: str, remote: str, *, same: bool) -> _Place:
    head = git.line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}").split("\n")[
        -1
    ]
    if not head and rev == "HEAD":
        raise UsageError("there is no commit yet", fix="make a first commit")
    if not head:
        raise UsageError("there is no such commit", where=rev, fix="name a commit or a branch")
    tip = (
        _remote_tip(git, remote, target)
        if remote
        else git.line("rev-parse", "-q", "--verify", f"refs/heads/{target}")
    )
    if same:
        if not remote:
            return _Place(head, (head,), head)
        if tip and not _is_ancestor(git, head, tip):
            what = f"it is not what {remote} has, or has commits that {remote} lacks"
            raise UsageError(what, where=target, fix="pull and push first, or run without --push")
        source = tip or head
        return _Place(source, (source,), tip)
    if not tip or _is_ancestor(git, tip, head):
        return _Place(head, (head,), tip)
    foreign = git.line("log", "--format=%ae", "--no-merges", f"{head}..{tip}").splitlines()
    if set(foreign) - {BOT_EMAIL}:
        raise UsageError(
            "people have commits on it", where=target, fix="merge it, delete it, or name another branch"
        )
    return _Place(head, (tip,) if _is_ancestor(git, head, tip) else (tip, head), tip)


def _commit_of(git: Git, rev: str) -> str:
    found = git.line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}").split("\n")[
        -1
    ]
    if not found and rev == "HEAD":
        raise UsageError("there is no commit yet", fix="make a first commit")
    if not found:
        raise UsageError("there is no such commit", where=rev, fix="name a commit or a branch")
    return found


def _remote_tip(git: Git, remote: str, branch: str) -> str:
    """The commit that a branch has on the remote, fetched; "" if there is no such branch."""
    ref = f"refs/heads/{branch}"
    tip = git.run("ls-remote", remote, ref).decode().split("\t")[0]
    if tip and git.call("cat-file", "-e", f"{tip}^{{commit}}").returncode:
        git.run("fetch", "--quiet", "--no-tags", remote, ref)
    return tip


def _is_ancestor(git: Git, old: str, new: str) -> bool:
    return git.call("merge-base", "--is-ancestor", old, new).returncode == 0


def _tree_with(git: Git, source: str, pages: Mapping[str, bytes | None]) -> str:
    """The tree of a commit with these pages put in or taken out."""
    kept = {path: data for path, data in pages.items() if data is not None}
    oids = dict(zip(kept, write_blobs(git, list(kept.values())), strict=True))
    zeros = "0" * len(source)
    lines = [f"100644 {oids[path]}\t{path}" if path in oids else f"0 {zeros}\t{path}" for path in pages]
    with tempfile.TemporaryDirectory(prefix="repodoc-") as scratch:
        env = {"GIT_INDEX_FILE": os.path.join(scratch, "index")}  # noqa: PTH118
        git.run("read-tree", source, env=env)
        git.run(
            "update-index",
            "-z",
            "--index-info",
            input=b"".join(os.fsencode(f"{x}\0") for x in lines),
            env=env,
        )
        return git.run("write-tree", env=env).decode().strip()


def _commit(git: Git, tree: str, parents: tuple[str, ...], message: str) -> str:
    env = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", BOT_NAME), ("EMAIL", BOT_EMAIL))
    }
    options = [word for parent in parents for word in ("-p", parent)]
    text = f"{message}\n\n{TRAILER}\n"
    return git.run("commit-tree", tree, *options, input=text.encode(), env=env).decode().strip()


def _move(git: Git, target: str, current: str, place: _Place, commit: str, remote: str) -> bool:
    """Put the branch on the commit; False if somebody moved it first."""
    ref = f"refs/heads/{target}"
    if remote:
        done = git.call("push", "--quiet", "--no-verify", remote, f"{commit}:{ref}")
        if done.returncode:
            if _remote_tip(git, remote, target) == place.before:
                raise GitError(error_line(done.stderr), where=f"git push {remote} {target}")
            return False
    at = git.line("rev-parse", "--verify", "--quiet", ref)
    if remote and (target != current or at != place.source):
        return True
    if target != current:
        _refuse_if_checked_out(git, target, ref)
        return git.call("update-ref", "-m", "repodoc: pages", ref, commit, place.before).returncode == 0
    if at != place.source:
        return False
    # The two-way merge of git-read-tree(1): what differs between the commits changes in index and work tree,
    # what the user has changed stays, and if that is the same file nothing happens at all.
    git.call("update-index", "-q", "--refresh")
    done = git.call("read-tree", "-m", "-u", place.source, commit)
    if done.returncode:
        if remote:
            return True
        fix = "commit or stash your edits of the pages first"
        raise GitError(error_line(done.stderr), where=target, fix=fix)
    return git.call("update-ref", "-m", "repodoc: pages", ref, commit, place.source).returncode == 0


def _refuse_if_checked_out(git: Git, target: str, ref: str) -> None:
    listed = git.run("worktree", "list", "--porcelain").decode("utf-8", "replace").splitlines()
    if f"branch {ref}" in listed:
        raise UsageError("it is checked out in another work tree", where=target, fix="run there")
