"""Does documentation merge whenever code merges? Merges of real histories, made again with the pages of both sides.

Two kinds of merge, of the last that are found: those that people made, and crossed ones, in which a stretch of
history is cut into two branches that begin at the same commit. Only those count in which the code merges without a
conflict and both sides change pages. Each is merged by git alone and by git with our driver; after the driver `update`
makes current what the merge made stale, and `update --all` must find nothing more.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.history import History
from benchmarks.quiet import bare
from benchmarks.replay import commits
from benchmarks.subjects import Subject
from benchmarks.timing import Spread
from repodoc_hooks.config import default

_MERGES = 20
_CROSSED = 20
_STRETCH = 6
_ATTRIBUTES = "docs/repodoc/** merge=repodoc\n"


class Sides(NamedTuple):
    """Commits to be merged, without pages."""

    name: str
    base: str
    ours: str
    theirs: str


@dataclass
class Found:
    """What became of the merges of one repository.

    `plain` and `driven` are the merges with a conflict in pages, without and with our driver, and these pages; `stale`
    those after which some pages wait for an update, `differing` those after whose update another one finds more.
    """

    merges: int = 0
    pages: int = 0
    plain: dict[str, list[str]] = field(default_factory=dict)
    driven: dict[str, list[str]] = field(default_factory=dict)
    stale: dict[str, list[str]] = field(default_factory=dict)
    differing: dict[str, list[str]] = field(default_factory=dict)


class Merging:
    """Merges in one repository that has no work tree."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.attributes = subject.path / ".git" / "info" / "attributes"
        self.attributes.parent.mkdir(exist_ok=True)
        driver = f"{shlex.quote(sys.executable)} -m repodoc_hooks merge-driver %O %A %B %P"
        subject.git("config", "merge.repodoc.driver", driver)

    def real(self, most: int) -> Iterator[Sides]:
        """The last merges of two commits of which neither is in the other."""
        for line in self.subject.git(
            "rev-list", "--merges", "--parents", "-n", str(20 * most), "HEAD"
        ).splitlines():
            merge, *parents = line.split()
            bases = (
                self.subject.git("merge-base", "--all", *parents).splitlines() if len(parents) == 2 else []
            )
            if len(bases) == 1 and bases[0] not in parents:
                yield Sides(merge[:9], bases[0], parents[0], parents[1])

    def crossed(self, chain: list[str]) -> Iterator[Sides]:
        """A stretch of history as two branches, of which the second one lacks what the first one has."""
        for start in range(0, len(chain) - 2 * _STRETCH, _STRETCH):
            base, middle, end = chain[start], chain[start + _STRETCH], chain[start + 2 * _STRETCH]
            without = self.commit(f"{base}^{{tree}}", middle)
            tree, conflicts = self.merge(without, end)
            if not conflicts:
                yield Sides(f"{base[:9]}..{end[:9]}", base, middle, self.commit(tree, base))

    def commit(self, tree: str, *parents: str) -> str:
        """A commit of a tree."""
        above = (word for parent in parents for word in ("-p", parent))
        return self.subject.git("commit-tree", tree, *above, "-m", "Side")

    def merge(self, ours: str, theirs: str, *, driven: bool = False) -> tuple[str, list[str]]:
        """The merged tree and the paths in conflict."""
        self.attributes.write_text(_ATTRIBUTES if driven else "")
        command = ["git", "merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs]
        done = subprocess.run(
            command, cwd=self.subject.path, env=dict(self.subject.env), stdout=subprocess.PIPE, check=False
        )
        if done.returncode not in (0, 1):
            raise subprocess.CalledProcessError(done.returncode, command)
        tree, *paths = os.fsdecode(done.stdout).split("\0")
        return tree, sorted({path for path in paths if path})


def merges(subject: Subject, name: str, most: int, crossed: int) -> Found:
    """Merge what was merged."""
    found, merging = Found(), Merging(subject)
    with History(subject, default()) as history:
        for sides in merging.real(most):
            if found.merges >= most:
                break
            _merge(found, merging, history, sides)
        until = found.merges + crossed
        for sides in merging.crossed(commits(subject, name, 20 * crossed)):
            if found.merges >= until:
                break
            _merge(found, merging, history, sides)
    return found


def _merge(found: Found, merging: Merging, history: History, sides: Sides) -> None:
    if merging.merge(sides.ours, sides.theirs)[1]:
        return
    history.texts = {}
    history.take(history.step(history.tip(sides.base)))
    standing = history.texts
    base = merging.commit(history.tree(sides.base, standing))
    tips, changed = [], []
    for side in (sides.ours, sides.theirs):
        history.texts = dict(standing)
        texts = history.step(history.tip(side))
        history.take(texts)
        changed.append(texts)
        tips.append(merging.commit(history.tree(side, history.texts), base))
    if not all(changed):
        return
    found.merges += 1
    found.pages += len(changed[0].keys() & changed[1].keys())
    if conflicts := merging.merge(*tips)[1]:
        found.plain[sides.name] = conflicts
    tree, conflicts = merging.merge(*tips, driven=True)
    if conflicts:
        found.driven[sides.name] = conflicts
        return
    history.texts = _pages(merging.subject, tree)
    merged = merging.commit(tree)
    texts = history.step(merged)
    if texts:
        found.stale[sides.name] = sorted(texts)
    history.take(texts)
    if differ := history.step(history.tip(merged), "all"):
        found.differing[sides.name] = sorted(differ)


def _pages(subject: Subject, tree: str) -> dict[str, bytes]:
    names = [
        name
        for name in subject.git("ls-tree", "-r", "--name-only", "-z", tree, "docs/repodoc/").split("\0")
        if name
    ]
    command = ["git", "cat-file", "--batch"]
    asked = "".join(f"{tree}:{name}\n" for name in names).encode()
    done = subprocess.run(
        command, cwd=subject.path, env=dict(subject.env), input=asked, stdout=subprocess.PIPE, check=True
    )
    texts, rest = {}, done.stdout
    for name in names:
        head, _, rest = rest.partition(b"\n")
        size = int(head.split()[2])
        texts[name], rest = rest[:size], rest[size + 1 :]
    return texts


def figures(name: str, found: Found) -> Iterator[Figure]:
    """The figures of one repository."""
    what = f"{found.merges} merges of {name} in which code merges and both sides change pages ({found.pages} in common)"
    rows: Mapping[str, tuple[str, dict[str, list[str]], float | None]] = {
        "plain": ("conflicts in pages, by git alone", found.plain, None),
        "driven": ("conflicts in pages, with the driver", found.driven, 0),
        "stale": ("pages wait for an update afterwards", found.stale, None),
        "differing": ("a fresh rendering differs after it", found.differing, 0),
    }
    for row, (words, where, target) in rows.items():
        yield Figure(f"merges:{name}:{row}", f"{what}: {words}", Spread.exact(len(where)), target, unit="")


def real(context: Context) -> Iterator[Figure]:
    """All repositories that were named."""
    if not context.repositories:
        print("merges: passed over, it needs real repositories: --repo PATH_OR_URL", file=sys.stderr)
    for name in context.repositories:
        most, crossed = (5, 5) if context.quick else (_MERGES, _CROSSED)
        found = merges(bare(name, context), name, most, crossed)
        for row in ("plain", "driven", "stale", "differing"):
            for merge, pages in getattr(found, row).items():
                print(f"merges: {name} {merge}: {row}: {', '.join(pages)}", file=sys.stderr)
        yield from figures(name, found)


BENCHMARKS: dict[str, Benchmark] = {"merges": real}
