"""What a model is shown of a project: prompts of the user's own, and who uses a component."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repodoc_hooks.config import load
from repodoc_hooks.context_optimizer import pack
from repodoc_hooks.deferred.fleet_worker import answer_unit, unit_of
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.models.secret_screen import screen
from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.prompts import own_prompts
from repodoc_hooks.sections.serialisation import task_from_json, task_to_json
from tests.pretended_model import Model
from tests.repos import Repo
from tests.sections.tasks import task

OWN_PROMPT = "Task {{ key }}: {{ kind }} of OURS\nAnswer as {{ form }}\n"


def test_prompts_of_the_repository_reach_the_model(documented: Repo, model: Model) -> None:
    documented.write(".repodoc.yaml", documented.read(".repodoc.yaml") + "templates: tools/words\n")
    documented.write("tools/words/prompts/task.j2", OWN_PROMPT)
    documented.replace("src/core/text.py", "words.upper()", "words.upper() + '!'")
    documented.run("repodoc", "update", cwd="src")
    assert [call.split()[0] for call in model.calls()] == ["summary:OURS"]


def test_prompts_travel_to_the_fleet_as_text(
    documented: Repo, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    templates = Overrides("own", (("pages/api.md.j2", "nothing"), ("prompts/task.j2", OWN_PROMPT)))
    assert list(own_prompts(templates)) == ["prompts/task.j2"]
    config = load(documented.read(".repodoc.yaml").encode())
    unit = unit_of((task("p"),), config, "auto", "run", None, templates)
    (result,) = json.loads(answer_unit(unit))["results"]
    assert result["action"] == "generated"
    assert model.calls() == ["summary:OURS"]


def test_a_deep_section_is_shown_who_uses_its_component(documented: Repo) -> None:
    """Both ways to a deep section show the same: a worker's, and an update of the command line."""
    documented.write("src/shop/alone.py", "def unrelated() -> None:\n    ...\n")
    documented.repodoc("update")
    documented.commit("Add a file that imports nothing")
    with Engine.open(Git.discover(documented.path)) as engine:
        tree = engine.tree("rev")
        tasks = {found.id: found for found in engine.tasks(tree, ["src/core#design", "src/shop#design"])}
        request = Request(origin="cli", source="rev", deep=True, backend="offline", apply="none", all=True)
        assert engine.rehearse(request).outcomes
    core, shop = tasks["src/core#design"], tasks["src/shop#design"]
    assert "src/shop/till.py: class Till" in core.users
    assert not any("alone.py" in line for line in core.users)
    assert shop.users == ()
    prompt = pack([core])[0].unit.prompt
    assert prompt.index("What uses it <data") < prompt.index("class Till")
    assert task_from_json(json.loads(json.dumps(task_to_json(core)))) == core


def test_who_uses_a_component_fits_the_budget_and_holds_no_secret() -> None:
    many = tuple(f"other/m{n}.py: def f{n}({'argument, ' * 400})" for n in range(40))
    within = pack([task(kind="design", users=many)])[0].unit
    without = pack([task(kind="design")])[0].unit
    assert 0 < within.estimated_tokens - without.estimated_tokens < 5_000
    key = "key = '-----BEGIN RSA PRIVATE KEY-----'"
    assert screen(task(kind="design", users=("a: def f()", key)))[0].users == ("a: def f()",)
