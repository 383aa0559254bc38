"""What happens when git runs a hook: one module per githooks(5) hook, nothing else in it.

A hook never blocks a commit for a failure of ours, and loses nobody's edit.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from repodoc_hooks.errors import RepodocError, UsageError
from repodoc_hooks.git.process import Git
from repodoc_hooks.lean_imports import import_msgspec
from repodoc_hooks.private import clear_obstacles, explain, private_folder
from repodoc_hooks.shims import HOOKS
from repodoc_hooks.wall_clock import TimeIsUp, limited_to, set_limit

if TYPE_CHECKING:
    from repodoc_hooks.config import Config
    from repodoc_hooks.git.objects import Objects
    from repodoc_hooks.pipeline.config_source import Source

SKIP = "REPODOC_SKIP"
ACTIVE = "REPODOC_ACTIVE"
TIME_LIMIT = 20.0
"""Seconds for a hook, until it has read what the configuration says of it."""
_QUIET = "quiet"
_OLD_DRIVER = b"; else git merge-file -L ours -L base -L theirs %A %O %B; fi"
"""In git's configuration: the merge driver of an earlier version, which dropped text when it could not run."""


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
        with limited_to(TIME_LIMIT):
            module = import_module("repodoc_hooks.hooks." + name.replace("-", "_"))
            git = Git.discover(directory)
            for folder in {git.state_dir, git.worktree_state_dir}:
                clear_obstacles(folder)
            code = int(module.run(git, args))
            _renew_merge_driver(git)
        return code
    except (Exception, TimeIsUp) as error:  # a bug of ours blocks nobody's commit either
        from repodoc_hooks.reports.console import tell

        known = isinstance(error, RepodocError | TimeIsUp)
        tell(f"repodoc: {error if known else explain(error)}")
        tell(f"repodoc: the {name} hook did nothing; git goes on")
        if isinstance(error, TimeIsUp) and name == "pre-commit":
            tell("repodoc: this commit may leave pages stale; `repodoc update` has all the time it takes")
            with suppress(Exception):  # post-commit would look for as long again
                set_quiet(Git.discover(directory), quiet=True)
        return 0


def _renew_merge_driver(git: Git) -> None:
    """Where an earlier version has registered a command that may drop text, register today's."""
    try:
        old = _OLD_DRIVER in (git.common_dir / "config").read_bytes()
    except OSError:
        return
    if old:
        from repodoc_hooks.git.merge_driver import renew

        renew(git)


def read_settings(
    git: Git, source: Source, rev: str = "HEAD", objects: Objects | None = None, *, say: bool = True
) -> tuple[Config | None, str]:
    """The settings of a snapshot (None: it has none), and the backend to ask: "auto", or "none".

    Where the repository's file makes a setting of the machine, a line says so (`say`), and no model is asked.

    Raises:
        ConfigError: they are unreadable or wrong in another way.
    """
    import_msgspec()
    from repodoc_hooks.config import MisplacedSetting
    from repodoc_hooks.pipeline.config_source import read_config

    try:
        return read_config(git, source, rev, objects=objects), "auto"
    except MisplacedSetting as error:
        if say:
            from repodoc_hooks.reports.console import tell

            tell(f"repodoc: {error}; no model is asked")
        return error.rest, "none"


def limit_time(config: Config) -> None:
    """Let this hook take the time that the configuration gives it: what is made here, and the wait for models."""
    waits = config.pre_commit.deadline if config.asks_models else 0.0
    set_limit(config.pre_commit.time_limit + waits)


def rebasing(git: Git) -> bool:
    """A rebase, `git am` or an interactive edit of history is under way: pages written now would collide later."""
    return any(Path(git.git_dir, name).exists() for name in ("rebase-merge", "rebase-apply"))


def set_quiet(git: Git, *, quiet: bool) -> None:
    """Tell post-commit (its shim, too) whether pre-commit has left it anything to do; a squash always has.

    The answer names the git process that it holds for: a commit that is given up leaves it behind.
    """
    from repodoc_hooks.git.rewritten import remember_squash

    quiet = not remember_squash(git) and quiet
    private_folder(git.worktree_state_dir)
    # In place, as the shims do: half a line is no answer, and a file that is cut off costs the system a flush.
    (git.worktree_state_dir / _QUIET).write_text(_quiet_line() if quiet else "\n")


def was_quiet(git: Git) -> bool:
    """Did pre-commit leave nothing to do? The answer holds for one commit."""
    try:
        with (git.worktree_state_dir / _QUIET).open(errors="replace") as file:
            said = file.readline(100)
    except OSError:
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
