"""The deferred half: what the queue costs, what pre-push adds to a push, and what a fleet gains."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.subjects import Subject, generated
from benchmarks.timing import Run, Spread, paired
from repodoc_hooks.git.process import Git
from repodoc_hooks.sections.task import SectionResult
from repodoc_hooks.store.job_model import Order
from repodoc_hooks.store.jobs import JobStore
from tests import fake_claude
from tests.cluster import Cluster

_JOBS = 10_000
_CALLS = 200
_PUSHES = 21
_QUEUED = 50
_COMPONENTS = 300
_LATENCY = 3.0
_SESSIONS = 8
_WORKERS = 3
_CONFIG = """\
version: 1
backends: {{order: [{backend}, offline]}}
parallel: {{sessions: {sessions}}}
"""


def queue(context: Context) -> Iterator[Figure]:
    """Every operation on a queue of 10,000 jobs."""
    count = context.size(_JOBS)
    calls = min(_CALLS, count // 10)
    text = {"text": ["A sentence of a usual length, as they stand in pages."] * 8}
    with JobStore(context.work / "jobs.sqlite") as store:
        store.enqueue([Order(f"c{n}#design", "f", f"t{n % 7}") for n in range(count)], branch="main")
        claimed: list[int] = []
        operations: dict[str, Callable[[int], Any]] = {
            "enqueue": lambda n: store.enqueue([Order(f"new{n}#design", "f", "t")], branch="main"),
            "claim": lambda n: claimed.extend(job.id for job in store.claim("me")),
            "heartbeat": lambda n: store.heartbeat("me", claimed[:8]),
            "finish": lambda n: store.finish(
                claimed[n], SectionResult(f"new{n}#design", "generated", data=text)
            ),
            "finished": lambda n: store.finished(f"new{n}#design", "f"),
            "consume": lambda n: store.consume(f"new{n}#design", "f"),
            "claim again": lambda n: claimed.extend(job.id for job in store.claim("me")),
            "fail": lambda n: store.fail(claimed[-1 - n], "me", "overloaded"),
            "list": lambda n: store.jobs(limit=50),
            "counts": lambda n: store.counts(),
            "retry": lambda n: store.retry([claimed[-1 - n]]),
            "drop": lambda n: store.drop([claimed[n]]),
        }
        for name, operation in operations.items():
            times = Spread.of([_milliseconds(operation, n) for n in range(calls)])
            yield Figure(f"queue:{name}", f"{name} with {count} jobs", times, 2.0, unit="ms")


def _milliseconds(operation: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    operation(number)
    return (time.perf_counter() - began) * 1000


def push(context: Context) -> Iterator[Figure]:
    """What pre-push adds to a push with 50 jobs in the queue: the worker that it starts runs meanwhile."""
    subject = generated(context, "push", context.size(1000))
    (subject.path / ".repodoc.yaml").write_text(_CONFIG.format(backend="opencode", sessions=_SESSIONS))
    subject.git("add", "-A")
    subject.git("commit", "-q", "-m", "Configure")
    plain = subject.clone("plain")
    for each in (subject, plain):
        remote = context.work / f"{each.path.name}.git"
        each.git("init", "-q", "--bare", str(remote))
        each.git("config", "--unset-all", "remote.origin.url") if each is plain else None
        each.git("remote", "add", "target", str(remote))
    subject.time("repodoc", "install")
    with JobStore.open(Git.discover(subject.path, context.env).state_dir) as store:
        store.enqueue([Order(f"c{n}#design", "f", "t") for n in range(_QUEUED)], branch="refs/heads/x")
        for job in store.claim("me", _QUEUED):
            store.fail(job.id, "me", "overloaded")

    def pushes(of: Subject) -> Callable[[], Run]:
        number = 0

        def one() -> Run:
            nonlocal number
            number += 1
            return of.time("git", "push", "-q", "target", f"HEAD:refs/heads/b{number}")

        return one

    runs = paired(context.rounds(_PUSHES), pushes(subject), pushes(plain))
    added = Spread.of([(a.wall - b.wall) * 1000 for a, b in zip(*runs, strict=True)])
    bare = Spread.of([run.wall * 1000 for run in runs[1]])
    limit = f"the push without a hook takes {bare.median:.0f} ms"
    yield Figure("push:added", "added to a push, 50 jobs queued", added, 150.0, unit="ms", limit=limit)
    cpu = Spread.of([(a.cpu - b.cpu) * 1000 for a, b in zip(*runs, strict=True)])
    yield Figure(
        "push:cpu", "processor time added to a push, the worker's own not counted", cpu, 150.0, unit="ms"
    )


def fleet(context: Context) -> Iterator[Figure]:
    """A first deep run of 300 components: three workers of eight sessions, and one.

    The model takes three seconds and next to no processor time: what is measured is the fleet.
    """
    count = context.size(_COMPONENTS)
    model = context.work / "claude"
    script = Path(fake_claude.__file__)
    model.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{script}"\n')
    model.chmod(0o755)
    log = context.work / "requests"
    asked = {"FAKE_CLAUDE_SECONDS": str(_LATENCY), "FAKE_CLAUDE_LOG": str(log), "ANTHROPIC_API_KEY": "none"}
    seconds = {}
    for workers in (_WORKERS, 1):
        subject = _components(
            context,
            f"fleet{workers}",
            count,
            {**context.env, **asked, "REPODOC_BACKENDS_CLAUDE_COMMAND": str(model)},
        )
        seconds[workers] = _deep_run(context, subject, workers)
    requests = len(log.read_text().splitlines())
    what = f"first deep run of {count} components, {_LATENCY:.0f} s an answer: one worker's time / three workers'"
    limit = f"3 at best; {seconds[1]:.0f} s / {seconds[_WORKERS]:.0f} s, {requests} requests in all"
    speed = Spread.exact(seconds[1] / seconds[_WORKERS])
    yield Figure("fleet:speed", what, speed, 2.7, better="higher", limit=limit)


def _components(context: Context, name: str, count: int, env: dict[str, str]) -> Subject:
    path = context.work / name
    path.mkdir()
    subject = Subject(path, env)
    subject.git("init", "-q", "-b", "main")
    for number in range(count):
        file = path / f"src/part{number:03}/core.py"
        file.parent.mkdir(parents=True)
        file.write_text(
            f'"""Part {number}."""\n\n\ndef value() -> int:\n    """Its value."""\n    return {number}\n'
        )
    (path / ".repodoc.yaml").write_text(_CONFIG.format(backend="claude", sessions=_SESSIONS))
    subject.git("add", "-A")
    subject.git("commit", "-q", "-m", "Start")
    return subject


def _deep_run(context: Context, subject: Subject, workers: int) -> float:
    """Seconds of `repodoc jobs run`, servers started before."""
    with _cluster(context.work / f"cluster{workers}", subject, workers) as address:
        began = time.perf_counter()
        subject.time("repodoc", "jobs", "run", "--executor", "dask", "--scheduler", address)
        seconds = time.perf_counter() - began
    with JobStore.open(Git.discover(subject.path, subject.env).state_dir) as store:
        counts = store.counts()
    assert counts["finished"] == sum(counts.values()), counts
    return seconds


@contextmanager
def _cluster(folder: Path, subject: Subject, workers: int) -> Iterator[str]:
    folder.mkdir()
    cluster = Cluster(folder, subject.env)
    try:
        yield cluster.up(workers, _SESSIONS)
    finally:
        cluster.down()


BENCHMARKS: dict[str, Benchmark] = {"queue": queue, "push": push, "fleet": fleet}
