"""How a one-file commit grows with the repository: our share, and git's, which is set apart."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.subjects import Subject, document, generated, installed, rounds_of, with_hooks
from benchmarks.timing import Run, Spread, paired, ratio

_OWN_TIME = Path(__file__).with_name("own_time.py")
_ROUNDS = 11
_Runs = tuple[list[Run], list[Run]]
_ON_THE_INDEX = frozenset({"diff", "write-tree", "ls-files", "update-index", "add"})
"""Commands that read all of the index or write it anew, whatever they are asked."""


def watched(subject: Subject, folder: Path) -> Path:
    """Let the hooks of a repository note who takes what; the log. The folder must not be there yet."""
    folder.mkdir()
    log = folder / "log"
    git = shutil.which("git", path=subject.env["PATH"])
    repodoc = shutil.which("repodoc", path=subject.env["PATH"])
    _script(folder / "git", f'exec {sys.executable} -I -S {_OWN_TIME} {log} --git {git} "$@"')
    _script(folder / "repodoc", f'exec {sys.executable} {_OWN_TIME} {log} "$@"')
    for hook in installed(subject):
        file = subject.path / ".git" / "hooks" / hook
        text = file.read_text().replace(str(repodoc), str(folder / "repodoc"))
        file.write_text(text.replace("\n", f"\nPATH={folder}:$PATH\n", 1))
    return log


def _script(file: Path, line: str) -> None:
    file.write_text(f"#!/bin/sh\n{line}\n")
    file.chmod(0o755)


def shares(subject: Subject, log: Path, number: int) -> Mapping[str, float]:
    """Milliseconds of processor time in the hooks of one commit, by what ran: "repodoc" or git's command."""
    log.write_text("")
    subject.commit_edit(number)
    found: Counter[str] = Counter()
    for line in log.read_text().splitlines():
        name, seconds = json.loads(line)
        found[name] += seconds * 1000
    return found


def is_ours(name: str) -> bool:
    """Whether a share is ours to spare: all but what git does to the index."""
    return name not in _ON_THE_INDEX


def _told(
    names: Mapping[str, str], large: list[Mapping[str, float]], small: list[Mapping[str, float]]
) -> str:
    """`what 1.2 -> 3.4 ms`, for each of some shares and what it is called."""
    lines = (
        f"{what} {median(each.get(name, 0.0) for each in small):.1f} -> "
        f"{median(each.get(name, 0.0) for each in large):.1f}"
        for name, what in names.items()
    )
    return ", ".join(lines) + " ms"


def _sums(runs: list[Mapping[str, float]], *, ours: bool) -> list[float]:
    return [sum(time for name, time in each.items() if is_ours(name) is ours) for each in runs]


def growth(context: Context) -> Iterator[Figure]:
    """A commit of one edited source file in 10k and 100k files, beside 1k."""
    rounds = context.rounds(_ROUNDS)
    sizes = {"1k": (1_000, 0), "10k": (2_000, 8_000), "100k": (20_000, 80_000)}
    subjects = {
        name: document(generated(context, name, *map(context.size, size))) for name, size in sizes.items()
    }
    small = subjects.pop("1k")
    nothing = "#!/bin/sh\nexit 0\n"
    small_git = with_hooks(small, small.clone("1k-git"), nothing)
    wholes = {}
    for name, large in subjects.items():
        git = with_hooks(small, large.clone(f"{name}-git"), nothing)
        limit = paired(rounds, rounds_of(git.commit_edit), rounds_of(small_git.commit_edit))
        wholes[name] = paired(rounds, rounds_of(large.commit_edit), rounds_of(small.commit_edit)), limit
    small_log = watched(small, context.work / "1k-programs")
    for name, large in subjects.items():
        log = watched(large, context.work / f"{name}-programs")
        seen: tuple[list[Mapping[str, float]], list[Mapping[str, float]]] = ([], [])
        for number in range(1000, 1000 + rounds):
            seen[0].append(shares(large, log, number))
            seen[1].append(shares(small, small_log, number))
        yield from _figures(name, sum(map(context.size, sizes[name])), wholes[name], seen)


def _figures(
    name: str,
    size: int,
    whole: tuple[_Runs, _Runs],
    seen: tuple[list[Mapping[str, float]], list[Mapping[str, float]]],
) -> Iterator[Figure]:
    """Our share, what git does to the index for us, and all of it, each beside 1k files."""
    subject = f"one-file commit, {size} files in the tree / 1k, processor time"
    large, small = (_sums(runs, ours=True) for runs in seen)
    names = {"repodoc": "our process", "grep": "`git grep`", "cat-file": "`git cat-file`"}
    ratios = Spread.of([a / b for a, b in zip(large, small, strict=True)])
    yield Figure(f"growth:{name}:ours", f"{subject}: ours", ratios, 1.5, limit=_told(names, *seen))
    large, small = (_sums(runs, ours=False) for runs in seen)
    ratios = Spread.of([a / b for a, b in zip(large, small, strict=True)])
    limit = _told({name: f"`git {name}`" for name in sorted(_ON_THE_INDEX)}, *seen)
    yield Figure(f"growth:{name}:index", f"{subject}: git on the index for us", ratios, limit=limit)
    both, floor = (ratio(*runs, of="cpu") for runs in whole)
    times = [median(run.cpu * 1000 for run in runs) for runs in (*reversed(whole[0]), *reversed(whole[1]))]
    limit = (
        f"{times[0]:.0f} -> {times[1]:.0f} ms; the same hooks as `exit 0` {floor.median:.1f}, "
        f"{times[2]:.0f} -> {times[3]:.0f} ms"
    )
    yield Figure(f"growth:{name}:whole", f"{subject}: all of it", both, limit=limit)


BENCHMARKS: dict[str, Benchmark] = {"growth": growth}
