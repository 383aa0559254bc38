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
    within = ["--", f":(top,literal){directory}"] if directory else []
    done = git.call("grep", "-l", "-z", "-F", "--no-color", *arguments, tree, *within)
    if done.returncode > _NO_MATCH:
        raise GitError(error_line(done.stderr), where="git grep")
    return [path.removeprefix(f"{tree}:") for path in zsplit(done.stdout)]
