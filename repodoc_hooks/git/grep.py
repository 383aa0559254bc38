"""Text search in a tree, by git-grep(1): fast, and without a work tree."""

from __future__ import annotations

from collections.abc import Iterable

from repodoc_hooks.errors import GitError
from repodoc_hooks.git.process import Git, error_line, zsplit

# A command line has room for more, but not everywhere.
MAX_PATTERNS = 400
_NO_MATCH = 1


def files_with(git: Git, tree: str, patterns: Iterable[str], directory: str = "") -> list[str]:
    """Files below a tree (or one directory of it) that contain one of the strings, at most `MAX_PATTERNS` of them.

    Raises:
        GitError: git could not search.
    """
    arguments = [word for pattern in patterns for word in ("-e", pattern)]
    if not arguments:
        return []
    # In one directory there is too little for threads: they cost more processor time than they save anybody.
    threads = ("-c", "grep.threads=1") if directory else ()
    within = ["--", f":(top,literal){directory}"] if directory else []
    done = git.call(*threads, "grep", "-l", "-z", "-F", "--no-color", *arguments, tree, *within)
    if done.returncode > _NO_MATCH:
        raise GitError(error_line(done.stderr), where="git grep")
    return [path.removeprefix(f"{tree}:") for path in zsplit(done.stdout)]


def names_in(git: Git, tree: str, names: Iterable[str], excluded: str = "") -> set[str]:
    """Those of some names that a tree has: paths (whole, or their end, or a directory), and words in its files.

    `excluded` is a directory of which the text does not count. Git stops at the first hit of each.
    """
    found: set[str] = set()
    paths: list[str] | None = None
    outside = ["--", ".", f":(top,exclude,literal){excluded}"] if excluded else []
    for name in dict.fromkeys(names):
        if paths is None:
            paths = zsplit(git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", tree))
        if _is_path(name, paths):
            found.add(name)
            continue
        done = git.call("grep", "-q", "-I", "-F", "-w", "-e", name, tree, *outside)
        if done.returncode > _NO_MATCH:
            raise GitError(error_line(done.stderr), where="git grep")
        if done.returncode == 0:
            found.add(name)
    return found


def _is_path(name: str, paths: Iterable[str]) -> bool:
    inside, end = f"/{name}/", f"/{name}"
    return any(inside in f"/{path}/" or f"/{path}".endswith(end) for path in paths)
