"""Quiet diffs: of the pages that commits of real repositories touch without a model, how many show a reader something.

Every step is the tree of the next commit with the pages that the former one left; nothing is checked out. A touched
page counts as visible if anything outside of the comment with its stamps differs. Every so often a fresh rendering is
compared, so that silence is not bought with staleness.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.replay import commits
from benchmarks.subjects import Subject
from benchmarks.timing import Spread
from repodoc_hooks.config import Config, default
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pages.stamps import BEGIN

_STEPS = 200
_VERIFY_EVERY = 50
_NAME = "Benchmark"


@dataclass
class Counts:
    """What the commits of one repository did to its pages.

    `touching` commits changed a page, `visible` ones so that a reader sees it; `pages` and `seen` count pages the same
    way; `silent` are the commits with pages that changed for nobody, with these pages; `differing` fresh renderings.
    """

    steps: int = 0
    touching: int = 0
    visible: int = 0
    pages: int = 0
    seen: int = 0
    differing: int = 0
    silent: dict[str, list[str]] = field(default_factory=dict)

    def add(self, commit: str, before: Mapping[str, bytes], texts: Mapping[str, bytes | None]) -> None:
        """Count one commit."""
        changed = [path for path, text in texts.items() if text != before.get(path)]
        told = [path for path in changed if shown(before.get(path)) != shown(texts[path])]
        self.steps += 1
        self.touching += bool(changed)
        self.visible += bool(changed) and len(told) > 0
        self.pages += len(changed)
        self.seen += len(told)
        if quiet := sorted(set(changed) - set(told)):
            self.silent[commit] = quiet


def shown(text: bytes | None) -> bytes:
    """A page without its stamps."""
    return b"" if text is None else text.partition(BEGIN.encode())[0].strip()


class History:
    """The commits of a repository, each with the pages of the one before."""

    def __init__(self, subject: Subject, config: Config) -> None:
        self.subject = subject
        self.config = config
        self.blobs: dict[str, str] = {}
        self.texts: dict[str, bytes] = {}

    def step(self, commit: str, *, all_: bool = False) -> Mapping[str, bytes | None]:
        """The pages that documenting a commit would change; `all_` renders every one anew."""
        tip = self._with_pages(commit)
        request = Request(origin="update", source="rev", rev=tip, apply="none", all=all_)
        with Engine.open(Git.discover(self.subject.path, self.subject.env), self.config) as engine:
            return engine.rehearse(request).texts

    def take(self, texts: Mapping[str, bytes | None]) -> None:
        """Keep what was written."""
        for path, text in texts.items():
            if text is None:
                self.blobs.pop(path, None)
                self.texts.pop(path, None)
            elif self.texts.get(path) != text:
                self.blobs[path] = self._git("hash-object", "-w", "--stdin", stdin=text)
                self.texts[path] = text

    def _with_pages(self, commit: str) -> str:
        index = str(self.subject.path / ".git" / "quiet-index")
        self._git("read-tree", commit, index=index)
        lines = "".join(f"100644 {oid}\t{path}\n" for path, oid in self.blobs.items())
        self._git("update-index", "--add", "--index-info", stdin=lines.encode(), index=index)
        tree = self._git("write-tree", index=index)
        return self._git("commit-tree", tree, "-m", "Step")

    def _git(self, *args: str, stdin: bytes = b"", index: str = "") -> str:
        env = {**self.subject.env, **({"GIT_INDEX_FILE": index} if index else {})}
        for role in ("AUTHOR", "COMMITTER"):
            env |= {f"GIT_{role}_NAME": _NAME, f"GIT_{role}_EMAIL": "benchmark@localhost"}
        done = subprocess.run(
            ["git", *args], cwd=self.subject.path, env=env, input=stdin, capture_output=True, check=True
        )
        return os.fsdecode(done.stdout).strip()


def quiet(subject: Subject, name: str, steps: int) -> Counts:
    """Replay the last commits of a repository that change source."""
    history = History(subject, default())
    chain = commits(subject, name, steps)
    history.take(history.step(chain[0]))
    found = Counts()
    for number, commit in enumerate(chain[1:], 1):
        texts = history.step(commit)
        found.add(commit[:9], history.texts, texts)
        history.take(texts)
        if number % _VERIFY_EVERY == 0 or number == len(chain) - 1:
            found.differing += bool(history.step(commit, all_=True))
    return found


def figures(name: str, found: Counts) -> Iterator[Figure]:
    """The figures of one repository."""
    share = found.visible / found.touching if found.touching else 1.0
    of_pages = found.seen / found.pages if found.pages else 1.0
    what = f"{found.steps} source commits of {name}"
    touched = found.touching / found.steps if found.steps else 0.0
    yield Figure(
        f"quiet:{name}:touching", f"{what}: share that changes a page", Spread.exact(touched), unit=""
    )
    yield Figure(
        f"quiet:{name}:visible",
        f"{found.touching} commits of {name} that change a page: share in which a reader sees it",
        Spread.exact(share),
        0.95,
        better="higher",
        unit="",
    )
    yield Figure(
        f"quiet:{name}:pages",
        f"{found.pages} changed pages of {name}: share with a change that a reader sees",
        Spread.exact(of_pages),
        0.95,
        better="higher",
        unit="",
    )
    yield Figure(
        f"quiet:{name}:differing",
        f"{what}: fresh renderings that differ",
        Spread.exact(found.differing),
        0,
        unit="",
    )


def history(context: Context) -> Iterator[Figure]:
    """All repositories that were named."""
    if not context.repositories:
        print("quiet: passed over, it needs real repositories: --repo PATH_OR_URL", file=sys.stderr)
    for name, path in context.repositories.items():
        subject = Subject(path, context.env).clone(f"{name}-quiet")
        found = quiet(subject, name, 20 if context.quick else _STEPS)
        for commit, pages in found.silent.items():
            print(f"quiet: {name} {commit}: stamps alone in {', '.join(pages)}", file=sys.stderr)
        yield from figures(name, found)


BENCHMARKS: dict[str, Benchmark] = {"quiet": history}
