"""What commits that pre-commit did not see have left stale."""

from __future__ import annotations

from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import read_settings


def report_stale(git: Git, tree: str, what: str) -> bool:
    """Print which pages of HEAD's tree are stale, and that `what` made them so; whether there are any."""
    from repodoc_hooks.incremental_engine import Engine
    from repodoc_hooks.pipeline.plan import FAILING_STATES
    from repodoc_hooks.reports.console import tell
    from repodoc_hooks.reports.formatting import listed

    config, _ = read_settings(git, "rev", say=False)
    if config is None or config.write != "commit" or not tree:
        return False
    with Engine.open(git, config) as engine:
        stale = sorted({s.path for s in engine.plan(tree).sections if s.state in FAILING_STATES})
    if stale:
        fixed = "`repodoc update` fixes it, and so does the next commit that touches source"
        tell(f"repodoc: {what} left {listed(stale, 1)} stale; {fixed}")
    return bool(stale)
