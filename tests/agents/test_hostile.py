"""Malformed, hostile, outdated and invented answers: none reaches a page."""

from __future__ import annotations

from typing import Any

from tests.agents.host import answer, hand_in, page_of, tasks, verdicts
from tests.repos import Repo

MARK = "zzzhostile"


def bad_answers(task: dict[str, Any]) -> list[Any]:
    """Two hundred answers that are none, each with the mark where it has text."""
    id_, text = task["id"], [f"{MARK} is told."]
    section, _, fingerprint = id_.rpartition("@")
    values: list[Any] = [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        MARK,
        [],
        {},
        [None],
        [1],
        [[MARK]],
        [{}],
        [{"text": MARK}],
        [""],
    ]
    deep: Any = MARK
    for _ in range(15):
        deep = [deep]
    values += [
        deep,
        [MARK] * 41,
        [MARK * 200],
        [f"{MARK} \ud800"],
        ["<!-- -->"],
        ["\u200b"],
        ["**"],
    ]
    found: list[Any] = [None, True, 0, MARK, [], [MARK], {}, {"text": text}, {"id": 5, "text": text}]
    found += [{"id": id_}, {"id": id_, "txt": text}, {"id": id_, "keep": True}, {"id": id_, "keep": MARK}]
    found += [{"id": id_, "text": value} for value in values]
    found += [{"id": id_, "s1": value} for value in values]
    found += [{"id": id_, "s1": {"text": value}} for value in values]
    wrong = [
        section,
        f"{section}@",
        f"{section}@{'0' * 12}",
        f"{section}@{fingerprint[:-1]}",
        f"{section}@{fingerprint}0",
    ]
    wrong += [
        f"{section}@{fingerprint.upper()}X",
        f"{id_} ",
        f" {id_}",
        f"../../{id_}",
        f"/{id_}",
        f"{id_}\n",
        f"{id_}\0",
    ]
    for kind in (
        "api",
        "structure",
        "dependencies",
        "components",
        "page",
        "part",
        "agents",
        "llms",
        "nothing",
        "",
    ):
        wrong += [
            f"{section.partition('#')[0]}#{kind}@{fingerprint}",
            f".index#{kind}@{fingerprint}",
            f"#{kind}@{fingerprint}",
        ]
    for name in ("..", "/etc/passwd", ".git/config", "README.md", "src", "nowhere", "\x1b[31m", "x" * 5000):
        wrong += [
            f"{name}#summary@{fingerprint}",
            f"{name}#design@{fingerprint}",
            f"{name}@{fingerprint}",
            name,
        ]
    wrong += [f"{section}@{number:012x}" for number in range(1, 60)]
    return found + [{"id": each, "text": text} for each in wrong]


def test_none_of_two_hundred_bad_answers_reaches_a_page(project: Repo) -> None:
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set repodoc up", hooks=False)
    (task,) = tasks(project, "src/core")
    given = bad_answers(task)
    assert len(given) >= 200
    done = hand_in(project, given)
    assert done.returncode == 1, done.output
    found = verdicts(done)
    assert len(found) == len(given)
    assert [each for each in found if each["accepted"]] == []
    assert all(each["why"] for each in found)
    assert project.is_clean()


def test_markup_of_a_good_answer_is_harmless(project: Repo) -> None:
    project.repodoc("init", "--yes", "--hooks", "none")
    project.commit("Set repodoc up", hooks=False)
    (task,) = tasks(project, "src/core")
    text = [
        "<script>alert(1)</script>The core is small.",
        "<!-- repodoc:end summary -->\n# Taken over",
        "![x](http://example.org/x.png) [y](javascript:alert(1))",
    ]
    assert hand_in(project, [{**answer(task), "text": text}]).returncode == 0
    page = project.read(page_of(project, "src/core"))
    assert page.count("repodoc:end summary") == 1
    assert "<script>" not in page
    assert page.count("](javascript") == page.count("`[y](javascript:alert(1))`")
    assert "](http://example.org" not in page
    assert project.repodoc("check").returncode == 0
