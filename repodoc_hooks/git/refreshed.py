"""Pages that were refreshed in the work tree alone: as long as they are what we wrote, they are nobody's edit.

Part of `repodoc_hooks.git.staging`. A small file in the worktree's private folder; losing it means that such a page
counts as edited by a person.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from repodoc_hooks.git.blobs import blob_oid
from repodoc_hooks.git.process import Git

FILE = "repodoc/refreshed.json"


def read(git: Git) -> dict[str, str]:
    """Path -> what `name` gives for the content that we left there."""
    try:
        known = json.loads((git.git_dir / FILE).read_bytes())
        return {str(path): str(content) for path, content in known.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write(git: Git, known: Mapping[str, str]) -> None:
    """Keep it for the next write, without the paths that have no name (any more)."""
    file = git.git_dir / FILE
    known = {path: name for path, name in known.items() if name}
    if not known:
        file.unlink(missing_ok=True)
        return
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(known))
    draft.replace(file)


def name(git: Git, content: bytes) -> str:
    """A hash of a file's content."""
    return blob_oid(git, content)
