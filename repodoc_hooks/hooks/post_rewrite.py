"""post-rewrite: notes follow commits that amend and rebase made anew; what a rebase left stale is told. githooks(5)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks.stale import report_stale


def run(git: Git, args: Sequence[str]) -> int:
    """Read `old new` lines from stdin and give the new commits the old ones' notes."""
    from repodoc_hooks.git import notes, rewritten

    command = args[0] if args else os.environ.get("PRE_COMMIT_REWRITE_COMMAND", "")
    lines = [] if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read().splitlines()
    pairs = [(words[0], words[1]) for line in lines if len(words := line.split()) >= 2]
    if not pairs:  # pre-commit and prek keep stdin to themselves
        found = {"amend": rewritten.amended, "rebase": rewritten.rebased}.get(command)
        pairs = found(git) if found else []
    notes.rekey(git, pairs)
    if command == "rebase":  # whose commits no other hook of ours looks at
        report_stale(git, git.line("rev-parse", "--verify", "--quiet", "HEAD^{tree}"), "the rebase")
    return 0
