"""pre-push: note what is pushed, for the worker that makes the deep sections afterwards. See githooks(5).

The shim notes a push itself and calls this without waiting for it; frameworks of hooks call it directly.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import read_settings

NOTED = "--noted"


def run(git: Git, args: Sequence[str]) -> int:
    """Leave a note and start the worker; the connection to the server stands open meanwhile, so be quick."""
    config, _ = read_settings(git, "worktree", say=False)
    wanted = (
        config is not None
        and config.asks_models
        and config.write == "commit"
        and config.deep.when == "post-push"
    )
    if list(args) == [NOTED]:
        return _work_or_forget(git, wanted=wanted)
    if not wanted:
        return 0
    from repodoc_hooks.deferred.post_push import queue_push

    lines = [] if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read().splitlines()
    remote, url = (*args, "", "")[:2]
    queue_push(git, remote, url, lines)
    return 0


def _work_or_forget(git: Git, *, wanted: bool) -> int:
    """The shim has left its note, nobody waits: become the worker, or delete the note where no model is `wanted`."""
    from repodoc_hooks.deferred.background import become_worker
    from repodoc_hooks.store.push_notes import push_notes

    if wanted:
        become_worker(git)
    for note in push_notes(git.state_dir):
        note.drop()
    return 0
