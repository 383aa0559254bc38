"""The verbs that only look: config, costs, log, notes, status, doctor; on real repositories."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from repodoc_hooks.config import BudgetConfig
from repodoc_hooks.cost_monitor import CostMonitor
from repodoc_hooks.events import EventBus
from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.pipeline import manifest
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.store.journal import Journal
from tests.events_sample import sample_run
from tests.isolation import user_settings
from tests.reports.test_manifest import report
from tests.repos import Repo


def private(repo: Repo) -> Path:
    folder = repo.path / ".git" / "repodoc"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def annotate(repo: Repo, run_id: str = "r1") -> None:
    notes.write(Git.discover(repo.path), "HEAD", manifest.lines(report(run_id)))


def spend(repo: Repo, run_id: str = "r1", usd: float | None = 0.01) -> None:
    ledger = private(repo) / "ledger.sqlite"
    monitor = CostMonitor(ledger, BudgetConfig(), {}, run_id, EventBus(run_id))
    held = monitor.begin("src/app#summary", "opencode", "fake/small", Usage(10, 5))
    monitor.settle(held, "fake/small", Usage(10, 5), usd, 1.5)
    monitor.close()


def data(repo: Repo, *args: str, check: bool = True) -> Any:
    return json.loads(repo.repodoc(*args, check=check).stdout)


def test_config_show_prints_what_holds(project: Repo) -> None:
    project.write(".repodoc.yaml", "docs_dir: docs/here\n")
    shown = project.repodoc("config", "show", env={"REPODOC_BUDGET_DAY_USD": "2"}).stdout
    assert "docs_dir: docs/here " in shown
    assert "usd: 2.0 " in shown
    assert data(project, "config", "show", "--json")["docs_dir"] == "docs/here"


def test_config_schema_prints_valid_schemas(project: Repo) -> None:
    for options in ((), ("--events",)):
        jsonschema.Draft202012Validator.check_schema(data(project, "config", "schema", *options))


def test_a_wrong_configuration_is_one_line(project: Repo) -> None:
    project.write(".repodoc.yaml", "docsdir: docs\n")
    result = project.repodoc("config", "show", check=False)
    assert result.returncode == 2
    assert result.stderr == "repodoc: .repodoc.yaml:1: unknown key `docsdir`; did you mean `docs_dir`?\n"


def test_costs_of_an_untouched_repository(project: Repo) -> None:
    assert project.repodoc("costs").stdout == "no model was asked in this span of time\n"
    assert data(project, "costs", "--json")["total"]["rows"] == 0
    assert not (private(project) / "ledger.sqlite").exists(), "looking makes nothing"


def test_costs_join_notes_and_ledger(project: Repo) -> None:
    annotate(project)
    spend(project)
    spend(project, "r2", None)
    head = project.head()
    table = project.repodoc("costs", "--by", "commit").stdout
    assert head[:12] in table
    assert "(not committed)" in table
    assert "$0.0100 + unknown" in table.splitlines()[-1]
    by_model = data(project, "costs", "--json", "--by", "model")
    assert by_model["rows"][0]["gen_ai.usage.input_tokens"] == 20
    assert by_model["total"]["unpriced"] == 1
    assert data(project, "costs", "--json", "--until", "2001-01-01")["total"]["rows"] == 0
    project.repodoc("costs", "--html", "out.html")
    assert head[:12] in project.read("out.html")
    assert project.repodoc("costs", "--since", "soon", check=False).returncode == 2


def test_a_damaged_ledger_costs_its_rows_only(project: Repo) -> None:
    annotate(project)
    (private(project) / "ledger.sqlite").write_bytes(b"not a database" * 100)
    result = project.repodoc("costs")
    assert "cannot be read" in result.stderr
    assert "$0.0100" in result.stdout
    assert project.repodoc("status").returncode == 0
    findings = data(project, "doctor", "--offline", "--json", check=False)["findings"]
    assert any(f["check"] == "stores" and f["level"] == "error" for f in findings)


def test_log_tells_changes_by_commit(project: Repo) -> None:
    assert "no commit in this range" in project.repodoc("log").stderr
    annotate(project)
    text = project.repodoc("log").stdout
    assert text.splitlines()[0] == f"{project.head()[:12]} 2024-01-02 Start"
    assert "  src/app: api" in text
    assert "    changed: run" in text
    (entry,) = [json.loads(line) for line in project.repodoc("log", "--json").stdout.splitlines()]
    assert entry["changes"][0]["cause"] == ["`run` changed"]
    wrong = project.repodoc("log", "nowhere..here", check=False)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)


def test_log_and_status_before_the_first_commit(repo: Repo) -> None:
    assert repo.repodoc("log").returncode == 0
    assert repo.repodoc("status").returncode == 0
    assert repo.repodoc("costs").returncode == 0


def test_notes_travel_between_clones(project: Repo, tmp_path: Path, make_repo: Any) -> None:
    bare = make_repo("hub.git", "--bare")
    project.git("remote", "add", "origin", str(bare.path))
    project.git("push", "-q", "origin", "main")
    annotate(project)
    assert '"kind":"run"' in project.repodoc("notes", "show").stdout
    project.repodoc("notes", "push")
    other = bare.clone(tmp_path / "other")
    assert other.repodoc("notes", "show").stdout == ""
    other.repodoc("notes", "fetch")
    assert other.repodoc("notes", "show").stdout == project.repodoc("notes", "show").stdout
    assert "in step with origin" in other.repodoc("status").stdout
    for wrong in (("notes", "push", "nowhere"), ("notes", "show", "nowhere")):
        assert other.repodoc(*wrong, check=False).returncode == 2


def test_status_is_one_screen(project: Repo) -> None:
    spend(project)
    bus = EventBus("r1")
    with Journal(private(project)) as journal:
        for event in sample_run(pid=1, end=False):
            bus.publish(event)
            journal(event)
    lines = project.repodoc("status", env={"REPODOC_BUDGET_DAY_USD": "0.02"}).stdout.splitlines()
    assert len(lines) <= 24
    words = dict(line.split(None, 1) for line in lines)
    assert words["pages"].startswith("stale; run: repodoc update")
    assert words["running"].startswith("cli, running, 3 of 3 sections, 850 tokens, $0.0040")
    assert words["day"] == "$0.0100 of $0.0200, 15 tokens (50 %)"
    assert words["hooks"].startswith("none")
    status = data(project, "status", "--json")
    assert status["pages"]["current"] is False
    assert status["running"][0]["run_id"] == "r1"
    assert status["spent"][0]["cost_usd"] == 0.01


def test_status_of_current_pages(project: Repo) -> None:
    project.repodoc("update")
    assert project.repodoc("status").stdout.startswith("pages     current (all ")


@pytest.mark.parametrize(
    ("spoil", "check", "level", "fixable"),
    [
        (lambda r: r.write(".repodoc.yaml", "docsdir: x\n"), "configuration", "error", False),
        (lambda r: r.write(".gitignore", "docs/\n"), "pages", "error", False),
        (lambda r: r.git("config", "--unset-all", "hook.repodoc-post-merge.command", check=False)
         or (r.path / ".git/hooks/post-merge").unlink(missing_ok=True), "hooks", "warning", True),
        (lambda r: private(r).chmod(0o755), "permissions", "warning", True),
        (lambda r: r.git("config", "notes.rewriteRef", "refs/notes/*"), "notes", "note", False),
        (lambda r: (r.write(".repodoc.yaml", "backends: {order: [claude]}\n"),
         user_settings("backends: {claude: {command: nope}}\n")), "claude", "error", False),
        (lambda r: (r.write(".repodoc.yaml", "backends: {order: [opencode]}\n"),
         user_settings("backends: {opencode: {urls: ['http://127.0.0.1:9']}}\n")), "opencode", "error", False),
        (lambda r: r.write(".repodoc.yaml", "backends: {claude: {command: /bin/sh}}\n"), "configuration", "error",
         False),
    ],
)  # fmt: skip
def test_doctor_finds_and_mends(project: Repo, spoil: Any, check: str, level: str, fixable: bool) -> None:
    project.repodoc("update")
    project.repodoc("install")
    before = data(project, "doctor", "--json", check=False)["findings"]
    assert not any((f["check"], f["level"]) == (check, level) for f in before if "refspec" not in f["text"])
    spoil(project)
    found = data(project, "doctor", "--json", check=False)
    finding, *_ = [f for f in found["findings"] if (f["check"], f["level"]) == (check, level)]
    assert finding["fix"]
    assert finding["fixable"] is fixable
    fixed = data(project, "doctor", "--json", "--fix", check=False)["findings"]
    assert any((f["check"], f["level"]) == (check, level) for f in fixed) is not fixable


def test_doctor_knows_misspelt_variables(project: Repo) -> None:
    text = project.repodoc("doctor", check=False, env={"REPODOC_DOCSDIR": "x"}).stdout
    assert "REPODOC_DOCSDIR is set, but means nothing\n      fix: did you mean REPODOC_DOCS_DIR?" in text


def test_doctor_warns_of_a_runner_that_loses_edits(project: Repo, tmp_path: Path) -> None:
    (tmp_path / "prek").write_text("#!/bin/sh\necho prek 0.4.14\n")
    (tmp_path / "prek").chmod(0o755)
    project.write(".git/hooks/pre-commit", "#!/bin/sh\n# File generated by prek: https://example.org\n")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    text = project.repodoc("doctor", check=False, env={"PATH": path}).stdout
    assert "prek 0.4.14 can lose unstaged edits" in text


def test_doctor_of_a_good_setup_is_content(project: Repo) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    result = project.repodoc("doctor")
    assert "WARN" not in result.stdout
    assert "FAIL" not in result.stdout
