"""`repodoc update` with models that fail, are not there, or may not be paid: exit code, and each cause in one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.isolation import user_settings
from tests.repos import Repo

SCRIPT = Path(__file__).parents[1] / "fake_claude.py"
CONFIG = "version: 1\nbackends: {order: [claude, offline]}\nretry: {attempts: 1}\ndeep: {sections: []}\n"


@pytest.fixture
def ready(project: Repo, home: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """The project, with a pretended CLI."""
    command = home / "claude"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{SCRIPT}"\n')
    command.chmod(0o755)
    user_settings(f"backends: {{claude: {{command: {command}}}}}\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    project.write(".repodoc.yaml", CONFIG)
    return project


def test_a_section_that_failed_is_1_with_its_cause_once_and_then_0(ready: Repo) -> None:
    done = ready.repodoc("update", check=False, env={"FAKE_CLAUDE_FAIL": "the provider says no"})
    assert done.returncode == 1, done.output
    assert done.output.count("the provider says no") == 1
    failed = ready.repodoc("check", "--fail-on", "owed", check=False)
    assert failed.returncode == 1
    assert "owed" in failed.output
    assert ready.repodoc("check", check=False).returncode == 0
    assert ready.repodoc("update").returncode == 0
    assert ready.repodoc("check", "--fail-on", "owed").returncode == 0


def test_without_a_program_the_repositorys_own_words_stand_in_with_one_line(ready: Repo) -> None:
    user_settings("backends: {claude: {command: no-such-claude}}\n")
    done = ready.repodoc("update")
    assert done.output.count("no-such-claude is not on PATH") == 1
    assert ready.repodoc("check", "--fail-on", "owed,stale").returncode == 0
    assert "without a model" in ready.read("docs/repodoc/src/core/README.md")


def test_a_models_text_is_not_given_up_where_there_is_no_model(ready: Repo) -> None:
    ready.repodoc("update")
    ready.commit("Set up")
    assert "A model wrote this summary." in ready.read("docs/repodoc/src/core/README.md")
    user_settings("backends: {claude: {command: no-such-claude}}\n")
    ready.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    done = ready.repodoc("update", check=False)
    assert done.returncode == 1
    assert "A model wrote this summary." in ready.read("docs/repodoc/src/shop/README.md")
    assert ready.repodoc("check", "--fail-on", "owed", check=False).returncode == 1


def test_a_commit_of_pages_ends_with_1_too(ready: Repo) -> None:
    ready.commit("Set up")
    done = ready.repodoc("update", "--commit", check=False, env={"FAKE_CLAUDE_FAIL": "the provider says no"})
    assert done.returncode == 1
    assert "commit " in done.output, "what is good is committed"


def test_warnings_are_told_where_output_is_piped(ready: Repo) -> None:
    ready.write("src/core/keys.py", '"""Keys."""\nTOKEN = "ghp_' + "a1B2c3D4" * 4 + 'e5F6"\n')
    ready.git("add", "-A")
    limits = "budget: {run: {usd: 0.02}, warn_at: 0.01}\n"
    ready.write(".repodoc.yaml", CONFIG + limits)
    done = ready.repodoc("update", check=False)
    assert "src/core/keys.py: kept back from the model" in done.stderr
    assert "of the run's budget is spent" in done.stderr


@pytest.mark.parametrize("flag", [("--max-usd", "0"), ("--max-tokens", "0")])
def test_nothing_may_be_spent(ready: Repo, flag: tuple[str, str], home: Path) -> None:
    log = home / "calls"
    done = ready.repodoc("update", *flag, check=False, env={"FAKE_CLAUDE_LOG": str(log)})
    assert done.returncode == 3, done.output
    assert not log.exists()


def test_a_limit_in_usd_needs_a_price(ready: Repo, home: Path) -> None:
    log = home / "calls"
    model = CONFIG.replace("offline]", "offline], claude: {model: unheard-of}")
    ready.write(".repodoc.yaml", model + "budget: {day: {usd: 1}}\n")
    done = ready.repodoc("update", check=False, env={"FAKE_CLAUDE_LOG": str(log)})
    assert done.returncode == 3
    assert "the price of unheard-of is not known" in done.output
    assert not log.exists()
    ready.write(".repodoc.yaml", model + "budget: {day: {usd: 1}, unknown_price: allow}\n")
    assert ready.repodoc("update", env={"FAKE_CLAUDE_LOG": str(log)}).returncode == 0
    assert log.exists()


def test_status_and_costs_tell_the_same(ready: Repo) -> None:
    ready.repodoc("update")
    ready.repodoc("update", "--all", check=False, env={"FAKE_CLAUDE_FAIL": "the provider says no"})
    spent = json.loads(ready.repodoc("status", "--json").stdout)["spent"][0]
    costs = json.loads(ready.repodoc("costs", "--json").stdout)["total"]
    assert spent["cost_usd"] == pytest.approx(costs["gen_ai.usage.cost"])
