"""post-commit: the note on the new commit; what a commit without pre-commit left stale is told. See githooks(5)."""

from __future__ import annotations

from collections.abc import Sequence

from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import rebasing


def run(git: Git, args: Sequence[str]) -> int:
    """Write the note, or say what went stale."""
    from repodoc_hooks.store import pending

    if rebasing(git):
        return 0
    records = pending.load(git)
    tree = git.line("rev-parse", "--verify", "--quiet", "HEAD^{tree}")
    if records:
        from repodoc_hooks.git import notes

        notes.write(git, "HEAD", [line for record in records for line in record.lines])
        pending.drop(records)
    if not records or records[-1].tree != tree:
        _look(git, tree)
    return 0


def _look(git: Git, tree: str) -> None:
    """pre-commit did not see this commit (`--no-verify`, cherry-pick, revert): say what it left behind."""
    from repodoc_hooks.commands._shared import tell
    from repodoc_hooks.incremental_engine import Engine
    from repodoc_hooks.planning import FAILING_STATES
    from repodoc_hooks.workspace import read_config

    config = read_config(git, "rev", "HEAD")
    if config is None or config.write != "commit" or not tree:
        return
    with Engine.open(git, config) as engine:
        stale = sorted({s.path for s in engine.plan(tree).sections if s.state in FAILING_STATES})
    if stale:
        more = f" and {len(stale) - 1} more" if len(stale) > 1 else ""
        tell(
            f"repodoc: this commit left {stale[0]}{more} stale; `repodoc update` mends it, so does the next commit"
        )
