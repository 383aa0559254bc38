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

HOOKS = ("pre-commit", "post-commit", "post-merge", "post-rewrite", "pre-push")
SKIP = "REPODOC_SKIP"
ACTIVE = "REPODOC_ACTIVE"


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
    module = import_module("repodoc_hooks.hooks." + name.replace("-", "_"))
    try:
        return int(module.run(Git.discover(directory), args))
    except RepodocError as error:
        from repodoc_hooks.commands._shared import tell

        tell(f"repodoc: {error}")
        tell(f"repodoc: the {name} hook did nothing; git goes on")
        return 0


def rebasing(git: Git) -> bool:
    """A rebase, `git am` or an interactive edit of history is under way: pages written now would collide later."""
    return any(Path(git.git_dir, name).exists() for name in ("rebase-merge", "rebase-apply"))
