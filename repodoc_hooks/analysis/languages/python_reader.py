"""Reads the definitions of a Python module from its tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Symbol
from repodoc_hooks.analysis.languages.python_all import blocks
from repodoc_hooks.analysis.languages.python_comments import Comments
from repodoc_hooks.analysis.languages.python_constructors import Constructor
from repodoc_hooks.analysis.languages.python_exports import bound_names, is_main, is_type_checking, visible
from repodoc_hooks.analysis.languages.python_source import (
    assigned_names,
    class_signature,
    decorator_names,
    function_signature,
    one_line_docstring,
    variable_signature,
)
from repodoc_hooks.analysis.languages.python_structure import Walk, string_of, structure
from repodoc_hooks.analysis.languages.python_syntax import Younger
from repodoc_hooks.analysis.languages.text import collapse, digest

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.While)
_ACCESSORS = frozenset({"setter", "deleter", "getter"})
_OF_THE_LANGUAGE = frozenset(
    {"__slots__", "__match_args__", "__doc__", "__module__", "__qualname__", "__hash__", "__test__"}
)
"""Variables of classes and modules that are there for the interpreter."""

Public = Callable[[str], bool]


class Definition(Struct):
    """A symbol with the line of the interface that it stands for; `role` is "overload", "accessor" or ""."""

    symbol: Symbol
    interface: str
    doc: str
    role: str = ""


class _Place(NamedTuple):
    """Where a statement stands: what its names begin with, and which of them are public."""

    prefix: str
    public: Public


class Reader(Struct):
    """Goes through a module; `walk` collects what is in its code, `definitions` are in the order of the source."""

    younger: Younger
    constructors: Mapping[int, Constructor]
    walk: Walk
    comments: Comments
    definitions: list[Definition] = field(default_factory=list)

    def read(self, body: Sequence[ast.stmt], prefix: str, public: Public) -> list[str]:
        """The structure of a body at the level of a module or a class; its definitions are collected."""
        return self._statements(body, _Place(prefix, public))

    def _statements(self, body: Sequence[ast.stmt], place: _Place) -> list[str]:
        out: list[str] = ["["]
        for position, node in enumerate(body):
            if (text := string_of(node)) is not None:
                self.walk.docs.append(collapse(text))
            else:
                following = string_of(body[position + 1]) if position + 1 < len(body) else None
                out += self._statement(node, following or "", place)
        out.append("]")
        return out

    def _statement(self, node: ast.stmt, following: str, place: _Place) -> list[str]:
        """The structure of one statement; `following` is the string that stands below it."""
        if isinstance(node, _FUNCTIONS):
            out = self.walk.structure((node,))
            self._function(node, out, place)
            return out
        if isinstance(node, ast.ClassDef):
            return self._class(node, place)
        out = self.walk.structure((node,))
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            self._variables(node, out, following, place)
        elif isinstance(node, ast.Delete):
            self._delete(node, place)
        else:
            self._branches(node, place)
        return out

    def _delete(self, node: ast.Delete, place: _Place) -> None:
        """Names that are gone when the module has been imported."""
        gone = tuple(place.prefix + target.id for target in node.targets if isinstance(target, ast.Name))
        inside = tuple(name + "." for name in gone)
        self.definitions = [
            d for d in self.definitions if d.symbol.name not in gone and not d.symbol.name.startswith(inside)
        ]

    def _branches(self, node: ast.stmt, place: _Place) -> None:
        """Definitions in branches: each name as the first branch has it, and no fallback of an import that failed or
        that is for type checkers alone. What a loop assigns, and the part that runs as a program, are their own
        business."""
        tried = isinstance(node, (ast.Try, ast.TryStar))
        tried = tried or (isinstance(node, ast.If) and is_type_checking(node.test))
        imported = {name for name, _ in bound_names(node.body)} if tried else set()  # type: ignore[attr-defined]
        seen: dict[str, Definition] = {}
        for block in list(blocks(node))[isinstance(node, ast.If) and is_main(node.test) :]:
            # the structure is known already
            inner = Reader(
                self.younger, self.constructors, Walk(names_used=self.walk.names_used), self.comments
            )
            inner._statements(block, place)
            taken = {*seen}
            for definition in inner.definitions:
                root = definition.symbol.name.removeprefix(place.prefix).partition(".")[0]
                is_value = definition.symbol.kind in ("variable", "constant")
                if is_value and (root in imported or isinstance(node, _LOOPS)):
                    continue
                if root not in taken:
                    seen.setdefault(root, definition)
                    self.definitions.append(definition)
                elif definition.symbol.name == place.prefix + root:
                    first = seen[root]
                    own = digest(first.symbol.digest, definition.symbol.digest)
                    words = first.symbol.summary or definition.symbol.summary
                    first.symbol = replace(first.symbol, digest=own, summary=words)
                    first.interface += definition.interface

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, structured: list[str], place: _Place
    ) -> None:
        names = decorator_names(node)
        last = {name.rpartition(".")[2] for name in names}
        accessor = bool(last & _ACCESSORS) or any(name.partition(".")[0] == node.name for name in names)
        if not place.prefix:
            kind = "function"
        else:
            is_property = accessor or any(name.endswith("property") for name in last)
            kind = "property" if is_property else "method"
        doc = ast.get_docstring(node, clean=False) or ""
        symbol = Symbol(
            name=place.prefix + node.name,
            kind=kind,
            signature=function_signature(node, last, self.younger.parameters.get(node.lineno, "")),
            summary=one_line_docstring(doc),
            public=place.public(node.name),
            digest=digest(*structured),
        )
        interface = digest(*structure(node.args, node.returns, node.decorator_list))
        role = "overload" if "overload" in last else "accessor" if accessor else ""
        line = f"{kind} {symbol.name} {type(node).__name__} {interface}"
        self.definitions.append(Definition(symbol, line, doc, role))

    def _class(self, node: ast.ClassDef, place: _Place) -> list[str]:
        head = self.walk.structure((node.decorator_list, node.bases, node.keywords))
        parameters = self.younger.parameters.get(node.lineno, "")
        head.append(parameters)
        own = place.public(node.name)
        name = place.prefix + node.name
        position = len(self.definitions)
        inside = _Place(name + ".", lambda member: own and visible(member))
        out = ["ClassDef", node.name, *head, *self._statements(node.body, inside)]
        doc = ast.get_docstring(node, clean=False) or ""
        symbol = Symbol(
            name, "class", class_signature(node, parameters), one_line_docstring(doc), own, digest(*out)
        )
        self.definitions.insert(position, Definition(symbol, f"class {name} {digest(*head)}", doc))
        if (constructor := self.constructors.get(id(node))) is not None:
            self.definitions.insert(position + 1, _unwritten(constructor, name, own))
        return out

    def _variables(
        self, node: ast.Assign | ast.AnnAssign, structured: list[str], doc: str, place: _Place
    ) -> None:
        doc = doc or self.comments.of(node)
        parameters = self.younger.aliases.get(node.lineno)
        getter = _property(node.value) if place.prefix else None
        for name in assigned_names(node):
            if name == "__all__" and not place.prefix:
                continue
            kind = "constant" if name.isupper() else "variable"
            own = digest(*structured)
            signature = variable_signature(name, node)
            if parameters is not None:
                kind = "type"
                signature = f"type {name}{parameters}{signature[len(name) :]}"
            elif getter is not None:
                kind = "property"
                doc = doc or getter or self._documentation(place.prefix, node.value)
            shown = place.public(name) and name not in _OF_THE_LANGUAGE
            symbol = Symbol(place.prefix + name, kind, signature, one_line_docstring(doc), shown, own)
            self.definitions.append(Definition(symbol, f"{kind} {symbol.name} {own}", doc))

    def _documentation(self, prefix: str, call: ast.expr | None) -> str:
        """What is said of the function that a property is made from."""
        name = next((a.id for a in getattr(call, "args", ()) if isinstance(a, ast.Name)), "")
        return next((d.doc for d in self.definitions if d.symbol.name == prefix + name), "")


def _property(value: ast.expr | None) -> str | None:
    """The documentation in `property(..., doc="...")`, "" without one; None for anything else."""
    if not isinstance(value, ast.Call) or not ast.unparse(value.func).endswith("property"):
        return None
    doc = next((k.value for k in value.keywords if k.arg == "doc"), None)
    return doc.value if isinstance(doc, ast.Constant) and isinstance(doc.value, str) else ""


def _unwritten(constructor: Constructor, owner: str, public: bool) -> Definition:
    """The constructor that Python writes for a class."""
    name = f"{owner}.{constructor.name}"
    own = digest(*structure(*constructor.nodes))
    symbol = Symbol(name, "method", constructor.signature, "", public, own)
    return Definition(symbol, f"method {name} {own}", "")


def folded(definitions: Sequence[Definition]) -> tuple[Symbol, ...]:
    """One symbol per name; of an overloaded function its typed forms. Accessors fold into the property."""
    overloaded = {d.symbol.name for d in definitions if d.role == "overload"}
    proper = {d.symbol.name for d in definitions if not d.role}
    found: dict[str, Symbol] = {}
    digests: dict[str, list[str]] = {}
    for definition in definitions:
        s = definition.symbol
        if s.name in overloaded:
            _overload(definition, found, digests)
            continue
        digests.setdefault(s.name, []).append(s.digest)
        if not (definition.role and s.name in proper):
            found.setdefault(s.name, s)
    return tuple(
        replace(s, digest=digest(*digests[key])) if len(digests[key]) > 1 else s for key, s in found.items()
    )


def _overload(definition: Definition, found: dict[str, Symbol], digests: dict[str, list[str]]) -> None:
    """Add a typed form, or what stands behind the forms: its body counts in each, its words where they have none."""
    s = definition.symbol
    if definition.role == "overload":
        key = f"{s.name} {s.signature}"
        found.setdefault(key, s)
        digests.setdefault(key, []).append(s.digest)
        return
    forms = [key for key in found if key.startswith(s.name + " ")]
    for key in forms:
        digests[key].append(s.digest)
    if forms and s.summary and not any(found[key].summary for key in forms):
        found[forms[0]] = replace(found[forms[0]], summary=s.summary)
