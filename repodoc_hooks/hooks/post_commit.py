"""post-commit: the note on the new commit, and the worker for what the commit left for later. See githooks(5).

What a commit without pre-commit left stale is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from repodoc_hooks.agents.hosts import agent_at_hand
from repodoc_hooks.git import rewritten
from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import read_settings, rebasing, was_quiet
from repodoc_hooks.hooks.stale import report_stale
from repodoc_hooks.store import job_files, pending


def run(git: Git, args: Sequence[str]) -> int:
    """Write the note, say what went stale, and leave the rest to the worker."""
    if rebasing(git) or was_quiet(git):
        return 0
    if taken_over := [*rewritten.picked(git), *rewritten.squashed(git)]:
        from repodoc_hooks.git import notes

        notes.rekey(git, taken_over)
    records = pending.load(git)
    tree = git.line("rev-parse", "--verify", "--quiet", "HEAD^{tree}")
    if records:
        from repodoc_hooks.git import notes

        notes.write(git, "HEAD", [line for record in records for line in record.lines])
        pending.drop(records)
    pending.drop_note(git)
    # pre-commit did not see this very commit: `--no-verify`, cherry-pick, revert.
    stale = (not records or records[-1].tree != tree) and report_stale(git, tree, "this commit")
    owing = stale or any(pending.owes(record.lines) for record in records)
    _leave_to_worker(
        git, owing=owing and not agent_at_hand()
    )  # a model at hand is asked before one that costs
    return 0


def _leave_to_worker(git: Git, *, owing: bool) -> None:
    """Queue the prose that this commit owes; else go on with what a lost worker left."""
    if not owing and not job_files.queued(git.state_dir):
        return
    from repodoc_hooks.deferred.background import queue_commit, wake_worker

    if not owing:
        wake_worker(git)
        return
    config, _ = read_settings(git, "rev", say=False)
    if config is not None and config.asks_models and config.deep.when == "post-push":
        queue_commit(git)
