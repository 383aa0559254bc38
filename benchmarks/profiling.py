"""`python -m benchmarks.profiling`: profile three moments of a repository's life and hold their counts.

The moments: the hook with nothing to document, the hook on a commit of one edited file, the first update
of all pages. Counts cannot be noise: one that exceeds `baseline.json` fails the run; `--record` rewrites it.
"""

from __future__ import annotations

import argparse
import json
import pstats
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.figures import Context
from benchmarks.subjects import EDITED, Subject, document, generated
from tests.isolation import isolated

BASELINE = Path(__file__).with_name("baseline.json")
_SOURCES = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """A call of repodoc, and how to bring the repository to the point just before it."""

    name: str
    argv: tuple[str, ...]
    prepare: Callable[[Subject], None]


def _stage_note(subject: Subject) -> None:
    (subject.path / "notes.txt").write_text("another note\n")
    subject.git("add", "notes.txt")


def _stage_edit(subject: Subject) -> None:
    file = subject.path / EDITED
    file.write_text(file.read_text().replace("times: int = 1", "times: int = 2"))
    subject.git("add", EDITED)


def _forget(subject: Subject) -> None:
    shutil.rmtree(subject.path / ".git" / "repodoc")
    shutil.rmtree(subject.path / "docs")


MOMENTS = (
    Moment("no-op", ("hook", "pre-commit"), _stage_note),
    Moment("one-file", ("hook", "pre-commit"), _stage_edit),
    Moment("first-update", ("update", "--all"), _forget),
)


def run(subject: Subject, command: Sequence[str], **env: str) -> str:
    """Run a program at the top; what it wrote to stderr.

    Raises:
        SystemExit: it failed.
    """
    done = subprocess.run(
        command, cwd=subject.path, env={**subject.env, **env}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stderr


def imported(importtime: str) -> list[str]:
    """The modules named in the report of `python -X importtime`."""
    lines = [line for line in importtime.splitlines() if line.startswith("import time:")]
    return [line.rpartition("|")[2].strip() for line in lines[1:]]


def count_modules(names: Sequence[str]) -> dict[str, int]:
    """Modules by origin: ours, packages of others, the standard library's under the running version's name."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    ours, standard, packages = 0, 0, set()
    for name in names:
        top = name.partition(".")[0]
        if top == "repodoc_hooks":
            ours += 1
        elif top in sys.stdlib_module_names or top.startswith("_"):
            standard += 1
        elif find_spec(top):  # importtime lists failed attempts too
            packages.add(top)
    return {
        "our modules": ours,
        "third-party packages": len(packages),
        f"standard modules {version}": standard,
    }


def fresh(subject: Subject, moment: Moment, number: int) -> Subject:
    """A copy of the repository just before the moment."""
    path = subject.path.with_name(f"{moment.name}-{number}")
    subprocess.run(["cp", "-a", str(subject.path), str(path)], check=True)
    copy = Subject(path, subject.env)
    moment.prepare(copy)
    return copy


def count(subject: Subject, moment: Moment, artifacts: Path) -> dict[str, int]:
    """All counts of one moment, and its profiles in `artifacts`."""
    python = [sys.executable, "-m"]
    report = artifacts / moment.name
    trace = artifacts / f"{moment.name}.git-trace"
    trace.unlink(missing_ok=True)
    quiet = [*python, "repodoc_hooks", *moment.argv]
    listing = [sys.executable, "-X", "importtime"]
    at_start = set(imported(run(subject, [*listing, "-c", "pass"])))
    imports = imported(run(fresh(subject, moment, 0), [*listing, *quiet[1:]]))
    run(fresh(subject, moment, 1), quiet, GIT_TRACE2_EVENT=str(trace))
    started = [json.loads(line) for line in trace.read_text().splitlines()] if trace.exists() else []
    instrumented = [*python, "benchmarks.instrument", str(report), *moment.argv]
    checkout = str(Path(__file__).resolve().parent.parent)
    run(fresh(subject, moment, 2), instrumented, PROFILER="pyinstrument", PYTHONPATH=checkout)
    run(fresh(subject, moment, 3), instrumented, PROFILER="cprofile", PYTHONPATH=checkout)
    return {
        **count_modules([name for name in imports if name not in at_start]),
        "git processes": sum(event["event"] == "start" for event in started),
        **dict.fromkeys(("blobs parsed", "model requests", "pages written", "sqlite transactions"), 0),
        **json.loads(report.with_suffix(".json").read_text()),
    }


def hottest(profile: Path, functions: int = 10) -> str:
    """The functions that took most time of their own, a line each."""
    stats = pstats.Stats(str(profile)).stats  # type: ignore[attr-defined]
    ranked = sorted(stats.items(), key=lambda item: item[1][2], reverse=True)[:functions]
    lines = []
    for (file, line, name), (_, calls, own, total, _) in ranked:
        where = f"{Path(file).name}:{line} {name}" if line else name
        lines.append(f"  {own * 1000:8.1f} ms own {total * 1000:8.1f} ms in all {calls:7} calls  {where}")
    return "\n".join(lines)


def grown(baseline: Mapping[str, int], counts: Mapping[str, int]) -> list[str]:
    """What is greater than the baseline allows, or that it does not know, in words."""
    return [
        f"{name}: {value}, the baseline is {baseline.get(name, 'not recorded')}"
        for name, value in counts.items()
        if value > baseline.get(name, 0)
        and not (name.startswith("standard modules") and name not in baseline)
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Profile, print, compare; 1 if a count has grown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profiling", description=__doc__)
    parser.add_argument("--artifacts", type=Path, default=Path("artifacts"), help="folder of the reports")
    parser.add_argument("--record", action="store_true", help="write the counts to benchmarks/baseline.json")
    args = parser.parse_args(argv)
    artifacts = args.artifacts.resolve()
    artifacts.mkdir(parents=True, exist_ok=True)
    measured: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory(prefix="repodoc-profiling-") as work:
        env = {**isolated(Path(work) / "home"), "REPODOC_PARALLEL_PROCESSES": "1"}
        subject = document(generated(Context(Path(work), env), "subject", _SOURCES))
        for moment in MOMENTS:
            measured[moment.name] = count(subject, moment, artifacts)
            print(f"{moment.name}: {json.dumps(measured[moment.name])}")
            print(hottest(artifacts / f"{moment.name}.prof"), flush=True)
    (artifacts / "counts.json").write_text(json.dumps(measured, indent=1) + "\n")
    if args.record:
        BASELINE.write_text(json.dumps(measured, indent=1) + "\n")
        return 0
    baseline = json.loads(BASELINE.read_text())
    failures = [
        f"{name}: {line}" for name in measured for line in grown(baseline.get(name, {}), measured[name])
    ]
    for line in failures:
        print(f"GREW {line}")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
