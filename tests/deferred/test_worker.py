"""From a push to finished sections in the pages, by a worker that may be killed at any moment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from repodoc_hooks.deferred import worker as module
from repodoc_hooks.deferred.background import worker_lock
from repodoc_hooks.deferred.job_planning import plan_commit, plan_head
from repodoc_hooks.deferred.worker import drain
from repodoc_hooks.git.process import Git
from repodoc_hooks.models.asking import Limits
from repodoc_hooks.store.claims import Claims
from repodoc_hooks.store.job_model import Order
from repodoc_hooks.store.jobs import JobStore
from tests.isolation import user_settings
from tests.pretended_model import Model
from tests.repos import Repo

DEEP = {"src/core#design", "src/core#walkthrough", "src/shop#design", "src/shop#walkthrough"}


def states(store: JobStore) -> dict[str, str]:
    return {job.section: job.state for job in store.jobs()}


def deferred(repo: Repo) -> set[str]:
    """The sections that `check` calls deferred."""
    sections = json.loads(repo.repodoc("check", "--format", "json").stdout)["sections"]
    return {section["id"] for section in sections if section["state"] in ("deferred", "owed")}


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that happens in another process."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def start_worker(repo: Repo) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "repodoc_hooks.deferred.worker", str(repo.path)])


def in_the_middle(store: JobStore, model: Model, finished: int) -> bool:
    return store.counts()["finished"] >= finished and len(model.calls()) > finished


@pytest.fixture
def pushed(documented: Repo, tmp_path: Path) -> Repo:
    """The documented project with hooks and a remote."""
    documented.repodoc("install")
    Repo.init(tmp_path / "origin.git", "--bare")
    documented.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    return documented


def test_a_drain_makes_what_the_pages_owe_and_an_update_puts_it_in(
    documented: Repo, git: Git, store: JobStore, model: Model
) -> None:
    assert deferred(documented) == DEEP
    summary = drain(git, head=True)
    assert summary is not None
    assert (summary.finished, summary.left, summary.exit) == (4, 0, 0)
    assert summary.cost_usd == pytest.approx(0.004)
    assert states(store) == dict.fromkeys(DEEP, "finished")
    assert documented.is_clean()
    assert "ready     4 sections: the next commit or `repodoc update`" in documented.repodoc("status").stdout
    model.forget()
    documented.repodoc("update")
    assert model.calls() == []
    assert deferred(documented) == set()
    assert json.loads(documented.repodoc("status", "--json").stdout)["ready"] == []
    assert "A model wrote this design." in documented.read("docs/repodoc/src/core/README.md")
    assert all(job.consumed for job in store.jobs())


def test_a_second_drain_has_nothing_to_do(git: Git, model: Model) -> None:
    drain(git, head=True)
    model.forget()
    summary = drain(git, head=True)
    assert summary is not None
    assert (summary.finished, summary.exit) == (0, 0)
    assert model.calls() == []


def test_a_push_is_followed_by_the_worker_and_the_next_commit_has_the_sections(
    pushed: Repo, git: Git, model: Model
) -> None:
    pushed.git("push", "-q", "origin", "main")
    with JobStore.open(git.state_dir) as store:
        until(lambda: store.counts()["finished"] == 4)
        assert store.wait(30)
    until(lambda: '"finished": 4' in (git.state_dir / "logs" / "worker.log").read_text())
    model.forget()
    pushed.write("notes.txt", "nothing about code\n")
    pushed.commit("Add notes")
    assert "docs/repodoc/src/core/README.md" in pushed.changed()
    assert deferred(pushed) == set()
    assert model.calls() == []


def test_a_commit_in_a_linked_worktree_has_the_sections_that_wait_for_all(
    pushed: Repo, git: Git, store: JobStore, tmp_path: Path
) -> None:
    """Queue, results and worker are those of the repository, whichever of its work trees is asked."""
    pushed.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "topic")
    linked = Repo(tmp_path / "linked")
    with worker_lock(git.state_dir):
        assert drain(Git.discover(linked.path)) is None
    summary = drain(Git.discover(linked.path), head=True)
    assert summary is not None
    assert summary.finished == len(DEEP)
    assert set(states(store).values()) == {"finished"}
    linked.write("notes.txt", "nothing that pages are made from\n")
    linked.commit("Write a note")
    assert "docs/repodoc/src/core/README.md" in linked.changed()
    assert deferred(linked) == set()


def test_a_push_that_was_not_checked_is_found_by_the_next_worker(pushed: Repo, git: Git) -> None:
    pushed.git("push", "-q", "--no-verify", "origin", "main")
    assert not JobStore.exists(git.state_dir)
    summary = drain(git)
    assert summary is not None
    assert summary.finished == 4
    again = drain(git)
    assert again is not None
    assert again.finished == 0


@pytest.mark.parametrize("setting", ["deep: {when: manual}", "deep: {when: ci}", "write: post-push"])
def test_a_push_leaves_it_to_others_where_the_configuration_says_so(
    pushed: Repo, git: Git, model: Model, setting: str
) -> None:
    pushed.write(".repodoc.yaml", pushed.read(".repodoc.yaml") + setting + "\n")
    pushed.commit("Configure")
    pushed.git("push", "-q", "--no-verify", "origin", "main")
    model.forget()
    summary = drain(git)
    assert summary is not None
    assert summary.finished == 0
    assert model.calls() == []
    asked = drain(git, head=True)
    assert asked is not None
    assert asked.finished == 4


def test_a_pull_queues_what_nobody_has_done(pushed: Repo, model: Model, tmp_path: Path) -> None:
    """A teammate pushed code without its pages: the pull refreshes them here, and queues what HEAD owes."""
    pushed.git("push", "-q", "--no-verify", "origin", "main")
    Repo(tmp_path / "origin.git").git("symbolic-ref", "HEAD", "refs/heads/main")
    mate = Repo(tmp_path / "origin.git").clone(tmp_path / "mate")
    mate.replace("src/core/text.py", "words.upper()", "words.upper() + '!'")
    mate.commit("Shout louder", hooks=False)
    mate.git("push", "-q", "--no-verify", "origin", "main")
    model.forget()
    pushed.git("pull", "-q", "--ff-only", "origin", "main")
    git = Git.discover(pushed.path)
    with JobStore.open(git.state_dir) as store:
        # The refresh after the merge has it written, or the worker: not both.
        until(lambda: store.counts()["finished"] or store.counts()["cancelled"])
        assert "src/core#summary" in states(store)
    assert sum(call.startswith("summary:") for call in model.calls()) == 1
    assert pushed.repodoc("check", check=False).returncode == 0


def test_the_worker_outlives_the_terminal_that_it_was_started_from(
    pushed: Repo, git: Git, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "1")
    shell = subprocess.Popen(["git", "push", "-q", "origin", "main"], cwd=pushed.path, start_new_session=True)
    assert shell.wait() == 0
    until(lambda: model.calls())
    with contextlib.suppress(ProcessLookupError):
        os.killpg(shell.pid, signal.SIGHUP)
    with JobStore.open(git.state_dir) as store:
        until(lambda: store.counts()["finished"] == len(DEEP))
        assert {job.attempts for job in store.jobs()} == {1}


def test_a_commit_beyond_the_budget_goes_through_with_a_line(
    pushed: Repo, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPODOC_BUDGET_RUN_TOKENS", "1")
    pushed.replace("src/core/text.py", "words.upper()", "words.upper() + '!'")
    pushed.git("add", "-A")
    done = pushed.run("git", "commit", "-m", "Shout louder")
    assert "budget" in done.stderr
    assert model.calls() == []
    assert "src/core/text.py" in pushed.changed()
    assert pushed.repodoc("update", check=False).returncode == 3


def test_the_same_question_is_asked_once_on_all_branches_and_over_a_rebase(
    documented: Repo, model: Model
) -> None:
    documented.git("switch", "-q", "-c", "topic")
    documented.replace("src/core/text.py", "words.upper()", "words.upper() + '!'")
    documented.repodoc("update")
    documented.commit("Shout louder")
    assert model.calls()
    model.forget()
    documented.git("switch", "-q", "main")
    documented.replace("src/core/text.py", "words.upper()", "words.upper() + '!'")
    documented.repodoc("update")
    assert model.calls() == []
    documented.git("checkout", "-q", ".")
    documented.write("docs/other.txt", "elsewhere\n")
    documented.commit("Write elsewhere")
    documented.git("rebase", "-q", "main", "topic")
    documented.replace("src/core/text.py", "+ '!'", "")
    documented.repodoc("update")
    documented.replace("src/core/text.py", "words.upper()", "words.upper() + '!'")
    documented.repodoc("update")
    assert model.calls() == []


def test_a_rejected_push_costs_nothing(pushed: Repo, git: Git, model: Model, tmp_path: Path) -> None:
    hook = tmp_path / "origin.git" / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    pushed.git("push", "-q", "origin", "main", check=False)
    with JobStore.open(git.state_dir) as store:
        until(lambda: not store.notes.open())
        assert store.jobs() == []
    assert model.calls() == []


def test_a_killed_worker_loses_only_what_was_in_flight(
    documented: Repo, git: Git, store: JobStore, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "0.4")
    plan_head(git, store)
    for kept in (0, 1):
        process = start_worker(documented)
        until(partial(in_the_middle, store, model, kept))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "0")
    before = {job.section for job in store.jobs(["finished"])}
    texts = {
        section: store.finished(section, job.fingerprint)
        for job in store.jobs(["finished"])
        for section in [job.section]
    }
    summary = drain(git)
    assert summary is not None
    assert summary.finished == 4 - len(before), [job for job in store.jobs() if job.error]
    assert states(store) == dict.fromkeys(DEEP, "finished")
    for job in store.jobs():
        if job.section in before:
            assert store.finished(job.section, job.fingerprint) == texts[job.section]
    assert not (git.state_dir / "checkouts" / "0").exists()


def test_there_is_one_worker_at_a_time(documented: Repo, git: Git) -> None:
    with worker_lock(git.state_dir) as mine:
        assert mine
        assert drain(git, head=True) is None
        process = start_worker(documented)
        assert process.wait(60) == 0
        done = documented.repodoc("jobs", "run", check=False)
        assert done.returncode == 2
        assert "jobs wait" in done.stderr
    summary = drain(git, head=True)
    assert summary is not None
    assert summary.finished == 4


def test_a_note_that_comes_while_a_worker_ends_is_looked_into(
    documented: Repo, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch = {"commit": documented.head(), "branch": "refs/heads/main"}
    real = module.Worker.close
    noted: list[int] = []

    def close(worker: module.Worker) -> None:
        real(worker)
        if not noted:
            with JobStore.open(git.state_dir) as store:
                noted.append(store.notes.add("commit", branch))

    monkeypatch.setattr(module.Worker, "close", close)
    drain(git)
    with JobStore.open(git.state_dir) as store:
        assert store.notes.open() == []


def test_a_terminated_worker_puts_its_jobs_back(
    documented: Repo, git: Git, store: JobStore, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "30")
    plan_head(git, store)
    process = start_worker(documented)
    until(model.calls)
    process.terminate()
    assert process.wait(60) == 130
    assert set(states(store).values()) == {"queued"}
    assert {job.attempts for job in store.jobs()} == {0}


def test_a_budget_stops_the_worker_and_keeps_what_is_finished(git: Git, store: JobStore) -> None:
    summary = drain(git, head=True, limits=Limits(max_tokens=3000))
    assert summary is not None
    assert summary.exit == 3
    assert summary.finished + summary.left == 4
    assert summary.finished >= 1
    assert {job.error.partition(":")[0] for job in store.jobs(["queued"]) if job.error} == {"budget"}
    waits = drain(git)
    assert waits is not None
    assert waits.finished == 0
    store.retry()
    rest = drain(git)
    assert rest is not None
    assert rest.finished == summary.left
    assert states(store) == dict.fromkeys(DEEP, "finished")


def test_a_model_that_fails_is_asked_again_later(
    git: Git, store: JobStore, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_CLAUDE_FAIL", "no such model")
    summary = drain(git, head=True)
    assert summary is not None
    assert (summary.failed, summary.left, summary.exit) == (4, 4, 1)
    assert all(job.not_before > time.time() and "no such model" in job.error for job in store.jobs())
    monkeypatch.delenv("FAKE_CLAUDE_FAIL")
    store.retry()
    again = drain(git)
    assert again is not None
    assert again.finished == 4


def test_where_no_backend_is_there_words_that_stand_in_are_no_result(
    git: Git, store: JobStore, model: Model
) -> None:
    """The next commit would take them for what a model wrote."""
    user_settings("backends: {claude: {command: /no/such/program}}")
    summary = drain(git, head=True)
    assert summary is not None
    assert (summary.finished, summary.failed, summary.exit) == (0, 4, 1)
    assert all(job.state == "queued" and "/no/such/program" in job.error for job in store.jobs())
    user_settings(f"backends: {{claude: {{command: {model.command}}}}}")
    store.retry()
    again = drain(git)
    assert again is not None
    assert again.finished == 4


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not stopped there")
def test_a_worker_that_was_stopped_and_continued_ends_its_work(
    documented: Repo, git: Git, store: JobStore, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "0.4")
    plan_head(git, store)
    process = start_worker(documented)
    until(partial(in_the_middle, store, model, 1))
    os.kill(process.pid, signal.SIGSTOP)
    try:
        asked = model.calls()
        assert drain(git) is None  # the work is still its own
        assert model.calls() == asked
    finally:
        os.kill(process.pid, signal.SIGCONT)
    assert process.wait(60) == 0
    assert states(store) == dict.fromkeys(DEEP, "finished")
    assert len(model.calls()) == len(set(model.calls())) == 4


def test_a_newer_push_cancels_what_nobody_wants_any_more(
    documented: Repo, git: Git, store: JobStore, model: Model
) -> None:
    plan_commit(git, store, documented.head(), "refs/heads/main", deep=True)
    documented.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    documented.repodoc("update")
    newer = documented.commit("Round")
    plan_commit(git, store, newer, "refs/heads/main", deep=True)
    counts = store.counts()
    assert (counts["cancelled"], counts["queued"]) == (2, 4)
    summary = drain(git)
    assert summary is not None
    assert summary.finished == 4
    assert {job.revision for job in store.jobs(["finished"])} == {newer}


def test_a_commit_without_its_pages_gets_their_prose_made_meanwhile(
    pushed: Repo, git: Git, model: Model
) -> None:
    pushed.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    pushed.git("commit", "-q", "-am", "Round", "--no-verify")
    with JobStore.open(git.state_dir) as store:
        until(lambda: states(store) == {"src/shop#summary": "finished"})
        assert store.wait(30)
    model.forget()
    pushed.write("notes.txt", "nothing about code\n")
    pushed.commit("Add notes")
    assert "docs/repodoc/src/shop/README.md" in pushed.changed()
    assert not any("summary" in call for call in model.calls())


def test_results_in_a_teammates_notes_are_taken_and_not_paid_again(
    pushed: Repo, git: Git, model: Model, tmp_path: Path
) -> None:
    spec = "+refs/notes/repodoc*:refs/notes/remotes/origin/repodoc*"
    pushed.git("config", "--add", "remote.origin.fetch", spec)
    pushed.git("push", "-q", "--no-verify", "origin", "main")
    drain(git)
    mate = Repo(tmp_path / "origin.git").clone(tmp_path / "mate", "-b", "main")
    mate.git("config", "--add", "remote.origin.fetch", spec)
    model.forget()
    theirs = Git.discover(mate.path)
    summary = drain(theirs, head=True)
    assert summary is not None
    assert summary.left == 0
    assert model.calls() == []
    mate.repodoc("update")
    assert deferred(mate) == set()
    assert model.calls() == []


def test_what_an_update_has_had_written_is_not_asked_again(
    documented: Repo, git: Git, store: JobStore, model: Model
) -> None:
    documented.repodoc("update", "--deep")
    asked = model.calls()
    plan_head(git, store)
    queued = store.counts()["queued"]
    assert queued
    summary = drain(git)
    assert summary is not None
    assert (summary.cancelled, summary.finished, summary.exit) == (queued, 0, 0)
    assert model.calls() == asked


def test_a_text_that_another_process_asks_for_is_waited_for(
    documented: Repo, git: Git, store: JobStore, model: Model
) -> None:
    """The other one gets none: then it is the worker's turn."""
    plan_head(git, store)
    jobs = store.jobs()
    other = Claims(git.state_dir)
    assert other.take((job.section, job.fingerprint) for job in jobs)
    calls: list[list[str]] = []

    def let_go() -> None:
        calls.append(model.calls())
        other.release()

    timer = threading.Timer(0.5, let_go)
    timer.start()
    summary = drain(git)
    assert summary is not None
    assert calls == [[]]
    assert summary.finished == len(jobs)


def test_a_section_that_is_gone_is_cancelled(documented: Repo, git: Git, store: JobStore) -> None:
    tree = documented.git("rev-parse", "HEAD^{tree}")
    store.enqueue([Order("src/gone#design", "f", tree, documented.head())], branch="b")
    store.enqueue([Order("src/core#design", "f", "0" * 40, "")], branch="c")
    summary = drain(git)
    assert summary is not None
    assert (summary.cancelled, summary.failed) == (1, 1)


def test_a_lease_is_renewed_while_a_model_takes_its_time(
    git: Git, store: JobStore, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", 1.0)
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "3")
    thread = threading.Thread(target=lambda: drain(git, head=True))
    thread.start()
    stolen = []
    while thread.is_alive():
        if store.jobs(("running",)) and not store.jobs(("queued",)):  # what nobody holds may be taken
            stolen += store.claim("thief")
        time.sleep(0.05)
    thread.join()
    assert stolen == []
    assert {job.attempts for job in store.jobs()} == {1}


def test_what_a_model_reads_is_the_pushed_commit(
    documented: Repo, git: Git, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from repodoc_hooks.models import generation
    from repodoc_hooks.sections.task import SectionResult

    seen: list[str] = []
    stop = threading.Event()

    def look(tasks: object, asking: object, *, directory: str, **_: object) -> list[SectionResult]:
        seen.append(Path(directory, "src/core/text.py").read_text())
        stop.set()
        return []

    monkeypatch.setattr(generation, "generate", look)
    committed = documented.read("src/core/text.py")
    documented.write("src/core/text.py", "half edited")
    plan_head(git, store)
    drain(git, stop=stop)
    assert seen == [committed]
    assert set(states(store).values()) == {"queued"}
