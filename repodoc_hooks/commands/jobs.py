"""The deferred sections: what waits, what is done, and having it done."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repodoc_hooks.commands._shared import MODEL_BACKENDS, add_limits, config_of, open_git, patience
from repodoc_hooks.errors import EXIT_ERROR, EXIT_OK, EXIT_STALE, RepodocError, UsageError
from repodoc_hooks.git.process import Git
from repodoc_hooks.reports.console import emit, tell
from repodoc_hooks.store.job_model import STATES, Job
from repodoc_hooks.store.jobs import JobStore
from repodoc_hooks.store.push_notes import push_notes

if TYPE_CHECKING:
    from repodoc_hooks.deferred.job_runner import Runner

ACTIONS = ("list", "run", "retry", "drop", "wait")
_ACTION_HELP = (
    "list: what waits and what became of the rest (default); run: make them here and now; retry: queue failed ones"
    " again; drop: forget them; wait: until none is waiting or under way"
)
_SHOWN = 50
_AT_ONCE = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc jobs`."""
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="list", help=_ACTION_HELP)
    parser.add_argument(
        "ids", nargs="*", type=int, metavar="ID", help="with retry and drop: these jobs alone"
    )
    parser.add_argument("--json", action="store_true", help="the result as JSON on stdout")
    looking = parser.add_argument_group("list")
    looking.add_argument(
        "--state", action="append", choices=STATES, help="only jobs in this state; repeatable"
    )
    looking.add_argument("--all", action="store_true", help=f"more than the first {_SHOWN}")
    running = parser.add_argument_group("run")
    running.add_argument("--executor", choices=("threads", "dask"), help="default: as configured")
    running.add_argument("--scheduler", metavar="ADDR", help="with dask: the scheduler, tcp://host:port")
    running.add_argument(
        "--snapshot-url", metavar="URL", help="with dask: where workers fetch a snapshot from"
    )
    running.add_argument("--repos", metavar="FILE", help="in all repositories of this list, a path a line")
    running.add_argument("--backend", choices=MODEL_BACKENDS, default="auto")
    add_limits(running)
    waiting = parser.add_argument_group("wait")
    waiting.add_argument("--timeout", type=patience, default=3600.0, metavar="S", help="default: %(default)s")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    if args.ids and args.action not in ("retry", "drop"):
        raise UsageError(f"{args.action} takes no job numbers", fix="use them with retry or drop")
    if args.action == "run":
        return _run(args)
    git = open_git(args)
    if not JobStore.exists(git.state_dir) and not any(push_notes(git.state_dir)):
        return _nothing(args)
    with JobStore.open(git.state_dir) as store:
        from repodoc_hooks.deferred.post_push import collect_push_notes

        collect_push_notes(git, store)
        if args.action == "list":
            return _list(args, store)
        if args.action == "wait":
            return _wait(args, store)
        changed = store.retry(args.ids or None) if args.action == "retry" else store.drop(args.ids or None)
    if args.json:
        _emit({"changed": changed})
    else:
        tell(f"{_counted(changed, 'job')} {'queued again' if args.action == 'retry' else 'dropped'}")
    if args.action == "retry" and changed:
        from repodoc_hooks.deferred.background import wake_worker

        wake_worker(git)
    return EXIT_OK


def _nothing(args: argparse.Namespace) -> int:
    if args.json:
        _emit({"jobs": [], "counts": dict.fromkeys(STATES, 0)} if args.action == "list" else {"changed": 0})
    else:
        tell("no section was ever deferred here")
    return EXIT_OK


def _list(args: argparse.Namespace, store: JobStore) -> int:
    jobs = store.jobs(args.state or STATES, -1 if args.all or args.json else _SHOWN)
    counts = store.counts()
    if args.json:
        _emit({"jobs": [job.as_json() for job in jobs], "counts": counts})
        return EXIT_OK
    emit("".join(f"{line}\n" for line in _table(jobs)))
    told = ", ".join(f"{number} {state}" for state, number in counts.items() if number) or "no jobs"
    waiting = store.notes.open()
    tell(told + (f"; {_counted(len(waiting), 'note')} of hooks to look into" if waiting else ""))
    return EXIT_OK


def _table(jobs: list[Job]) -> Iterator[str]:
    """One line a job: number, state, section, branch, and what is to be known of it."""
    width = max((len(job.section) for job in jobs), default=0)
    for job in jobs:
        about = job.error
        if job.state == "queued" and job.not_before > time.time():
            about = f"again in {job.not_before - time.time():.0f} s: {job.error}"
        elif job.state == "finished":
            about = "in its page" if job.consumed else "waits for the next commit"
        branch = job.branch.removeprefix("refs/heads/")
        yield f"{job.id:>6}  {job.state:<9}  {job.section:<{width}}  {branch}  {about}".rstrip()


def _wait(args: argparse.Namespace, store: JobStore) -> int:
    done = store.wait(args.timeout)
    counts = store.counts()
    if args.json:
        _emit({"done": done, "counts": counts})
    if not done:
        tell(f"{counts['queued'] + counts['running']} still wait; `repodoc jobs run` does them here")
        return EXIT_STALE
    return EXIT_STALE if counts["failed"] else EXIT_OK


def _run(args: argparse.Namespace) -> int:
    """Drain the queue of this repository, or those of many."""
    from repodoc_hooks.reports.observe import graceful

    stop = threading.Event()
    with ExitStack() as stack:
        stack.enter_context(graceful(stop))
        if not args.repos:
            git = open_git(args)
            runner = stack.enter_context(_runner(args, config_of(git, args).parallel.executor))
            found = _drain(git, args, runner, stop)
            if args.json:
                _emit(found)
            else:
                tell(_told(found))
            return int(found["exit"])
        runner = stack.enter_context(_runner(args, "threads"))
        return _run_many(args, runner, stop)


def _run_many(args: argparse.Namespace, runner: Runner, stop: threading.Event) -> int:
    """One repository after the other, a few at once on a fleet; what fails in one stops no other."""
    text = sys.stdin.read() if args.repos == "-" else Path(args.repos).read_text()
    paths = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    limited = args.max_usd is not None or args.max_tokens is not None
    spent = {"usd": 0.0, "tokens": 0}

    def one(path: str) -> dict[str, Any]:
        try:
            found = _drain(Git.discover(path), args, runner, stop, spent)
        except RepodocError as error:
            found = {"error": str(error), "exit": error.exit_code}
        spent["usd"] += found.get("cost_usd") or 0.0
        spent["tokens"] += sum(found.get("tokens", {}).values())
        if not args.json:
            tell(f"{path}: {_told(found)}")
        return {"path": path, **found}

    with ThreadPoolExecutor(1 if limited or not args.scheduler else _AT_ONCE) as pool:
        every = list(pool.map(one, paths))
    exits = {found["exit"] for found in every}
    worst = next((code for code in (130, EXIT_ERROR, 3, EXIT_STALE) if code in exits), EXIT_OK)
    if args.json:
        _emit({"repositories": every, "exit": worst})
    return worst


def _drain(
    git: Git,
    args: argparse.Namespace,
    runner: Runner,
    stop: threading.Event,
    spent: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What came of one repository's queue; `spent` is taken from the limits."""
    from repodoc_hooks.deferred.worker import drain
    from repodoc_hooks.models.asking import Limits

    before = spent or {"usd": 0.0, "tokens": 0}
    limits = Limits(
        backend=args.backend,
        max_usd=None if args.max_usd is None else max(0.0, args.max_usd - before["usd"]),
        max_tokens=None if args.max_tokens is None else max(0, args.max_tokens - before["tokens"]),
    )
    summary = drain(git, runner=runner, limits=limits, stop=stop, head=True)
    if summary is None:
        raise RepodocError(
            "a worker is at it already", where=str(git.top), fix="`repodoc jobs wait` waits for it"
        )
    return summary.as_json()


@contextmanager
def _runner(args: argparse.Namespace, configured: str) -> Iterator[Runner]:
    """Who answers: this process, or a fleet."""
    if (args.executor or configured) == "threads":
        if args.scheduler:
            raise UsageError("--scheduler is for a fleet", where="--scheduler", fix="add --executor dask")
        from repodoc_hooks.deferred.job_runner import LocalRunner

        yield LocalRunner()
        return
    if not args.scheduler:
        raise UsageError(
            "a fleet needs a scheduler", where="--executor dask", fix="add --scheduler tcp://host:port"
        )
    from repodoc_hooks.deferred.fleet import Fleet

    with Fleet(args.scheduler, snapshot_url=args.snapshot_url or "") as fleet:
        yield fleet


def _told(found: dict[str, Any]) -> str:
    if "error" in found:
        return str(found["error"])
    words = [
        f"{found[name]} {name}" for name in ("finished", "failed", "postponed", "cancelled") if found[name]
    ]
    text = ", ".join(words) or "nothing to do"
    if found["finished"]:
        cost = "cost unknown" if found["cost_usd"] is None else f"{found['cost_usd']:.4f} USD"
        text += f" in {found['seconds']:.1f} s, {sum(found['tokens'].values())} tokens, {cost}"
        text += "; `repodoc update` or the next commit puts them into the pages"
    if found["failed"] or found["postponed"]:
        text += "; `repodoc jobs` says why"
    return text + (f"; {found['left']} left" if found["left"] else "")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _emit(data: dict[str, Any]) -> None:
    emit(json.dumps({"schema": 1, **data}, indent=2) + "\n")
