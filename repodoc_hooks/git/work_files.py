"""Files of the work tree, by the one door through which we write them: in one step, and never through a link."""

from __future__ import annotations

import glob
from contextlib import suppress
from pathlib import Path

from repodoc_hooks.errors import RepositoryError
from repodoc_hooks.private import replace_file
from repodoc_hooks.repository_paths import is_inside


def refuse_outside(top: Path, path: str, fix: str = "change docs_dir") -> None:
    """See that a path from the top is plainly inside this repository. `fix` is what to do if it is not.

    Raises:
        RepositoryError: it leads out of it, through a symlink, a file or into another repository.
    """
    if not is_inside(path):
        raise RepositoryError("git takes no such path", where=path, fix=fix)
    folder = top
    for part in path.split("/")[:-1]:
        folder = folder / part
        shown = folder.relative_to(top)
        if folder.is_symlink():
            raise RepositoryError(
                f"{shown} is a symlink, and nothing is written through one", where=path, fix=fix
            )
        if not folder.exists():
            return
        if not folder.is_dir():
            raise RepositoryError(f"{shown} is a file", where=path, fix=f"move it away, or {fix}")
        if (folder / ".git").exists():
            raise RepositoryError(f"{shown} is another repository", where=path, fix=fix)


def file_above(top: Path, path: str) -> str:
    """The regular file that stands where a folder above a path would be, "" for none."""
    above = Path(path).parents
    return next((str(each) for each in above if not (top / each).is_symlink() and (top / each).is_file()), "")


def put_file(top: Path, path: str, content: bytes | None, *, executable: bool = False) -> None:
    """Replace or remove (None) a file of the work tree in one step; keeps the mode of one that is there.

    Raises:
        RepositoryError: the path leads out of the repository.
        OSError: nothing has changed.
    """
    refuse_outside(top, path, "put a folder in its place")
    file = top / path
    if content is None:
        file.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in list(Path(path).parents)[:-1]:
                (top / folder).rmdir()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, content, mode=0o777 if executable else 0o666, keep_mode=True)


def remove_drafts(file: Path) -> None:
    """Remove what a killed write has left beside a file, of this version or an earlier one."""
    for draft in file.parent.glob(f".{glob.escape(file.name)}.*repodoc-new"):
        draft.unlink(missing_ok=True)
