"""`repodoc costs` on a repository."""

from __future__ import annotations

from tests.commands.recorded import annotate, data, private, spend
from tests.repos import Repo


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
