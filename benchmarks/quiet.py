"""Quiet diffs: of the pages that commits of real repositories touch without a model, how many show a reader something.

Every step is the tree of the next commit with the pages that the former one left. A touched page counts as visible if
anything outside of the comment with its stamps differs. That silence is not bought with staleness is seen beside it:
at each step the short way of the hook must write what the long way writes; at every fifth one `update --all` from the
pages before must write the same bytes, too, and find nothing more afterwards.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.history import History, Texts, shown, stamp_changes, taken
from benchmarks.replay import commits
from benchmarks.subjects import Subject
from benchmarks.timing import Spread
from repodoc_hooks.config import default

_STEPS = 200
_WHOLE_EVERY = 5


@dataclass
class Counts:
    """What the commits of one repository did to its pages.

    `touching` commits changed a page, `visible` ones so that a reader sees it; `pages` and `seen` count pages the same
    way; `silent` are the commits with pages that changed for nobody, each with the stamps that changed; `differing`
    are the steps after which another way came to other pages: commit -> way -> pages.
    """

    steps: int = 0
    touching: int = 0
    visible: int = 0
    pages: int = 0
    seen: int = 0
    silent: dict[str, dict[str, str]] = field(default_factory=dict)
    differing: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def add(self, commit: str, before: Mapping[str, bytes], texts: Texts) -> None:
        """Count one commit."""
        told = [path for path, text in texts.items() if shown(before.get(path)) != shown(text)]
        self.steps += 1
        self.touching += bool(texts)
        self.visible += bool(told)
        self.pages += len(texts)
        self.seen += len(told)
        quiet = {path: text for path, text in sorted(texts.items()) if path not in told}
        if quiet:
            self.silent[commit] = {
                path: ", ".join(stamp_changes(before.get(path, b""), text or b""))
                for path, text in quiet.items()
            }


def quiet(subject: Subject, name: str, steps: int, *, whole_every: int = _WHOLE_EVERY) -> Counts:
    """Replay the last commits of a repository that change source."""
    chain = commits(subject, name, steps)
    found = Counts()
    with History(subject, default()) as history:
        history.take(history.step(history.tip(chain[0])))
        history.remember(history.tip(chain[0]))
        for number, commit in enumerate(chain[1:], 1):
            before, tip = history.texts, history.tip(commit)
            texts = history.step(tip)
            found.add(commit[:9], before, texts)
            wrong = {"the short way": differing(before, texts, history.step(tip, "hook"))}
            whole = number % whole_every == 0 or number == len(chain) - 1
            if whole:
                wrong["the whole way"] = differing(before, texts, history.step(tip, "all"))
            history.take(texts)
            if texts:
                tip = history.tip(commit)
            if whole:
                wrong["update --all after it"] = sorted(history.step(tip, "all"))
            history.remember(tip)
            if wrong := {way: pages for way, pages in wrong.items() if pages}:
                found.differing[commit[:9]] = wrong
    return found


def differing(before: Mapping[str, bytes], one: Texts, other: Texts) -> list[str]:
    """The pages that two ways leave differently."""
    first, second = taken(before, one), taken(before, other)
    return sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))


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
        f"{what}: steps after which another way comes to other pages",
        Spread.exact(len(found.differing)),
        0,
        unit="",
    )


def bare(name: str, context: Context) -> Subject:
    """A clone without a work tree, which stored snapshots of repositories may not be able to give."""
    path = context.work / name
    command = ["git", "clone", "-q", "--no-checkout", str(context.repositories[name]), str(path)]
    subprocess.run(command, check=True, env=dict(context.env))
    return Subject(path, context.env)


def history(context: Context) -> Iterator[Figure]:
    """All repositories that were named."""
    if not context.repositories:
        print("quiet: passed over, it needs real repositories: --repo PATH_OR_URL", file=sys.stderr)
    for name in context.repositories:
        found = quiet(bare(name, context), name, 20 if context.quick else _STEPS)
        for commit, pages in found.silent.items():
            for page, stamps in pages.items():
                print(f"quiet: {name} {commit}: stamps alone in {page}: {stamps}", file=sys.stderr)
        for commit, ways in found.differing.items():
            for way, differ in ways.items():
                print(f"quiet: {name} {commit}: {way} differs in {', '.join(differ)}", file=sys.stderr)
        yield from figures(name, found)


BENCHMARKS: dict[str, Benchmark] = {"quiet": history}
