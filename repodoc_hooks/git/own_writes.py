"""Pages that were refreshed in the work tree alone: as long as they are what we wrote, they are nobody's edit.

Part of `repodoc_hooks.git.staging`. A small file in the worktree's private folder; losing it means that such a page
counts as edited by a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from repodoc_hooks.git.blobs import blob_oid
from repodoc_hooks.git.process import Git
from repodoc_hooks.private import keep_file, read_json

FILE = "refreshed.json"


def read(git: Git) -> dict[str, str]:
    """Path -> the name of a blob with the content that we left there."""
    known = read_json(git.worktree_state_dir / FILE)
    return {str(path): str(content) for path, content in known.items()} if isinstance(known, dict) else {}


def is_ours(git: Git, known: Mapping[str, str], path: str, content: bytes | None) -> bool:
    """Is a file just what we left there?"""
    return path in known and content is not None and blob_oid(git, content) == known[path]


def write(git: Git, known: Mapping[str, str]) -> None:
    """Keep it for the next write."""
    file = git.worktree_state_dir / FILE
    if known:
        keep_file(file, json.dumps(known).encode())
    else:
        file.unlink(missing_ok=True)
