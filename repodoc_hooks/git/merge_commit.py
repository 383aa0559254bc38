"""The commit that `git merge` has just made, while post-merge runs: it may get the pages that the merge made stale.

git reads the tree of a merge before it runs pre-merge-commit, so that nothing which that hook stages gets into the
commit (builtin/merge.c; seen with git 2.39). So the same commit is made once more, over the tree with the pages. Nobody
has seen it yet.
"""

from __future__ import annotations

from repodoc_hooks.git.process import Git

_SIGNED = (b"\ngpgsig ", b"\ngpgsig-sha256 ")
_REFLOG = "repodoc: pages"


def just_made(git: Git) -> str:
    """The merge commit at HEAD with which a `git merge` that still runs will end, "" if it made none.

    A fast-forward makes none, though HEAD may be a merge then.
    """
    try:
        named = (git.git_dir / "MERGE_HEAD").read_text().split()
    except OSError:
        return ""
    commits = (f"{name}^{{commit}}" for name in named)  # a tag stands as itself
    merged = git.line("rev-parse", *commits).split()
    head, *parents = git.line("rev-list", "--no-walk", "--parents", "HEAD").split()
    return head if merged and parents[1:] == merged else ""


def is_signed(git: Git, commit: str) -> bool:
    """Another tree would take a signature from it."""
    headers = git.run("cat-file", "commit", commit).partition(b"\n\n")[0]
    return any(header in headers for header in _SIGNED)


def with_tree(git: Git, commit: str, tree: str) -> str:
    """The commit as it is, over another tree."""
    rest = git.run("cat-file", "commit", commit).partition(b"\n")[2]
    made = b"tree " + tree.encode() + b"\n" + rest
    return git.run("hash-object", "-t", "commit", "-w", "--stdin", input=made).decode().strip()


def child(git: Git, commit: str, tree: str, message: str) -> str:
    """A commit of a tree on top of another commit."""
    return git.run("commit-tree", tree, "-p", commit, input=f"{message}\n".encode()).decode().strip()


def move_head(git: Git, commit: str, new: str) -> bool:
    """Put HEAD and its branch, if they are still at `commit`, on another one."""
    return git.call("update-ref", "-m", _REFLOG, "HEAD", new, commit).returncode == 0
