"""What models have cost, as `status` tells it: nothing is no sum of what cannot be read."""

from __future__ import annotations

import json

from tests.repos import Repo


def test_a_ledger_that_cannot_be_read_is_no_zero(project: Repo) -> None:
    project.repodoc("init", "--yes", "--hooks", "none")
    (project.path / ".git" / "repodoc" / "ledger.sqlite").write_bytes(b"this is no database" * 100)
    told = project.repodoc("status").stdout
    assert "day       unknown: the ledger cannot be read" in told
    spent = json.loads(project.repodoc("status", "--json").stdout)["spent"]
    assert [(each["cost_usd"], each["tokens"]) for each in spent] == [(None, None)] * 2
    assert "ledger.sqlite is damaged" in project.repodoc("doctor", check=False).stdout


def test_without_a_ledger_nothing_was_spent(project: Repo) -> None:
    assert "day       $0.00, 0 tokens, no limit" in project.repodoc("status").stdout
