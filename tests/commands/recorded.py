"""What a repository has recorded of runs and their costs, made for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from repodoc_hooks.config import BudgetConfig
from repodoc_hooks.cost_monitor import CostMonitor
from repodoc_hooks.events import EventBus
from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.pipeline import manifest
from repodoc_hooks.sections.task import Usage
from tests.pipeline.test_manifest import report
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
