"""Tasks for a coding agent, and its answers on their pages."""

from __future__ import annotations

import json

import pytest

from tests.agents.host import COMPONENTS, answer, hand_in, packages, page_of, tasks, verdicts, work_off
from tests.repos import Repo


@pytest.fixture
def ready(project: Repo) -> Repo:
    """A project with pages in the repository's own words, committed."""
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set repodoc up", hooks=False)
    return project


def test_an_agent_fills_a_repository_without_a_model(repo: Repo) -> None:
    packages(repo)
    done = work_off(lambda: tasks(repo, "--limit", "20"), lambda answers: verdicts(hand_in(repo, answers)))
    assert done == COMPONENTS + 1  # each summary, then the overview
    assert repo.repodoc("check").returncode == 0
    assert "told by an agent" in repo.read(page_of(repo, "src/part07"))
    assert "agent:scripted" in repo.read(page_of(repo, "src/part07"))
    repo.git("add", "-A")
    repo.git("commit", "-qm", "Prose")
    costs = json.loads(repo.repodoc("costs", "--json", "--by", "model").stdout)
    assert costs["rows"][0]["model"] == "scripted"
    assert costs["total"]["gen_ai.usage.cost"] == 0
    assert costs["total"]["gen_ai.usage.input_tokens"] == 0


def test_a_task_holds_all_that_is_needed(ready: Repo) -> None:
    (task,) = tasks(ready, "src/core")
    assert task.keys() == {"id", "page", "section", "why", "wanted", "form", "material", "tokens"}
    assert task["section"] == "summary"
    assert task["page"].startswith("docs/repodoc/src/core")
    assert "def whisper(words: str) -> str" in task["material"]
    assert task["id"] in task["form"]
    assert tasks(ready, "src/core") == [task]


def test_what_many_use_comes_first_and_the_overview_last(ready: Repo) -> None:
    assert [task["id"].partition("#")[0] for task in tasks(ready)] == ["src/core", "src/shop"]


def test_the_same_answer_twice_is_no_harm(ready: Repo) -> None:
    given = [answer(task) for task in tasks(ready)]
    assert hand_in(ready, given).returncode == 0
    before = ready.git("diff")
    again = hand_in(ready, given)
    assert again.returncode == 0, again.output
    assert ready.git("diff") == before


def test_of_two_agents_the_first_is_heard(ready: Repo) -> None:
    (task,) = tasks(ready, "src/core")
    assert hand_in(ready, [answer(task)], author="first").returncode == 0
    late = hand_in(ready, [{"id": task["id"], "text": ["Something else."]}], author="second")
    assert late.returncode == 1
    assert "agent:first" in verdicts(late)[0]["why"]
    assert "Something else" not in ready.git("diff")


def test_taken_tasks_are_given_to_nobody_else(ready: Repo) -> None:
    mine = tasks(ready, "--take", "first", "--limit", "1")
    assert [task["id"] for task in tasks(ready, "--take", "second")] != [mine[0]["id"]]
    assert mine[0]["id"] not in {task["id"] for task in tasks(ready)}
    assert tasks(ready, "--take", "first", "--limit", "1") == mine


def test_an_answer_to_a_state_that_is_gone_is_refused_with_the_task_of_today(ready: Repo) -> None:
    (task,) = tasks(ready, "src/core")
    ready.replace("src/core/text.py", "def whisper", "def murmur")
    late = hand_in(ready, [answer(task)])
    assert late.returncode == 1
    (verdict,) = verdicts(late)
    assert not verdict["accepted"]
    assert verdict["task"]["id"] == tasks(ready, "src/core")[0]["id"] != task["id"]
    assert "murmur" in verdict["task"]["material"]
    assert "told by an agent" not in ready.git("diff")


def test_an_id_without_its_state_is_refused_with_the_task_of_today(ready: Repo) -> None:
    (task,) = tasks(ready, "src/core")
    done = hand_in(ready, [{"id": "src/core#summary", "text": ["It shouts."]}])
    assert done.returncode == 1
    (verdict,) = verdicts(done)
    assert "lacks the state" in verdict["why"]
    assert verdict["task"]["id"] == task["id"]


def test_staged_answers_go_into_the_index(ready: Repo) -> None:
    ready.replace("src/core/text.py", "capitals", "CAPITALS")
    ready.git("add", "-A")
    given = [answer(task) for task in tasks(ready, "--staged")]
    assert hand_in(ready, given, "--staged").returncode == 0
    assert "told by an agent" in ready.git("diff", "--cached")


def test_an_agents_text_is_not_replaced_by_the_repositorys_own_words(ready: Repo) -> None:
    hand_in(ready, [answer(task) for task in tasks(ready)])
    ready.commit("Prose", hooks=False)
    ready.replace("src/core/text.py", "def whisper", "def murmur")
    ready.repodoc("update", check=False)
    page = ready.read(page_of(ready, "src/core"))
    assert "told by an agent" in page
    assert "murmur" in page
    (task,) = (task for task in tasks(ready) if task["id"].startswith("src/core#"))
    assert '{"keep": true}' in task["material"]
    assert hand_in(ready, [{"id": task["id"], "keep": True}]).returncode == 0
    assert not [each for each in tasks(ready) if each["id"].startswith("src/core#")]


def test_deep_sections_on_request(ready: Repo) -> None:
    deep = tasks(ready, "--deep", "src/core")
    assert [task["section"] for task in deep] == ["summary", "design", "walkthrough"]
    assert hand_in(ready, [answer(task) for task in deep]).returncode == 0
    page = ready.read(page_of(ready, "src/core"))
    assert "## Design" in page
    assert "sequenceDiagram" in page
    assert ready.repodoc("check").returncode == 0


def test_thousands_of_definitions_make_tasks_that_fit_a_context(project: Repo) -> None:
    lines = (
        f'def work_{n}(first: int, second: str = "x") -> dict[str, int]:\n    """Do {n}."""\n    return {{}}\n'
        for n in range(1500)
    )
    project.write("src/huge/giant.py", "".join(lines))
    for n in range(60):
        text = "".join(f"def step_{n}_{m}(first: int) -> int:\n    return first\n" for m in range(40))
        project.write(f"src/huge/many/part{n}.py", text)
    project.commit("Much code", hooks=False)
    project.repodoc("init", "--yes", "--hooks", "none")
    found = tasks(project, "--deep", "--limit", "500")
    parts = {task["id"].partition("#")[0] for task in found}
    assert "src/huge/giant.py" in parts
    assert max(task["tokens"] for task in found) < 25_000
    assert all(task["material"].count("\nTask ") == 1 for task in found)
    giant = next(task for task in found if task["id"].startswith("src/huge/giant.py#summary"))
    assert hand_in(project, [answer(giant)]).returncode == 0
    rest = tasks(project, "--deep", "--limit", "500")
    assert {task["id"] for task in rest} < {task["id"] for task in found}


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", '{"answers": 5}', '{"answers": {}}', "{" * 100_000, "[" * 100_000]
)
def test_what_cannot_be_read_is_one_line(ready: Repo, text: str) -> None:
    done = ready.run("repodoc", "answer", "-", input=text, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_the_materials_own_form_is_understood(ready: Repo) -> None:
    (task,) = tasks(ready, "src/core")
    given = answer(task)
    done = hand_in(ready, [{"id": given["id"], "s1": {"text": given["text"]}}])
    assert done.returncode == 0, done.output


def test_what_a_person_wrote_stays(ready: Repo) -> None:
    (task,) = tasks(ready, "src/core")
    ready.replace(page_of(ready, "src/core"), "The core of the sample.", "I wrote this.")
    done = hand_in(ready, [answer(task)])
    assert done.returncode == 1
    assert "person" in verdicts(done)[0]["why"]
    assert "I wrote this." in ready.read(page_of(ready, "src/core"))
