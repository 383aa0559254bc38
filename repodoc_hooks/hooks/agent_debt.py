"""A commit under a coding agent: no model is waited for, and what prose it owes is reported in one line."""

from __future__ import annotations

import json
from collections.abc import Sequence

from repodoc_hooks.git.process import Git
from repodoc_hooks.pipeline.run_report import RunReport
from repodoc_hooks.private import keep_file, read_json
from repodoc_hooks.reports.formatting import listed
from repodoc_hooks.sections.kinds import QUICK_SECTIONS

REFUSAL = (
    "the commit waits for it, this once (pre_commit.agent: write): `repodoc tasks --staged`, "
    "`repodoc answer --staged`, then commit again"
)
_SHOWN = 3
_ASKED = "agent-asked.json"
_KEPT = 50


def owed(report: RunReport) -> list[str]:
    """The sections of the commit whose prose is left to the agent."""
    return [
        section.id
        for section in report.sections
        if section.action in ("deferred", "failed") and section.kind in QUICK_SECTIONS
    ]


def told(sections: Sequence[str], agent: str) -> str:
    """The one line: what is owed, and what to run."""
    shown = listed(sections, _SHOWN)
    return f"owed by {agent}: {shown}; `repodoc tasks` gives what it takes, `repodoc answer` puts it on the pages"


def first_time(git: Git, report: RunReport) -> bool:
    """Has this tree not been refused before? Neither it nor what our pages make of it is refused again."""
    found = read_json(git.worktree_state_dir / _ASKED)
    asked = [str(tree) for tree in found] if isinstance(found, list) else []
    trees = {report.tree, report.staged}
    keep_file(git.worktree_state_dir / _ASKED, json.dumps([*asked, *sorted(trees)][-_KEPT:]).encode())
    return trees.isdisjoint(asked)
