"""What a test's pre-commit hook runs: writes the pages of a JSON file (argument 1) through the one writer.

Argument 2, if given, is a number N: the process kills itself before its N-th effect (git call or rename ...).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from repodoc_hooks.git import staging
from repodoc_hooks.git.process import Git


def kill_before(number: int) -> None:
    """Let this process kill itself, as `kill -9` would, right before its `number`-th effect."""
    left = number

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return run

    for owner, names in (
        (Git, ("call",)),
        (os, ("open", "fsync")),
        (Path, ("write_bytes", "write_text", "replace", "rename", "unlink", "mkdir", "rmdir", "chmod")),
    ):
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))


def main() -> None:
    """Write the pages; say what became of each."""
    texts: dict[str, str | None] = json.loads(Path(sys.argv[1]).read_text())
    pages = {path: None if text is None else text.encode() for path, text in texts.items()}
    git = Git.discover()
    if len(sys.argv) > 2:
        kill_before(int(sys.argv[2]))
    staging.repair(git)
    for done in staging.write_pages(git, pages, "index"):
        print(f"{done.outcome} {done.path} {done.message}".strip(), file=sys.stderr)


if __name__ == "__main__":
    main()
