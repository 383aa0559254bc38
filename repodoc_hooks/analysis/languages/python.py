"""Python, through the standard library's `ast`.

Hashes are over the syntax tree in a form that does not vary between interpreter versions; comments and
formatting are not in a tree, and strings that stand alone (docstrings) are taken out of it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from repodoc_hooks.analysis.facts import FileFacts, Import, Symbol
from repodoc_hooks.analysis.languages.python_source import (
    assigned_names,
    class_signature,
    function_signature,
    one_line_docstring,
    public_names,
    variable_signature,
)
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import (
    collapse,
    count_lines,
    decode,
    digest,
    normal_bytes,
    text_facts,
)

_FILE_NAME = "<analysed>"
warnings.filterwarnings("ignore", module=_FILE_NAME)  # invalid escapes are their authors' business

_UNSTABLE = frozenset({"ctx", "kind", "type_comment", "type_ignores", "type_params"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
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


@dataclass(slots=True)
class _Definition:
    symbol: Symbol
    interface: str
    doc: str
    secondary: bool = False


@dataclass(slots=True)
class _Module:
    """What the walk over a module collects."""

    imports: list[Import] = field(default_factory=list)
    names_used: set[str] = field(default_factory=set)
    definitions: list[_Definition] = field(default_factory=list)
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
                if cls in _TYPED and getattr(item, "type_params", None):
                    stack.append(item.type_params)
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
        self.docs += [collapse(s.value.value) for s in body if _is_string(s)]  # type: ignore[attr-defined]
        return [s for s in reversed(body) if not _is_string(s)]

    def _import(self, node: ast.Import | ast.ImportFrom) -> str:
        if isinstance(node, ast.Import):
            self.imports += [Import(alias.name) for alias in node.names]
            prefix = "import"
        else:
            taken = tuple(alias.name for alias in node.names)
            self.imports.append(Import(node.module or "", taken, node.level))
            prefix = f"from {'.' * node.level}{node.module or ''}"
        names = (f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in node.names)
        return f"{prefix} {','.join(names)}"

    def statements(self, body: Sequence[ast.stmt], prefix: str, public: Callable[[str], bool]) -> list[str]:
        """Structure of a body at module or class level; its definitions are collected."""
        out: list[str] = ["["]
        for position, node in enumerate(body):
            if _is_string(node):
                self.docs.append(collapse(node.value.value))  # type: ignore[attr-defined]
            else:
                following = body[position + 1] if position + 1 < len(body) else None
                out += self.statement(node, following, prefix, public)
        out.append("]")
        return out

    def statement(
        self, node: ast.stmt, following: ast.stmt | None, prefix: str, public: Callable[[str], bool]
    ) -> list[str]:
        """Structure of one statement at module or class level."""
        if isinstance(node, _FUNCTIONS):
            out = self.structure((node,))
            self._function(node, out, prefix, public)
            return out
        if isinstance(node, ast.ClassDef):
            return self._class(node, prefix, public)
        out = self.structure((node,))
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            doc = following.value.value if following is not None and _is_string(following) else ""  # type: ignore[attr-defined]
            self._variables(node, out, doc, prefix, public)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            for block in _blocks(node):
                inner = _Module(names_used=self.names_used)  # the structure is in `out` already
                inner.statements(block, prefix, public)
                self.definitions += inner.definitions
        elif node.__class__.__name__ == "TypeAlias":
            self._variables(ast.Assign([node.name], node.value), out, "", prefix, public, "type")  # type: ignore[attr-defined]
        return out

    def _function(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        structure: list[str],
        prefix: str,
        public: Callable[[str], bool],
    ) -> None:
        decorators = [ast.unparse(d) for d in node.decorator_list]
        last = {d.split("(")[0].rsplit(".", 1)[-1] for d in decorators}
        if prefix and last & {"setter", "deleter", "getter"}:
            kind = "property"
        elif prefix:
            kind = "property" if last & {"property", "cached_property"} else "method"
        else:
            kind = "function"
        doc = ast.get_docstring(node, clean=False) or ""
        signature = function_signature(node, last)
        symbol = Symbol(
            name=prefix + node.name,
            kind=kind,
            signature=signature,
            summary=one_line_docstring(doc),
            public=public(node.name),
            digest=digest(*structure),
        )
        interface = digest(*_Module().structure((node.args, node.returns, node.decorator_list)))
        secondary = "overload" in last or bool(last & {"setter", "deleter", "getter"})
        self.definitions.append(
            _Definition(symbol, f"{kind} {symbol.name} {type(node).__name__} {interface}", doc, secondary)
        )

    def _class(self, node: ast.ClassDef, prefix: str, public: Callable[[str], bool]) -> list[str]:
        type_params = getattr(node, "type_params", [])
        head = self.structure((node.decorator_list, node.bases, node.keywords, type_params))
        own = public(node.name)
        name = prefix + node.name
        place = len(self.definitions)
        body = self.statements(node.body, name + ".", lambda member: own and _visible(member))
        out = ["ClassDef", node.name, *head, *body]
        doc = ast.get_docstring(node, clean=False) or ""
        symbol = Symbol(name, "class", class_signature(node), one_line_docstring(doc), own, digest(*out))
        self.definitions.insert(place, _Definition(symbol, f"class {name} {digest(*head)}", doc))
        return out

    def _variables(
        self,
        node: ast.Assign | ast.AnnAssign,
        structure: list[str],
        doc: str,
        prefix: str,
        public: Callable[[str], bool],
        kind: str = "",
    ) -> None:
        for name in assigned_names(node):
            if name == "__all__" and not prefix:
                continue
            shape = kind or ("constant" if name.isupper() else "variable")
            own = digest(*structure)
            signature = variable_signature(name, node)
            symbol = Symbol(prefix + name, shape, signature, one_line_docstring(doc), public(name), own)
            self.definitions.append(_Definition(symbol, f"{shape} {symbol.name} {own}", doc))


class _Close:
    """Marks the end of a list on the stack."""


_CLOSE = _Close()
_TYPED = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def _is_string(node: object) -> bool:
    return (
        node.__class__ is ast.Expr
        and node.value.__class__ is ast.Constant
        and node.value.value.__class__ is str
    )


def _visible(name: str) -> bool:
    """Whether a name is public by its underscores: `x` and `__x__` are."""
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__") and len(name) > 4)


def _blocks(node: ast.If | ast.Try | ast.With) -> Iterator[list[ast.stmt]]:
    yield node.body
    for handler in getattr(node, "handlers", ()):
        yield handler.body
    yield getattr(node, "orelse", [])
    yield getattr(node, "finalbody", [])


def parse(data: bytes) -> FileFacts:
    """Facts of a Python file; of its text alone if this interpreter cannot parse it."""
    data = normal_bytes(data)
    try:
        try:
            tree = ast.parse(data, _FILE_NAME)
        except (UnicodeDecodeError, SyntaxError, LookupError):
            tree = ast.parse(decode(data), _FILE_NAME)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text_facts("python", data)
    exported = public_names(tree)
    module = _Module()
    structure = module.statements(
        tree.body, "", _visible if exported is None else frozenset(exported).__contains__
    )
    doc = ast.get_docstring(tree, clean=False) or ""
    interface = {d.interface for d in module.definitions if d.symbol.public}
    return FileFacts(
        language="python",
        ast=digest(*structure),
        doc=digest(*module.docs),
        interface=digest(*sorted(interface), *_reexports(tree, exported, module.names_used)),
        symbols=_symbols(module.definitions),
        imports=tuple(dict.fromkeys(module.imports)),
        summary=one_line_docstring(doc),
        lines=count_lines(data),
    )


def _symbols(definitions: list[_Definition]) -> tuple[Symbol, ...]:
    """One symbol per name: overloads and setters fold into the definition proper, branches into the first."""
    proper = {d.symbol.name for d in definitions if not d.secondary}
    found: dict[str, Symbol] = {}
    digests: dict[str, list[str]] = {}
    for definition in definitions:
        s = definition.symbol
        key = s.name if s.name in proper else f"{s.name} {s.signature}"
        digests.setdefault(key, []).append(s.digest)
        if not (definition.secondary and s.name in proper):
            found.setdefault(key, s)
    return tuple(
        replace(s, digest=digest(*digests[key])) if len(digests[key]) > 1 else s for key, s in found.items()
    )


def _reexports(tree: ast.Module, exported: set[str] | None, used: set[str]) -> list[str]:
    """Names that the module takes in only to hand on: listed in `__all__`, or imported and never used."""
    found = [] if exported is None else [f"__all__ {name}" for name in exported]
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module != "__future__":
            origin = f"{'.' * node.level}{node.module or ''}"
            for alias in node.names:
                name = alias.asname or alias.name
                handed_on = name not in used if exported is None else name in exported
                if name == "*" or (handed_on and _visible(name)):
                    found.append(f"from {origin} import {alias.name} as {name}")
    return sorted(found)


def _imported(new: NewFile) -> tuple[str, ...]:
    return (new.folder or new.stem,) if new.stem == "__init__" else (new.stem,)


LANGUAGES = (
    Language(
        name="python",
        suffixes=("py", "pyi", "pyw"),
        parse=parse,
        resolver="python:PythonImports",
        chars_per_token=4.3,
        visibility="The names of `__all__`, else those that do not begin with an underscore.",
        generated=("_pb2.py", "_pb2.pyi", "_pb2_grpc.py"),
        manifests=("*.toml",),
        might_import=_imported,
    ),
)
