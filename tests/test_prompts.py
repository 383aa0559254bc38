"""Prompts: those that come with the package, and a user's own in their place."""

from __future__ import annotations

import pytest

from repodoc_hooks.context_optimizer import pack, share
from repodoc_hooks.errors import ConfigError
from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.prompts import digest, system_prompt
from tests.sections.tasks import revision, source, task

OWN_TASK = (
    "Task {{ key }}: {{ kind }} in the words of our house.\n{% for p, b in bodies %}{{ b }}{% endfor %}"
)


def own(**prompts: str) -> Overrides:
    """Templates with some prompts."""
    return Overrides("own", tuple((f"prompts/{name}.j2", text) for name, text in prompts.items()))


def test_each_file_is_replaced_by_itself() -> None:
    neither = own()
    system = own(system="You write for our house.")
    one = own(task=OWN_TASK)
    built_in = pack([task()])[0].unit
    assert pack([task()], templates=neither)[0].unit == built_in
    with_system = pack([task()], templates=system)[0].unit
    assert (with_system.system, with_system.prompt) == ("You write for our house.", built_in.prompt)
    with_task = pack([task()], templates=one)[0].unit
    assert with_task.system == built_in.system == system_prompt()
    assert "Task s1: summary in the words of our house.\ndef f():" in with_task.prompt
    with_material = pack([task()], templates=own(material="Ours: {{ outline }}"))[0].unit
    assert with_material.prompt.startswith("Ours: pkg/a.py\n  def f()\n\nTask s1:")


def test_the_version_of_the_prompts_follows_from_every_word() -> None:
    assert digest("design") == digest("design", own())
    ours = (own(system="Other."), own(design="Other."), own(task="x"))
    assert len({digest("design"), *(digest("design", each) for each in ours)}) == 4


def test_sections_of_one_subject_begin_alike_and_end_with_their_task() -> None:
    files = tuple(
        source(f"pkg/m{n}.py", f"def f{n}():\n" + "    step()\n" * 60, f"def f{n}()") for n in range(9)
    )
    drafts = pack([task(kind=kind, files=files) for kind in ("design", "walkthrough")])
    first, second = (draft.unit.prompt for draft in drafts)
    common = next(n for n, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1])
    assert common > 0.9 * len(first)
    assert common > 0.9 * len(second)
    assert first.index("Task s1: design") >= common - len("Task s1: ")
    assert drafts[0].unit.system == drafts[1].unit.system


def test_shared_and_joined_requests_have_them_too() -> None:
    templates = own(task=OWN_TASK)
    (shared,) = share(pack([task("a"), revision("b")], templates=templates))
    assert shared.unit.prompt.count("in the words of our house") == 2
    (drafted,) = pack([task("a")], templates=templates)
    assert "in the words of our house" in drafted.joined([["A note."]]).prompt


@pytest.mark.parametrize("broken", ["{% if %}", "{{ nothing_of_that_name }}", "{{ ''.__class__.__mro__ }}"])
def test_a_prompt_that_does_not_work_is_told(broken: str) -> None:
    with pytest.raises(ConfigError, match="template does not work") as caught:
        pack([task()], templates=own(task=broken))
    assert "prompts/task.j2" in caught.value.where
