"""Expressions are compiled when they are first used, so nothing but this test compiles all of them."""

from __future__ import annotations

import pkgutil
import re
import sys
from importlib import import_module

import pytest

import repodoc_hooks
from repodoc_hooks import expressions
from repodoc_hooks.expressions import expression

_NEED_MORE = ("repodoc_hooks.agents.mcp_server", "repodoc_hooks.__main__")


def test_what_it_gives_works_as_a_compiled_one_does() -> None:
    words = expression(r"(?P<first>\w)\w*", re.ASCII)
    assert words.sub("x", "some words") == "x x"
    assert [found["first"] for found in words.finditer("some words")] == ["s", "w"]
    assert (words.pattern, words.flags & re.ASCII, words.groups) == (r"(?P<first>\w)\w*", re.ASCII, 1)
    found = expression(rb"\w+").fullmatch(b"bytes")
    assert found is not None and found[0] == b"bytes"


def test_a_wrong_one_is_told_at_its_first_use() -> None:
    wrong = expression("(")
    with pytest.raises(re.error):
        wrong.match("")


def test_every_expression_of_the_package_compiles() -> None:
    kind = type(expression(""))
    seen = 0
    for module in pkgutil.walk_packages(repodoc_hooks.__path__, "repodoc_hooks."):
        if module.name not in _NEED_MORE:
            import_module(module.name)
    for name, module_ in list(sys.modules.items()):
        if name.startswith("repodoc_hooks"):
            for value in vars(module_).values():
                if isinstance(value, kind):
                    assert value.groups >= 0
                    seen += 1
    assert seen > 100


def test_what_is_kept_is_what_re_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    every = {
        each._given
        for info in pkgutil.walk_packages(repodoc_hooks.__path__, "repodoc_hooks.")
        if info.name not in _NEED_MORE and not info.name.startswith("repodoc_hooks.tui")
        for each in vars(import_module(info.name)).values()
        if isinstance(each, expressions._Expression)
    }
    assert len(every) > 100
    monkeypatch.setattr(expressions, "_fresh", {})
    monkeypatch.setattr(expressions, "_MOST", 10_000)
    expressions.use_kept()
    try:
        made = {given: expressions._compiled(*given) for given in every}
        expressions.keep()
        expressions._fresh.clear()
        expressions.use_kept()
        assert expressions._kept is not None and expressions._kept.keys() >= every
        for (pattern, flags), kept in made.items():
            expected = re.compile(pattern, flags)
            again = expressions._compiled(pattern, flags)
            assert kept == again == expected  # patterns, flags and code
            assert (again.groups, again.groupindex) == (expected.groups, expected.groupindex)
        monkeypatch.setattr(expressions, "_kept", dict.fromkeys(every, (0, [99], 0, {}, ())))
        assert expressions._compiled("a+", 0) == re.compile("a+")
        (pattern, flags), *_ = every
        assert expressions._compiled(pattern, flags) == re.compile(pattern, flags)  # what is kept is damaged
    finally:
        expressions._kept = None


def test_what_earlier_versions_have_kept_leaves_room_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "_MOST", 3)
    monkeypatch.setattr(expressions, "_fresh", {})
    monkeypatch.setattr(expressions, "_kept", {})
    for pattern in ("one", "two", "three", "four"):
        expressions._compiled(pattern, 0)
        expressions.keep()
        expressions._fresh.clear()
        expressions.use_kept()
    assert expressions._kept == {("four", 0): expressions._parts("four", 0)}
