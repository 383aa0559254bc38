"""post-rewrite: notes follow commits that amend and rebase made anew. See githooks(5)."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from repodoc_hooks.git.process import Git


def run(git: Git, args: Sequence[str]) -> int:
    """Read `old new` lines from stdin and give the new commits the old ones' notes."""
    from repodoc_hooks.git import notes

    pairs = [(words[0], words[1]) for line in sys.stdin if len(words := line.split()) >= 2]
    notes.rekey(git, pairs)
    return 0
