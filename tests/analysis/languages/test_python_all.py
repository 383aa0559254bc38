# ruff: noqa: E501
"""Python: `__all__` however it is written, names that are looked up when somebody asks for them."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import Export, FileFacts, Import
from repodoc_hooks.analysis.languages import parse

DEFINED = "\ndef a(): ...\ndef b(): ...\ndef _c(): ...\n"


def facts(source: str) -> FileFacts:
    return parse("python", source.encode())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("__all__ = ['a']; __all__ += ['b']", {"a", "b"}),
        ("__all__ = ['a']\n__all__.extend(('b', '_c'))", {"a", "b", "_c"}),
        ("__all__ = ['a', 'b']\n__all__.remove('b')", {"a"}),
        ("__all__ = ['a']\n__all__.append('b')\n__all__.insert(0, '_c')", {"a", "b", "_c"}),
        ("__all__: list[str] = ['b']", {"b"}),
        ("__all__ = sorted({'a', 'b'})", {"a", "b"}),
        ("__all__ = ('a',) + (('b',) if X else ())", {"a", "b"}),
        ("import sys\n__all__ = ['a']\nif sys.platform == 'win32':\n    __all__ += ['b']", {"a", "b"}),
        ("_PART = ['b']\n__all__ = ['a', *_PART]", {"a", "b"}),
        ("_PARTS = {'x': ['a'], 'y': ['b']}\n__all__ = [n for names in _PARTS.values() for n in names]", {"a", "b"}),
        ("_PARTS = {'a': 1, '_c': 2}\n__all__ = [n for n in _PARTS if not n.startswith('_')]", {"a"}),
        ("__all__ = []", set()),
        ("__all__ = [n for n in dir() if not n.startswith('_')]", {"a", "b"}),
        ("__all__ = [n for n in globals() if n[0] != '_']", {"a", "b"}),
        ("__all__ = find_names()", {"a", "b"}),
        ("def a(): ...\n__all__ = [a.__name__]", {"a"}),
        ("def __getattr__(name): ...", {"a", "b"}),
    ],
)  # fmt: skip
def test_what_is_public_by_a_list(source: str, expected: set[str]) -> None:
    assert {s.name for s in facts(source + DEFINED).symbols if s.public} == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from . import a, b\n__all__ = a.__all__ + b.__all__ + ['c']", [Export("c"), Export("*", "a", "", 1), Export("*", "b", "", 1)]),
        ("from .a import __all__ as theirs\nfrom .a import *\n__all__ = [*theirs, 'x']", [Export("x"), Export("*", "a", "", 1)]),
        ("import pkg.a\n__all__ = pkg.a.__all__", [Export("*", "pkg.a")]),
        ("from .a import *\n__all__ = ['B']", [Export("B")]),
        ("_LAZY = {'A': '.m', 'b': ('pkg.n', 'c'), 'd': 'o:e'}\n__all__ = list(_LAZY)\ndef __getattr__(n): ...",
         [Export("A", "m", "A", 1), Export("b", "pkg.n", "c"), Export("d", "o", "e", 1)]),
        ("import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy.attach(__name__, submodules={'io'}, submod_attrs={'core': ['A']})",
         [Export("A", "core", "A", 1), Export("io", "", "io", 1)]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .m import A\n__all__ = ['A']\ndef __getattr__(n): ...", [Export("A", "m", "A", 1)]),
        ("import sys, typing\nif typing.TYPE_CHECKING:\n    from .m import A\nelse:\n    sys.modules[__name__] = Lazy(__name__)", [Export("A", "m", "A", 1, implied=True)]),
        ("match X:\n    case 1:\n        from .m import A\n    case _:\n        from .n import A", [Export("A", "m", "A", 1, implied=True)]),
    ],
)  # fmt: skip
def test_where_listed_names_come_from(source: str, expected: list[Export]) -> None:
    assert list(facts(source).exports) == expected


def test_a_table_of_names_is_an_import() -> None:
    found = facts("_LAZY = {'A': '.m'}\n__all__ = list(_LAZY)\ndef __getattr__(n): ...")
    assert found.imports == (Import("m", ("A",), 1, use="export"),)
    assert [s.name for s in found.symbols if s.public] == []
