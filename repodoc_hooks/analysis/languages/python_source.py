"""Python source as a reader would write it: signatures, assigned names, `__all__`, first sentences."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Collection, Iterator

from repodoc_hooks.analysis.languages.summary import summary_of
from repodoc_hooks.analysis.languages.text import collapse

_LIMIT = 1500
_VALUE_LIMIT = 60
_SHOWN_DECORATORS = ("staticmethod", "classmethod", "abstractmethod", "dataclass")


def one_line_docstring(doc: str) -> str:
    """What a docstring says first, on one line."""
    return summary_of(inspect.cleandoc(doc)) if doc else ""


def render(node: ast.expr) -> str:
    """Source of an expression, with a short way for the simplest ones."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and node.value.__class__ in (str, int, bool, type(None)):
        return repr(node.value)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return collapse(ast.unparse(node))


def annotation(node: ast.expr) -> str:
    """A type as people read it: without the quotes of forward references and without documentation in `Annotated`."""
    if isinstance(node, ast.Name):
        return node.id
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
    decorators = {ast.unparse(d).split("(")[0].rsplit(".", 1)[-1] for d in node.decorator_list}
    return _short(
        f"{_shown(decorators)}class {node.name}{parameters}" + (f"({', '.join(bases)})" if bases else "")
    )


def variable_signature(name: str, node: ast.Assign | ast.AnnAssign) -> str:
    """`NAME: int = 5`; a long value is left out."""
    text = f"{name}: {annotation(node.annotation)}" if isinstance(node, ast.AnnAssign) else name
    if node.value is None or isinstance(node.value, (ast.Dict, ast.List, ast.Set, ast.Lambda)):
        return _short(text)
    if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name):
        return text
    value = render(node.value)
    return _short(f"{text} = {value}" if len(value) <= _VALUE_LIMIT else text)


def assigned_names(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """Plain names that an assignment binds."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, (ast.Tuple, ast.List)):
            yield from (element.id for element in target.elts if isinstance(element, ast.Name))


def public_names(tree: ast.Module) -> set[str] | None:
    """The names in `__all__`; None when the module has none, or none that can be read."""
    names: set[str] | None = None
    plain = False
    for node in tree.body:
        value: ast.expr | None = None
        if isinstance(node, ast.Assign) and any(_is_all(t) for t in node.targets):
            value, names = node.value, set()
        elif (isinstance(node, ast.AnnAssign) and _is_all(node.target)) or (
            isinstance(node, ast.AugAssign) and _is_all(node.target)
        ):
            value, names = node.value, names or set()
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value.func
            if isinstance(call, ast.Attribute) and _is_all(call.value) and call.attr in ("extend", "append"):
                value, names = next(iter(node.value.args), None), names or set()
        plain = plain or isinstance(value, (ast.List, ast.Tuple))
        if value is not None and names is not None:
            names |= {
                n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }
    return names if names or plain else None


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"
