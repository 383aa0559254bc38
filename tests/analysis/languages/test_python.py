# ruff: noqa: E501
"""Python: what a module hands out, signatures as callers see them, the same facts under every interpreter."""

from __future__ import annotations

import inspect
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.facts import Export, FileFacts, Import
from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.analysis.languages.python_source import clean_docstring


def facts(source: str) -> FileFacts:
    return parse("python", source.encode())


def public(source: str) -> list[str]:
    return [s.signature for s in facts(source).symbols if s.public]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(): ...", []),
        ("from .a import f\n__all__ = ['f', 'g']\ndef g(): ...", [Export("f", "a", "f", 1), Export("g")]),
        ("from .a import f as g\n__all__ = ('g',)", [Export("g", "a", "f", 1)]),
        ("from . import a\n__all__ = ['b']\n__all__ += a.__all__\ndef b(): ...", [Export("b"), Export("*", "a", "", 1)]),
        ("from . import a\n__all__ = []\n__all__.extend(a.__all__)", [Export("*", "a", "", 1)]),
        ("from .a import *", [Export("*", "a", "", 1)]),
        ("from .a import *\ndef f(): ...", [Export("f"), Export("*", "a", "", 1)]),
        ("from .a import f as f\nf()", [Export("f", "a", "f", 1)]),
        ("from .a import f", [Export("f", "a", "f", 1, implied=True)]),
        ("from .a import f\ndef g(): return f()", []),
        ("from .a import _f", []),
        ("from . import a", [Export("a", "", "a", 1, implied=True)]),
        ("import os\nfrom os import path\nfrom typing import Any", []),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import f", []),
        ("try:\n    from .a import f\nexcept ImportError:\n    from .b import f", [Export("f", "a", "f", 1, implied=True)]),
    ],
)  # fmt: skip
def test_exports(source: str, expected: list[Export]) -> None:
    assert list(facts(source).exports) == expected


def test_a_changed_export_is_a_changed_interface() -> None:
    assert facts("from .a import f").interface != facts("from .a import g").interface


def test_imports_say_what_they_are_for() -> None:
    source = "from typing import TYPE_CHECKING\nfrom .b import x\nif TYPE_CHECKING:\n    from .a import f\n    import c\nTYPE_CHECKING\n"
    assert {(i.target, i.use) for i in facts(source).imports} == {
        ("typing", ""),
        ("b", "export"),
        ("a", "type"),
        ("c", "type"),
    }
    assert facts("from .b import x\nx()").imports == (Import("b", ("x",), 1),)


def test_overloads_are_listed_by_their_typed_forms() -> None:
    source = """
from typing import overload
class Box:
    @overload
    def at(self, key: int) -> bytes: ...
    @overload
    def at(self, key: str, default: bytes) -> bytes: ...
    def at(self, *a, **k):
        '''Look up.'''
        return 1
"""
    found = facts(source)
    assert [(s.signature, s.summary) for s in found.symbols] == [
        ("class Box", ""),
        ("def at(self, key: int) -> bytes", "Look up."),
        ("def at(self, key: str, default: bytes) -> bytes", ""),
    ]
    other = facts(source.replace("return 1", "return 2"))
    assert other.symbols[1].digest != found.symbols[1].digest


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("try:\n    import yaml\nexcept ImportError:\n    yaml = None\ndef load(): ...", ["def load()"]),
        (
            "try:\n    from q import dumps, loads\n    FAST = True\nexcept ImportError:\n    dumps = loads = None\n    FAST = False",
            ["FAST = True"],
        ),
        ("try:\n    from q import f\nexcept ImportError:\n    def f(x): ...", ["def f(x)"]),
        ("if X:\n    Positive = int\nelse:\n    class Positive(int):\n        gt = 0", ["Positive = int"]),
        ("if X:\n    class P:\n        a = 1\nelse:\n    class P:\n        b = 1", ["class P", "a = 1"]),
        ("class A: ...\nA = wrap(A)", ["class A"]),
    ],
)  # fmt: skip
def test_names_in_branches_are_those_of_the_first(source: str, expected: list[str]) -> None:
    assert public(source) == expected


def test_the_other_branch_counts() -> None:
    source = "if X:\n    P = int\nelse:\n    class P:\n        gt = 0\n"
    assert facts(source).interface != facts(source.replace("gt = 0", "gt = 1")).interface or (
        facts(source).ast != facts(source.replace("gt = 0", "gt = 1")).ast
    )


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("(c: 'Crate', n: 'int | None' = None) -> 'Crate'", "(c: Crate, n: int | None = None) -> Crate"),
        ("(c: list['Crate'])", "(c: list[Crate])"),
        ("(c: Literal['a', 'b'])", "(c: Literal['a', 'b'])"),
        ("(c: Annotated[int, Doc('How many.')] = 1)", "(c: int = 1)"),
        ("(c: Annotated['A', Gt(0), Doc('x')])", "(c: Annotated[A, Gt(0)])"),
        ("(c: 'no type at all')", "(c: 'no type at all')"),
        ("(c='Crate')", "(c='Crate')"),
    ],
)
def test_annotations_read_as_types(signature: str, expected: str) -> None:
    assert public(f"def f{signature}: ...") == [f"def f{expected}"]


def test_type_parameters_are_read_by_every_interpreter() -> None:
    source = '''
def first[T: (int, str)](xs: list[T]) -> T:
    """First."""
class Box[
    T,
    *Ts,
](Base):
    def at[K](self, key: K) -> T: ...
type Pair[A] = tuple[A, A]
type Name = str
try:
    pass
except KeyError, ValueError:
    pass
def plain(): ...
'''
    found = facts(source)
    assert found.parsed
    assert not found.unread
    assert public(source) == [
        "def first[T: (int, str)](xs: list[T]) -> T",
        "class Box[ T, *Ts, ](Base)",
        "def at[K](self, key: K) -> T",
        "type Pair[A] = tuple[A, A]",
        "type Name = str",
        "def plain()",
    ]
    assert facts(source.replace("[K]", "[L]")).interface != found.interface
    assert [s.kind for s in found.symbols if s.name == "Pair"] == ["type"]


@given(st.lists(st.text(" \t\na\xa0\x0c", max_size=8), max_size=6).map("\n".join))
def test_docstrings_lose_the_indentation_of_the_code_around(doc: str) -> None:
    if sys.version_info < (3, 13):  # where other blanks than spaces are no indentation
        assert clean_docstring(doc) == inspect.cleandoc(doc)
    assert clean_docstring("  First.\n\n      second\n    third\n  ") == "First.\n\n  second\nthird"


def test_what_only_a_program_defines_is_nobodys_and_what_importers_see_is() -> None:
    source = (
        b'if "__main__" == __name__ and True:\n    a = 1\nelse:\n    b = 1\n'
        b'if __name__ != "__main__":\n    c = 1\n'
    )
    assert [symbol.name for symbol in parse("python", source).symbols] == ["b", "c"]
