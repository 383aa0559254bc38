"""Does anything get lost? Random use of git in lockstep with a twin that has no hooks, and hooks killed at random.

Both repositories are given the same commands; after each, everything but the pages must be the same: the commits'
trees, the index, the work tree. What a person has written is looked for. `--seeds N` says how many runs.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.timing import Spread

_OPERATIONS = 20
_KILLS = 10
_DOCS = "docs/"
_OWN = ("docs/", ".repodoc.yaml", ".gitattributes")
_LONGEST_HOOK = 1.5
"""Seconds within which a hook is killed; most are done by then."""


@dataclass
class Twin:
    """A repository of a pair; both have the same commands run in them at the same pretended time."""

    path: Path
    env: Mapping[str, str]
    clock: int = 1_700_000_000

    def git(self, *args: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        when = f"{self.clock} +0000"
        env = {**self.env, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        done = subprocess.run(
            ["git", *args], cwd=self.path, env=env, capture_output=True, text=True, check=False, timeout=300
        )
        if check and done.returncode:
            raise RuntimeError(f"git {' '.join(args)}: {done.stderr}")
        return done

    def state(self) -> dict[str, str]:
        """What both twins must agree on, by name: HEAD's code, the index' code, the files."""
        trees = self.git("ls-tree", "-r", "HEAD").stdout.splitlines()
        index = self.git("ls-files", "-s").stdout.splitlines()
        files = {
            str(file.relative_to(self.path)): file.read_bytes()
            for file in sorted(self.path.rglob("*"))
            if file.is_file() and ".git" not in file.parts
        }
        code = {name: data for name, data in files.items() if not name.startswith(_OWN)}
        return {"commit": _code(trees), "index": _code(index), "files": repr(code)}


def _code(lines: list[str]) -> str:
    return "\n".join(line for line in lines if not line.partition("\t")[2].startswith(_OWN))


@dataclass
class Fuzz:
    """One seed: a pair of twins, and what has been counted."""

    hooked: Twin
    plain: Twin
    rng: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    branches: list[str] = field(default_factory=lambda: ["main"])
    serial: int = 0

    def both(self, *args: str) -> bool:
        """Run a command in both; False if either failed, and then both are put back."""
        codes = [twin.git(*args).returncode for twin in (self.hooked, self.plain)]
        self.counts["commands"] += 1
        if codes[0] != codes[1]:
            self.counts["other exit code"] += 1
        if any(codes):
            self._put_back()
        return not any(codes)

    def _put_back(self) -> None:
        for twin in (self.hooked, self.plain):
            for command in ("merge", "cherry-pick", "revert", "rebase"):
                twin.git(command, "--abort")
            twin.git("reset", "-q", "--hard")

    def edit(self) -> str:
        """Write the same new lines into a source file of both."""
        self.serial += 1
        path = f"src/p{self.rng.randrange(4)}/m{self.rng.randrange(3)}.py"
        text = f'\n\ndef f{self.serial}(x: int) -> int:\n    """TOKEN{self.serial}."""\n    return x + {self.serial}\n'
        for twin in (self.hooked, self.plain):
            file = twin.path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text((file.read_text() if file.exists() else '"""A module."""\n') + text)
        return path

    def step(self) -> None:
        """One random operation, and the comparison."""
        operation = self.rng.choice(_OPERATIONS_OF_GIT)
        for twin in (self.hooked, self.plain):
            twin.clock += 60
        operation(self)
        self.counts["operations"] += 1
        one, other = self.hooked.state(), self.plain.state()
        for part in one:
            if one[part] != other[part]:
                self.counts[f"different {part}"] += 1
                raise Difference(operation.__name__, part)


class Difference(Exception):
    """The twins are no longer the same; further operations would say nothing."""


def commit_all(fuzz: Fuzz) -> None:
    fuzz.edit()
    fuzz.both("add", "-A", "src")
    fuzz.both("commit", "-qm", f"c{fuzz.serial}")


def commit_tracked(fuzz: Fuzz) -> None:
    fuzz.edit()
    fuzz.both("commit", "-qam", f"c{fuzz.serial}")


def commit_path(fuzz: Fuzz) -> None:
    path = fuzz.edit()
    fuzz.edit()
    fuzz.both("add", "-A", "src")
    fuzz.both("commit", "-qm", f"c{fuzz.serial}", "--", path)
    fuzz.both("commit", "-qm", "the rest")


def commit_partly(fuzz: Fuzz) -> None:
    path = fuzz.edit()
    fuzz.both("add", path)
    fuzz.edit()
    fuzz.both("commit", "-qm", f"c{fuzz.serial}")


def amend(fuzz: Fuzz) -> None:
    fuzz.edit()
    fuzz.both("add", "-A", "src")
    fuzz.both("commit", "-q", "--amend", "--no-edit")


def no_verify(fuzz: Fuzz) -> None:
    fuzz.edit()
    fuzz.both("add", "-A", "src")
    fuzz.both("commit", "-qnm", f"c{fuzz.serial}")


def rename(fuzz: Fuzz) -> None:
    fuzz.both("add", "-A", "src")
    fuzz.both("commit", "-qm", "before a rename")
    files = fuzz.plain.git("ls-files", "src").stdout.split()
    old = fuzz.rng.choice(files)
    if fuzz.both("mv", old, old.replace(".py", f"_{fuzz.serial}.py")):
        fuzz.both("commit", "-qm", "rename")


def delete(fuzz: Fuzz) -> None:
    files = fuzz.plain.git("ls-files", "src").stdout.split()
    if len(files) > 3 and fuzz.both("rm", "-qf", fuzz.rng.choice(files)):
        fuzz.both("commit", "-qm", "delete")


def branch_and_merge(fuzz: Fuzz) -> None:
    fuzz.both("add", "-A", "src")
    fuzz.both("commit", "-qm", "before a merge")
    name = f"b{fuzz.serial}"
    if fuzz.both("checkout", "-qb", name):
        commit_all(fuzz)
        fuzz.both("checkout", "-q", "main")
        commit_all(fuzz)
        fuzz.both("merge", "-q", "--no-edit", name)


def pick_twice(fuzz: Fuzz) -> None:
    """A commit of a branch is picked, work goes on, and it comes again: picked, rebased, or applied as a patch."""
    commit_all(fuzz)
    name = f"p{fuzz.serial}"
    if not fuzz.both("checkout", "-qb", name):
        return
    commit_all(fuzz)
    fuzz.both("checkout", "-q", "main")
    if fuzz.both("cherry-pick", name):
        commit_all(fuzz)
        if fuzz.rng.random() < 0.5:
            fuzz.both("cherry-pick", name)
        else:
            fuzz.both("checkout", "-q", name)
            fuzz.both("rebase", "-q", "main")
            fuzz.both("checkout", "-q", "main")


def revert(fuzz: Fuzz) -> None:
    commit_all(fuzz)
    if fuzz.both("revert", "--no-edit", "HEAD") and fuzz.rng.random() < 0.5:
        fuzz.both("revert", "--no-edit", "HEAD")


def squash(fuzz: Fuzz) -> None:
    commit_all(fuzz)
    fuzz.edit()
    fuzz.both("add", "-A", "src")
    fuzz.both("commit", "-q", "--fixup", "HEAD")
    fuzz.both("-c", "sequence.editor=true", "rebase", "-qi", "--autosquash", "HEAD~2")


def stash(fuzz: Fuzz) -> None:
    fuzz.edit()
    fuzz.both("add", "-A", "src")
    if fuzz.both("stash", "-q"):
        fuzz.both("stash", "pop", "-q")


def give_up(fuzz: Fuzz) -> None:
    fuzz.edit()
    fuzz.both("add", "-A", "src")
    for twin in (fuzz.hooked, fuzz.plain):  # an empty message: the commit is given up after the hook
        twin.git("commit", "-q", "-m", "")


_OPERATIONS_OF_GIT: tuple[Callable[[Fuzz], None], ...] = (
    *(commit_all, commit_all, commit_tracked, commit_path, commit_partly, amend, no_verify),
    *(rename, delete, branch_and_merge, stash, give_up, pick_twice, revert, squash),
)


def _pair(context: Context, name: str) -> tuple[Twin, Twin]:
    plain = Twin(context.work / name / "plain", context.env)
    plain.path.mkdir(parents=True)
    plain.git("init", "-q", "-b", "main", check=True)
    for number in range(4):
        file = plain.path / f"src/p{number}/m0.py"
        file.parent.mkdir(parents=True)
        file.write_text(
            f'"""Module {number}."""\n\n\ndef start{number}() -> int:\n    """Start."""\n    return {number}\n'
        )
    plain.git("add", "-A", check=True)
    plain.git("commit", "-qm", "Start", check=True)
    env = dict(context.env)
    subprocess.run(
        ["repodoc", "init", "--yes", "--hooks", "none"],
        cwd=plain.path,
        env=env,
        check=True,
        capture_output=True,
    )
    plain.git("add", "-A", check=True)
    plain.git("commit", "-qm", "Pages", check=True)
    hooked = Twin(context.work / name / "hooked", context.env)
    subprocess.run(["cp", "-a", str(plain.path), str(hooked.path)], check=True)
    subprocess.run(["repodoc", "install"], cwd=hooked.path, env=env, check=True, capture_output=True)
    return hooked, plain


def lockstep(context: Context) -> Iterator[Figure]:
    """Random operations in a hooked repository and its twin."""
    counts: Counter[str] = Counter()
    for seed in range(context.seeds):
        hooked, plain = _pair(context, f"fuzz{seed}")
        fuzz = Fuzz(hooked, plain, random.Random(seed))
        try:
            for _ in range(_OPERATIONS):
                fuzz.step()
        except Difference as error:
            print(f"# seed {seed}: after {error.args[0]} the {error.args[1]} differs: {hooked.path}")
        counts += fuzz.counts
        counts["seeds"] += 1
        check = subprocess.run(
            ["repodoc", "update"], cwd=hooked.path, env=dict(context.env), capture_output=True, check=False
        )
        counts["updates that failed"] += bool(check.returncode)
    seeds, operations, commands = (counts[name] for name in ("seeds", "operations", "commands"))
    what = f"differences in {seeds} seeds, {operations} operations, {commands} git commands"
    different = sum(number for name, number in counts.items() if name.startswith("different"))
    yield Figure("faults:differences", what, Spread.exact(different), 0, unit="")
    yield Figure(
        "faults:updates",
        "updates at the end that failed",
        Spread.exact(counts["updates that failed"]),
        0,
        unit="",
    )
    yield Figure("faults:codes", "exit codes other than the twin's", Spread.exact(counts["other exit code"]), unit="",
                 limit="a merge of pages that people must look at")  # fmt: skip


def kills(context: Context) -> Iterator[Figure]:
    """The hook's program killed at a random moment of a commit: what is left, and does the next commit work?"""
    broken, lost, blocked = 0, 0, 0
    for seed in range(context.seeds):
        rng = random.Random(seed)
        hooked, _ = _pair(context, f"kill{seed}")
        for number in range(_KILLS):
            token = f"KILLED{seed}x{number}"
            file = hooked.path / f"src/p{number % 4}/m0.py"
            file.write_text(f'{file.read_text()}\n\ndef {token}() -> None:\n    """{token}."""\n')
            _commit_and_kill(hooked, rng.uniform(0.05, _LONGEST_HOOK))
            broken += bool(
                hooked.git("status").returncode or hooked.git("fsck", "--connectivity-only").returncode
            )
            lost += token not in file.read_text()
            hooked.git("add", "-A", "src")
            hooked.git("commit", "-qm", "again")
            blocked += bool(hooked.git("diff", "--quiet", "HEAD", "--", "src").returncode)
    total = context.seeds * _KILLS
    yield Figure("faults:broken", f"repositories broken by {total} kills", Spread.exact(broken), 0, unit="")
    yield Figure("faults:lost", f"edits lost by {total} kills", Spread.exact(lost), 0, unit="")
    yield Figure(
        "faults:blocked", f"commits that did not follow {total} kills", Spread.exact(blocked), 0, unit=""
    )


def _commit_and_kill(twin: Twin, seconds: float) -> None:
    """Begin a commit and kill every process below git after so many seconds."""
    import psutil

    process = subprocess.Popen(
        ["git", "commit", "-qam", "killed"],
        cwd=twin.path,
        env=dict(twin.env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            try:
                if child.name().startswith(("python", "repodoc")):
                    child.kill()
            except psutil.Error:
                continue
    process.wait(timeout=120)


def faults(context: Context) -> Iterator[Figure]:
    """Both."""
    yield from lockstep(context)
    yield from kills(context)


BENCHMARKS: dict[str, Benchmark] = {"faults": faults}
