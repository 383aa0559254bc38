"""History without a check-out: trees of real commits with the pages that former ones left, documented in process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Literal, Self

from msgspec.structs import replace

from benchmarks.subjects import Subject
from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pages.stamps import BEGIN
from repodoc_hooks.pipeline import known_current
from repodoc_hooks.pipeline.fast_path import rules_of

Way = Literal["hook", "update", "all"]
"""As the hook of a commit does it (the short way where that will do), as `update` does, as `update --all` does."""

Texts = Mapping[str, bytes | None]
"""What a run changes: path -> new text, None for a page that goes."""

_REQUESTS = {
    "hook": Request(origin="pre-commit", source="rev", apply="none"),
    "update": Request(origin="update", source="rev", apply="none"),
    "all": Request(origin="update", source="rev", apply="none", all=True),
}


class History:
    """A repository whose commits are documented one after the other. A context manager.

    `texts` are the pages that stand now, by path.
    """

    def __init__(self, subject: Subject, config: Config, texts: Mapping[str, bytes] | None = None) -> None:
        self.subject = subject
        self.config = config
        self.texts: dict[str, bytes] = dict(texts or {})
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        git = Git.discover(self.subject.path, self.subject.env)
        self._engine = self._stack.enter_context(Engine.open(git, self.config))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def tip(self, commit: str) -> str:
        """A commit with the code of another one and the pages that stand."""
        tree = self.tree(commit, self.texts)
        return self._git("commit-tree", tree, "-m", "Step")

    def tree(self, commit: str, texts: Mapping[str, bytes]) -> str:
        """The tree of a commit, with these pages."""
        index = str(self.subject.path / ".git" / "history-index")
        self._git("read-tree", commit, index=index)
        lines = "".join(f"100644 {self._blob(text)}\t{path}\n" for path, text in texts.items())
        self._git("update-index", "--add", "--index-info", stdin=lines.encode(), index=index)
        return self._git("write-tree", "--missing-ok", index=index)

    def step(self, tip: str, way: Way = "update") -> Texts:
        """What documenting a `tip` would change."""
        run = self._engine.rehearse(replace(_REQUESTS[way], rev=tip))
        return {path: text for path, text in run.texts.items() if text != self.texts.get(path)}

    def remember(self, tip: str) -> None:
        """Note that the pages of a tip are current, from where the short way starts."""
        workspace = self._engine.workspace
        rules = rules_of(workspace, "rev", tip)
        found = known_current.Current(workspace.tree("rev", tip))
        known_current.remember(workspace.git.state_dir, rules, self.config, found)

    def take(self, texts: Texts) -> None:
        """Keep what was written."""
        self.texts = taken(self.texts, texts)

    def _blob(self, text: bytes) -> str:
        """Write a blob as git does; a process for each would take longer than all else."""
        data = b"blob %d\0" % len(text) + text
        oid = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        path = self.subject.path / ".git" / "objects" / oid[:2] / oid[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(data, 1))
        return oid

    def _git(self, *args: str, stdin: bytes = b"", index: str = "") -> str:
        env = {**self.subject.env, **({"GIT_INDEX_FILE": index} if index else {})}
        done = subprocess.run(
            ["git", *args], cwd=self.subject.path, env=env, input=stdin, capture_output=True, check=True
        )
        return os.fsdecode(done.stdout).strip()


def taken(before: Mapping[str, bytes], texts: Texts) -> dict[str, bytes]:
    """Pages with what a run changes."""
    return {path: text for path, text in {**before, **texts}.items() if text is not None}


def shown(text: bytes | None) -> bytes:
    """A page without its stamps."""
    return b"" if text is None else text.partition(BEGIN.encode())[0].strip()


def stamp_changes(before: bytes, after: bytes) -> Sequence[str]:
    """The entries of stamps that differ, in words: `+ dep src/a.py`."""
    old, new = (_entries(text) for text in (before, after))
    changed = [f"~ {key}" for key in sorted(old.keys() & new.keys()) if old[key] != new[key]]
    gone = [f"- {key}" for key in sorted(old.keys() - new.keys())]
    return [*changed, *gone, *(f"+ {key}" for key in sorted(new.keys() - old.keys()))]


def _entries(text: bytes) -> dict[str, str]:
    stamps = text.partition(BEGIN.encode())[2].decode("utf-8", "replace")
    found = {}
    for entry in stamps.split("\n\n"):
        key, _, value = entry.strip().partition("\n")
        found[key] = value
    return found
