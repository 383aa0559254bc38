"""`repodoc config`."""

from __future__ import annotations

import jsonschema

from tests.commands.recorded import data
from tests.repos import Repo


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
