"""What our hooks add to `git commit`, beside other hook runners and the bare command."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.subjects import Subject, document, generated, rounds_of, with_hooks
from benchmarks.timing import Run, Spread, paired, ratio
from tests.tools import npm_tool

_ROUNDS = 21


def _against_bare(context: Context, subject: Subject, bare: Subject) -> tuple[list[Run], list[Run]]:
    return paired(context.rounds(_ROUNDS), rounds_of(subject.commit_note), rounds_of(bare.commit_note))


def noop(context: Context) -> Iterator[Figure]:
    """A commit with nothing to document, with our native hooks and without, on three sizes."""
    python = Path(sys.executable).resolve()
    for sources, others in ((1_000, 0), (10_000, 0), (20_000, 80_000)):
        size = sources + others
        name = f"{size // 1000}k"
        hooked = document(generated(context, name, context.size(sources), context.size(others)))
        bare = hooked.clone(f"{name}-bare")
        noise = ratio(*_against_bare(context, hooked.clone(f"{name}-same"), bare))
        shell = with_hooks(hooked, hooked.clone(f"{name}-sh"), "#!/bin/sh\nexit 0\n")
        floor = ratio(*_against_bare(context, shell, bare))
        starting = f"#!/bin/sh\nexec {python} -I -S -c pass\n"
        interpreter = with_hooks(hooked, hooked.clone(f"{name}-python"), starting)
        started = ratio(*_against_bare(context, interpreter, bare))
        runs = _against_bare(context, hooked, bare)
        alone = Spread.of([run.wall * 1000 for run in runs[1]])
        limit = (
            f"the same hooks as `exit 0` {floor.median:.2f}, as a bare interpreter {started.median:.2f}; "
            f"bare commit {alone.median:.1f} ms"
        )
        what = f"commit without anything to document, {size} files: native hooks / bare git"
        yield Figure(f"noop:{name}", what, ratio(*runs), 1.2, noise=noise, limit=limit)


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
    """A commit of one edited source file with offline pages, by size of the repository."""
    small = document(generated(context, "small", context.size(1000)))
    middle = document(generated(context, "middle", context.size(2_000), context.size(8_000)))
    rounds = context.rounds(11)
    bare_small, bare_middle = small.clone("bare-small"), middle.clone("bare-middle")
    runs = paired(rounds, rounds_of(middle.commit_edit), rounds_of(bare_middle.commit_edit))
    what = "one-file commit, 10k files: native hooks / bare git"
    yield Figure("one-file:10k", what, ratio(*runs), 3.0, limit="bare git 1")
    runs = paired(rounds, rounds_of(small.commit_edit), rounds_of(bare_small.commit_edit))
    added = [(with_.cpu - without.cpu) * 1000 for with_, without in zip(*runs, strict=True)]
    what = "one-file commit, 1k files: processor time that the hooks add"
    imports = small.time(sys.executable, "-c", "import repodoc_hooks.cli, jinja2, sqlite3").cpu * 1000
    start = small.time(sys.executable, "-I", "-S", "-c", "pass").cpu * 1000
    limit = f"a bare interpreter {start:.0f} ms, with jinja2 and sqlite3 {imports:.0f} ms; two start"
    yield Figure("one-file:cpu", what, Spread.of(added), 250, unit="ms", limit=limit)


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
