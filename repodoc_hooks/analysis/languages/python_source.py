"""Python source as a reader would write it: signatures, assigned names, decorators, first sentences."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator, Sequence

from repodoc_hooks.analysis.languages.summary import summary_of
from repodoc_hooks.analysis.languages.text import collapse
from repodoc_hooks.expressions import expression

_NAME = expression(r"[A-Za-z_][\w.]*\Z")
_LIMIT = 1500
_VALUE_LIMIT = 60
_MOST_ROWS = 12
_SIMPLE = (str, int, bool, type(None))
_UNITED = (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.BinOp)
_SHOWN_DECORATORS = ("staticmethod", "classmethod", "abstractmethod", "dataclass")


def one_line_docstring(doc: str) -> str:
    """What a docstring says first, on one line."""
    return summary_of(clean_docstring(doc)) if doc else ""


def clean_docstring(doc: str) -> str:
    """What `inspect.cleandoc` gives: without the indentation of the code around. `inspect` is dear to import."""
    first, *others = doc.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in others if line.strip()), default=0)
    return "\n".join([first.lstrip(), *(line[margin:] for line in others)]).strip("\n")


def render(node: ast.expr) -> str:
    """Source of an expression, with a short way for those that most types are made of."""
    if (plain := _plain(node)) is not None:
        return plain
    try:
        return collapse(ast.unparse(node))
    except ValueError:  # an f-string that only a younger interpreter can write
        return "..."


def _plain(node: ast.expr) -> str | None:
    """What `ast.unparse` gives for names, simple constants, and subscripts, lists and unions of them; else None."""
    cls = node.__class__
    if cls is ast.Name:
        return node.id  # type: ignore[attr-defined,no-any-return]
    if cls is ast.Constant:
        value = node.value  # type: ignore[attr-defined]
        if value is Ellipsis:
            return "..."
        return repr(value) if value.__class__ in _SIMPLE else None
    if cls is ast.Attribute:
        owner = _plain(node.value) if node.value.__class__ is not ast.Constant else None  # type: ignore[attr-defined]
        return None if owner is None else f"{owner}.{node.attr}"  # type: ignore[attr-defined]
    if cls is ast.Subscript:
        owner, inner = _plain(node.value), node.slice  # type: ignore[attr-defined]
        shown = _listed(inner.elts) if inner.__class__ is ast.Tuple and inner.elts else _plain(inner)
        return None if owner is None or shown is None else f"{owner}[{shown}]"
    if cls is ast.Starred:
        shown = _plain(node.value)  # type: ignore[attr-defined]
        return None if shown is None else f"*{shown}"
    if cls is ast.List:
        shown = _listed(node.elts)  # type: ignore[attr-defined]
        return None if shown is None else f"[{shown}]"
    if cls is ast.BinOp and node.op.__class__ is ast.BitOr and node.right.__class__ is not ast.BinOp:  # type: ignore[attr-defined]
        left, right = _plain(node.left), _plain(node.right)  # type: ignore[attr-defined]
        if left is not None and right is not None and node.left.__class__ in _UNITED:  # type: ignore[attr-defined]
            return f"{left} | {right}"
    return None


def _listed(nodes: Sequence[ast.expr]) -> str | None:
    shown = [_plain(each) for each in nodes]
    return None if None in shown else ", ".join(filter(None, shown))


def _is_long(node: ast.expr) -> bool:
    """Whether a value is much too long to be shown, by the place that it takes."""
    rows = (node.end_lineno or node.lineno) - node.lineno
    return rows > _MOST_ROWS or (not rows and (node.end_col_offset or 0) - node.col_offset > 4 * _VALUE_LIMIT)


def annotation(node: ast.expr) -> str:
    """A type as people read it: without the quotes of forward references and without documentation in `Annotated`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.match(node.value):
        return node.value
    text = render(node)
    if not any(sign in text for sign in ("'", '"', "Annotated")):
        return text
    return render(_Types().visit(copy.deepcopy(node)))


class _Types(ast.NodeTransformer):
    """Resolves quotes in types, but not those of `Literal["a"]` or of what `Annotated` adds."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        try:
            inner: ast.expr = ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return node
        return inner if isinstance(inner, ast.Constant) else self.visit(inner)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = ast.unparse(node.value).rpartition(".")[2]
        if name == "Literal":
            return node
        if name == "Annotated" and isinstance(node.slice, ast.Tuple) and node.slice.elts:
            first, *rest = node.slice.elts
            kept = [each for each in rest if not _is_documentation(each)]
            inner: ast.expr = self.visit(first)
            if len(kept) < len(rest) and not kept:
                return inner
            node.slice = ast.Tuple([inner, *kept], ast.Load())
            return node
        return self.generic_visit(node)  # type: ignore[return-value]


def _is_documentation(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Doc"


def _parameter(arg: ast.arg, default: ast.expr | None, stars: str = "") -> str:
    text = stars + arg.arg
    if arg.annotation is not None:
        text += f": {annotation(arg.annotation)}"
        return text if default is None else f"{text} = {render(default)}"
    return text if default is None else f"{text}={render(default)}"


def _parameters(args: ast.arguments) -> Iterator[str]:
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    for position, (arg, default) in enumerate(zip(positional, defaults, strict=True), 1):
        yield _parameter(arg, default)
        if position == len(args.posonlyargs):
            yield "/"
    if args.vararg is not None:
        yield _parameter(args.vararg, None, "*")
    elif args.kwonlyargs:
        yield "*"
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _parameter(arg, default)
    if args.kwarg is not None:
        yield _parameter(args.kwarg, None, "**")


def _short(text: str) -> str:
    return text if len(text) <= _LIMIT else text[:_LIMIT].rsplit(" ", 1)[0] + " ..."


def _shown(decorators: Collection[str]) -> str:
    return "".join(f"@{name} " for name in _SHOWN_DECORATORS if name in decorators)


def function_signature(
    node: ast.FunctionDef | ast.AsyncFunctionDef, decorators: Collection[str], parameters: str = ""
) -> str:
    """`async def f(a: int, *, b=None) -> str`, after those of its decorators that tell how it is called."""
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {annotation(node.returns)}" if node.returns is not None else ""
    return _short(
        f"{_shown(decorators)}{word} {node.name}{parameters}({', '.join(_parameters(node.args))}){returns}"
    )


def class_signature(node: ast.ClassDef, parameters: str = "") -> str:
    """`class C(Base, metaclass=M)`."""
    bases = [render(base) for base in node.bases]
    bases += [f"{k.arg}={render(k.value)}" if k.arg else f"**{render(k.value)}" for k in node.keywords]
    decorators = {name.rpartition(".")[2] for name in decorator_names(node)}
    return _short(
        f"{_shown(decorators)}class {node.name}{parameters}" + (f"({', '.join(bases)})" if bases else "")
    )


def variable_signature(name: str, node: ast.Assign | ast.AnnAssign) -> str:
    """`NAME: int = 5`; a long value is left out."""
    text = f"{name}: {annotation(node.annotation)}" if isinstance(node, ast.AnnAssign) else name
    if (
        node.value is None
        or isinstance(node.value, (ast.Dict, ast.List, ast.Set, ast.Lambda))
        or _is_long(node.value)
    ):
        return _short(text)
    if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name):
        return text
    is_alias = isinstance(node, ast.AnnAssign) and text.rpartition(" ")[2].rpartition(".")[2] == "TypeAlias"
    value = annotation(node.value) if is_alias else render(node.value)
    return _short(f"{text} = {value}" if len(value) <= _VALUE_LIMIT else text)


def assigned_names(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """Plain names that an assignment binds."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        yield from _names(target)


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _names(element)
    elif isinstance(target, ast.Starred):
        yield from _names(target.value)


def decorator_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """The dotted names of decorators, without what they are called with."""
    return {ast.unparse(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
