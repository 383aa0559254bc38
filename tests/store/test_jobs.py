"""The queue: every operation against a model of it, and processes killed at any moment."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from repodoc_hooks.sections.serialisation import (
    result_from_json,
    result_to_json,
    task_from_json,
    task_to_json,
)
from repodoc_hooks.sections.task import FileChange, SectionResult, SectionTask, Usage
from repodoc_hooks.store.job_model import Job, Order
from repodoc_hooks.store.jobs import BACK_OFF_BASE, BACK_OFF_CAP, KEEP_DAYS, MAX_ATTEMPTS, JobStore


class Clock:
    """A clock that tests wind by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> JobStore:
    return JobStore(tmp_path / "repodoc" / "jobs.sqlite", clock)


def order(section: str, fingerprint: str = "f1", tree: str = "t1") -> Order:
    return Order(section, fingerprint, tree, f"commit-{tree}")


def result(section: str, text: str = "Text.") -> SectionResult:
    return SectionResult(section, "generated", data={"text": [text]}, usage=Usage(10, 2), cost_usd=0.01)


def sections(jobs: list[Job]) -> list[str]:
    return [job.section for job in jobs]


def test_results_and_tasks_survive_the_wire() -> None:
    change = FileChange("a b.py", "python", None, "x = 1\n", ("x: int",), ("x",))
    task = SectionTask(
        "a#design", "a", "A", "design", "new", (change,), (change, change), ("dep",), None, {"k": [1]}
    )
    assert task_from_json(task_to_json(task)) == task
    assert result_from_json(result_to_json(result("a#design"))) == result("a#design")


def test_what_was_pushed_last_comes_first_and_overviews_before_walkthroughs(store: JobStore) -> None:
    store.enqueue([order("a#walkthrough"), order("b#design"), order(".#overview")], branch="main")
    store.enqueue([order("z#walkthrough", tree="t2"), order("z#design", tree="t2")], branch="topic")
    assert sections(store.claim("w", 9)) == ["z#design", "z#walkthrough"]
    assert sections(store.claim("w", 2)) == [".#overview", "b#design"]
    assert sections(store.claim("w", 9)) == ["a#walkthrough"]
    assert store.claim("w", 9) == []


def test_the_same_state_of_a_section_is_queued_once(store: JobStore) -> None:
    assert store.enqueue([order("a#design")], branch="main") == 1
    assert store.enqueue([order("a#design", tree="t2"), order("a#design", tree="t2")], branch="topic") == 0
    (job,) = store.claim("w", 9)
    assert (job.tree, job.revision, job.branch) == ("t2", "commit-t2", "topic")
    assert store.enqueue([order("a#design")], branch="main") == 0
    assert store.claim("x", 9) == []
    assert store.finish(job.id, result("a#design"))
    assert store.enqueue([order("a#design")], branch="main") == 0
    assert store.counts()["finished"] == 1


def test_a_newer_commit_cancels_what_only_its_branch_wanted(store: JobStore) -> None:
    store.enqueue([order("a#design", "old"), order("b#design", "old")], branch="main")
    store.enqueue([order("b#design", "old")], branch="topic")
    store.enqueue([order("a#design", "new"), order("b#design", "new")], branch="main")
    states = {(job.section, job.fingerprint): job.state for job in store.jobs()}
    assert states == {
        ("a#design", "old"): "cancelled",
        ("a#design", "new"): "queued",
        ("b#design", "old"): "queued",
        ("b#design", "new"): "queued",
    }


def test_a_complete_order_cancels_the_sections_that_it_leaves_out(store: JobStore) -> None:
    store.enqueue([order("a#design"), order("b#design")], branch="main")
    store.enqueue([order("a#design")], branch="main", complete=True)
    assert sections(store.jobs(["queued"])) == ["a#design"]
    store.enqueue([], branch="main", complete=True)
    assert store.counts()["cancelled"] == 2


def test_a_reverted_commit_brings_its_job_back(store: JobStore) -> None:
    store.enqueue([order("a#design", "old")], branch="main")
    store.enqueue([order("a#design", "new")], branch="main")
    assert store.enqueue([order("a#design", "old")], branch="main") == 1
    assert [(job.fingerprint, job.state) for job in store.jobs(["queued"])] == [("old", "queued")]


def test_a_worker_learns_that_its_job_was_cancelled_and_its_late_result_still_counts(store: JobStore) -> None:
    store.enqueue([order("a#design", "old"), order("b#design", "old")], branch="main")
    first, second = store.claim("w", 9)
    store.enqueue([order("a#design", "new")], branch="main")
    assert store.heartbeat("w", [first.id, second.id]) == {second.id}
    store.fail(first.id, "w", "too late to matter")
    assert store.finish(first.id, result("a#design"))
    assert store.finished("a#design", "old") == result("a#design")


def test_an_expired_lease_goes_to_the_next_worker_and_the_first_result_stays(
    store: JobStore, clock: Clock
) -> None:
    store.enqueue([order("a#design")], branch="main")
    (job,) = store.claim("slow", lease=60)
    clock.now += 59
    assert store.claim("quick") == []
    assert store.heartbeat("slow", [job.id], lease=60) == {job.id}
    clock.now += 59
    assert store.claim("quick") == []
    clock.now += 2
    (again,) = store.claim("quick")
    assert (again.id, again.attempts) == (job.id, 2)
    assert store.heartbeat("slow", [job.id]) == frozenset()
    store.fail(job.id, "slow", "its word does not count any more")
    assert store.finish(again.id, result("a#design", "quick"))
    assert not store.finish(job.id, result("a#design", "slow"))
    found = store.finished("a#design", "f1")
    assert found is not None
    assert found.data == {"text": ["quick"]}


def test_results_that_come_at_once_are_stored_with_one_wait_for_the_disk(store: JobStore) -> None:
    store.enqueue([order(f"{n}#design") for n in range(4)], branch="main")
    jobs = store.claim("w", 4)
    store.finish(jobs[0].id, result("0#design", "first"))
    statements: list[str] = []
    store._database._db.set_trace_callback(statements.append)
    again = [(job.id, result(job.section, "second")) for job in jobs]
    assert store.finish_all(again) == 3
    assert statements.count("COMMIT") == 1
    assert [s for s in statements if "synchronous" in s] == ["PRAGMA synchronous = FULL"]
    found = [store.finished(f"{n}#design", job.fingerprint) for n, job in enumerate(jobs)]
    assert [f.data["text"] for f in found if f] == [["first"], ["second"], ["second"], ["second"]]
    assert store.finish_all([]) == 0


def test_pauses_double_up_to_a_cap_and_attempts_end(store: JobStore, clock: Clock) -> None:
    store.enqueue([order("a#design")], branch="main")
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (job,) = store.claim("w")
        assert job.attempts == attempt
        store.fail(job.id, "w", "overloaded")
        assert store.claim("w") == []
        clock.now += min(BACK_OFF_CAP, BACK_OFF_BASE * 2 ** (attempt - 1))
    (job,) = store.jobs()
    assert (job.state, job.error) == ("failed", "overloaded")
    assert store.enqueue([order("a#design")], branch="main") == 0
    assert store.claim("w") == []
    assert store.retry() == 1
    (job,) = store.claim("w")
    assert job.attempts == 1


def test_a_job_that_kills_its_workers_is_given_up(store: JobStore, clock: Clock) -> None:
    store.enqueue([order("a#design")], branch="main")
    for _ in range(MAX_ATTEMPTS):
        assert len(store.claim("w", lease=10)) == 1
        clock.now += 11
    assert store.claim("w") == []
    (job,) = store.jobs(["failed"])
    assert job.error == "its worker was lost"


def test_hopeless_failures_are_not_tried_again(store: JobStore) -> None:
    store.enqueue([order("a#design")], branch="main")
    (job,) = store.claim("w")
    store.fail(job.id, "w", "unknown model", hopeless=True)
    assert store.counts()["failed"] == 1
    assert store.retry([job.id]) == 1


def test_a_released_job_waits_without_losing_an_attempt(store: JobStore, clock: Clock) -> None:
    store.enqueue([order("a#design")], branch="main")
    (job,) = store.claim("w")
    store.release(job.id, "w", "budget", delay=100)
    assert store.claim("w") == []
    assert store.next_ready() == clock.now + 100
    clock.now += 100
    (job,) = store.claim("w")
    assert job.attempts == 1


def test_recovery_ends_the_leases_of_this_machine_alone(store: JobStore) -> None:
    store.enqueue([order("a#design")], branch="main")
    store.enqueue([order("b#design", tree="t2")], branch="main")
    store.claim("here:1:x")
    store.claim("there:1:x")
    assert store.recover("here") == 1
    assert sections(store.claim("here:2:y", 9)) == ["b#design"]


def test_consumed_results_stay_until_they_are_old(store: JobStore, clock: Clock) -> None:
    store.enqueue([order("a#design"), order("b#design")], branch="main")
    for job in store.claim("w", 9):
        store.finish(job.id, result(job.section))
    store.consume("a#design", "f1")
    assert store.finished("a#design", "f1") is not None
    assert store.drop() == 1
    assert store.finished("a#design", "f1") is None
    assert store.finished("b#design", "f1") is not None
    clock.now += KEEP_DAYS * 86400 + 1
    assert store.prune() == 1
    assert store.jobs() == []


def test_a_file_tells_hooks_that_a_result_waits_for_its_page(store: JobStore) -> None:
    mark = store.path.with_name("ready")
    store.enqueue([order("a#design"), order("b#design"), order("c#design")], branch="main")
    jobs = store.claim("w", 9)
    assert not mark.exists()
    for job in jobs:
        store.finish(job.id, result(job.section))
    store.consume("a#design", "f1")
    assert mark.exists()
    store.drop([jobs[1].id])
    assert mark.exists()
    store.enqueue([order("a#design", "f2")], branch="main", complete=True)
    assert not mark.exists()
    assert store.finished("c#design", "f1") is not None


def test_adopting_a_result_spares_the_job(store: JobStore) -> None:
    store.enqueue([order("a#design")], branch="main")
    assert store.adopt(order("a#design"), result("a#design"), branch="main")
    assert not store.adopt(order("a#design"), result("a#design", "other"), branch="main")
    assert store.claim("w") == []
    assert store.finished("a#design", "f1") == result("a#design")


def test_requests_wait_in_order_until_closed(store: JobStore) -> None:
    first = store.notes.add("push", {"refs": ["main"]})
    second = store.notes.add("commit", {})
    assert [(note.id, note.kind, note.body) for note in store.notes.open()] == [
        (first, "push", {"refs": ["main"]}),
        (second, "commit", {}),
    ]
    assert not store.wait(0)
    store.notes.close(first)
    store.notes.close(second)
    assert store.wait(0)


def test_facts_are_remembered(store: JobStore) -> None:
    assert store.notes.recall("planned main") == ""
    store.notes.remember("planned main", "c1")
    store.notes.remember("planned main", "c2")
    assert store.notes.recall("planned main") == "c2"


def test_the_database_is_private(store: JobStore) -> None:
    assert store.path.stat().st_mode & 0o077 == 0
    assert store.path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content", [b"no database at all, whatever it is named" * 40, b"SQLite format 3\0" + b"x" * 4096]
)
def test_a_damaged_database_is_moved_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "jobs.sqlite"
    path.write_bytes(content)
    with JobStore(path) as store:
        assert store.enqueue([order("a#design")], branch="main") == 1
    assert len(list(tmp_path.glob("jobs.sqlite.damaged-*"))) == 1


def test_a_database_of_another_version_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE jobs (id)")
        db.execute("PRAGMA user_version = 77")
    db.close()
    with JobStore(path) as store:
        assert store.enqueue([order("a#design")], branch="main") == 1


_WORKER = """
import sys, time
from pathlib import Path
from repodoc_hooks.sections.task import SectionResult
from repodoc_hooks.store.jobs import JobStore
store = JobStore(Path(sys.argv[1]))
while jobs := store.claim(sys.argv[2], 3, lease=0.3):
    for job in jobs:
        time.sleep(0.002)
        if store.finish(job.id, SectionResult(job.section, "generated", data={"text": [job.fingerprint]})):
            print(job.section, flush=True)
"""


def test_killed_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    names = [f"c{number}#design" for number in range(60)]
    with JobStore(path) as store:
        store.enqueue([order(name) for name in names], branch="main")
    done: list[str] = []
    for round_ in range(40):
        process = subprocess.Popen(
            [sys.executable, "-c", _WORKER, str(path), f"w{round_}"], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        if round_ < 8:
            time.sleep(0.15 + 0.013 * round_)
            os.kill(process.pid, signal.SIGKILL)
        done += process.stdout.read().split()
        process.wait()
        process.stdout.close()
        with JobStore(path) as store:
            if store.next_ready() is None:
                break
            time.sleep(0.31)
    with JobStore(path) as store:
        assert store.counts() == {**dict.fromkeys(store.counts(), 0), "finished": len(names)}
        for name in names:
            found = store.finished(name, "f1")
            assert found is not None
            assert found.data == {"text": ["f1"]}
    assert len(done) == len(set(done))


def test_two_processes_never_hold_the_same_job(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with JobStore(path) as store:
        store.enqueue([order(f"c{number}#design") for number in range(120)], branch="main")
    command = [sys.executable, "-c", _WORKER.replace("lease=0.3", "lease=60"), str(path)]
    workers = [subprocess.Popen([*command, f"w{n}"], stdout=subprocess.PIPE, text=True) for n in range(3)]
    done = [line for worker in workers for line in worker.communicate(timeout=60)[0].split()]
    assert sorted(done) == sorted(f"c{number}#design" for number in range(120))
    with JobStore(path) as store:
        assert {job.attempts for job in store.jobs()} == {1}


class QueueMachine(RuleBasedStateMachine):
    """The queue against a plain model: states by (section, fingerprint), leases, wants."""

    names = st.sampled_from(["a#design", "b#walkthrough", ".#overview"])
    prints = st.sampled_from(["f1", "f2"])
    branches = st.sampled_from(["main", "topic"])
    owners = st.sampled_from(["w1", "w2"])

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.store = JobStore(Path(self.folder.name, "jobs.sqlite"), self.clock)
        self.state: dict[tuple[str, str], str] = {}
        self.wants: dict[tuple[str, str], tuple[str, str]] = {}
        self.leases: dict[tuple[str, str], tuple[str, float]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.counter = 0

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def _ids(self) -> dict[tuple[str, str], int]:
        return {(job.section, job.fingerprint): job.id for job in self.store.jobs()}

    def _expire(self) -> None:
        for key, (_, until) in list(self.leases.items()):
            if until <= self.clock.now:
                del self.leases[key]
                attempts = {(j.section, j.fingerprint): j.attempts for j in self.store.jobs()}[key]
                self.state[key] = "failed" if attempts >= MAX_ATTEMPTS else "queued"

    @rule(chosen=st.dictionaries(names, prints, max_size=3), branch=branches, complete=st.booleans())
    def enqueue(self, chosen: dict[str, str], branch: str, complete: bool) -> None:
        before = dict(self.wants)
        fresh = sum(self.state.get(key, "cancelled") == "cancelled" for key in chosen.items())
        assert (
            self.store.enqueue([order(n, f) for n, f in chosen.items()], branch=branch, complete=complete)
            == fresh
        )
        if complete:
            self.wants = {key: value for key, value in self.wants.items() if key[0] != branch}
        for key in chosen.items():
            self.wants[branch, key[0]] = key
            if self.state.get(key, "cancelled") == "cancelled":
                self.state[key] = "queued"
        for key in set(before.values()) - set(self.wants.values()):
            if self.state[key] in ("queued", "running"):
                self.state[key] = "cancelled"
                self.leases.pop(key, None)

    @rule(owner=owners, limit=st.integers(1, 3))
    def claim(self, owner: str, limit: int) -> None:
        self._expire()
        paused = {
            (job.section, job.fingerprint)
            for job in self.store.jobs()
            if job.state == "queued" and job.not_before > self.clock.now
        }
        ready = {key for key, state in self.state.items() if state == "queued"} - paused
        claimed = [(job.section, job.fingerprint) for job in self.store.claim(owner, limit, lease=10)]
        assert set(claimed) <= ready
        assert len(claimed) == min(limit, len(ready))
        for key in claimed:
            self.state[key] = "running"
            self.leases[key] = (owner, self.clock.now + 10)

    @rule(seconds=st.sampled_from([1, 9, 40, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.clock.now += seconds

    @precondition(lambda self: self.state)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.state)))
        self.counter += 1
        stored = self.store.finish(self._ids()[key], result(key[0], f"text {self.counter}"))
        assert stored == (self.state[key] != "finished")
        if stored:
            self.texts[key] = f"text {self.counter}"
        self.state[key] = "finished"
        self.leases.pop(key, None)

    @precondition(lambda self: self.state)
    @rule(data=st.data(), owner=owners, hopeless=st.booleans())
    def fail(self, data: st.DataObject, owner: str, hopeless: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.state)))
        attempts = {(j.section, j.fingerprint): j.attempts for j in self.store.jobs()}[key]
        self.store.fail(self._ids()[key], owner, "why", hopeless=hopeless)
        if self.leases.get(key, ("", 0))[0] == owner:
            del self.leases[key]
            self.state[key] = "failed" if hopeless or attempts >= MAX_ATTEMPTS else "queued"

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def heartbeat(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.leases)))
        owner = self.leases[key][0]
        ids = self._ids()
        assert self.store.heartbeat(owner, ids.values(), lease=10) == {
            ids[other] for other, (holder, _) in self.leases.items() if holder == owner
        }
        for other, (holder, _) in list(self.leases.items()):
            if holder == owner:
                self.leases[other] = (owner, self.clock.now + 10)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = JobStore(self.store.path, self.clock)

    @rule()
    def retry(self) -> None:
        self.store.retry()
        for key, state in self.state.items():
            if state == "failed":
                self.state[key] = "queued"

    @invariant()
    def agrees(self) -> None:
        stored: dict[Any, str] = {(job.section, job.fingerprint): job.state for job in self.store.jobs()}
        assert stored == self.state
        for key, text in self.texts.items():
            found = self.store.finished(*key)
            assert found is not None
            assert found.data == {"text": [text]}


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
