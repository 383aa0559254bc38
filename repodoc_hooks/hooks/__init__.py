"""What happens when git runs a hook: one module per githooks(5) hook, nothing else in it.

A hook never blocks a commit for a failure of ours, and loses nobody's edit.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from repodoc_hooks.errors import RepodocError, UsageError
from repodoc_hooks.git.process import Git
from repodoc_hooks.shims import HOOKS

SKIP = "REPODOC_SKIP"
ACTIVE = "REPODOC_ACTIVE"
_QUIET = "quiet"


def run_hook(name: str, args: Sequence[str], directory: str) -> int:
    """Run one hook and give the exit code for git.

    Raises:
        UsageError: there is no such hook.
    """
    if name not in HOOKS:
        raise UsageError(f"there is no hook {name!r}", fix=f"it is one of {', '.join(HOOKS)}")
    if os.environ.get(SKIP, "") not in ("", "0") or os.environ.get(ACTIVE):
        return 0
    os.environ[ACTIVE] = "1"
    try:
        module = import_module("repodoc_hooks.hooks." + name.replace("-", "_"))
        return int(module.run(Git.discover(directory), args))
    except Exception as error:  # a bug of ours blocks nobody's commit either
        from repodoc_hooks.reports.console import tell

        ours = isinstance(error, RepodocError)
        tell(f"repodoc: {error}" if ours else f"repodoc: internal error: {type(error).__name__}: {error}")
        tell(f"repodoc: the {name} hook did nothing; git goes on")
        return 0


def rebasing(git: Git) -> bool:
    """A rebase, `git am` or an interactive edit of history is under way: pages written now would collide later."""
    return any(Path(git.git_dir, name).exists() for name in ("rebase-merge", "rebase-apply"))


def set_quiet(git: Git, *, quiet: bool) -> None:
    """Tell post-commit (its shim, too) whether pre-commit has left it anything to do; a squash always has.

    The answer names the git process that it holds for: a commit that is given up leaves it behind.
    """
    from repodoc_hooks.git.rewritten import remember_squash

    quiet = not remember_squash(git) and quiet
    folder = git.git_dir / "repodoc"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / _QUIET).write_text(_quiet_line() if quiet else "\n")


def was_quiet(git: Git) -> bool:
    """Did pre-commit leave nothing to do? The answer holds for one commit."""
    try:
        with (git.git_dir / "repodoc" / _QUIET).open() as file:
            said = file.readline()
    except FileNotFoundError:
        return False
    quiet = said.startswith(_QUIET) and said == _quiet_line()
    if quiet:
        set_quiet(git, quiet=False)
    return quiet


def _quiet_line() -> str:
    """Nothing is said to a post-commit that could not know whether it is meant."""
    from repodoc_hooks.system import nearest_git

    process = nearest_git()
    return f"{_QUIET} {process.pid}\n" if process else "\n"
