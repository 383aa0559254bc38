"""The one door to the git program.

Two environments, never mixed: `Git.env` keeps what the running hook was given (GIT_INDEX_FILE, GIT_DIR ...)
and is used with the top of the work tree as current directory only; `foreign_env()` is the same without git's
local variables (git-rev-parse(1), `--local-env-vars`), for every process that is not our git, and for git in
another repository.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from repodoc_hooks.errors import GitError, RepositoryError
from repodoc_hooks.git import jujutsu

# `git rev-parse --local-env-vars`, all versions taken together.
LOCAL_ENV_VARS = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
# Set by a git that runs a hook, and misleading in any other process.
_HOOK_ENV_VARS = (
    "GIT_EDITOR",
    "GIT_REFLOG_ACTION",
    "GIT_CHERRY_PICK_HELP",
    "GIT_EXEC_PATH",
    "GIT_QUARANTINE_PATH",
)

# How all patterns of a command are read (`git --literal-pathspecs commit`); ours say it themselves.
_PATHSPEC_ENV_VARS = (
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
)

_FACTS = (
    "--is-bare-repository",
    "--show-object-format",
    "--show-toplevel",
    "--absolute-git-dir",
    "--git-common-dir",
)


def foreign_env(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """`environ` (or ours) without git's local variables: for every process that is not our git."""
    source = os.environ if environ is None else environ
    dropped = {*LOCAL_ENV_VARS, *_HOOK_ENV_VARS, *_PATHSPEC_ENV_VARS}
    return {name: value for name, value in source.items() if name not in dropped}


def zsplit(data: bytes) -> list[str]:
    """The fields of NUL-terminated output (`-z`), as file-system strings."""
    return [os.fsdecode(field) for field in data.split(b"\0") if field]


def error_line(stderr: bytes) -> str:
    """The one line of git's complaint that says what is wrong."""
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    for prefix in ("fatal: ", "error: "):
        for line in lines:
            if line.startswith(prefix):
                return line.removeprefix(prefix).strip()
    return lines[-1].strip() if lines else "no message"


Watcher = Callable[[Sequence[str], int, float], None]
_GRACE_SECONDS = 2.0
watchers: list[Watcher] = []
"""Who is called with every git command that ended: its arguments, exit code and seconds."""


class Git(NamedTuple):
    """A repository with a work tree, and the environment in which git is run on it.

    Attributes:
        top: top of the work tree.
        git_dir: the repository's own directory (of a linked worktree: its part of the common one).
        common_dir: the directory that all worktrees share.
        env: the whole environment for git; its paths are absolute.
        object_format: "sha1" or "sha256".
    """

    top: Path
    git_dir: Path
    common_dir: Path
    env: Mapping[str, str]
    object_format: str = "sha1"

    @classmethod
    def discover(cls, start: str | Path = ".", environ: Mapping[str, str] | None = None) -> Git:
        """Find the repository of a directory; one git process.

        Raises:
            RepositoryError: no git, no such directory, not in a repository, or a bare one.
        """
        env = dict(os.environ if environ is None else environ)
        env.setdefault("GIT_OPTIONAL_LOCKS", "0")
        env["LC_ALL"] = "C.UTF-8"
        for name in _PATHSPEC_ENV_VARS:
            env.pop(name, None)
        env.update(jujutsu.variables(Path(start), env))
        _, object_format, top, git_dir, common_dir = _repository_facts(Path(start), env)
        if "GIT_INDEX_FILE" in env:
            # git itself reads a relative name from the top (hooks are given ".git/index").
            env["GIT_INDEX_FILE"] = os.path.join(top, env["GIT_INDEX_FILE"])  # noqa: PTH118
        if "GIT_DIR" in env:
            env["GIT_DIR"] = git_dir
            env["GIT_WORK_TREE"] = top
        return cls(Path(top), Path(git_dir), Path(common_dir), env, object_format)

    @property
    def state_dir(self) -> Path:
        """Our private folder of the repository, shared by its worktrees."""
        return self.common_dir / "repodoc"

    @property
    def worktree_state_dir(self) -> Path:
        """Our private folder of this worktree; that of the repository in the main one."""
        return self.git_dir / "repodoc"

    @property
    def partial(self) -> bool:
        """Whether objects may be missing here that a server would give (git-clone(1), `--filter`)."""
        try:
            return b"promisor" in (self.common_dir / "config").read_bytes().lower()
        except OSError:
            return False

    def with_env(self, **variables: str) -> Git:
        """The same repository with more environment variables."""
        return self._replace(env={**self.env, **variables})

    def call(
        self,
        *args: str,
        input: bytes | None = None,  # noqa: A002
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git at the top; any exit code is an answer. `env` adds to the environment.

        Raises:
            GitError: it took longer than `timeout` seconds.
        """
        began = time.monotonic()
        with self.open(*args, env=env, stderr=subprocess.PIPE) as process:
            try:
                stdout, stderr = process.communicate(input or b"", timeout)
            except subprocess.TimeoutExpired as error:
                _end(process)
                raise GitError(f"no answer within {timeout:g} s", where=f"git {_verb(args)}") from error
            except BaseException:
                _end(process)
                raise
        for watcher in watchers:
            watcher(args, process.returncode, time.monotonic() - began)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def run(
        self,
        *args: str,
        input: bytes | None = None,  # noqa: A002
        check: bool = True,
        env: Mapping[str, str] | None = None,
    ) -> bytes:
        """What git writes to stdout.

        Raises:
            GitError: git ended with an error (`check` only).
        """
        done = self.call(*args, input=input, env=env)
        if check and done.returncode:
            raise GitError(error_line(done.stderr), where=f"git {_verb(args)}")
        return done.stdout

    def line(self, *args: str) -> str:
        """The output of a successful call without its newline, "" if git ended with an error."""
        done = self.call(*args)
        return os.fsdecode(done.stdout.rstrip(b"\n")) if done.returncode == 0 else ""

    def open(
        self, *args: str, env: Mapping[str, str] | None = None, stderr: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start git with pipes on stdin and stdout; its complaints are dropped, unless `stderr` is a pipe, too."""
        return subprocess.Popen(
            ["git", *args],
            cwd=self.top,
            env={**self.env, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )

    def git_path(self, name: str) -> Path:
        """Where git keeps `name` (`index.lock`, `hooks` ...), absolute; honours core.hooksPath."""
        return self.top / os.fsdecode(self.run("rev-parse", "--git-path", name)[:-1])

    def version(self) -> tuple[int, int]:
        """The version of the git program, as (2, 39)."""
        words = self.run("version").decode().split()[2].split(".")
        return int(words[0]), int(words[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a git, politely first: killed, it would leave its locks behind."""
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
    except BaseException:
        process.kill()
        raise


def _verb(args: tuple[str, ...]) -> str:
    """The git command among its arguments, past the global options."""
    skip = False
    for arg in args:
        if skip or arg.startswith("-"):
            skip = arg in ("-c", "-C") and not skip
            continue
        return arg
    return ""


def _repository_facts(start: Path, env: Mapping[str, str]) -> list[str]:
    """The answers of `git rev-parse` to `_FACTS`, in their order."""
    try:
        done = _rev_parse(start, env, _FACTS)
    except FileNotFoundError as error:
        if start.is_dir():
            raise RepositoryError("the git program was not found", fix="install git") from error
        raise RepositoryError("there is no such directory", where=str(start)) from error
    except OSError as error:
        raise RepositoryError(error.strerror or str(error), where=str(start)) from error
    lines = done.stdout.split(b"\n")[:-1]
    if lines[:1] == [b"--path-format=absolute"]:  # an option that git does not know is echoed
        raise RepositoryError("this git is older than 2.31", fix="install git 2.31 or newer")
    if lines[:1] == [b"true"]:
        fix = "run in a clone with a work tree"
        raise RepositoryError("this is a bare repository", where=str(start), fix=fix)
    if done.returncode:
        raise _discovery_error(start, done.stderr)
    if len(lines) != len(_FACTS):  # a newline in a directory's name
        lines = [_rev_parse(start, env, (fact,)).stdout[:-1] for fact in _FACTS]
    return [os.fsdecode(line) for line in lines]


def _rev_parse(
    start: Path, env: Mapping[str, str], facts: tuple[str, ...]
) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "rev-parse", "--path-format=absolute", *facts]
    return subprocess.run(command, cwd=start, env=env, input=b"", capture_output=True, check=False)


def _discovery_error(start: Path, stderr: bytes) -> RepositoryError:
    line = error_line(stderr)
    if "not a git repository" in line:
        fix = "run `git init` or change directory"
        return RepositoryError("this is not a git repository", where=str(start), fix=fix)
    if "must be run in a work tree" in line:
        fix = "change to the top of the work tree"
        return RepositoryError("this is not a work tree", where=str(start), fix=fix)
    if "dubious ownership" in line:
        import re

        remedy = re.search(rb"^\s*(git config --global --add safe\.directory .+)$", stderr, re.MULTILINE)
        fix = f"if you trust it: {remedy[1].decode(errors='replace')}" if remedy else ""
        return RepositoryError(line, where=str(start), fix=fix)
    return RepositoryError(line, where=str(start))
