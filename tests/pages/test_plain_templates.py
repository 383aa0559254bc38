"""Our templates run without Jinja as with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from repodoc_hooks import kept_code
from repodoc_hooks.errors import ConfigError
from repodoc_hooks.pages import plain_templates, templates
from repodoc_hooks.pages.api import ApiFile
from repodoc_hooks.pages.definitions import Entry, Item
from repodoc_hooks.pages.plain_templates import NotPlain
from repodoc_hooks.pages.templates import NO_OVERRIDES, fill
from tests.repos import Repo

PLAIN = ("api", "components", "dependencies", "listing", "omitted", "parts", "prose")


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Every test compiles its templates in its own home."""
    for remembered in (templates._template, templates._environment, templates._keep_plain):
        remembered.cache_clear()
    plain_templates._function.cache_clear()


def kept(name: str) -> None:
    """Have a template kept, as its first use does."""
    templates._keep_plain(name)


def test_pages_are_the_same(project: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    from repodoc_hooks.git.process import Git
    from repodoc_hooks.incremental_engine import Engine, Request

    filled: list[tuple[str, Mapping[str, Any]]] = []
    built_in = templates._built_in

    def recorded(name: str, values: Mapping[str, Any]) -> str:
        filled.append((name, values))
        return built_in(name, values)

    monkeypatch.setattr(templates, "_built_in", recorded)
    project.repodoc("init", "--yes", "--hooks", "none")
    with Engine.open(Git.discover(project.path)) as engine:
        engine.rehearse(Request(origin="cli", source="worktree", all=True, apply="none"))
    assert {"pages/api.md.j2", "pages/prose.md.j2"} <= {name for name, _ in filled}
    compared = 0
    for name, values in filled:
        kept(name)
        by_jinja = templates._template(name, NO_OVERRIDES).render(values)
        try:
            assert plain_templates.render(name, templates.text_of(name), values) == by_jinja
        except NotPlain:
            continue
        compared += 1
    assert compared


@pytest.mark.parametrize("name", PLAIN)
def test_the_templates_of_a_usual_commit_are_plain(name: str) -> None:
    path = f"pages/{name}.md.j2"
    kept(path)
    assert plain_templates._function(path, templates.text_of(path)) is not None


@pytest.mark.parametrize(
    ("text", "values", "told"),
    [
        ("{{ a.b }}{{ a['b'] if a.b }}|{{ 'x' if not a.b }}", {"a": {"b": 1}}, None),  # Getitem
        ("{{ a.b }}|{{ 'x' if not a.b }}|{{ a.b and 2 }}", {"a": {"b": 1}}, "1||2"),
        ("{% for k, v in a %}{{ k ~ v }};{% else %}none{% endfor %}", {"a": [(1, None)]}, "1None;"),
        ("{% for k, v in a %}{{ k ~ v }};{% else %}none{% endfor %}", {"a": []}, "none"),
        ("{% for k in a %}{{ loop.index }}{% endfor %}", {"a": [1]}, None),
        ("{% for k in a if k %}{{ k }}{% endfor %}", {"a": [1]}, None),
        ("{{ a | join(', ') }}{{ a | length }}{{ 'a--b' | replace('--', '-') }}", {"a": [1, 2]}, "1, 22a-b"),
        ("{{ a | upper }}", {"a": "a"}, None),
        ("{{ a() }}", {"a": str}, None),
        ("{% set b = a %}{{ b }}", {"a": 1}, None),
        ("{% include 'pages/_drawn.md.j2' %}", {}, None),
        ("{{ 1 if a in b and a < 3 }}", {"a": 1, "b": [1]}, "1"),
        ("{{ missing }}", {}, None),
        ("{{ a.missing }}", {"a": Item("", "")}, None),
    ],
)
def test_only_what_is_simple_is_done_without_jinja(
    text: str, values: Mapping[str, Any], told: str | None
) -> None:
    plain_templates.keep(templates._environment(NO_OVERRIDES), "t", text)
    if told is None:
        with pytest.raises(NotPlain):
            plain_templates.render("t", text, values)
    else:
        assert plain_templates.render("t", text, values) == told
        assert templates._environment(NO_OVERRIDES).from_string(text).render(values) == told


def test_what_was_kept_is_used_only_whole_and_where_only_we_write() -> None:
    path = "pages/prose.md.j2"
    values: dict[str, Any] = {"heading": "Summary", "text": "It is.", "offline": False}
    first = fill(path, **values)
    place = kept_code.place(plain_templates._name(templates.text_of(path)))
    whole = place.read_bytes()
    for damaged in (b"", whole[:-3], whole[:40] + b"\0" + whole[41:]):
        plain_templates._function.cache_clear()
        place.write_bytes(damaged)
        assert fill(path, **values) == first
    place.write_bytes(whole)
    place.parent.chmod(0o777)
    plain_templates._function.cache_clear()
    with pytest.raises(NotPlain):
        plain_templates.render(path, templates.text_of(path), values)


def test_jinja_has_the_words_for_a_value_that_is_not_there() -> None:
    kept("pages/prose.md.j2")
    with pytest.raises(ConfigError, match="'heading' is undefined"):
        fill("pages/prose.md.j2", text="", offline=False)


def test_lists_of_entries_read_alike() -> None:
    entry = Entry("f", "`f`", "`f()`", "Does.", (Item("`x`", ""),), (), "", "")
    file = ApiFile("a", "l", "a--b", "", "", ("n",), (entry,), (Item("`v`", "s"),), "x", True)
    values: dict[str, Any] = {"files": [file], "names": [("`f`", "f")], "contents": True}
    by_jinja = fill("pages/api.md.j2", **values)
    plain_templates._function.cache_clear()
    text = templates.text_of("pages/api.md.j2")
    assert plain_templates.render("pages/api.md.j2", text, values).strip("\n") == by_jinja
