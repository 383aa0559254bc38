"""post-merge: the pages that a merge made stale are refreshed in the work tree. See githooks(5).

In the merge commit itself, or in a commit of their own, by choice. After a fast-forward always in the work tree: a
commit would make every clone that pulls diverge.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from repodoc_hooks.config import Config
from repodoc_hooks.git import merge_commit
from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import limit_time, read_settings
from repodoc_hooks.reports.console import tell
from repodoc_hooks.reports.formatting import listed

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.run_report import RunReport

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

    commit = _to_change(git, config.post_merge.apply)
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
    if not commit:
        place = "refreshed in the work tree, commit them when you like"
    elif not _committed(git, commit, report, own=config.post_merge.apply == "commit"):
        place = "refreshed and staged, commit them when you like"
    elif config.post_merge.apply == "commit":
        place = "refreshed in a commit of their own"
    else:
        place = "refreshed in the merge commit"
    tell(f"repodoc: the merge left pages stale; {listed(pages, _SHOWN)} {place}")


def _to_change(git: Git, apply: str) -> str:
    """The merge commit that the pages go into, or on top of; "" where they belong in the work tree."""
    if apply not in ("merge", "commit"):
        return ""
    commit = merge_commit.just_made(git)
    return "" if apply == "merge" and commit and merge_commit.is_signed(git, commit) else commit


def _committed(git: Git, commit: str, report: RunReport, *, own: bool) -> bool:
    """Put what is staged into the merge commit, or into a commit of its `own`; False if there is more than our pages,
    or somebody else has moved the branch."""
    from repodoc_hooks.git import notes
    from repodoc_hooks.git.snapshot import staged_tree
    from repodoc_hooks.pipeline import manifest

    tree = staged_tree(git)
    if tree != report.staged:
        return False
    new = (
        merge_commit.child(git, commit, tree, _MESSAGE) if own else merge_commit.with_tree(git, commit, tree)
    )
    if not merge_commit.move_head(git, commit, new):
        return False
    notes.write(git, new, manifest.lines(report))
    return True
