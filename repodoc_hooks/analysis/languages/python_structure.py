"""The structure of Python code, for hashes: its syntax tree in a form that does not vary between interpreters."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from typing import Any

from msgspec import Struct, field

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.text import collapse

_UNSTABLE = frozenset({"ctx", "kind", "type_comment", "type_ignores", "type_params"})
_Fields = tuple[str, Callable[[Any], tuple[Any, ...]]]


def _fields(cls: type[ast.AST]) -> _Fields:
    """Tag of a node class and a getter of its fields in reverse order, ready for a stack."""
    names = [name for name in reversed(cls._fields) if name not in _UNSTABLE]
    if not names:
        return cls.__name__, lambda node: ()
    getter = attrgetter(*names)
    if len(names) == 1:
        return cls.__name__, lambda node: (getter(node),)
    return cls.__name__, getter


_SPECIAL = (ast.Name, ast.Constant, ast.Import, ast.ImportFrom)
_NODES: dict[type, _Fields] = {
    cls: _fields(cls)
    for cls in vars(ast).values()
    if isinstance(cls, type) and issubclass(cls, ast.AST) and cls not in _SPECIAL
}


class _Close:
    """Marks the end of a list on the stack."""


_CLOSE = _Close()


class Walk(Struct):
    """Goes over trees and collects what it meets: imports (those whose ids are in `type_only` are for type checkers),
    names that are used, strings that stand alone."""

    type_only: Collection[int] = ()
    imports: list[Import] = field(default_factory=list)
    names_used: set[str] = field(default_factory=set)
    docs: list[str] = field(default_factory=list)

    def structure(self, roots: Iterable[Any]) -> list[str]:
        """The trees in prefix form. The number of fields of a node is fixed and lists are closed, so that two
        different trees never give the same list."""
        out: list[str] = []
        push = out.append
        stack = list(roots)[::-1]
        pop, extend = stack.pop, stack.extend
        nodes = _NODES.get
        used = self.names_used.add
        while stack:
            item = pop()
            cls = item.__class__
            known = nodes(cls)
            if known is not None:
                push(known[0])
                extend(known[1](item))
                continue
            if cls is ast.Name:
                push("Name")
                push(item.id)
                used(item.id)
            elif cls is list:
                push("[")
                stack.append(_CLOSE)
                extend(item[::-1] if ast.Expr not in map(type, item) else self._without_docs(item))
            elif cls is str:
                push(item)
            elif cls is ast.Constant:
                value = item.value
                push(value.__class__.__name__)
                push(value if value.__class__ is str else repr(value))
            elif cls is ast.Import or cls is ast.ImportFrom:
                push(self._import(item))
            else:
                push("]" if item is _CLOSE else repr(item))
        return out

    def _without_docs(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """A reversed body without its strings, which go to `docs`."""
        self.docs += [collapse(text) for s in body if (text := string_of(s)) is not None]
        return [s for s in reversed(body) if string_of(s) is None]

    def _import(self, node: ast.Import | ast.ImportFrom) -> str:
        use = "type" if id(node) in self.type_only else ""
        if isinstance(node, ast.Import):
            self.imports += [Import(alias.name, use=use) for alias in node.names]
            prefix = "import"
        else:
            taken = tuple(alias.name for alias in node.names)
            self.imports.append(Import(node.module or "", taken, node.level, use=use))
            prefix = f"from {'.' * node.level}{node.module or ''}"
        names = (f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in node.names)
        return f"{prefix} {','.join(names)}"


def structure(*roots: Any) -> list[str]:
    """The structure of trees, without anything else being collected."""
    return Walk().structure(roots)


def string_of(node: ast.stmt) -> str | None:
    """The text of a string that stands alone, None for any other statement."""
    if node.__class__ is not ast.Expr:
        return None
    value = node.value
    if value.__class__ is ast.Constant and value.value.__class__ is str:
        return str(value.value)
    return None
