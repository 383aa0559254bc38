"""pre-push: note what is pushed, for the worker that makes the deep sections afterwards. See githooks(5)."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from repodoc_hooks.git.process import Git


def run(git: Git, args: Sequence[str]) -> int:
    """Leave a note and start the worker; the connection to the server stands open meanwhile, so be quick."""
    from repodoc_hooks.deferred.post_push import queue_push
    from repodoc_hooks.pipeline.config_source import read_config

    config = read_config(git)
    if config is None or not config.asks_models or config.deep.when != "post-push":
        return 0
    lines = [] if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read().splitlines()
    remote, url = (*args, "", "")[:2]
    queue_push(git, remote, url, lines)
    return 0
