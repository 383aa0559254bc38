"""Constructors that Python writes itself: those of dataclasses, of attrs' classes, and of named tuples."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.languages.python_all import statements
from repodoc_hooks.analysis.languages.python_source import annotation as shown_type

_MARKS = (b"dataclass", b"attr", b"NamedTuple")
_ATTRS = frozenset({"attr.s", "attr.attrs", "attr.attributes", "attr.dataclass"})
_MODERN = frozenset({"define", "frozen", "mutable"})
_FIELDS = frozenset({"field", "dataclasses.field", "attr.ib", "attr.attrib", "attr.field", "attrs.field"})
_PLAIN_BASES = frozenset({*vars(builtins), "ABC", "Generic", "Protocol", "local"})
"""Bases from elsewhere that have no fields."""


class Constructor(Struct, frozen=True):
    """What callers of a class write: `name` is that of the method, `nodes` what it is made from."""

    name: str
    signature: str
    nodes: tuple[ast.stmt, ...]


class _Field(Struct, frozen=True):
    """A parameter; `type` and `default` are source ("" for none), `by_name` says that it is given by name alone."""

    name: str
    node: ast.stmt
    type: str = ""
    default: str = ""
    by_name: bool = False
    shown: bool = True


class _Kind(Struct, frozen=True):
    """How the fields of a class are found. `annotated`: by their annotations; `attrs`: by the ways of attrs."""

    init: bool = True
    by_name: bool = False
    annotated: bool = True
    attrs: bool = False


def constructors(data: bytes, tree: ast.Module) -> dict[int, Constructor]:
    """By the `id` of class definitions: constructors that nobody wrote, of classes all of whose bases are known."""
    if not any(mark in data for mark in _MARKS):
        return {}
    found: dict[int, Constructor] = {}
    known: dict[str, dict[str, _Field] | None] = {}
    aliases = dict(_modules(tree))
    for node in _classes(tree.body):
        kind = _kind(node, aliases)
        inherited = _inherited(node, known)
        if kind is None:
            is_tuple = _is_named_tuple(node)
            known[node.name] = None if is_tuple else inherited
            if is_tuple and not _has(node, "__new__"):
                found[id(node)] = _constructor("__new__", "cls", [*_own(node, _Kind())])
            continue
        fields = None if inherited is None else {**inherited, **{f.name: f for f in _own(node, kind)}}
        known[node.name] = fields
        if fields is not None and kind.init and not _has(node, "__init__"):
            found[id(node)] = _constructor("__init__", "self", [f for f in fields.values() if f.shown])
    return found


def _modules(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names in the file, and what they are by the names of their makers: `dc` is `dataclasses`."""
    for node in statements(tree.body):
        if isinstance(node, ast.Import):
            yield from (
                (a.asname or a.name, a.name) for a in node.names if a.name in ("attr", "attrs", "dataclasses")
            )
        elif isinstance(node, ast.ImportFrom) and node.module in ("attr", "attrs", "dataclasses"):
            yield from ((a.asname or a.name, f"{node.module}.{a.name}") for a in node.names)


def _classes(body: Sequence[ast.stmt]) -> Iterator[ast.ClassDef]:
    """The classes of a module in order, outer ones before inner ones, those in branches among them."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield node
            yield from _classes(node.body)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            for block in ("body", "orelse", "finalbody"):
                yield from _classes(getattr(node, block, []))


def _name(node: ast.expr, aliases: dict[str, str]) -> str:
    """The dotted name of a decorator or call by the names of its makers."""
    function = node.func if isinstance(node, ast.Call) else node
    if not isinstance(function, (ast.Name, ast.Attribute)):
        return ""
    first, dot, rest = ast.unparse(function).partition(".")
    return aliases.get(first, first) + dot + rest


def _kind(node: ast.ClassDef, aliases: dict[str, str]) -> _Kind | None:
    for decorator in node.decorator_list:
        name = _name(decorator, aliases)
        options = _options(decorator)
        by_name, init = options.get("kw_only") == "True", options.get("init") != "False"
        if name.rpartition(".")[2] == "dataclass" and name.partition(".")[0] in ("dataclasses", "dataclass"):
            return _Kind(init, by_name)
        if name in _ATTRS:
            annotated = options.get("auto_attribs") == "True" or name == "attr.dataclass"
            return _Kind(init, by_name, annotated, attrs=True)
        if name.partition(".")[0] in ("attr", "attrs") and name.rpartition(".")[2] in _MODERN:
            annotated = options.get("auto_attribs", "") != "False" and not _has_bare_fields(node, aliases)
            return _Kind(init, by_name, annotated, attrs=True)
    return None


def _has_bare_fields(node: ast.ClassDef, aliases: dict[str, str]) -> bool:
    """Whether attrs goes by what is assigned, since a field has no annotation."""
    return any(isinstance(s, ast.Assign) and _name(s.value, aliases) in _FIELDS for s in node.body)


def _options(node: ast.expr) -> dict[str, str]:
    keywords = node.keywords if isinstance(node, ast.Call) else []
    return {k.arg: ast.unparse(k.value) for k in keywords if k.arg}


def _inherited(node: ast.ClassDef, known: dict[str, dict[str, _Field] | None]) -> dict[str, _Field] | None:
    """The fields of the bases in the order of the parameters; None where a base is from elsewhere."""
    fields: dict[str, _Field] = {}
    for base in reversed(node.bases):
        name = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
        if name in known:
            theirs = known[name]
            if theirs is None:
                return None
            fields |= theirs
        elif name.rpartition(".")[2] not in _PLAIN_BASES:
            return None
    return fields


def _is_named_tuple(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).rpartition(".")[2] == "NamedTuple" for base in node.bases)


def _has(node: ast.ClassDef, name: str) -> bool:
    return any(isinstance(s, ast.FunctionDef) and s.name == name for s in node.body)


def _own(node: ast.ClassDef, kind: _Kind) -> Iterator[_Field]:
    """The fields that a class itself declares."""
    by_name = kind.by_name
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            annotation = shown_type(statement.annotation)
            last = annotation.partition("[")[0].rpartition(".")[2]
            if last == "KW_ONLY":
                by_name = True
                continue
            if last == "ClassVar":
                continue
            if last == "InitVar" and "[" in annotation:
                annotation = annotation.partition("[")[2].removesuffix("]")
            if not kind.annotated and not _is_field(statement.value):
                continue
            yield _field(statement, statement.target.id, annotation, statement.value, kind, by_name=by_name)
        elif kind.attrs and isinstance(statement, ast.Assign) and _is_field(statement.value):
            for target in statement.targets:
                if isinstance(target, ast.Name) and not kind.annotated:
                    yield _field(statement, target.id, "", statement.value, kind, by_name=by_name)


def _is_field(value: ast.expr | None) -> bool:
    """Whether a value is what describes a field: `field(...)`, `attr.ib(...)`."""
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in (
        "field",
        "ib",
        "attrib",
    )


def _field(
    node: ast.stmt, name: str, annotation: str, value: ast.expr | None, kind: _Kind, *, by_name: bool
) -> _Field:
    default = ast.unparse(value) if value is not None else ""
    found = _Field(name.lstrip("_") if kind.attrs else name, node, annotation, default, by_name)
    if value is None or not _is_field(value):
        return found
    options = _options(value)
    default = options.get("default", "")
    factory = options.get("default_factory") or options.get("factory")
    if default.rpartition("(")[0].rpartition(".")[2] == "Factory":
        factory, default = default.partition("(")[2].removesuffix(")"), ""
    if factory:
        default = "..." if factory.startswith("lambda") or "," in factory else f"{factory}()"
    if "kw_only" in options:
        by_name = options["kw_only"] == "True"
    alias = options.get("alias", "").strip("'\"")
    annotation = annotation or options.get("type", "")
    shown = options.get("init") != "False"
    return replace(
        found, name=alias or found.name, type=annotation, default=default, by_name=by_name, shown=shown
    )


def _constructor(name: str, first: str, fields: Sequence[_Field]) -> Constructor:
    usual = [_parameter(f) for f in fields if not f.by_name]
    named = [_parameter(f) for f in fields if f.by_name]
    parameters = ", ".join([first, *usual, *(["*", *named] if named else [])])
    result = " -> None" if name == "__init__" else ""
    return Constructor(name, f"def {name}({parameters}){result}", tuple(f.node for f in fields))


def _parameter(field: _Field) -> str:
    if field.type:
        return f"{field.name}: {field.type}" + (f" = {field.default}" if field.default else "")
    return field.name + (f"={field.default}" if field.default else "")
