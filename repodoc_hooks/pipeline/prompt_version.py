"""The version of the prompts that prose was last asked for with, on this machine: a change of it is told, once.

Prose that stands on pages is not made stale by other words in a prompt; whoever wants it anew is told how.
"""

from __future__ import annotations

from pathlib import Path

from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.private import keep_file, read_json
from repodoc_hooks.prompts import digest

_FILE = "prompts.json"


def changed_prompts(state_dir: Path, templates: Overrides) -> str:
    """A line about prompts that have changed since prose was last asked for, "" where they have not; remembers them."""
    import json

    file = state_dir / _FILE
    known = read_json(file)
    before = known.get("version") if isinstance(known, dict) else None
    now = digest(templates)
    if before == now:
        return ""
    keep_file(file, json.dumps({"version": now}).encode())
    if not isinstance(before, str):
        return ""
    what = f"the prompts have changed ({before[:12]} to {now}); what stands on pages was asked for with the former"
    return f"{what}: `repodoc update --all` has it written anew"
