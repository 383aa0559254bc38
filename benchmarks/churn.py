"""Churn of pages: how often small edits make, take away or swap pages of a repository.

Every step is the tree of the next commit with the pages that the former one left, as `update` documents it. A page that
comes or goes is explained if the commit adds, removes or renames a source file that it describes or described; what is
left over came of edits alone, and there should be next to none of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.history import History
from benchmarks.quiet import bare
from benchmarks.replay import commits
from benchmarks.subjects import Subject
from benchmarks.timing import Spread
from repodoc_hooks.config import default
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.markers import parse_page

_STEPS = 100


@dataclass
class Churn:
    """What the commits of one repository did to the set of its pages: commit -> pages that came or went."""

    steps: int = 0
    moved: dict[str, list[str]] = field(default_factory=dict)
    edited: dict[str, list[str]] = field(default_factory=dict)


def churn(subject: Subject, name: str, steps: int) -> Churn:
    """Replay the last commits of a repository that change source."""
    chain = commits(subject, name, steps)
    found = Churn()
    with History(subject, default()) as history:
        history.take(history.step(history.tip(chain[0])))
        for former, commit in pairwise(chain):
            before = history.texts
            history.take(history.step(history.tip(commit)))
            found.steps += 1
            other = _other_files(subject, former, commit)
            for page in sorted(before.keys() ^ history.texts.keys()):
                text = before.get(page) or history.texts[page]
                kind = found.edited if other.isdisjoint(_described(page, text)) else found.moved
                kind.setdefault(commit[:9], []).append(("-" if page in before else "+") + page)
    return found


def _other_files(subject: Subject, former: str, commit: str) -> set[str]:
    """Files that a commit adds, removes or renames."""
    lines = subject.git("diff", "--name-status", "-M", "--diff-filter=ADR", former, commit).splitlines()
    return {path for line in lines for path in line.split("\t")[1:]}


def _described(page: str, text: bytes) -> set[str]:
    """The files that a page describes."""
    try:
        return set(parse_page(page, text.decode("utf-8", "surrogateescape")).stamps.files)
    except PageDamaged:
        return set()


def history(context: Context) -> Iterator[Figure]:
    """All repositories that were named."""
    if not context.repositories:
        print("churn: passed over, it needs real repositories: --repo PATH_OR_URL", file=sys.stderr)
    for name in context.repositories:
        found = churn(bare(name, context), name, 20 if context.quick else _STEPS)
        for kind, commits_of in (("moved", found.moved), ("edits alone", found.edited)):
            for commit, pages in commits_of.items():
                print(f"churn: {name} {commit}: {kind}: {', '.join(pages)}", file=sys.stderr)
        yield from figures(name, found)


def figures(name: str, found: Churn) -> Iterator[Figure]:
    """The figures of one repository."""
    for key, words, commits_of in (
        ("moved", "added, removed or renamed files", found.moved),
        ("edited", "edits alone", found.edited),
    ):
        yield Figure(
            f"churn:{name}:{key}",
            f"{found.steps} source commits of {name}: pages that came or went by {words}",
            Spread.exact(sum(map(len, commits_of.values()))),
            0 if key == "edited" else None,
            unit="",
        )


BENCHMARKS: dict[str, Benchmark] = {"churn": history}
