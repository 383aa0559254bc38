# ruff: noqa: E501
"""What changed between two versions of a file, in words."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.fingerprint import Change, compare, describe
from repodoc_hooks.analysis.languages import parse

BEFORE = '''
import os

LIMIT = 10

class Session:
    """A session."""

    def send(self, data):
        """Send it."""
        return data

    def close(self): ...

def helper(): ...
'''


def change(*edits: tuple[str, str]) -> Change:
    after = BEFORE
    for old, new in edits:
        assert old in after
        after = after.replace(old, new)
    return compare(parse("python", BEFORE.encode()), parse("python", after.encode()))


@pytest.mark.parametrize(
    ("edits", "kind", "phrases"),
    [
        ([("LIMIT = 10", "LIMIT  =  10  # ten")], "formatting", ["only formatting or comments changed"]),
        (
            [("send(self, data)", "send(self, data, times=1)")],
            "interface",
            ["`Session.send` changed its signature"],
        ),
        ([("return data", "return data + 1")], "body", ["the body of `Session.send` changed"]),
        ([("Send it.", "Send all.")], "doc", ["the docstring of `Session.send` changed"]),
        ([("def helper(): ...", "def helper(): ...\ndef more(): ...")], "interface", ["`more` added"]),
        ([("    def close(self): ...\n", "")], "interface", ["`Session.close` removed"]),
        ([("LIMIT = 10", "LIMIT = 11")], "interface", ["`LIMIT` changed"]),
        ([("LIMIT = 10", "LIMIT = {1: 2}")], "interface", ["`LIMIT` changed"]),
        ([("import os", "import sys")], "body", ["`sys` is imported", "`os` is no longer imported"]),
        ([("class Session:", "class Meeting:")], "interface", ["`Session` removed", "`Meeting` added"]),
        ([("import os", "import os\nprint(1)")], "body", ["code outside of definitions changed"]),
        ([("class Session:", "@final\nclass Session:")], "interface", ["the body of `Session` changed"]),
    ],
)
def test_kind_and_words(edits: list[tuple[str, str]], kind: str, phrases: list[str]) -> None:
    found = change(*edits)
    assert found.kind == kind
    assert list(describe(found)) == phrases


def test_signatures_are_given_old_and_new() -> None:
    (only,) = change(("send(self, data)", "send(self, data, times=1)")).symbols
    assert (only.old, only.new, only.public) == (
        "def send(self, data)",
        "def send(self, data, times=1)",
        True,
    )


def test_the_farthest_reaching_comes_first_and_the_rest_is_counted() -> None:
    found = change(
        ("return data", "return 1"),
        ("    def close(self): ...\n", ""),
        ("def helper(): ...", "def helper(): ...\ndef a(): ...\ndef b(): ...\ndef _c(): ..."),
    )
    assert describe(found, limit=3) == ("`Session.close` removed", "`a` added", "3 more changes")


def test_overloads_are_told_apart() -> None:
    old = parse("java", b"public class A { public void f(int a) { } public void f(long b) { } }")
    new = parse(
        "java",
        b"public class A { public void f(int a) { } public void f(long b) { g(); } public void f() { } }",
    )
    assert [(c.name, c.kind, c.new) for c in compare(old, new).symbols] == [
        ("A.f", "added", "public void f()"),
        ("A.f", "body", "public void f(long b)"),
    ]


def test_a_long_value_is_told_as_a_value() -> None:
    old, new = (parse("python", b"TABLE = {1: %d}\n" % n) for n in (1, 2))
    assert describe(compare(old, new)) == ("the value of `TABLE` changed",)


def test_a_file_that_no_longer_parses_changed_everything() -> None:
    found = compare(parse("python", BEFORE.encode()), parse("python", b"def ("))
    assert found.kind == "interface"
    assert [c.name for c in found.symbols] == ["LIMIT", "Session", "helper"]


@pytest.mark.parametrize(
    ("language", "before", "after", "words"),
    [
        ("typescript", "export { a, b } from './x'", "export { a } from './x'", ("`b` is no longer exported",)),
        ("typescript", "export { a } from './x'", "export { a, c } from './x'", ("`c` is exported",)),
        ("python", "from .x import a as a", "from .y import a as a", ("`a` is taken from another place", "`.y` is imported", "`.x` is no longer imported")),
        ("python", "from .x import *\nfrom .y import *", "from .x import *", ("`.y *` is no longer exported", "`.y` is no longer imported")),
        ("python", "def a(): ...\ndef b(): ...", "def a(): ...", ("`b` removed",)),
        ("python", "from .x import b\n__all__ = ['a', 'b']\ndef a(): ...", "from .x import b\n__all__ = ['a']\ndef a(): ...", ("`b` is no longer exported",)),
    ],
)  # fmt: skip
def test_names_that_are_offered_or_not_are_told(
    language: str, before: str, after: str, words: tuple[str, ...]
) -> None:
    assert describe(compare(parse(language, before.encode()), parse(language, after.encode()))) == words
