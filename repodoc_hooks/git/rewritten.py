"""Which commit replaced which, where a hook framework has swallowed what git told post-rewrite on stdin."""

from __future__ import annotations

from repodoc_hooks.git.process import Git

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


def _commits(git: Git, reachable: str, unreachable: str) -> list[tuple[str, str]]:
    """Commit and author of what one end has and the other has not, oldest first."""
    listed = git.line("log", "--reverse", _KEY, f"{unreachable}..{reachable}", "--")
    return [(commit, key) for commit, _, key in (line.partition("\0") for line in listed.splitlines())]
