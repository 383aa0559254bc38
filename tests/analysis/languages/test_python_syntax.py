"""Python: syntax of younger interpreters, and files of which a part is no Python."""

from __future__ import annotations

import ast

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.analysis.languages.python_syntax import read


def facts(source: str) -> FileFacts:
    return parse("python", source.encode())


@pytest.mark.parametrize(
    ("younger", "older"),
    [
        ("""f"a{d["k"]}b" """, """f"a{d['k']}b" """),
        ("""f"{d["k"]!r:>{w["x"]}}" """, """f"{d['k']!r:>{w['x']}}" """),
        ("""f"{f"{f"{1}"}"}" """, '''f"""{f"{f'{1}'}"}""" '''),
        ("""'pre' f"{d["k"]}" 'post'""", """'pre' f"{d['k']}" 'post'"""),
        ("""f"{d["k"] = }" f"{{}}" """, '''f"""{d["k"] = }""" f"{{}}" '''),
        ("""f"{\n  d["k"]  # why\n}" """, """f"{d['k']}" """),
        ("""rf"\\d{d["k"]}" """, """rf"\\d{d['k']}" """),
        ("""f"\\N{DIGIT ONE}\\t{d["k"]}" """, """f"\\N{DIGIT ONE}\\t{d['k']}" """),
        ("""f"{d["k"] != 1}{(lambda x: x)(d["a"])}" """, """f"{d['k'] != 1}{(lambda x: x)(d['a'])}" """),
        ("""f"{{'a': 1}["a"]}" """.replace("{{", "{ {"), """f"{ {'a': 1}['a']}" """),
    ],
)
def test_f_strings_of_younger_interpreters_are_the_same_trees(younger: str, older: str) -> None:
    tree, _ = read(f"x = ({younger})\n")
    assert ast.dump(tree) == ast.dump(ast.parse(f"x = ({older})\n"))


def test_what_is_behind_a_backslash_in_a_field() -> None:
    tree, _ = read("""x = f"{'\\n'.join(y)}"\n""")
    assert isinstance(tree.body[0], ast.Assign)
    joined = tree.body[0].value
    assert isinstance(joined, ast.JoinedStr)
    assert isinstance(joined.values[0], ast.FormattedValue)
    assert ast.dump(joined.values[0].value) == ast.dump(ast.parse("'\\n'.join(y)", mode="eval").body)


def test_template_strings() -> None:
    found = facts("from .a import b\ndef f(x=t'a {b}'):\n    '''F.'''\n    return rt'\\d{x}'\n")
    assert [(s.signature, s.summary) for s in found.symbols] == [("def f(x=t'a {b}')", "F.")]
    assert not found.unread
    assert found.exports == ()  # b is used
    assert facts("def f(): return t'a'").ast != facts("def f(): return f'a'").ast
    assert facts("def f(): return t'a'").ast != facts("def f(): return t'b'").ast


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    '''\n    class A[T]: no code\n    except B, C: no code\n    '''\n    return t''\n",
        "lazy import json\nlazy from .x import y\ndef f(): return t''\n",
    ],
)
def test_words_in_strings_are_no_code(source: str) -> None:
    found = facts(source)
    assert [s.name for s in found.symbols] == ["f"]
    assert not found.unread


def test_lazy_imports_are_imports() -> None:
    found = facts("lazy import json\nlazy from .x import y as z\ndef f(): z()\n")
    assert [(i.target, i.names) for i in found.imports] == [("json", ()), ("x", ("y",))]


BROKEN = '''"""Doc."""
import os
def good(a):
    """Good."""
class A:
    """A."""
    def one(self):
        print "x"
        return 1
    @wraps
    def bad(self, a=):
        pass
    def two(self): ...
<<<<<<< HEAD
def mine(): ...
>>>>>>> other
def last(): ...
{% cookiecutter.x %}
'''


def test_statements_that_are_no_python_are_told_and_give_nothing() -> None:
    found = facts(BROKEN)
    assert [s.name for s in found.symbols] == ["good", "A", "A.one", "A.two", "mine", "last"]
    assert found.unread == ((8, 8), (10, 12), (14, 14), (16, 16), (18, 18))
    assert (found.parsed, found.summary) == (True, "Doc.")
    assert found.imports[0].target == "os"


def test_text_that_could_not_be_read_counts() -> None:
    other = facts(BROKEN.replace("cookiecutter.x", "cookiecutter.y"))
    assert (other.interface, other.ast) != (facts(BROKEN).interface, facts(BROKEN).ast)


@pytest.mark.parametrize(
    ("source", "names", "unread"),
    [
        ("def a(): ...\nx = (1,\ndef b(): ...\n", ["a", "b"], ((2, 2),)),
        ("class A:\n    x: int = \n    def m(self): ...\n", ["A", "A.m"], ((2, 2),)),
        ("def a():\n    pass\n  def b(): pass\ndef c(): ...\n", ["a", "c"], ((3, 3),)),
        ("if x:\ndef a(): ...\n", ["a"], ((1, 1),)),
    ],
)
def test_what_stands_around_an_error_is_read(
    source: str, names: list[str], unread: tuple[tuple[int, int], ...]
) -> None:
    found = facts(source)
    assert ([s.name for s in found.symbols], found.unread) == (names, unread)


@pytest.mark.parametrize("text", ["$ what is this\n$ no idea\n" * 30, "\x00\x01", "(" * 400])
def test_no_python_at_all(text: str) -> None:
    found = facts(text)
    assert (found.parsed, found.symbols) == (False, ())


@pytest.mark.parametrize(
    "data",
    [
        "# -*- coding: latin-1 -*-\ndef f():\n    '''Grüße.'''\n".encode("latin-1"),
        b"\xef\xbb\xbf" + "def f():\n    '''Grüße.'''\n".encode(),
        "# coding: cp1251\ndef f():\n    '''Grüße.'''\n".replace("ü", "и").replace("ß", "ж").encode("cp1251"),
        "def f():\r\n\t'''Grüße.'''\r\n\x0c\r\n".encode(),
        "def f():\r\t'''Grüße.'''\r".encode(),
    ],
)
def test_encodings_and_line_ends(data: bytes) -> None:
    found = parse("python", data)
    assert [(s.name, len(s.summary)) for s in found.symbols] == [("f", 6)]
