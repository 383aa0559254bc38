"""Which snapshot is described, and the `.repodoc.yaml` that holds for it. Light, for hooks that only look at it."""

from __future__ import annotations

import stat
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from repodoc_hooks import CONFIG_BYTES, CONFIG_NAME
from repodoc_hooks.errors import ConfigError
from repodoc_hooks.git.objects import Objects
from repodoc_hooks.git.process import Git

if TYPE_CHECKING:
    from repodoc_hooks.config import Config

Source = Literal["staged", "worktree", "rev"]


def read_config(
    git: Git,
    source: Source = "worktree",
    rev: str = "HEAD",
    file: str | None = None,
    objects: Objects | None = None,
) -> Config | None:
    """The configuration of a snapshot; None when it has none.

    `file` is one that the user named instead; `objects` is a reader that is open already.

    Raises:
        ConfigError: it is unreadable or wrong.
    """
    from repodoc_hooks.config import load_cached

    if file is not None:
        try:
            return load_cached(Path(file).read_bytes(), file, git.state_dir)
        except OSError as error:
            raise ConfigError(error.strerror or str(error), where=file, fix="name a readable file") from error
    text = config_text(git, source, rev, objects)
    return None if text is None else load_cached(text, CONFIG_NAME, git.state_dir)


def source_tree(git: Git, docs_dir: str, others: Collection[str], source: Source, rev: str = "HEAD") -> str:
    """The tree OID of a snapshot: of the index, of the work tree (with docs_dir and `others`) or of a revision.

    Raises:
        RepositoryError: there is no such revision, or the index has unmerged entries.
    """
    from repodoc_hooks.git import snapshot

    if source == "staged":
        return snapshot.staged_tree(git)
    if source == "worktree":
        return snapshot.worktree_tree(git, docs_dir, others)
    return snapshot.revision_tree(git, rev)


def config_text(git: Git, source: Source, rev: str = "HEAD", objects: Objects | None = None) -> bytes | None:
    """The `.repodoc.yaml` of a snapshot as it stands, None when it has none.

    Raises:
        ConfigError: it is unreadable.
    """
    if source == "worktree":
        return _file_text(git.top / CONFIG_NAME)
    name = f":{CONFIG_NAME}" if source == "staged" else f"{rev}:{CONFIG_NAME}"
    if objects is not None:
        return next(objects.find([name]))[1]
    done = git.call("cat-file", "blob", name)
    return done.stdout if done.returncode == 0 else None


def _file_text(path: Path) -> bytes | None:
    """A file of the work tree, None if there is none. What the repository may have put there is not waited for."""
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            what = "it is a symlink" if stat.S_ISLNK(mode) else "it is no regular file"
            raise ConfigError(what, where=path.name, fix="put the file itself there")
        with path.open("rb") as file:
            return file.read(CONFIG_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        what = error.strerror or str(error)
        raise ConfigError(what, where=path.name, fix="make it readable") from error
