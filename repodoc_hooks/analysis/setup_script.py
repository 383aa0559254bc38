"""A `setup.py`, read without running it: the arguments of its call of `setup`."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping

_DEEPEST = 20
Names = Mapping[str, ast.expr]
"""What a script assigns to names of its own at the top."""


def read_script(data: bytes) -> ast.Module | None:
    """The syntax tree of a script, None for what is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError, RecursionError):
            return None


def names_of(tree: ast.Module) -> dict[str, ast.expr]:
    """What a script assigns to names of its own at the top."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def strings(data: bytes) -> dict[str, str]:
    """The arguments of the call of `setup` that come to a string which can be told."""
    tree = read_script(data)
    if tree is None:
        return {}
    names = names_of(tree)
    return {
        key: value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _is_setup(call.func)
        for key, node in _arguments(call.keywords, names)
        if (value := _string(node, names, 0)) is not None
    }


def named_lists(data: bytes, wanted: Collection[str | None]) -> list[str]:
    """The strings in lists, and in tables of lists, that some arguments of the call of `setup` are given by name."""
    tree = read_script(data)
    if tree is None:
        return []
    names = names_of(tree)
    given = [
        names[each.value.id]
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _is_setup(call.func)
        for each in call.keywords
        if each.arg in wanted and isinstance(each.value, ast.Name) and each.value.id in names
    ]
    lists = [each for node in given for each in (node.values if isinstance(node, ast.Dict) else [node])]
    inside = [names.get(each.id, each) if isinstance(each, ast.Name) else each for each in lists]
    return [
        item.value
        for each in inside
        if isinstance(each, (ast.List, ast.Tuple, ast.Set))
        for item in each.elts
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]


def _is_setup(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == "setup"


def _arguments(keywords: Iterable[ast.keyword], names: Names) -> Iterator[tuple[str, ast.expr]]:
    """Arguments with their names, those of a table that is given with `**` among them."""
    for each in keywords:
        value = names.get(each.value.id) if isinstance(each.value, ast.Name) else each.value
        if each.arg is not None:
            yield each.arg, each.value
        elif isinstance(value, ast.Dict):
            for key, inner in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), inner
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
            yield from _arguments(value.keywords, {})


def _string(node: ast.expr, names: Names, depth: int) -> str | None:
    """The string that an expression comes to, None where that cannot be told."""
    if depth > _DEEPEST:
        return None
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.Name() if node.id in names:
            return _string(names[node.id], names, depth + 1)
        case ast.BinOp(op=ast.Add()):
            return _joined((node.left, node.right), names, depth)
        case ast.JoinedStr():
            return _joined(node.values, names, depth)
        case ast.FormattedValue(format_spec=None):
            return _string(node.value, names, depth + 1)
        case ast.Call(func=ast.Attribute(value=inner, attr="strip"), args=[]):
            return _string(inner, names, depth + 1)
    return None


def _joined(nodes: Iterable[ast.expr], names: Names, depth: int) -> str | None:
    found = [_string(node, names, depth + 1) for node in nodes]
    return None if None in found else "".join(each for each in found if each)
