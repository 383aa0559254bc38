"""What a Python module hands out: `__all__`, names that it imports for others, everything of another module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from repodoc_hooks.analysis.facts import Export


@dataclass(frozen=True, slots=True)
class Bound:
    """Where an imported name comes from; `origin` "" is the module itself. `again` says `import x as x`."""

    target: str
    origin: str
    level: int
    again: bool


def type_only(tree: ast.Module) -> set[int]:
    """The ids of the import statements that stand below `if TYPE_CHECKING:`."""
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and is_type_checking(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    }


def is_type_checking(test: ast.expr) -> bool:
    """Whether a condition is `TYPE_CHECKING`, by whatever way."""
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def exports(
    tree: ast.Module, listed: Collection[str] | None, defined: Collection[str], used: Collection[str]
) -> tuple[Export, ...]:
    """The names that users of a module take from it; none when it hands out just what it defines.

    Args:
        listed: the names of `__all__`, None without one.
        defined: public names that the module defines.
        used: names that its code uses.
    """
    bound = dict(bound_names(tree.body))
    starred = [Export("*", n.module or "", "", n.level) for n in _imports(tree.body) if _is_star(n)]
    if listed is not None:
        named = [_export(name, bound.get(name), name in defined) for name in sorted(listed)]
        spread = [bound[name] for name in _spread(tree) if name in bound]
        wholes = [Export("*", *_module(b)) for b in spread]
        unknown = any(e.name not in defined and not e.target and not e.level for e in named)
        return tuple(dict.fromkeys([*named, *wholes, *(starred if unknown and not wholes else ())]))
    handed = [
        Export(name, b.target, b.origin, b.level)
        for name, b in bound.items()
        if not name.startswith("_")
        and name not in defined
        and (b.again or (name not in used and _is_near(b)))
    ]
    if not handed and not starred:
        return ()
    return tuple(dict.fromkeys([*(Export(name) for name in sorted(defined)), *handed, *starred]))


def _is_near(bound: Bound) -> bool:
    """Whether an import may be of the same repository; what the standard library has is nobody's to hand on."""
    return bool(bound.level) or bool(
        bound.origin and bound.target.partition(".")[0] not in sys.stdlib_module_names
    )


def _export(name: str, bound: Bound | None, defined: bool) -> Export:
    if bound is None or defined:
        return Export(name)
    return Export(name, bound.target, bound.origin, bound.level)


def _module(bound: Bound) -> tuple[str, str, int]:
    """Target, no origin and level of the module that a name is bound to."""
    if not bound.origin:
        return bound.target, "", bound.level
    return (f"{bound.target}.{bound.origin}" if bound.target else bound.origin), "", bound.level


def _imports(body: list[ast.stmt]) -> Iterator[ast.ImportFrom]:
    """`from` imports that run when the module is imported."""
    for node in body:
        if isinstance(node, ast.ImportFrom):
            yield node
        else:
            yield from (n for block in _blocks(node) for n in _imports(block))


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(node, ast.If):
        yield from ([] if is_type_checking(node.test) else node.body, node.orelse)
    elif isinstance(node, (ast.Try, ast.With)):
        yield node.body
        yield from (handler.body for handler in getattr(node, "handlers", ()))
        yield getattr(node, "orelse", [])


def _is_star(node: ast.ImportFrom) -> bool:
    return any(alias.name == "*" for alias in node.names)


def bound_names(body: list[ast.stmt]) -> Iterator[tuple[str, Bound]]:
    """The names that imports bind when the module is imported, the first of several last."""
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
            for block in reversed([*_blocks(node)]):
                yield from bound_names(block)


def _spread(tree: ast.Module) -> Iterator[str]:
    """Modules whose `__all__` is part of that of this one."""
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)) and "__all__" in ast.dump(
            node
        ):
            for inner in ast.walk(node):
                if (
                    isinstance(inner, ast.Attribute)
                    and inner.attr == "__all__"
                    and isinstance(inner.value, ast.Name)
                ):
                    yield inner.value.id
