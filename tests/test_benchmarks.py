"""The measuring instruments themselves: wrong scales would make every figure wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from benchmarks import own_time
from benchmarks.__main__ import clone, registry, row
from benchmarks.figures import Context, Figure
from benchmarks.generate import PER_PACKAGE, repository, sources
from benchmarks.instrument import Transactions
from benchmarks.profiling import BASELINE, MOMENTS, count_modules, grown, hottest, imported
from benchmarks.timing import Run, RunError, Spread, measure, paired, ratio
from tests.repos import Repo


def test_a_generated_repository_is_always_the_same(tmp_path: Path) -> None:
    first = Repo(repository(tmp_path / "a", 130, 30, env=os.environ))
    second = Repo(repository(tmp_path / "b", 130, 30, env=os.environ))
    assert first.head() == second.head()
    assert first.is_clean()
    files = first.files()
    assert len(files) == 130 + 30 + 1
    suffixes = Counter(Path(name).suffix for name in files if name.startswith("src/"))
    assert suffixes == {".py": 110, ".js": PER_PACKAGE}
    for name, text in sources(2 * PER_PACKAGE):
        compile(text, name, "exec")


def test_pairs_alternate_and_the_warming_round_is_dropped() -> None:
    order: list[str] = []

    def step(name: str) -> Run:
        order.append(name)
        return Run(2.0 if name == "a" else 1.0, 0.5, 1)

    first, second = paired(3, lambda: step("a"), lambda: step("b"))
    assert "".join(order) == "baabbaab"
    assert ratio(first, second) == Spread(2.0, 2.0, 2.0, 3)
    assert ratio(first, second, "cpu").median == 1.0


def test_memory_and_failures_of_a_program_are_seen(tmp_path: Path) -> None:
    def python(code: str) -> Run:
        return measure([sys.executable, "-c", code], cwd=tmp_path, env=os.environ)

    assert python("b'x' * 200_000_000").rss - python("pass").rss > 100_000_000
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', '{}'])"
    busy = "sum(range(10_000_000))"
    assert python(child.format(busy)).cpu > python(child.format("pass")).cpu
    with pytest.raises(RunError, match="no such thing"):
        python("raise SystemExit('no such thing')")


def test_a_program_notes_its_own_processor_time(project: Repo, tmp_path: Path) -> None:
    log, program = tmp_path / "log", Path(own_time.__file__)
    git = shutil.which("git")
    assert git is not None
    run = partial(
        subprocess.run, cwd=project.path, env=os.environ, check=False, capture_output=True, text=True
    )
    listed = run(
        [
            sys.executable,
            "-I",
            "-S",
            program,
            log,
            "--git",
            git,
            "-c",
            "a.b=c",
            "--literal-pathspecs",
            "ls-files",
        ]
    )
    assert listed.returncode == 0
    assert "README.md" in listed.stdout
    assert run([sys.executable, "-I", "-S", program, log, "--git", git, "no-such-command"]).returncode == 1
    assert run([sys.executable, program, log, "--version"]).returncode == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [name for name, _ in lines] == ["ls-files", "no-such-command", "repodoc"]
    assert all(seconds > 0 for _, seconds in lines)


@pytest.mark.parametrize(
    ("value", "better", "met"), [(1.0, "lower", True), (3.0, "lower", False), (3.0, "higher", True)]
)
def test_a_figure_is_held_against_its_target(value: float, better: str, met: bool) -> None:
    figure = Figure("f", "what", Spread(0.1, value, 9.0, 3), 2.0, better)  # type: ignore[arg-type]
    assert figure.met is met
    assert json.loads(json.dumps(figure.as_json()))["met"] is met
    assert ("MISSED" in row(figure)) is not met


def test_real_repositories_are_cloned_by_name(project: Repo, tmp_path: Path) -> None:
    name, path = clone(str(project.path), tmp_path, os.environ)
    assert (path / "README.md").exists()
    assert name == project.path.name


def test_every_registered_benchmark_can_be_called() -> None:
    assert {"noop", "one-file", "check", "survey"} <= set(registry())
    assert all(callable(benchmark) for benchmark in registry().values())
    assert Context(Path(), quick=True).size(1000) < Context(Path()).size(1000)


def test_transactions_are_counted_once() -> None:
    counts: Counter[str] = Counter()
    statements = (
        "BEGIN IMMEDIATE",
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 2",
        "COMMIT",
        "SELECT 1",
        "DELETE FROM t",
    )
    see = Transactions(counts)
    for statement in statements:
        see(statement)
    assert counts["sqlite transactions"] == 2


def test_modules_are_counted_by_origin() -> None:
    report = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       100 |        100 |   _io\n"
        "import time:       100 |        200 | os\n"
        "import time:       100 |        200 | repodoc_hooks.errors\n"
        "some other line\n"
        "import time:       100 |        200 |     pygit2.enums\n"
        "import time:       100 |        200 |   pygit2\n"
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert count_modules(imported(report)) == {
        "our modules": 1,
        "third-party packages": 1,
        f"standard modules {version}": 2,
    }


def test_a_grown_count_is_named() -> None:
    baseline = {"git processes": 3, "blobs parsed": 1}
    assert grown(baseline, {"git processes": 3, "blobs parsed": 0}) == []
    assert grown(baseline, {"git processes": 4}) == ["git processes: 4, the baseline is 3"]
    assert grown(baseline, {"model requests": 1}) == ["model requests: 1, the baseline is not recorded"]
    assert grown(baseline, {"standard modules 9.9": 500}) == []


def test_the_hottest_functions_come_first(tmp_path: Path) -> None:
    import cProfile

    def busy() -> int:
        return sum(number * number for number in range(50_000))

    with cProfile.Profile() as profile:
        busy()
    profile.dump_stats(tmp_path / "p.prof")
    lines = hottest(tmp_path / "p.prof", 2).splitlines()
    assert len(lines) == 2
    assert "<genexpr>" in lines[0] + lines[1]


def test_the_baseline_knows_every_moment() -> None:
    assert set(json.loads(BASELINE.read_text())) == {moment.name for moment in MOMENTS}
