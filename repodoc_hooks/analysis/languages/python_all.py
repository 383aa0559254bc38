"""`__all__` of a Python module, however it is written, and the names that its `__getattr__` looks up elsewhere."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from repodoc_hooks.analysis.facts import Export

_COPIES = frozenset(
    {"list", "tuple", "set", "frozenset", "sorted", "chain", "from_iterable", "sum", "fromkeys"}
)
_NAMESPACES = frozenset({"dir", "globals", "locals", "vars"})
_HOOKS = frozenset({"__getattr__", "__dir__"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.AsyncWith, ast.AsyncFor)


class Listed(Struct):
    """What a module lists: `names`, and `modules` whose own list is part of it, as dotted names of the module itself.
    `lazy` are names that are looked up elsewhere when somebody asks for them."""

    names: set[str] = field(default_factory=set)
    modules: list[str] = field(default_factory=list)
    lazy: dict[str, Export] = field(default_factory=dict)


class _Value(Struct):
    """What an expression comes to; `everything` says that it takes in all that the module defines, `known` whether any
    of it could be read."""

    names: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    everything: bool = False
    known: bool = False

    def add(self, other: _Value) -> None:
        """Take in the elements of another value."""
        self.names += other.names
        self.modules += other.modules
        self.everything = self.everything or other.everything
        self.known = self.known or other.known


def listed(tree: ast.Module) -> Listed | None:
    """What `__all__` of a module says; None where it has none, or one that lists whatever there is or is made of what
    cannot be read."""
    found: Listed | None = None
    known = False
    literals = _literals(tree.body)
    for node, operation, value in _statements(tree.body):
        if operation == "lazy":
            found = found or Listed()
            found.lazy |= _attached(value)
            found.names |= found.lazy.keys()
            known = known or bool(found.lazy)
            continue
        read = _read(value, literals)
        if read.everything:
            return None
        if operation == "=" or found is None:
            found = Listed() if operation == "=" and isinstance(node, ast.Assign) else found or Listed()
        known = known or read.known
        if operation == "-":
            found.names -= {*read.names}
        else:
            found.names |= {*read.names}
            found.modules += read.modules
    if found is None or not (known or found.names):
        return None
    return found


def looked_up(tree: ast.Module) -> dict[str, Export]:
    """Names that a table of the module leads to other modules: `{"Heavy": ".heavy"}`, `{"a": ("pkg.b", "c")}`."""
    if not is_lazy(tree):
        return {}
    found: dict[str, Export] = {}
    for table in _literals(tree.body).values():
        for key, value in zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ():
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                target, origin = _place(value, key.value)
                if target:
                    found.setdefault(key.value, _lazy(key.value, target, origin))
    return found


def is_lazy(tree: ast.Module) -> bool:
    """Whether a module looks names up when somebody asks, or makes them as it runs, so that what it imports for
    type checkers alone is there at run time as well."""
    return any(
        (isinstance(node, ast.FunctionDef) and node.name == "__getattr__")
        or (isinstance(node, ast.Assign) and any(map(_is_hook, node.targets)))
        or (isinstance(node, ast.Expr) and _is_update(node.value))
        for node in _all_statements(tree.body)
    )


def _is_update(node: ast.expr) -> bool:
    """`globals().update(...)`."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("globals().update", "vars().update")


def _is_hook(target: ast.expr) -> bool:
    if isinstance(target, ast.Name):
        return target.id == "__getattr__"
    if isinstance(target, ast.Tuple):
        return any(map(_is_hook, target.elts))
    return isinstance(target, ast.Subscript) and (
        ast.unparse(target) == "sys.modules[__name__]" or ast.unparse(target.value) == "globals()"
    )


def _place(value: ast.expr, name: str) -> tuple[str, str]:
    """The module that a table names, and the name there."""
    if isinstance(value, (ast.Tuple, ast.List)):
        parts = [e.value for e in value.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
        if not parts or len(parts) != len(value.elts):
            return "", ""
        return parts[0], parts[1] if len(parts) > 1 else name
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return "", ""
    module, _, attribute = value.value.partition(":")
    if module.rpartition(".")[2] == name and not attribute and module.strip("."):
        return (module.rpartition(".")[0] or module), name
    return module, attribute or name


def _lazy(name: str, target: str, origin: str) -> Export:
    module = target.lstrip(".")
    level = len(target) - len(module)
    if not level and "." not in module:
        level = 1
    return Export(name, module, origin, level)


def _all_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, those in branches among them."""
    for node in body:
        yield node
        for block in blocks(node):
            yield from _all_statements(block)


_COMPOUND = frozenset({ast.If, ast.Try, ast.TryStar, ast.With, ast.For, ast.While})


def blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The bodies of a statement that has some and opens no scope of its own."""
    if node.__class__ in _COMPOUND:
        yield node.body  # type: ignore[attr-defined]
        yield from (handler.body for handler in getattr(node, "handlers", ()))
        yield getattr(node, "orelse", [])
        yield getattr(node, "finalbody", [])
    elif isinstance(node, ast.Match):
        yield from (case.body for case in node.cases)


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements in these, outer ones first; expressions, most of a tree, are not looked into."""
    waiting = deque(body)
    while waiting:
        node = waiting.popleft()
        yield node
        if isinstance(node, _SCOPES):
            waiting.extend((*node.body, *getattr(node, "orelse", ())))
        else:
            waiting.extend(inner for block in blocks(node) for inner in block)


def _literals(body: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    """Lists, tuples, sets and tables of the module by name."""
    found: dict[str, ast.expr] = {}
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target: ast.expr = node.targets[0]
        elif isinstance(node, ast.AnnAssign):
            target = node.target
        else:
            continue
        if isinstance(target, ast.Name) and isinstance(node.value, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
            found[target.id] = node.value
    return found


def _statements(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, str, ast.expr]]:
    """What is done to `__all__`, in order: "=" and "+" with a value, "-" for names that are taken out, "lazy" for the
    call of a loader that makes it."""
    for node in _all_statements(body):
        if isinstance(node, ast.Assign):
            if any(map(_is_all, node.targets)):
                yield node, "=", node.value
            elif isinstance(node.value, ast.Call) and any(
                isinstance(t, ast.Tuple) and any(map(_is_all, t.elts)) for t in node.targets
            ):
                yield node, "lazy", node.value
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            if _is_all(node.target) and node.value is not None:
                yield node, "=" if isinstance(node, ast.AnnAssign) else "+", node.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Attribute) and _is_all(function.value) and node.value.args:
                value = node.value.args[-1]
                if function.attr in ("append", "insert", "remove"):
                    value = ast.List([value], ast.Load())
                yield node, "-" if function.attr == "remove" else "+", value


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"


def _read(node: ast.expr, literals: dict[str, ast.expr]) -> _Value:
    """The strings that a value holds, as far as they can be told without running anything."""
    found = _Value()
    match node:
        case ast.List() | ast.Tuple() | ast.Set():
            found.known = True
            for element in node.elts:
                found.add(_element(element, literals))
        case ast.Dict():
            found.known = True
            for key in node.keys:
                if key is not None:
                    found.add(_element(key, literals))
        case ast.BinOp(op=ast.Add() | ast.BitOr()):
            found.add(_read(node.left, literals))
            found.add(_read(node.right, literals))
        case ast.IfExp():
            found.add(_read(node.body, literals))
            found.add(_read(node.orelse, literals))
        case ast.Attribute(attr="__all__"):
            found.modules.append(ast.unparse(node.value))
            found.known = True
        case ast.Name():
            if node.id in literals:
                return _read(literals[node.id], literals)
            found.modules.append(node.id)
        case ast.Call():
            return _called(node, literals)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return _comprehended(node, literals)
    return found


def _element(node: ast.expr, literals: dict[str, ast.expr]) -> _Value:
    if isinstance(node, ast.Starred):
        return _read(node.value, literals)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _Value([node.value], known=True)
    if isinstance(node, ast.Attribute) and node.attr == "__name__" and isinstance(node.value, ast.Name):
        return _Value([node.value.id], known=True)
    return _Value()


def _called(node: ast.Call, literals: dict[str, ast.expr]) -> _Value:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in _NAMESPACES:
        return _Value(everything=True, known=True)
    if isinstance(function, ast.Attribute) and name in ("keys", "values", "copy"):
        if name == "values":
            return _values(function.value, literals)
        return _read(function.value, literals)
    found = _Value()
    for argument in node.args if name in _COPIES else ():
        found.add(_read(argument.value if isinstance(argument, ast.Starred) else argument, literals))
    return found


def _values(node: ast.expr, literals: dict[str, ast.expr]) -> _Value:
    """The strings in the values of a table."""
    table = literals.get(node.id) if isinstance(node, ast.Name) else node
    found = _Value()
    for value in table.values if isinstance(table, ast.Dict) else ():
        found.add(_read(value, literals))
    return found


def _comprehended(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp, literals: dict[str, ast.expr]
) -> _Value:
    """What a comprehension goes through; a condition on the first letter leaves out what begins with an underscore."""
    found = _Value()
    for each in node.generators:
        found.add(_read(each.iter, literals))
    found.modules.clear()
    if any("startswith" in ast.unparse(condition) for each in node.generators for condition in each.ifs):
        found.names = [name for name in found.names if not name.startswith("_")]
    return found if isinstance(node.elt, ast.Name) or found.everything else _Value()


def _attached(call: ast.expr) -> dict[str, Export]:
    """The names that `lazy.attach(__name__, submodules, submod_attrs)` offers (scientific-python/lazy-loader)."""
    if not isinstance(call, ast.Call):
        return {}
    given = dict(zip(("package", "submodules", "submod_attrs"), call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords if k.arg}
    found: dict[str, Export] = {}
    for name in _read(given["submodules"], {}).names if "submodules" in given else ():
        found[name] = Export(name, "", name, 1)
    table = given.get("submod_attrs")
    for key, value in zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ():
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            for name in _read(value, {}).names:
                found[name] = Export(name, key.value, name, 1)
    return found
