"""What is analysed: always a tree object, never the work tree or the index file themselves.

Staged content is `git write-tree` under the hook's own environment, so that partial staging, `commit -a`,
`commit PATH`, split and sparse indexes are one case.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from repodoc_hooks.errors import GitError, RepositoryError
from repodoc_hooks.git import jujutsu
from repodoc_hooks.git.process import Git, zsplit
from repodoc_hooks.private import replace_file


def staged_tree(git: Git) -> str:
    """The tree that a commit of the index would have.

    Raises:
        RepositoryError: the index has unmerged entries.
    """
    return _write_tree(git, None)


def worktree_tree(git: Git, docs_dir: str, others: Collection[str] = ()) -> str:
    """The tree of the tracked files as they stand in the work tree, and of every page, tracked or not.

    `others` are further files and folders of ours, outside docs_dir. Where jj keeps the work tree, new files belong
    to it, too, those that are ignored left out.

    Built in a copy of the index; the real one is not touched.
    """
    index = Path(git.env.get("GIT_INDEX_FILE") or git.git_dir / "index")
    ours = [path for path in (docs_dir, *others) if (git.top / path).exists()]
    with_new = jujutsu.takes_new_files(git.top, git.env)
    with _scratch(git) as folder:
        copy = folder / "index"
        if index.exists():
            copy.write_bytes(index.read_bytes())
            # By its time git knows which entries are as young as the index, and compares their content.
            times = index.stat()
            os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))
        env = {"GIT_INDEX_FILE": str(copy)}
        new = _new_files(git, env) if with_new else []
        if not new and (tree := _clean_tree(git, ours, env)):
            return tree
        git.run("add", "--update", "--", ":/", env=env, check=False)
        if new:
            adding = ("update-index", "-z", "--add", "--remove", "--stdin")
            git.run(*adding, input=b"".join(new), env=env, check=False)
        for path in ours:
            git.run("add", "--force", "--", _literal(path), env=env, check=False)
        tree = _write_tree(git, env)
        if jujutsu.owned_index(
            git.env
        ):  # nobody else keeps it, and the next look need not read all files again
            with suppress(OSError):
                replace_file(index, copy.read_bytes())
        return tree


def _new_files(git: Git, env: dict[str, str]) -> list[bytes]:
    """Files that jj would take up with its next snapshot, each with a NUL behind it.

    Not those in a folder with a `.jj` or `.git` of its own, and none that is too large.
    """
    everything = ("ls-files", "-z", "--others", "--exclude-standard", "--", ":/")
    found = git.run(*everything, f":(top,exclude,literal){jujutsu.FOLDER}", env=env).split(b"\0")[:-1]
    mark = f"/{jujutsu.FOLDER}/".encode()
    nested = tuple({path.split(mark)[0] + b"/" for path in found if mark in path})
    top = os.fsencode(git.top)
    return [
        path + b"\0" for path in found if not path.startswith(nested) and _is_small_file(top + b"/" + path)
    ]


def _is_small_file(path: bytes) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return not stat.S_ISDIR(status.st_mode) and status.st_size <= jujutsu.MOST_BYTES


@contextmanager
def _scratch(git: Git) -> Iterator[Path]:
    """A private folder for as long as it is needed; `tempfile` would take longer to import than to use."""
    folder = _private_folder(os.environ.get("TMPDIR"), "/tmp", git.git_dir)  # noqa: S108
    try:
        yield folder
    finally:
        for file in folder.iterdir():
            file.unlink(missing_ok=True)
        folder.rmdir()


def _private_folder(*places: str | Path | None) -> Path:
    """A new folder in the first of these places that is there and can be written to.

    Raises:
        OSError: none is.
    """
    name = f"repodoc-{os.getpid()}-{os.urandom(6).hex()}"
    *tried, last = (Path(place, name) for place in places if place)
    for folder in tried:
        with suppress(OSError):
            folder.mkdir(mode=0o700)
            return folder
    last.mkdir(mode=0o700)
    return last


def _clean_tree(git: Git, ours: Collection[str], env: dict[str, str]) -> str:
    """The tree of the index if the work tree holds nothing else, "" if it may; three processes side by side."""
    compare = ("diff", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")
    others = ("ls-files", "-z", "--others", "--", *map(_literal, ours))
    commands = [compare, ("write-tree",), *([others] if ours else [])]
    running = [git.open(*command, env=env) for command in commands]
    ended = [(process.communicate()[0], process.returncode) for process in running]
    if any(code for _, code in ended) or any(output for output, _ in ended[2:]):
        return ""
    return ended[1][0].decode().strip()


def _literal(path: str) -> str:
    return f":(top,literal){path}"


def revision_tree(git: Git, revision: str) -> str:
    """The tree of a commit, tag or tree.

    Raises:
        RepositoryError: no such revision (also: no commit yet).
    """
    try:
        spec = f"{revision}^{{tree}}"
        return git.run("rev-parse", "--verify", "--quiet", "--end-of-options", spec).decode().split()[-1]
    except (GitError, IndexError):
        fix = "make a first commit" if revision == "HEAD" else "name a commit, tag or tree"
        raise RepositoryError(f"there is no revision {revision!r}", fix=fix) from None


def branch_of(git: Git, revision: str) -> str:
    """The local branch that a revision names, "" if it is a commit, a tag, a branch of a remote ..."""
    name = git.line("rev-parse", "--symbolic-full-name", "--verify", "--quiet", "--end-of-options", revision)
    full = name.split("\n")[-1]
    return full.removeprefix("refs/heads/") if full.startswith("refs/heads/") else ""


def _write_tree(git: Git, env: dict[str, str] | None) -> str:
    try:
        return git.run("write-tree", env=env).decode().strip()
    except GitError as error:
        if paths := unmerged_paths(git, env):
            more = f" and {len(paths) - 1} more" if paths[1:] else ""
            fix = "resolve the conflict, `git add` the result, then try again"
            raise RepositoryError(f"the index has unmerged paths: {paths[0]}{more}", fix=fix) from error
        raise


def unmerged_paths(git: Git, env: dict[str, str] | None = None) -> list[str]:
    """What a merge, rebase, pick or revert has left in conflict, as far as nobody has resolved it yet."""
    listed = zsplit(git.run("ls-files", "-z", "--unmerged", env=env, check=False))
    return list(dict.fromkeys(entry.partition("\t")[2] for entry in listed))
