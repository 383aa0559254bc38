"""A change of the prompts is told once, and never makes a page stale in silence."""

from __future__ import annotations

from pathlib import Path

from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides
from repodoc_hooks.pipeline.prompt_version import changed_prompts
from repodoc_hooks.prompts import digest


def test_a_change_of_the_prompts_is_told_once(tmp_path: Path) -> None:
    own = Overrides("own", (("prompts/system.j2", "You write for our house."),))
    assert changed_prompts(tmp_path, NO_OVERRIDES) == ""
    assert changed_prompts(tmp_path, NO_OVERRIDES) == ""
    told = changed_prompts(tmp_path, own)
    assert digest() in told
    assert digest(own) in told
    assert "repodoc update --all" in told
    assert changed_prompts(tmp_path, own) == ""


def test_pages_templates_are_no_prompts(tmp_path: Path) -> None:
    changed_prompts(tmp_path, NO_OVERRIDES)
    assert changed_prompts(tmp_path, Overrides("own", (("pages/api.md.j2", "x"),))) == ""
