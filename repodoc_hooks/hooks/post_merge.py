"""post-merge: the pages that a merge made stale are refreshed. See githooks(5).

The work tree alone by default; a commit by choice, and never after a fast-forward, which would make every clone
that pulls diverge.
"""

from __future__ import annotations

from collections.abc import Sequence

from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import limit_time, read_settings
from repodoc_hooks.reports.console import tell
from repodoc_hooks.reports.formatting import listed, several

_SHOWN = 3
_MESSAGE = "docs: refresh the pages after a merge"


def run(git: Git, args: Sequence[str]) -> int:
    """Refresh after a merge; a squash (argument 1) is a commit still to come."""
    if args[:1] == ["1"]:
        return 0
    config, backend = read_settings(git, "rev")
    if config is None or config.write != "commit":
        return 0
    limit_time(config)
    if config.post_merge.apply != "none":
        _refresh(git, config, backend)
    if config.asks_models and config.deep.when == "post-push":
        from repodoc_hooks.deferred.background import queue_commit

        queue_commit(git)
    return 0


def _refresh(git: Git, config: Config, backend: str) -> None:
    from repodoc_hooks.incremental_engine import Engine, Request
    from repodoc_hooks.reports.observe import observed

    commit = config.post_merge.apply == "commit" and bool(
        git.line("rev-parse", "--verify", "--quiet", "HEAD^2")
    )
    with Engine.open(git, config) as engine, observed(engine.workspace):
        report = engine.run(
            Request(
                origin="post-merge",
                source="rev",
                backend=backend,
                deadline=config.pre_commit.deadline,
                apply="index" if commit else "worktree",
            )
        )
    pages = [page.path for page in report.written]
    if not pages:
        return
    if commit:
        git.run("commit", "--no-verify", "--quiet", "-m", _MESSAGE, "--", *pages)
        tell(f"repodoc: {several(len(pages), 'page')} refreshed in a commit of their own")
    else:
        place = "in the work tree, commit them when you like"
        tell(f"repodoc: the merge left pages stale; {listed(pages, _SHOWN)} refreshed {place}")
