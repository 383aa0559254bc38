"""A fleet on this machine: a real scheduler and three real worker processes."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from repodoc_hooks.backends.opencode_server import ManagedServer
from repodoc_hooks.config import OpenCodeConfig, ParallelConfig
from repodoc_hooks.deferred.fleet import Fleet
from repodoc_hooks.deferred.fleet_worker import answer_unit, unit_of
from repodoc_hooks.deferred.job_planning import deferred_sections
from repodoc_hooks.deferred.job_runner import Batch
from repodoc_hooks.deferred.worker import drain
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.events import EventBus, ModelCalled
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine
from repodoc_hooks.models.asking import Limits
from repodoc_hooks.sections.serialisation import result_to_json
from repodoc_hooks.sections.task import SectionResult, Usage
from repodoc_hooks.store.jobs import JobStore
from tests.backends.conftest import write_opencode_settings
from tests.cluster import Cluster
from tests.fake_provider import FakeProvider, Reply
from tests.isolation import user_settings
from tests.pretended_model import CONFIG, Model
from tests.repos import Repo
from tests.sections.tasks import scripted
from tests.tools import npm_tool

OPENCODE = """\
version: 1
backends:
  order: [opencode, offline]
"""
COMPONENTS = 8
WORKERS = 3
THREADS = 2


@pytest.fixture
def big(project: Repo, model: Model) -> Repo:
    """A project with many components, none of which has a page."""
    for number in range(COMPONENTS):
        project.write(f"src/part{number}/__init__.py", f'"""Part {number}."""\n\nVALUE = {number}\n')
    text = CONFIG.replace("attempts: 1", "attempts: 2")
    project.write(".repodoc.yaml", text)
    project.commit("Set up")
    return project


@pytest.fixture
def cluster(big: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Started after the model is, so that its workers have the model's environment; they take their time."""
    monkeypatch.setenv("FAKE_CLAUDE_SECONDS", "0.3")
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    try:
        made.up(WORKERS, THREADS)
        yield made
    finally:
        made.down()


def results_of(repo: Repo) -> dict[str, object]:
    with JobStore.open(Git.discover(repo.path).state_dir) as store:
        found: dict[str, object] = {}
        for job in store.jobs(["finished"]):
            result = store.finished(job.section, job.fingerprint)
            assert result is not None
            found[job.section] = (job.fingerprint, result.action, result.data)
        return found


def test_results_equal_those_of_threads(big: Repo, cluster: Cluster, tmp_path: Path) -> None:
    alone = big.clone(tmp_path / "alone")
    first = drain(Git.discover(alone.path), head=True)
    done = big.run(
        *("repodoc", "jobs", "run", "--executor", "dask", "--scheduler", cluster.address, "--json"),
        check=False,
    )
    assert done.returncode == 0, done.output
    told = json.loads(done.stdout)
    assert first is not None
    expected = results_of(alone)
    assert told["finished"] == first.finished == len(expected) == 3 * (COMPONENTS + 2)
    assert results_of(big) == expected
    assert told["cost_usd"] is not None
    big.repodoc("update")
    big.repodoc("check", "--fail-on", "stale,missing,deferred,broken")


def test_a_worker_killed_in_the_middle_costs_no_result(big: Repo, cluster: Cluster, model: Model) -> None:
    git = Git.discover(big.path)
    with Fleet(cluster.address) as fleet:
        thread = threading.Thread(target=lambda: drain(git, runner=fleet, head=True))
        thread.start()
        while len(model.calls()) < 4:
            time.sleep(0.02)
        cluster.workers[0].send_signal(signal.SIGKILL)
        thread.join(timeout=120)
        assert not thread.is_alive()
    with JobStore.open(git.state_dir) as store:
        assert {job.state for job in store.jobs()} == {"finished"}
        assert len(store.jobs()) == 3 * (COMPONENTS + 2)
        assert {job.attempts for job in store.jobs()} == {1}


def test_the_death_of_the_scheduler_leaves_the_queue_as_it_was(
    big: Repo, cluster: Cluster, model: Model
) -> None:
    git = Git.discover(big.path)
    errors: list[RepodocError] = []

    def work() -> None:
        with Fleet(cluster.address) as fleet:
            try:
                drain(git, runner=fleet, head=True)
            except RepodocError as error:
                errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while len(model.calls()) < 4:
        time.sleep(0.02)
    assert cluster.scheduler is not None
    cluster.scheduler.kill()
    thread.join(timeout=120)
    assert not thread.is_alive()
    assert "scheduler is gone" in str(errors[0])
    with JobStore.open(git.state_dir) as store:
        counts = store.counts()
        assert counts["running"] == counts["failed"] == 0
        assert counts["queued"] + counts["finished"] == 3 * (COMPONENTS + 2)
    summary = drain(git)
    assert summary is not None
    assert summary.finished == counts["queued"]


def test_the_budget_holds_across_all_workers(big: Repo, cluster: Cluster) -> None:
    git = Git.discover(big.path)
    limit = 12_000
    with Fleet(cluster.address) as fleet:
        summary = drain(git, runner=fleet, head=True, limits=Limits(max_tokens=limit))
    assert summary is not None
    assert summary.exit == 3
    assert 0 < summary.finished < 3 * (COMPONENTS + 2)
    assert summary.tokens.total <= limit
    with JobStore.open(git.state_dir) as store:
        assert store.counts()["finished"] == summary.finished


def submitted(repo: Repo, fleet: FakeFleet, **parallel: float) -> list[str]:
    """The batch that a repository owes, through the bounds of `parallel`; what became of each section."""
    git = Git.discover(repo.path)
    with Engine.open(git) as engine:
        tree = engine.tree("rev")
        wanted = [order.section for order in deferred_sections(engine, "HEAD")]
        tasks = tuple(engine.tasks(tree, wanted))
        config = replace(engine.workspace.config, parallel=ParallelConfig(**parallel))  # type: ignore[arg-type]
    batch = Batch(git, tree, "", tasks, config, EventBus("run"), threading.Event(), Limits())
    found: list[str] = []
    Fleet.run(fleet, batch, lambda results: found.extend(result.action for result in results))  # type: ignore[arg-type]
    return found


class FakeFleet:
    """Has units answered in threads of this process, and looks at how many there are at once."""

    def __init__(self, outcome: str = "ok", seconds: float = 0.05) -> None:
        self.begun: list[float] = []
        self.at_once: list[int] = []
        self._outcome, self._seconds, self._now = outcome, seconds, 0
        self._pool = ThreadPoolExecutor(32)

    def sessions(self) -> int:
        return 8

    def lost(self) -> bool:
        return False

    def snapshot(self, batch: Batch) -> None:
        return None

    def submit(self, unit: str) -> Future[str]:
        self.begun.append(time.monotonic())
        self._now += 1
        self.at_once.append(self._now)
        return self._pool.submit(self._answer, json.loads(unit))

    def _answer(self, unit: dict[str, Any]) -> str:
        time.sleep(self._seconds)
        self._now -= 1
        ok = self._outcome == "ok"
        results = [
            SectionResult(t["id"], "generated" if ok else "failed", cost_usd=0.0) for t in unit["tasks"]
        ]
        tokens = Usage().as_json()
        called = ModelCalled(
            run_id="run",
            backend="claude",
            model="m",
            session="",
            outcome=self._outcome,
            tokens=tokens,
            cost_usd=0.0,
            seconds=0.0,
        )
        return json.dumps({"results": [result_to_json(r) for r in results], "events": [called.as_json()]})


def test_the_rate_is_bounded_for_the_fleet_as_a_whole(big: Repo) -> None:
    fleet = FakeFleet()
    assert set(submitted(big, fleet, per_second=20)) == {"generated"}
    assert len(fleet.begun) > COMPONENTS
    assert min(b - a for a, b in pairwise(fleet.begun)) > 0.045


def test_the_tokens_in_flight_are_bounded_for_the_fleet_as_a_whole(big: Repo) -> None:
    wide, narrow = FakeFleet(), FakeFleet()
    submitted(big, wide)
    submitted(big, narrow, tokens_in_flight=1)
    assert max(wide.at_once) > 4
    assert max(narrow.at_once) == 1


def test_a_provider_that_refuses_gets_fewer_requests_at_once(big: Repo) -> None:
    refusing = FakeFleet("rate_limited", seconds=0.5)
    assert set(submitted(big, refusing)) == {"failed"}
    first = refusing.sessions() * 3 // 2 + 1
    assert max(refusing.at_once[:first]) > first // 2 + 1
    assert max(refusing.at_once[first:]) <= first // 2 + 1


def test_many_repositories_in_one_call(big: Repo, cluster: Cluster, tmp_path: Path) -> None:
    others = [big.clone(tmp_path / name) for name in ("one", "two")]
    listed = tmp_path / "repos.txt"
    missing = tmp_path / "missing"
    paths = [*(str(repo.path) for repo in others), str(missing)]
    listed.write_text("# ours\n" + "\n".join(paths) + "\n")
    done = big.run(
        *("repodoc", "jobs", "run", "--executor", "dask", "--scheduler", cluster.address),
        *("--repos", str(listed), "--json"),
        check=False,
    )
    assert done.returncode == 2
    every = json.loads(done.stdout)["repositories"]
    assert [found["path"] for found in every] == paths
    assert [found.get("finished") for found in every] == [3 * (COMPONENTS + 2)] * 2 + [None]
    assert results_of(others[0]) == results_of(others[1])


@pytest.fixture
def served(project: Repo, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """The project is asked of OpenCode, in front of a provider that answers in the form that is wanted."""
    with FakeProvider(Reply(text=scripted, latency=0.3)) as provider:
        write_opencode_settings(home, provider.url)
        monkeypatch.setenv("FAKE_KEY", "key")
        project.write(".repodoc.yaml", OPENCODE)
        user_settings(f"backends: {{opencode: {{command: {npm_tool('opencode')}}}}}\n")
        project.commit("Set up")
        yield provider


def test_each_worker_asks_an_opencode_server_of_its_own(
    project: Repo, served: FakeProvider, tmp_path: Path
) -> None:
    alone = project.clone(tmp_path / "alone")
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    states = [Git.discover(alone.path).state_dir, *(folder / f"worker{n}" for n in range(WORKERS))]
    try:
        made.up(WORKERS, 1)
        with Fleet(made.address) as fleet:
            summary = drain(Git.discover(project.path), runner=fleet, head=True)
        assert summary is not None
        assert (summary.exit, summary.failed, summary.finished) == (0, 0, 6), made.log
        servers = {json.loads(file.read_text())["url"] for file in folder.rglob("repodoc/server.json")}
        assert len(servers) == WORKERS
        prompts = [request.prompt for request in served.requests]
        reading = [prompt for prompt in prompts if "files are in the working directory" in prompt]
        assert (len(prompts), len(reading)) == (5, 4)
        served.reset()
        expected = drain(Git.discover(alone.path), head=True)
        assert expected is not None
        assert expected.finished == 6
        assert results_of(project) == results_of(alone)
        assert sorted(prompts) == sorted(request.prompt for request in served.requests)
    finally:
        made.down()
        for state in [found.parent for top in states for found in top.rglob("server.json")]:
            ManagedServer(OpenCodeConfig(), state).stop()


def test_without_a_scheduler_there_is_one_line(documented: Repo) -> None:
    for options in (["--executor", "dask"], ["--scheduler", "tcp://127.0.0.1:1"]):
        done = documented.repodoc("jobs", "run", *options, check=False)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1


def test_a_unit_finds_its_snapshot_by_url(
    documented: Repo, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from repodoc_hooks.config import Config
    from repodoc_hooks.models import generation
    from repodoc_hooks.sections.task import SectionResult, SectionTask

    seen: list[str] = []

    def look(tasks: list[SectionTask], asking: object, *, directory: str, **_: object) -> list[SectionResult]:
        seen.append(Path(directory, "src/core/text.py").read_text() if directory else "")
        return [SectionResult(task.id, "generated") for task in tasks]

    monkeypatch.setattr(generation, "generate", look)
    documented.write("later.txt", "so that the commit is no tip")
    commit, tree = documented.git("rev-parse", "HEAD", "HEAD^{tree}").split()
    documented.commit("Later")
    tasks = (SectionTask("src/core#design", "src/core", "core", "design", "new"),)
    for url in (f"file://{documented.path}", f"file://{tmp_path}/nothing"):
        unit = unit_of(tasks, Config(), "auto", "run", {"url": url, "commit": commit, "tree": tree})
        answer = json.loads(answer_unit(unit))
        assert [result["id"] for result in answer["results"]] == ["src/core#design"]
    assert seen == [documented.read("src/core/text.py"), ""]
    assert "from its prompt alone" in answer["events"][0]["text"]


def test_a_unit_of_another_version_is_refused(documented: Repo) -> None:
    from repodoc_hooks.config import Config

    unit = json.loads(unit_of((), Config(), "auto", "run", None))
    with pytest.raises(RepodocError, match="same version"):
        answer_unit(json.dumps({**unit, "version": "0"}))
