"""Trees whose pages `repodoc check` has found current, so that the next look starts from there.

One small JSON file in the private folder of the repository, never shared with anybody: what others say of a tree is
not believed. Losing it costs time only.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from repodoc_hooks.analysis import PARSER_VERSION
from repodoc_hooks.config import Config
from repodoc_hooks.private import private_folder

FILE_NAME = "verdicts.json"
KEEP = 32


@dataclass(frozen=True, slots=True)
class Current:
    """A tree with all its pages current; `sections` is how many sections these have."""

    tree: str
    sections: int


def rules_of(config: Config) -> str:
    """What the pages depend on beside the tree, as text: settings and parsers."""
    return json.dumps([asdict(config), PARSER_VERSION], sort_keys=True, default=str)


def recall(state_dir: Path, rules: str) -> list[Current]:
    """Trees found current under the same rules (settings and parsers), the latest first."""
    try:
        content = json.loads((state_dir / FILE_NAME).read_bytes())
        if content["rules"] != rules:
            return []
        return [Current(str(tree), int(sections)) for tree, sections in content["current"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def remember(state_dir: Path, rules: str, found: Current) -> None:
    """Put a tree first."""
    others = [each for each in recall(state_dir, rules) if each.tree != found.tree]
    rows = [[each.tree, each.sections] for each in (found, *others)][:KEEP]
    draft = state_dir / f".{FILE_NAME}.{os.getpid()}"
    try:
        private_folder(state_dir)
        draft.write_text(json.dumps({"rules": rules, "current": rows}))
        draft.replace(state_dir / FILE_NAME)
    except OSError:  # read-only: the next look starts anew
        return
