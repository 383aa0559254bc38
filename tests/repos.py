"""`Repo`: a real git repository in a temporary folder, and small projects to put into it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CORE = '''"""The core of the sample."""

from core.text import shout

__all__ = ["shout"]
'''
_TEXT = '''"""Text helpers."""


def shout(words: str) -> str:
    """Return the words in capitals."""
    return words.upper()


def whisper(words: str) -> str:
    """Return the words in small letters."""
    return words.lower()
'''
_TILL = '''"""The till."""

from core.text import shout


class Till:
    """Adds up prices."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, price: int) -> int:
        """Add a price; return the new total."""
        self.total += price
        return self.total

    def announce(self) -> str:
        """Say the total aloud."""
        return shout(f"total {self.total}")
'''
PYTHON_PROJECT: Mapping[str, str] = {
    "README.md": "# Sample\n\nA small project with two packages.\n",
    "pyproject.toml": '[project]\nname = "sample"\nversion = "1"\n',
    "src/core/__init__.py": _CORE,
    "src/core/text.py": _TEXT,
    "src/shop/__init__.py": '"""The shop, built on the core."""\n',
    "src/shop/till.py": _TILL,
}
"""Two Python packages, `src/shop` importing `src/core`."""


class CommandError(AssertionError):
    """A program that a test needs to succeed did not; the message holds all that it printed."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a program left behind; bytes that are not UTF-8 are surrogate-escaped."""

    args: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both streams, for messages and for assertions that do not care which one."""
        return self.stdout + self.stderr


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository's work tree (or the folder of a bare one) and what tests do in it."""

    path: Path

    @classmethod
    def init(cls, path: Path, *options: str) -> Repo:
        """Make a repository at `path` on branch `main`; `options` go to `git init`."""
        path.mkdir(parents=True, exist_ok=True)
        repo = cls(path)
        repo.git("init", "-q", "-b", "main", *options)
        return repo

    def run(
        self,
        *args: str | os.PathLike[str],
        check: bool = True,
        input: str | bytes | None = None,  # noqa: A002
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        timeout: float = 240,
    ) -> Result:
        """Run a program at the top (`cwd` is relative to it); `env` adds variables, None removes one.

        Raises CommandError when it ends with another code than 0 and `check` holds.
        """
        changed = {name: value for name, value in (env or {}).items() if value is not None}
        removed = {name for name, value in (env or {}).items() if value is None}
        done = subprocess.run(
            [os.fspath(arg) for arg in args],
            input=os.fsencode(input) if isinstance(input, str) else input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            cwd=self.path / (cwd or "."),
            env={name: value for name, value in {**os.environ, **changed}.items() if name not in removed},
            timeout=timeout,
            check=False,
        )
        result = Result(
            tuple(os.fspath(arg) for arg in args),
            done.returncode,
            os.fsdecode(done.stdout),
            os.fsdecode(done.stderr),
        )
        if check and done.returncode:
            command = " ".join(result.args)
            raise CommandError(f"{command}: exit {done.returncode}\n{result.stdout}\n{result.stderr}")
        return result

    def git(self, *args: str, check: bool = True, input: str | bytes | None = None) -> str:  # noqa: A002
        """git's standard output without the newline at its end."""
        return self.run("git", *args, check=check, input=input).stdout.removesuffix("\n")

    def repodoc(self, *args: str, check: bool = True, env: Mapping[str, str | None] | None = None) -> Result:
        """Run the `repodoc` of this environment."""
        return self.run("repodoc", *args, check=check, env=env)

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file, folders included; text is UTF-8 with its newlines as they are."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def write_all(self, files: Mapping[str, str]) -> None:
        """Write many files."""
        for path, content in files.items():
            self.write(path, content)

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace `old`, which must occur, in a file."""
        text = self.read(path)
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new))

    def read(self, path: str) -> str:
        """The work tree's file as text."""
        return (self.path / path).read_bytes().decode()

    def exists(self, path: str) -> bool:
        """Is the path in the work tree?"""
        return os.path.lexists(self.path / path)

    def commit(self, message: str = "Change", *paths: str, hooks: bool = True) -> str:
        """Stage `paths` (everything if there are none) and commit; the new commit's id."""
        self.git("add", "-A", "--", *(paths or (".",)))
        self.git("commit", "-q", "-m", message, *(() if hooks else ("--no-verify",)))
        return self.head()

    def head(self) -> str:
        """The id of the commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def staged(self, path: str) -> bytes:
        """The bytes that the index holds for a path."""
        return os.fsencode(self.run("git", "cat-file", "blob", f":{path}").stdout)

    def at(self, rev: str, path: str) -> bytes:
        """The bytes that a revision holds for a path."""
        return os.fsencode(self.run("git", "cat-file", "blob", f"{rev}:{path}").stdout)

    def files(self, rev: str = "HEAD") -> list[str]:
        """All paths of a revision."""
        return self.git("ls-tree", "-r", "-z", "--name-only", rev).rstrip("\0").split("\0")

    def changed(self, rev: str = "HEAD") -> list[str]:
        """The paths that a commit changed, sorted (all of them in the first commit)."""
        listed = self.git("diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-only", rev)
        return sorted(listed.rstrip("\0").split("\0")) if listed else []

    def status(self) -> list[str]:
        """`git status` in its porcelain form, one entry per changed path."""
        return self.git("status", "--porcelain", "-z", "--untracked-files=all").rstrip("\0").split("\0")

    def is_clean(self) -> bool:
        """Nothing staged, nothing changed, nothing untracked."""
        return self.status() == [""]

    def clone(self, path: Path, *options: str) -> Repo:
        """Clone this repository to `path`."""
        self.git("clone", "-q", *options, str(self.path), str(path))
        return Repo(path)

    def remove(self) -> None:
        """Delete the repository from the disk."""
        shutil.rmtree(self.path, ignore_errors=True)
