"""Working copies of Jujutsu (jj): those that have no `.git` beside them get the store's, and an index of ours.

jj keeps its commits in a git repository: the one beside `.jj` (colocated, its default), or one inside `.jj`. Further
workspaces and the working copies of `jj run` have neither `.git` nor index. Nothing is staged in jj: the working copy,
new files included, is the commit.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from repodoc_hooks import system

FOLDER = ".jj"
INDEX = "repodoc-index"
ADVICE = "`repodoc update` before `jj commit`; in all your commits: `jj run --restore-descendants -- repodoc update`"
"""How pages get into commits of a program that runs no hooks."""
MOST_BYTES = 1 << 20
"""Of a new file; jj itself takes up no larger one by default (`snapshot.max-new-file-size`)."""


def takes_new_files(top: Path, environ: Mapping[str, str]) -> bool:
    """Does jj keep this work tree, so that a new file belongs to the commit without anybody's adding it?"""
    return (top / FOLDER).is_dir() or owned_index(environ) is not None


def owned_index(environ: Mapping[str, str]) -> Path | None:
    """The index that is ours alone, where there is no git's own."""
    index = Path(environ.get("GIT_INDEX_FILE", ""))
    return index if index.name == INDEX else None


def variables(start: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """What git needs to work on the jj working copy of a directory; {} where git finds its own way.

    A folder `.jj` that a repository may have brought along is not believed: below a `.git` it has to name that very
    repository, elsewhere it has to belong to the user (compare `safe.directory` in git-config(1)).
    """
    if "GIT_DIR" in environ:
        return {}
    start = Path(os.path.abspath(start))  # noqa: PTH100 (links stay as they are)
    running = _of_jj_run(start, environ)
    top = running or next((folder for folder in (start, *start.parents) if _begins(folder)), None)
    if top is None or os.path.lexists(top / ".git"):
        return {}
    state = (
        next(folder for folder in (*top.parents, top) if folder.name == FOLDER) if running else top / FOLDER
    )
    store = _store(state)
    if store is None or not _is_trusted(state, store):
        return {}
    index = (top.parent if running else state) / INDEX
    return {"GIT_DIR": str(store), "GIT_WORK_TREE": str(top), "GIT_INDEX_FILE": str(index)}


def _begins(folder: Path) -> bool:
    return (folder / FOLDER).is_dir() or os.path.lexists(folder / ".git")


def _of_jj_run(start: Path, environ: Mapping[str, str]) -> Path | None:
    """The working copy of `jj run` that `start` lies in: a folder within the `.jj` of its workspace."""
    root = environ.get("JJ_WORKSPACE_ROOT", "")
    if not root or "JJ_COMMIT_ID" not in environ or FOLDER not in Path(root).parts:
        return None
    return Path(root) if start.is_relative_to(root) else None


def _store(state: Path) -> Path | None:
    """The git directory behind a `.jj`; in a further workspace `repo` is a file that leads to the first one's."""
    try:
        repo = state / "repo"
        if repo.is_file():
            repo = state / os.fsdecode(repo.read_bytes())
        target = repo / "store" / "git_target"
        store = (target.parent / os.fsdecode(target.read_bytes())).resolve()
    except (OSError, ValueError):
        return None
    return store if (store / "HEAD").is_file() else None


def _is_trusted(state: Path, store: Path) -> bool:
    for folder in state.parent.parents:
        around = folder / ".git"
        if around.is_dir():
            return store == around.resolve()
        if around.exists():
            return False
    return system.my_number() in (None, state.stat().st_uid) and system.my_number() in (
        None,
        store.stat().st_uid,
    )
