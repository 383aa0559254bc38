"""History replayed: what documenting each commit of a real repository asks of a model.

Every step is what a pre-commit hook sees: the next commit's changes, staged on top of the documented state
before. Compared with (a) making all sections anew at every commit, and (b) sending every changed source file whole,
one request each. The stand-in for the model never keeps an old text, so the requests are the most there can be;
the history is replayed once more with one that always does, which gives the least.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.stand_in import FIXED_TOKENS, CountingBackend, Meter, standing_in, tokens
from benchmarks.subjects import Subject
from benchmarks.timing import Spread
from repodoc_hooks.analysis.languages import language_of
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.prompts import system_prompt

_STEPS = 200
_VERIFY_EVERY = 20
_CONFIG = "version: 1\nbackends:\n  order: [opencode, offline]\ndeep:\n  when: manual\n"

# The commits on which peers were measured, after 0f37243.
_ITSDANGEROUS = (
    "0f37243 d21128d b46ebef 005d16a 0e13d66 233527d bfafa65 3d3dc9f 2ec0dbb f0daa08 "
    "fca4d63 6ebe1ac 05c805f 1e9550e bc88e94 385c0eb 135eb23 2f69e84"
)


@dataclass
class Totals:
    """What the steps of one repository came to."""

    steps: list[Meter] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    per_file: int = 0
    differing: int = 0


def commits(subject: Subject, name: str, steps: int) -> list[str]:
    """The commits to replay, the state to begin with first."""
    if name == "itsdangerous":
        return _ITSDANGEROUS.split()
    chosen = []
    for commit in subject.git("rev-list", "--first-parent", "HEAD").splitlines():
        chosen.append(commit)
        if len(chosen) > steps:
            break
        changed = subject.git(
            "diff-tree", "-r", "-m", "--first-parent", "--name-only", "--no-commit-id", commit
        )
        if not any(language_of(path) for path in changed.splitlines()):
            chosen.pop()
    return chosen[::-1]


def _engine(subject: Subject) -> Engine:
    return Engine.open(Git.discover(subject.path, subject.env))


def _stage(subject: Subject, before: str, after: str) -> None:
    patch = subprocess.run(
        ["git", "diff", "--binary", "--no-renames", before, after],
        cwd=subject.path,
        env=dict(subject.env),
        capture_output=True,
        check=True,
    )
    command = ["git", "apply", "--index", "--whitespace=nowarn", "--allow-empty"]
    subprocess.run(command, cwd=subject.path, env=dict(subject.env), input=patch.stdout, check=True)


def _document(subject: Subject, meter: Meter, *, everything: bool = False) -> tuple[Meter, float]:
    meter.take()
    started = time.perf_counter()
    with _engine(subject) as engine:
        engine.run(Request("benchmark", source="staged", apply="index", all=everything))
    seconds = time.perf_counter() - started
    subject.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "Step")
    return meter.take(), seconds


def _whole_files(subject: Subject, before: str, after: str) -> int:
    """Tokens of sending each source file that differs, whole, in a request of its own with a like answer."""
    changed = subject.git(
        "diff", "--name-only", "--no-renames", "--diff-filter=d", before, after
    ).splitlines()
    answer = tokens("It holds together what it is made of and hands it on to those that ask. " * 2)
    fixed = tokens(system_prompt()) + FIXED_TOKENS + answer
    return sum(
        fixed + tokens(subject.git("show", f"{after}:{path}")) for path in changed if language_of(path)
    )


def _everything(subject: Subject, meter: Meter) -> int:
    """Tokens of making all sections of the present state anew, in a clone without cache or pages."""
    clone = subject.clone(f"{subject.path.name}-full-{time.monotonic_ns()}")
    clone.git("rm", "-q", "-r", "docs/repodoc")
    return _document(clone, meter, everything=True)[0].total


def replay(subject: Subject, name: str, steps: int, *, keep: bool) -> Totals:
    """Replay the history of a repository, with a model that rewrites (or keeps) every text it is shown."""
    chain = commits(subject, name, steps)
    totals = Totals()
    with standing_in(CountingBackend(keep)) as meter:
        subject.git("checkout", "-q", "-B", "replay", chain[0])
        (subject.path / ".repodoc.yaml").write_text(_CONFIG)
        subject.git("add", ".repodoc.yaml")
        totals.full.append(_document(subject, meter, everything=True)[0].total)
        for number, (before, after) in enumerate(pairwise(chain), 1):
            _stage(subject, before, after)
            step, seconds = _document(subject, meter)
            totals.steps.append(step)
            totals.seconds.append(seconds)
            totals.per_file += _whole_files(subject, before, after)
            if number % _VERIFY_EVERY == 0 or after == chain[-1]:
                totals.differing += subject.time("repodoc", "check", "--full", expect=(0, 1)).code
        totals.full.append(_everything(subject, meter))
    return totals


def figures(name: str, totals: Totals, least: Totals) -> Iterator[Figure]:
    """The figures of one replayed history; `least` is the replay in which the model kept all texts."""
    count = len(totals.steps)
    spent = sum(step.total for step in totals.steps)
    requests = sum(step.requests for step in totals.steps)
    listed = name == "itsdangerous"
    what = f"{count} commits of {name}"
    yield Figure(
        f"replay:{name}:requests",
        f"{what}: model requests in all",
        Spread.exact(requests),
        30 if listed else None,
        unit="requests",
        limit=f"{sum(s.requests for s in least.steps)} if every old text were kept"
        + "; RepoAgent 145" * listed,
    )
    yield Figure(
        f"replay:{name}:input",
        f"{what}: input tokens in all",
        Spread.exact(sum(step.input for step in totals.steps)),
        60_000 if listed else None,
        unit="tokens",
        limit=f"{sum(s.input for s in least.steps)} if every old text were kept"
        + "; RepoAgent 617,086" * listed,
    )
    full = sum(totals.full) / len(totals.full) * count
    yield Figure(
        f"replay:{name}:vs-full",
        f"{what}: tokens of making everything anew each time / ours",
        Spread.exact(full / max(spent, 1)),
        50,
        "higher",
    )
    yield Figure(
        f"replay:{name}:vs-file",
        f"{what}: tokens of sending each changed file whole / ours",
        Spread.exact(totals.per_file / max(spent, 1)),
        5,
        "higher",
    )
    quiet = sum(step.requests == 0 for step in totals.steps) / count
    yield Figure(
        f"replay:{name}:quiet",
        f"{what}: share without any request",
        Spread.exact(quiet),
        None,
        "higher",
        unit="",
    )
    yield Figure(
        f"replay:{name}:seconds", f"{what}: per commit, model time 0", Spread.of(totals.seconds), unit="s"
    )
    yield Figure(
        f"replay:{name}:differing",
        f"{what}: fresh renderings (every {_VERIFY_EVERY}th commit) that differ from the pages",
        Spread.exact(totals.differing),
        0,
        unit="times",
    )


def _before_definitions(text: str, line: str) -> str:
    """A line inserted before every class and function."""
    definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    starts = {
        min((node.lineno, *(decorator.lineno for decorator in node.decorator_list)))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, definitions)
    }
    lines = text.splitlines(keepends=True)
    return "".join(line * (number in starts) + each for number, each in enumerate(lines, 1))


_PROBES = {"comment-only": "# A remark.\n", "formatting-only": "\n"}


def _is_code(file: Path) -> bool:
    """The file holds definitions, or could: a newer Python's grammar is left alone."""
    text = file.read_text()
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return bool(text)


def probes(subject: Subject) -> Mapping[str, int]:
    """Model requests after edits that concern no reader, on the state that stands documented."""
    sources = [path for path in subject.git("ls-files", "*.py").splitlines() if _is_code(subject.path / path)]
    found = {}
    with standing_in(CountingBackend()) as meter:
        for name, line in _PROBES.items():
            for path in sources:
                file = Path(subject.path, path)
                file.write_text(_before_definitions(file.read_text(), line))
            subject.git("add", "-u")
            assert subject.git("diff", "--cached", "--name-only"), "the probe changed nothing"
            found[name] = _document(subject, meter)[0].requests
    return found


def history(context: Context) -> Iterator[Figure]:
    """Every repository that was given; those with Python are probed too."""
    if not context.repositories:
        print("replay: passed over, it needs real repositories: --repo PATH_OR_URL", file=sys.stderr)
        return
    for name, path in context.repositories.items():
        steps = 15 if context.quick else _STEPS
        original = Subject(path, context.env)
        subject = original.clone(f"{name}-rewritten")
        kept = replay(original.clone(f"{name}-kept"), name, steps, keep=True)
        yield from figures(name, replay(subject, name, steps, keep=False), kept)
        if subject.git("ls-files", "*.py"):
            for probe, requests in probes(subject).items():
                what = f"{name}: model requests of a {probe} edit in every Python file"
                yield Figure(f"replay:{name}:{probe}", what, Spread.exact(requests), 0, unit="requests")


BENCHMARKS: dict[str, Benchmark] = {"replay": history}
