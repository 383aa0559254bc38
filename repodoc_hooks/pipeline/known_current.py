"""Trees whose pages this machine has found current, so that the next look starts from there: hook and `check` alike.

One small JSON file in the private folder of the repository, never shared with anybody: what others say of a tree, in a
note for example, is not believed. Losing it costs time only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from repodoc_hooks import __version__
from repodoc_hooks.analysis import PARSER_VERSION
from repodoc_hooks.private import keep_file, read_json

if TYPE_CHECKING:
    from repodoc_hooks.config import Config

FILE_NAME = "known-current.json"
KEEP = 32
_OF_THE_HOOKS = frozenset({"REPODOC_ACTIVE", "REPODOC_BY_SHIM", "REPODOC_SKIP"})  # they set nothing


class Current(NamedTuple):
    """A tree without a stale page; `sections` is how many sections it has, 0 if some of them wait to be written."""

    tree: str
    sections: int = 0


class Memory(NamedTuple):
    """What is known under some rules: where the pages are, and the current trees, the latest first."""

    docs_dir: str
    others: tuple[str, ...]
    current: tuple[Current, ...]

    def nearest(self, tree: str | None) -> Current:
        """Where to start from: `tree` itself where it is known, else the latest."""
        return next((found for found in self.current if found.tree == tree), self.current[0])


def rules_of(text: bytes | None, environ: Mapping[str, str]) -> str:
    """What a verdict depends on beside the tree: the settings' text and variables, this program and its parsers."""
    variables = sorted(
        (name, value)
        for name, value in environ.items()
        if name.startswith("REPODOC_") and name not in _OF_THE_HOOKS
    )
    settings = None if text is None else text.decode("utf-8", "backslashreplace")
    return json.dumps([settings, variables, __version__, PARSER_VERSION])


def recall(state_dir: Path, rules: str) -> Memory | None:
    """What former looks found under these rules."""
    content = read_json(state_dir / FILE_NAME)
    try:
        if content["rules"] != rules:
            return None
        current = tuple(Current(str(tree), int(sections)) for tree, sections in content["current"])
        if not current:
            return None
        return Memory(str(content["docs_dir"]), tuple(map(str, content["others"])), current)
    except (ValueError, KeyError, TypeError):
        return None


def remember(state_dir: Path, rules: str, config: Config, found: Current) -> None:
    """Put a tree first."""
    memory = recall(state_dir, rules)
    others = [each for each in memory.current if each.tree != found.tree] if memory else []
    content = {
        "rules": rules,
        "docs_dir": config.docs_dir,
        "others": list(config.others),
        "current": [[each.tree, each.sections] for each in (found, *others)][:KEEP],
    }
    with suppress(OSError):  # read-only: the next look starts anew
        keep_file(state_dir / FILE_NAME, json.dumps(content).encode())
