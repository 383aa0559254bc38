"""`repodoc jobs`: what people and scripts see of the queue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repodoc_hooks.deferred.job_planning import plan_head
from repodoc_hooks.git.process import Git
from repodoc_hooks.store.jobs import JobStore
from tests.pretended_model import Model
from tests.repos import Repo

DEEP = ["src/core#design", "src/core#walkthrough", "src/shop#design", "src/shop#walkthrough"]


@pytest.fixture
def store(documented: Repo) -> JobStore:
    """The queue of the documented project."""
    return JobStore.open(Git.discover(documented.path).state_dir)


@pytest.fixture
def queued(documented: Repo, store: JobStore) -> Repo:
    """The documented project with its deep sections in the queue."""
    assert plan_head(Git.discover(documented.path), store) == len(DEEP)
    return documented


def told(repo: Repo, *args: str, code: int = 0) -> dict[str, object]:
    done = repo.repodoc("jobs", *args, "--json", check=False)
    assert done.returncode == code, done.output
    data: dict[str, object] = json.loads(done.stdout)
    assert data["schema"] == 1
    return data


def test_nothing_was_ever_deferred(project: Repo) -> None:
    assert told(project)["jobs"] == []
    for action in ("list", "retry", "drop", "wait"):
        done = project.repodoc("jobs", action)
        assert (done.stdout, len(done.stderr.splitlines())) == ("", 1)
    assert not (project.path / ".git" / "repodoc" / "jobs.sqlite").exists()


def test_the_list_tells_each_job_in_a_line(queued: Repo, store: JobStore) -> None:
    (job,) = store.claim("w")
    store.fail(job.id, "w", "overloaded")
    done = queued.repodoc("jobs")
    lines = done.stdout.splitlines()
    assert sorted(line.split()[2] for line in lines) == DEEP
    assert all(line.split()[1] == "queued" and " main" in line for line in lines)
    assert sum("overloaded" in line for line in lines) == 1
    assert done.stderr == "4 queued\n"
    assert queued.repodoc("jobs", "list", "--state", "failed").stdout == ""


def test_the_list_as_json(queued: Repo) -> None:
    data = told(queued, "list")
    jobs = data["jobs"]
    assert isinstance(jobs, list)
    assert sorted(job["section"] for job in jobs) == DEEP
    assert {job["branch"] for job in jobs} == {"refs/heads/main"}
    assert data["counts"] == {"queued": 4, "running": 0, "finished": 0, "failed": 0, "cancelled": 0}


def test_run_does_them_and_says_what_to_do_next(queued: Repo, model: Model) -> None:
    done = queued.repodoc("jobs", "run")
    assert done.stdout == ""
    assert "4 finished" in done.stderr.splitlines()[-1]
    assert "repodoc update" in done.stderr.splitlines()[-1]
    assert len(model.calls()) == 4
    assert "waits for the next commit" in queued.repodoc("jobs").stdout
    assert queued.repodoc("jobs", "run").stderr == "nothing to do\n"
    queued.repodoc("update")
    assert "in its page" in queued.repodoc("jobs").stdout


def test_run_as_json(queued: Repo) -> None:
    data = told(queued, "run")
    assert (data["finished"], data["failed"], data["left"], data["exit"]) == (4, 0, 0, 0)
    assert data["cost_usd"] == pytest.approx(0.004)


def test_run_stops_at_a_limit_with_the_code_for_it(queued: Repo) -> None:
    data = told(queued, "run", "--max-tokens", "3000", code=3)
    assert data["postponed"]
    assert queued.repodoc("jobs", "run", "--max-tokens", "3000", check=False).returncode in (0, 3)


def test_retry_and_drop_by_number_and_as_a_whole(queued: Repo, store: JobStore) -> None:
    first, second, *_ = store.claim("w", 4)
    for job in (first, second):
        store.fail(job.id, "w", "unknown model", hopeless=True)
    assert told(queued, "drop", str(second.id)) == {"schema": 1, "changed": 1}
    assert told(queued, "drop") == {"schema": 1, "changed": 3}
    assert store.jobs() == []


def test_wait_tells_whether_all_is_done(queued: Repo, store: JobStore) -> None:
    assert told(queued, "wait", "--timeout", "0", code=1)["done"] is False
    queued.repodoc("jobs", "run")
    assert told(queued, "wait")["done"] is True


def test_numbers_go_with_retry_and_drop_alone(queued: Repo) -> None:
    done = queued.repodoc("jobs", "run", "1", check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_run_in_many_repositories(queued: Repo, tmp_path: Path) -> None:
    other = queued.clone(tmp_path / "other")
    listed = tmp_path / "repos.txt"
    listed.write_text(f"# both\n{queued.path}\n\n{other.path}\n")
    data = told(queued, "run", "--repos", str(listed))
    every = data["repositories"]
    assert isinstance(every, list)
    assert [(found["path"], found["finished"]) for found in every] == [
        (str(queued.path), 4),
        (str(other.path), 4),
    ]
    missing = told(queued, "run", "--repos", "-", code=0)
    assert missing["repositories"] == []


def test_a_limit_holds_for_all_repositories_together(queued: Repo, tmp_path: Path) -> None:
    other = queued.clone(tmp_path / "other")
    listed = tmp_path / "repos.txt"
    listed.write_text(f"{queued.path}\n{other.path}\n")
    data = told(queued, "run", "--repos", str(listed), "--max-tokens", "3000", code=3)
    every = data["repositories"]
    assert isinstance(every, list)
    assert sum(sum(found["tokens"].values()) for found in every) <= 3000
