"""`repodoc status`."""

from __future__ import annotations

from repodoc_hooks.events import EventBus
from repodoc_hooks.store.journal import Journal
from tests.commands.recorded import data, private, spend
from tests.events_sample import sample_run
from tests.repos import Repo


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
