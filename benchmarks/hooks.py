"""What our hooks add to `git commit`, beside other hook runners and the bare command."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.subjects import Subject, document, generated, rounds_of, with_hooks
from benchmarks.timing import Run, Spread, paired, ratio
from repodoc_hooks.source_patterns import PATTERNS
from tests.tools import npm_tool

_ROUNDS = 21


def _against_bare(context: Context, subject: Subject, bare: Subject) -> tuple[list[Run], list[Run]]:
    return paired(context.rounds(_ROUNDS), rounds_of(subject.commit_note), rounds_of(bare.commit_note))


_LIBRARIES = "import json, msgspec, sqlite3, subprocess, tree_sitter"
_NOTHING = "#!/bin/sh\nexit 0\n"
_QUESTION = "git --icase-pathspecs diff --cached --quiet --no-ext-diff --"
_ASKING = f"#!/bin/sh\n{_QUESTION} {' '.join(map(repr, PATTERNS))}\nexit 0\n"


def noop(context: Context) -> Iterator[Figure]:
    """A commit with nothing to document, beside the same hooks that do nothing, on three sizes."""
    python = Path(sys.executable).resolve()
    for sources, others in ((1_000, 0), (10_000, 0), (20_000, 80_000)):
        size = context.size(sources) + context.size(others)
        name = f"{(sources + others) // 1000}k"
        hooked = document(generated(context, name, context.size(sources), context.size(others)))
        bare = hooked.clone(f"{name}-bare")
        empty = with_hooks(hooked, hooked.clone(f"{name}-sh"), _NOTHING)
        same = with_hooks(hooked, hooked.clone(f"{name}-same"), _NOTHING)
        asking = with_hooks(hooked, hooked.clone(f"{name}-asking"), _NOTHING)
        (asking.path / ".git" / "hooks" / "pre-commit").write_text(_ASKING)
        starting = f"#!/bin/sh\nexec {python} -I -S -c pass\n"
        interpreter = with_hooks(hooked, hooked.clone(f"{name}-python"), starting)

        def beside(subject: Subject, empty: Subject = empty) -> Spread:
            return ratio(*_against_bare(context, subject, empty), of="cpu")

        noise, floor, started = beside(same), beside(asking), beside(interpreter)
        runs = _against_bare(context, empty, bare)
        alone = Spread.of([run.cpu * 1000 for run in runs[1]])
        limit = (
            f"one `git diff --cached` {floor.median:.2f}, bare interpreters {started.median:.2f}; "
            f"`exit 0` / bare git {ratio(*runs, of='cpu').median:.2f}, bare git {alone.median:.1f} ms"
        )
        what = f"commit without anything to document, {size} files: native hooks / `exit 0`, processor time"
        yield Figure(f"noop:{name}", what, beside(hooked), 1.1, noise=noise, limit=limit)


_LOCAL_HOOK = """repos:
- repo: local
  hooks:
  - {id: noop, name: noop, entry: 'true', language: system, pass_filenames: false, always_run: true}
"""
_OUR_HOOK = """repos:
- repo: local
  hooks:
  - id: repodoc-update
    name: repodoc
    entry: repodoc-pre-commit
    language: system
    pass_filenames: false
    always_run: true
"""
_LEFTHOOK = "pre-commit:\n  jobs:\n  - {name: noop, run: 'true'}\n"


def _runners() -> Mapping[str, tuple[str, str, tuple[str, ...]]]:
    """Name -> its configuration file, the text, the command that installs its hook."""
    config = ".pre-commit-config.yaml"
    return {
        "pre-commit": (config, _LOCAL_HOOK, ("pre-commit", "install")),
        "prek": (config, _LOCAL_HOOK, ("prek", "install")),
        "lefthook": ("lefthook.yml", _LEFTHOOK, (str(npm_tool("lefthook")), "install")),
        "pre-commit+repodoc": (config, _OUR_HOOK, ("pre-commit", "install")),
        "prek+repodoc": (config, _OUR_HOOK, ("prek", "install")),
    }


def _managed(base: Subject, name: str) -> Subject:
    """A clone whose hooks a runner has."""
    config, text, install = _runners()[name]
    subject = base.clone(name)
    (subject.path / config).write_text(text)
    subject.git("add", config)
    subject.git("commit", "-q", "-m", "Configure")
    subject.time(*install)
    return subject


def runners(context: Context) -> Iterator[Figure]:
    """The same commit under other hook runners: with a hook that does nothing, and with ours."""
    base = document(generated(context, "base", context.size(1000)))
    bare = base.clone("bare")
    managed = {name: _managed(base, name) for name in _runners()}
    for name, subject in managed.items():
        runs = paired(context.rounds(7), rounds_of(subject.commit_note), rounds_of(bare.commit_note))
        yield Figure(f"runner:{name}", f"the same commit under {name} / bare git", ratio(*runs))
    ours, theirs = rounds_of(managed["prek+repodoc"].commit_note), rounds_of(managed["prek"].commit_note)
    under = paired(context.rounds(_ROUNDS), ours, theirs)
    native = _against_bare(context, base, bare)
    added, least = (
        [(more.cpu - less.cpu) * 1000 for more, less in zip(*runs, strict=True)] for runs in (under, native)
    )
    what = (
        "the same commit: processor time that our pre-commit adds under prek, beside a hook that does nothing"
    )
    limit = f"that both native hooks add to bare git {Spread.of(least).median:.1f} ms"
    yield Figure("runner:prek-added", what, Spread.of(added), Spread.of(least).median, unit="ms", limit=limit)


def one_file(context: Context) -> Iterator[Figure]:
    """A commit of one edited source file with offline pages, 1k files."""
    subject = document(generated(context, "small", context.size(1000)))
    bare = subject.clone("bare")
    rounds = context.rounds(11)
    start = partial(subject.time, sys.executable, "-c", "pass")
    runs = paired(rounds, rounds_of(subject.commit_edit), start)
    floor = ratio(*paired(rounds, rounds_of(bare.commit_edit), start), of="cpu")
    imports = ratio(*paired(rounds, partial(subject.time, sys.executable, "-c", _LIBRARIES), start), of="cpu")
    unit = Spread.of([run.cpu * 1000 for run in runs[1]])
    limit = (
        f"bare git {floor.median:.1f}; an interpreter that imports msgspec, sqlite3, tree-sitter and json "
        f"{imports.median:.1f}; `python -c pass` {unit.median:.0f} ms"
    )
    what = "one-file commit, 1k files: processor time / `python -c pass`"
    yield Figure("one-file:cpu", what, ratio(*runs, of="cpu"), 13, limit=limit)
    runs = paired(rounds, rounds_of(subject.commit_edit), rounds_of(bare.commit_edit))
    what = "one-file commit, 1k files: native hooks / bare git, wall time"
    yield Figure("one-file:wall", what, ratio(*runs), limit="bare git 1")


def agent(context: Context) -> Iterator[Figure]:
    """A one-file commit under a coding agent, with prose that a model would write: nobody is waited for."""
    text = "version: 1\nbackends: {order: [opencode, offline], opencode: {model: nobody/nothing}}\n"
    generated_subject = generated(context, "agent", context.size(5_000))
    (generated_subject.path / ".repodoc.yaml").write_text(text)
    hooked = document(generated_subject)
    bare = hooked.clone("agent-bare")
    under = Subject(hooked.path, {**hooked.env, "CLAUDECODE": "1"})
    starting = f"#!/bin/sh\nexec {Path(sys.executable).resolve()} -I -S -c pass\n"
    interpreter = with_hooks(hooked, hooked.clone("agent-python"), starting)
    started = paired(context.rounds(_ROUNDS), rounds_of(interpreter.commit_edit), rounds_of(bare.commit_edit))
    runs = paired(context.rounds(_ROUNDS), rounds_of(under.commit_edit), rounds_of(bare.commit_edit))
    alone = Spread.of([run.wall * 1000 for run in runs[1]])
    limit = (
        f"bare git {alone.median:.0f} ms; hooks that only start an interpreter {ratio(*started).median:.1f}"
    )
    what = "one-file commit under an agent, 5k files"
    seconds = Spread.of([run.wall for run in runs[0]])
    yield Figure("agent:wall", f"{what}: all of it", seconds, 2.0, unit="s", limit=limit)
    yield Figure("agent:ratio", f"{what}: native hooks / bare git", ratio(*runs), limit=limit)


BENCHMARKS: dict[str, Benchmark] = {
    "noop": noop,
    "runners": runners,
    "one-file": one_file,
    "agent": agent,
}
