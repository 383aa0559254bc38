# ruff: noqa: RUF001
"""Python: the newest syntax and what people write at its edges, the same under every interpreter."""

from __future__ import annotations

import pytest

from tests.analysis.shapes import check, shapes

SHAPES = shapes(
    r"""
=== type parameters with defaults
type Alias[T: (int, str) = int, *Ts = *tuple[int, ...], **P = [int]] = dict[T, P]
class G[T: list[int] = list[int]](Base[T], metaclass=M, flag=True):
    def m[U](self, a: U, /, *, b: "T | None" = None) -> "G[T]": ...
def f[**P, R](x: Callable[P, R]) -> R: ...
--- Alias, G, G.m, f
Alias = type Alias[T: (int, str) = int, *Ts = *tuple[int, ...], **P = [int]] = dict[T, P]
G = class G[T: list[int] = list[int]](Base[T], metaclass=M, flag=True)
G.m = def m[U](self, a: U, /, *, b: T | None = None) -> G[T]
f = def f[**P, R](x: Callable[P, R]) -> R
=== template strings and nested quotes
NAME = f"{x["a"]!r:>{width}}"
def t(name): return t"hello {name!r:>{10}} {f"{1}"}"
def after(): ...
--- NAME, t, after
NAME = NAME = f"{x['a']!r:>{width}}"
t = def t(name)
=== exceptions without brackets
try:
    def a(): ...
except ValueError, TypeError:
    pass
try:
    pass
except* A, B:
    pass
def after(): ...
--- a, after
=== lazy imports
lazy import json
lazy from x import y as yy
def lazy(lazy): return lazy
--- lazy
lazy = def lazy(lazy)
=== match
match command.split():
    case ["go", ("north" | "south") as d]:
        def a(): ...
    case {"x": int(), **rest} if rest:
        def b(): ...
    case _:
        type = 1
def match(match): return match
--- a, b, type, match
type = type = 1
match = def match(match)
=== for type checkers and for others
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from .real import App
    class Typed: ...
else:
    App = None
    class Typed: x = 1
--- Typed
=== fallbacks
try:
    import yaml
    from json import dumps
except ImportError:
    yaml = None
    def dumps(x): ...
else:
    def load(): ...
finally:
    def last(): ...
--- dumps, load, last
dumps = def dumps(x)
=== typed forms in a stub
from typing import overload
@overload
def f(a: int) -> int: ...
@overload
async def f(a: str, *, b: bool = ...) -> str: ...
class C:
    x: int
    @overload
    def m(self) -> None: ...
    @overload
    def m(self, a: int) -> int: ...
    @property
    def p(self) -> int: ...
    @p.setter
    def p(self, v: int) -> None: ...
--- f, f, C, C.x, C.m, C.m, C.p
f = async def f(a: str, *, b: bool = ...) -> str
C.x = x: int
C.m = def m(self, a: int) -> int
C.p = def p(self) -> int
=== named tuples and typed dictionaries
from typing import NamedTuple, TypedDict
class P(NamedTuple):
    x: int
    y: int = 0
    def norm(self) -> float: ...
class D(TypedDict, total=False):
    a: Required[int]
Q = NamedTuple("Q", [("x", int)])
R = namedtuple("R", "a b")
E = TypedDict("E", {"a-b": int})
--- P, P.__new__, P.x, P.y, P.norm, D, D.a, Q, R, E
P = class P(NamedTuple)
P.__new__ = def __new__(cls, x: int, y: int = 0)
P.x = x: int
P.y = y: int = 0
P.norm = def norm(self) -> float
D = class D(TypedDict, total=False)
D.a = a: Required[int]
Q = Q = NamedTuple('Q', [('x', int)])
R = R = namedtuple('R', 'a b')
E = E = TypedDict('E', {'a-b': int})
=== enumerations
class Color(Enum):
    RED = auto()
    GREEN, BLUE = 2, 3
    _ignore_ = ["x"]
    def _hidden(self): ...
    @property
    def hex(self) -> str: ...
--- Color, Color.RED, Color.GREEN, Color.BLUE, Color.hex
Color = class Color(Enum)
Color.RED = RED = auto()
Color.GREEN = GREEN
Color.BLUE = BLUE
Color.hex = def hex(self) -> str
=== data classes
from dataclasses import dataclass, field, KW_ONLY, InitVar
@dataclass(frozen=True)
class A:
    x: int
    _: KW_ONLY
    y: str = "a"
    z: list[int] = field(default_factory=list)
    w: InitVar[int] = 3
    c: ClassVar[int] = 4
    n: int = field(init=False)
@dataclass
class B(A):
    q: int = 0
@dataclass(init=False)
class N:
    a: int
--- A, A.__init__, A.x, A.y, A.z, A.w, A.c, A.n, B, B.__init__, B.q, N, N.a
A.__init__ = def __init__(self, x: int, *, y: str = 'a', z: list[int] = list(), w: int = 3) -> None
A.x = x: int
A.y = y: str = 'a'
A.z = z: list[int] = field(default_factory=list)
A.w = w: InitVar[int] = 3
A.c = c: ClassVar[int] = 4
A.n = n: int = field(init=False)
B = @dataclass class B(A)
B.__init__ = def __init__(self, x: int, q: int = 0, *, y: str = 'a', z: list[int] = list(), w: int = 3) -> None
B.q = q: int = 0
N.a = a: int
=== attrs
import attr, attrs
@attr.s(auto_attribs=True)
class C:
    a: int
    _b: int = attr.ib(default=3)
    c: int = attr.ib(alias="see", kw_only=True)
@attrs.define
class E:
    a: list = attrs.field(factory=list)
    d = attrs.field(default=1)
--- C, C.__init__, C.a, C.c, E, E.__init__, E.a, E.d
C.__init__ = def __init__(self, a: int, b: int = 3, *, see: int) -> None
C.a = a: int
C.c = c: int = attr.ib(alias='see', kw_only=True)
E.__init__ = def __init__(self, a: list = list(), d=1) -> None
E.a = a: list = attrs.field(factory=list)
E.d = d = attrs.field(default=1)
=== descriptors and decorators
class D:
    @functools.cached_property
    def a(self) -> int: ...
    @classmethod
    @abstractmethod
    async def b(cls) -> None: ...
    @staticmethod
    def c(a, b=1): ...
    e = property(lambda self: 1)
    f = c
    @functools.singledispatchmethod
    def g(self, a): ...
    @g.register
    def _(self, a: int): ...
    def __private(self): ...
    def __matmul__(self, o): ...
    __slots__ = ("a",)
    class Inner:
        def m(self): ...
--- D, D.a, D.b, D.c, D.e, D.f, D.g, D.__matmul__, D.Inner, D.Inner.m
D.a = def a(self) -> int
D.b = @classmethod @abstractmethod async def b(cls) -> None
D.c = @staticmethod def c(a, b=1)
D.e = e = property(lambda self: 1)
D.f = f = c
D.g = def g(self, a)
D.__matmul__ = def __matmul__(self, o)
D.Inner = class Inner
D.Inner.m = def m(self)
=== several names at once
a = b = 1
(c, (d, *e)) = foo
[f, g] = 1, 2
h: int = 3
i: int
obj.attr = 1
arr[0] = 2
if (n := 10) > 5: j = n
for k in range(3): m = k
with open("x") as fh: o = 1
del b
--- a, c, d, e, f, g, h, i, j, o
a = a = 1
h = h: int = 3
i = i: int
j = j = n
o = o = 1
=== names that are listed
__all__ = ["a", *more.__all__]
__all__ += ("b",)
__all__.extend(["c"])
if sys.platform == "win32":
    __all__.append("w")
from . import more
def a(): ...
def b(): ...
def hidden(): ...
_c = c = 1
--- a, b, c
c = c = 1
=== looked up when asked for
def __getattr__(name): ...
def __dir__(): ...
__version__ = "1"
_x = 1
--- __version__
__version__ = __version__ = '1'
=== defaults that are long or strange
def f(a=lambda x, y=(1, 2): x, b={'k': [1]}, d=b"\x00", e=..., h=-1, k="it's", z=r"\d", *, q=not x): ...
--- f
f = def f(a=lambda x, y=(1, 2): x, b={'k': [1]}, d=b'\x00', e=..., h=-1, k="it's", z='\\d', *, q=not x)
=== annotations in quotes
def f(a: "int | None", b: 'Literal["a"]', *args: "str", **kw: "Unpack[D]") -> "C.D[int]": ...
--- f
f = def f(a: int | None, b: Literal['a'], *args: str, **kw: Unpack[D]) -> C.D[int]
=== documented annotations
from typing import Annotated
def f(a: Annotated[int, Doc("The a.")] = 1, b: Annotated[str, "x", Field(gt=1)] = "") -> Annotated[int, Doc("x")]: ...
--- f
f = def f(a: int = 1, b: Annotated[str, 'x', Field(gt=1)] = '') -> int
=== a form feed and tabs
class A:
	def m(self):
		return 1

	def n(self): ...
def after(): ...
--- A, A.m, A.n, after
A.m = def m(self)
A.n = def n(self)
=== continued lines and semicolons
x = 1; y = 2; import os
def f(a, \
      b): return a
class C: a = 1; b = 2
--- x, y, f, C, C.a, C.b
x = x = 1
y = y = 2
f = def f(a, b)
C.a = a = 1
C.b = b = 2
=== async of every sort
async def a(): yield 1
async def b():
    async with x as y, z: ...
    async for i in y: ...
    return [i async for i in y]
--- a, b
a = async def a()
b = async def b()
=== unicode names
def größe(ä, 名=1): ...
class Ünder: ...
ｆｕｌｌ = 1
--- größe, Ünder, full
größe = def größe(ä, 名=1)
full = full = 1
=== in the part that runs alone
def main(): ...
if __name__ == "__main__":
    args = 1
    def helper(): ...
--- main
=== nested classes and generics
class A(Generic[T], Base["B"], metaclass=abc.ABCMeta, **kw):
    class B:
        class C: x: int = 1
        def m(self):
            def inner(): ...
            class Local: ...
--- A, A.B, A.B.C, A.B.C.x, A.B.m
A = class A(Generic[T], Base['B'], metaclass=abc.ABCMeta, **kw)
A.B = class B
A.B.C = class C
A.B.C.x = x: int = 1
A.B.m = def m(self)
=== decorators that change what is seen
@contextmanager
def a(): ...
@dataclass_transform()
def model(cls): ...
@typing.final
class F: ...
@deprecated("no")
def old(): ...
@property
def at_module(): ...
--- a, model, F, old, at_module
model = def model(cls)
=== bound anew
def f(a): ...
f = wrap(f)
class C: ...
C = decorate(C)
--- f, C
f = def f(a)
=== conditions of versions
if sys.version_info >= (3, 12):
    def a(x): ...
    from typing import override
elif x:
    def a(y): ...
    def b(): ...
else:
    def override(f): ...
--- a, b, override
a = def a(x)
override = def override(f)
=== stars in subscripts and calls
def f(*args: *Ts) -> tuple[*Ts]: ...
x: tuple[*tuple[int, ...]] = g(*a, **b)
--- f, x
f = def f(*args: *Ts) -> tuple[*Ts]
x = x: tuple[*tuple[int, ...]] = g(*a, **b)
=== a broken statement
def good(): ...
def bad(:
    pass
def also_good(): ...
--- good, also_good
"""
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_and_how_it_is_written(title: str) -> None:
    check("python", SHAPES[title], whole=title != "a broken statement")
