"""Constructors that nobody wrote, as callers see them."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.languages import parse

_SHAPES = """
### fields with and without defaults
from dataclasses import dataclass, field
from typing import ClassVar
@dataclass
class A:
    a: int
    b: list[str] = field(default_factory=list)
    c: ClassVar[int] = 1
    d: str = "x"
    e: int = field(init=False)
    f: object = field(default=None, repr=False)
    def g(self): ...
=> def __init__(self, a: int, b: list[str] = list(), d: str = 'x', f: object = None) -> None
### by name alone
import dataclasses as dc
@dc.dataclass(frozen=True)
class A:
    a: int
    _: dc.KW_ONLY
    b: int = 1
    c: int = dc.field(default=2, kw_only=False)
=> def __init__(self, a: int, c: int = 2, *, b: int = 1) -> None
### all by name
from dataclasses import dataclass
@dataclass(kw_only=True)
class A:
    a: int
=> def __init__(self, *, a: int) -> None
### inherited, and bases without fields
from dataclasses import dataclass, InitVar
from typing import Generic
class Plain: ...
@dataclass
class Base(Plain):
    a: int
    b: int = 0
@dataclass
class A(Base, Generic[T]):
    b: str = ""
    c: InitVar[bool] = False
=> def __init__(self, a: int, b: str = '', c: bool = False) -> None
### a base from elsewhere
from dataclasses import dataclass
from x import Base
@dataclass
class A(Base):
    a: int
=>
### written
from dataclasses import dataclass
@dataclass
class A:
    a: int
    def __init__(self): ...
=> def __init__(self)
### not wanted
from dataclasses import dataclass
@dataclass(init=False)
class A:
    a: int
=>
### attrs
from attrs import define, field, Factory
@define
class A:
    _a: int
    b: list = field(factory=list)
    c: dict = Factory(dict)
    d: int = field(alias="e", default=3)
    f = 1
=> def __init__(self, a: int, b: list = list(), c: dict = Factory(dict), e: int = 3) -> None
### attrs of old
import attr
@attr.s
class A:
    a = attr.ib()
    b = attr.ib(default=attr.Factory(list), type=list)
    c: int = 2
=> def __init__(self, a, b: list = list()) -> None
### a named tuple
from typing import NamedTuple
class A(NamedTuple):
    a: int
    b: str = ""
=> def __new__(cls, a: int, b: str = '')
### another decorator of that name
from x import define
@define
class A:
    attr: int
=>
"""


@pytest.mark.parametrize("shape", _SHAPES.strip().split("### ")[1:], ids=lambda s: s.partition("\n")[0])
def test_the_constructor_of(shape: str) -> None:
    text, _, expected = shape.partition("\n")[2].rpartition("=>")
    found = [s for s in parse("python", text.encode()).symbols if s.name in ("A.__init__", "A.__new__")]
    assert [s.signature for s in found] == [expected.strip()] * bool(expected.strip())
    assert all(s.public and s.kind == "method" for s in found)


def test_a_field_that_nobody_sees_is_still_a_parameter() -> None:
    text = "from dataclasses import dataclass\n@dataclass\nclass A:\n    _a: int\n"
    before, after = (parse("python", t.encode()) for t in (text, text.replace("int", "str")))
    assert before.interface != after.interface
