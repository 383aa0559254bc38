"""What a Python module hands out: `__all__`, names that it imports for others, everything of another module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from repodoc_hooks.analysis.facts import Export
from repodoc_hooks.analysis.languages.python_all import (
    Listed,
    blocks,
    is_lazy,
    looked_up,
    statements,
)


def visible(name: str) -> bool:
    """Whether a name is public by its underscores: `x` and `__x__` are."""
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__") and len(name) > 4)


class Bound(Struct, frozen=True):
    """Where an imported name comes from; `origin` "" is the module itself. `again` says `import x as x`."""

    target: str
    origin: str
    level: int
    again: bool


def type_only(tree: ast.Module) -> set[int]:
    """The ids of the import statements that stand below `if TYPE_CHECKING:`."""
    return {
        id(inner)
        for node in statements(tree.body)
        if isinstance(node, ast.If) and is_type_checking(node.test)
        for inner in statements(node.body)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    }


def is_type_checking(test: ast.expr) -> bool:
    """Whether a condition is `TYPE_CHECKING`, by whatever way."""
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def is_main(test: ast.expr) -> bool:
    """Whether a condition is `__name__ == "__main__"`: what nobody who imports the module sees."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(is_main, test.values))
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = (test.left, *test.comparators)
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)


def exports(
    tree: ast.Module, listed: Listed | None, defined: Collection[str], used: Collection[str], *, lazy: bool
) -> tuple[Export, ...]:
    """The names that users of a module take from it; none when it hands out just what it defines.

    Args:
        listed: what `__all__` says, None without one.
        defined: public names that the module defines.
        used: names that its code uses.
        lazy: whether the module may look names up when somebody asks for them.
    """
    lazy = lazy and is_lazy(tree)
    if listed is not None:
        return _listed(tree, listed, defined, lazy=lazy)
    bound = dict(bound_names(tree.body, types=lazy))
    starred = [Export("*", n.module or "", "", n.level) for n in _imports(tree.body) if _is_star(n)]
    handed = [
        Export(name, b.target, b.origin, b.level, implied=not b.again)
        for name, b in bound.items()
        if (visible(name) if b.again else not name.startswith("_"))
        and name not in defined
        and (b.again or (name not in used and _is_near(b)))
    ]
    if not handed and not starred:
        return ()
    return tuple(dict.fromkeys([*(Export(name) for name in sorted(defined)), *handed, *starred]))


def _listed(tree: ast.Module, listed: Listed, defined: Collection[str], *, lazy: bool) -> tuple[Export, ...]:
    """The names of `__all__`, each led back to where it comes from, and modules whose own list is part of it."""
    bound = dict(bound_names(tree.body, types=True))
    elsewhere = {**(looked_up(tree) if lazy else {}), **listed.lazy}
    named = [_export(name, bound, name in defined, elsewhere) for name in sorted(listed.names)]
    wholes = [Export("*", *place) for name in listed.modules if (place := _module(name, bound)) is not None]
    return tuple(dict.fromkeys([*named, *wholes]))


def _is_near(bound: Bound) -> bool:
    """Whether an import may be of the same repository; what the standard library has is nobody's to hand on."""
    return bool(bound.level) or bool(
        bound.origin and bound.target.partition(".")[0] not in sys.stdlib_module_names
    )


def _export(name: str, bound: Mapping[str, Bound], defined: bool, elsewhere: Mapping[str, Export]) -> Export:
    if defined:
        return Export(name)
    if name in bound:
        return Export(name, bound[name].target, bound[name].origin, bound[name].level)
    return elsewhere.get(name, Export(name))


def _module(name: str, bound: Mapping[str, Bound]) -> tuple[str, str, int] | None:
    """Target, no origin and level of the module that a dotted name means, or whose `__all__` it is."""
    first, dot, rest = name.partition(".")
    if (place := bound.get(first)) is None:
        return None
    if place.origin == "__all__":
        return place.target, "", place.level
    target = ".".join(filter(None, (place.target, place.origin)))
    return f"{target}{dot}{rest}", "", place.level


def _imports(body: list[ast.stmt]) -> Iterator[ast.ImportFrom]:
    """`from` imports that run when the module is imported."""
    for node in body:
        if isinstance(node, ast.ImportFrom):
            yield node
        else:
            yield from (n for block in _blocks(node) for n in _imports(block))


def _blocks(node: ast.stmt, types: bool = False) -> Iterator[list[ast.stmt]]:
    """The bodies of a statement that importers meet; that of `if TYPE_CHECKING:` only if `types` is set."""
    found = blocks(node)
    if isinstance(node, ast.If) and (is_main(node.test) or (not types and is_type_checking(node.test))):
        next(found)
    yield from found


def _is_star(node: ast.ImportFrom) -> bool:
    return any(alias.name == "*" for alias in node.names)


def bound_names(body: list[ast.stmt], *, types: bool = False) -> Iterator[tuple[str, Bound]]:
    """The names that imports bind when the module is imported, the first of several last; with `types` those for type
    checkers as well."""
    for node in reversed(body):
        if isinstance(node, ast.ImportFrom) and node.module != "__future__":
            for alias in node.names:
                if alias.name == "*":
                    continue
                again = alias.asname == alias.name
                yield alias.asname or alias.name, Bound(node.module or "", alias.name, node.level, again)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                name, again = alias.asname or alias.name.partition(".")[0], alias.asname == alias.name
                yield name, Bound(alias.name if alias.asname else name, "", 0, again)
        else:
            for block in reversed([*_blocks(node, types)]):
                yield from bound_names(block, types=types)
