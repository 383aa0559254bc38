"""Which commit stands for which other, where git does not tell: picked and squashed commits, and whatever a hook
framework has swallowed of what git told post-rewrite on stdin.
"""

from __future__ import annotations

import re
from pathlib import Path

from repodoc_hooks.git.process import Git
from repodoc_hooks.private import keep_file

_KEY = "--format=%H%x00%an%x00%ae%x00%at"  # rebase keeps author and author date


def amended(git: Git) -> list[tuple[str, str]]:
    """(old, new) of the `commit --amend` that has just been made."""
    old, new = (git.line("rev-parse", "--verify", "--quiet", name) for name in ("HEAD@{1}", "HEAD"))
    return [(old, new)] if old and new else []


def rebased(git: Git) -> list[tuple[str, str]]:
    """(old, new) of the rebase that has just ended, as far as author and date tell.

    A commit that has no counterpart was squashed into the one before it.
    """
    fresh = {key: commit for commit, key in _commits(git, "HEAD", "ORIG_HEAD")}
    pairs = []
    last = ""
    for commit, key in _commits(git, "ORIG_HEAD", "HEAD"):
        last = fresh.get(key, last)
        if last:
            pairs.append((commit, last))
    return pairs


def picked(git: Git) -> list[tuple[str, str]]:
    """(old, new) of the cherry-pick that post-commit runs for."""
    if not (git.git_dir / "CHERRY_PICK_HEAD").exists():
        return []
    old, new = (git.line("rev-parse", "--verify", "--quiet", name) for name in ("CHERRY_PICK_HEAD", "HEAD"))
    return [(old, new)] if old and new else []


def remember_squash(git: Git) -> bool:
    """Before a commit: keep what `merge --squash` took together, which git forgets; is there any?"""
    try:
        message = (git.git_dir / "SQUASH_MSG").read_text(errors="replace")
    except FileNotFoundError:
        message = ""
    commits = re.findall(r"^commit ([0-9a-f]{40,})$", message, re.MULTILINE)
    if commits:
        lines = [git.line("rev-parse", "--verify", "--quiet", "HEAD"), *commits]
        keep_file(_squash(git), "\n".join(lines).encode())
    else:
        _squash(git).unlink(missing_ok=True)
    return bool(commits)


def squashed(git: Git) -> list[tuple[str, str]]:
    """After the commit: (old, new) of the commits that it took together."""
    try:
        parent, *commits = _squash(git).read_text().split("\n")
    except FileNotFoundError:
        return []
    _squash(git).unlink(missing_ok=True)
    new, onto = (git.line("rev-parse", "--verify", "--quiet", name) for name in ("HEAD", "HEAD^"))
    return [(old, new) for old in commits] if onto == parent else []


def _squash(git: Git) -> Path:
    return git.worktree_state_dir / "squashed"


def _commits(git: Git, reachable: str, unreachable: str) -> list[tuple[str, str]]:
    """Commit and author of what one end has and the other has not, oldest first."""
    listed = git.line("log", "--reverse", _KEY, f"{unreachable}..{reachable}", "--")
    return [(commit, key) for commit, _, key in (line.partition("\0") for line in listed.splitlines())]
