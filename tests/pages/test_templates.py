"""Templates of pages, and where they are kept once compiled."""

from __future__ import annotations

import shutil

from repodoc_hooks.pages import templates
from repodoc_hooks.system import cache_folder


def test_compiled_templates_that_cannot_be_kept_cost_no_page() -> None:
    templates._template.cache_clear()
    templates._environment.cache_clear()
    first = templates.fill("pages/parts.md.j2", entries=[])
    assert list(cache_folder().glob("jinja2-*"))
    shutil.rmtree(cache_folder())
    templates._template.cache_clear()
    assert templates.fill("pages/parts.md.j2", entries=[]) == first
    templates._environment.cache_clear()
