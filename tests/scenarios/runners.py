"""Who runs the hooks: each runner is set up as its users would, in a repository that holds all their settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from repodoc_hooks.git import install
from repodoc_hooks.git.process import Git
from repodoc_hooks.resources import shims_dir
from tests.repos import Repo
from tests.tools import npm_tool

_BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def write_settings(repo: Repo) -> None:
    """The files that the runners read, as the recipes give them, all of them tracked."""
    for path, text in _BLOCK.findall((shims_dir() / "RECIPES.md").read_text()):
        repo.write(path, text)


def _native(repo: Repo) -> None:
    install.install(Git.discover(repo.path))


def _framework(name: str) -> Callable[[Repo], None]:
    def set_up(repo: Repo) -> None:
        repo.run(name, "install")

    return set_up


def _lefthook(repo: Repo) -> None:
    repo.run(npm_tool("lefthook"), "install")


def _husky(repo: Repo) -> None:
    repo.run(npm_tool("husky"))


def _lint_staged(repo: Repo) -> None:
    hook = repo.write(".git/hooks/pre-commit", f"#!/bin/sh\nexec '{npm_tool('lint-staged')}' --quiet\n")
    hook.chmod(0o755)


RUNNERS: Mapping[str, Callable[[Repo], None]] = {
    "native": _native,
    "pre-commit": _framework("pre-commit"),
    "prek": _framework("prek"),
    "lefthook": _lefthook,
    "husky": _husky,
    "lint-staged": _lint_staged,
}
