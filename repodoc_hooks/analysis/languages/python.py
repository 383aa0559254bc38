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

from repodoc_hooks.analysis.facts import Export, FileFacts, Import, Symbol
from repodoc_hooks.analysis.languages.python_constructors import Constructor, constructors
from repodoc_hooks.analysis.languages.python_exports import bound_names, exports, type_only
from repodoc_hooks.analysis.languages.python_source import (
    assigned_names,
    class_signature,
    function_signature,
    one_line_docstring,
    public_names,
    variable_signature,
)
from repodoc_hooks.analysis.languages.python_syntax import FILE_NAME, Younger, read
from repodoc_hooks.analysis.languages.reading import exported as told
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import (
    collapse,
    count_lines,
    decode,
    digest,
    normal_bytes,
    text_facts,
)

warnings.filterwarnings("ignore", module=FILE_NAME)  # invalid escapes are their authors' business

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
    role: str = ""


@dataclass(slots=True)
class _Module:
    """What the walk over a module collects."""

    imports: list[Import] = field(default_factory=list)
    names_used: set[str] = field(default_factory=set)
    definitions: list[_Definition] = field(default_factory=list)
    docs: list[str] = field(default_factory=list)
    younger: Younger = field(default_factory=Younger)
    type_only: set[int] = field(default_factory=set)
    constructors: dict[int, Constructor] = field(default_factory=dict)

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
        self.docs += [collapse(s.value.value) for s in body if _is_string(s)]  # type: ignore[attr-defined]
        return [s for s in reversed(body) if not _is_string(s)]

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
            kind = "type" if node.lineno in self.younger.aliases else ""
            self._variables(node, out, doc, prefix, public, kind)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            self._branches(node, prefix, public)
        return out

    def _branches(
        self, node: ast.If | ast.Try | ast.With, prefix: str, public: Callable[[str], bool]
    ) -> None:
        """Definitions in branches: each name as the first branch has it, and no fallback of a failed import."""
        imported = {name for name, _ in bound_names(node.body)} if isinstance(node, ast.Try) else set()
        seen: dict[str, _Definition] = {}
        for block in _blocks(node):
            inner = _Module(
                names_used=self.names_used, younger=self.younger, constructors=self.constructors
            )  # the structure is known already
            inner.statements(block, prefix, public)
            taken = {*seen}
            for definition in inner.definitions:
                root = definition.symbol.name.removeprefix(prefix).partition(".")[0]
                if root in imported and definition.symbol.kind in ("variable", "constant"):
                    continue
                if root not in taken:
                    seen.setdefault(root, definition)
                    self.definitions.append(definition)
                elif definition.symbol.name == prefix + root:
                    first = seen[root]
                    own = digest(first.symbol.digest, definition.symbol.digest)
                    first.symbol = replace(first.symbol, digest=own)
                    first.interface += definition.interface

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
        signature = function_signature(node, last, self.younger.parameters.get(node.lineno, ""))
        symbol = Symbol(
            name=prefix + node.name,
            kind=kind,
            signature=signature,
            summary=one_line_docstring(doc),
            public=public(node.name),
            digest=digest(*structure),
        )
        interface = digest(*_Module().structure((node.args, node.returns, node.decorator_list)))
        role = (
            "overload" if "overload" in last else "accessor" if last & {"setter", "deleter", "getter"} else ""
        )
        line = f"{kind} {symbol.name} {type(node).__name__} {interface}"
        self.definitions.append(_Definition(symbol, line, doc, role))

    def _class(self, node: ast.ClassDef, prefix: str, public: Callable[[str], bool]) -> list[str]:
        head = self.structure((node.decorator_list, node.bases, node.keywords))
        parameters = self.younger.parameters.get(node.lineno, "")
        head.append(parameters)
        own = public(node.name)
        name = prefix + node.name
        place = len(self.definitions)
        body = self.statements(node.body, name + ".", lambda member: own and _visible(member))
        out = ["ClassDef", node.name, *head, *body]
        doc = ast.get_docstring(node, clean=False) or ""
        symbol = Symbol(
            name, "class", class_signature(node, parameters), one_line_docstring(doc), own, digest(*out)
        )
        self.definitions.insert(place, _Definition(symbol, f"class {name} {digest(*head)}", doc))
        if (constructor := self.constructors.get(id(node))) is not None:
            self.definitions.insert(place + 1, _unwritten(constructor, name, own))
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
            if kind == "type":
                signature = (
                    f"type {name}{self.younger.parameters.get(node.lineno, '')}{signature[len(name) :]}"
                )
            symbol = Symbol(prefix + name, shape, signature, one_line_docstring(doc), public(name), own)
            self.definitions.append(_Definition(symbol, f"{shape} {symbol.name} {own}", doc))


def _unwritten(constructor: Constructor, owner: str, public: bool) -> _Definition:
    """The constructor that Python writes for a class."""
    name = f"{owner}.{constructor.name}"
    own = digest(*_Module().structure(constructor.nodes))
    symbol = Symbol(name, "method", constructor.signature, "", public, own)
    return _Definition(symbol, f"method {name} {own}", "")


class _Close:
    """Marks the end of a list on the stack."""


_CLOSE = _Close()


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
            tree, younger = read(data)
        except (UnicodeDecodeError, SyntaxError, LookupError):
            tree, younger = read(decode(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text_facts("python", data)
    listed = public_names(tree)
    module = _Module(younger=younger, type_only=type_only(tree), constructors=constructors(data, tree))
    structure = module.statements(
        tree.body, "", _visible if listed is None else frozenset(listed).__contains__
    )
    doc = ast.get_docstring(tree, clean=False) or ""
    interface = {d.interface for d in module.definitions if d.symbol.public}
    symbols = _symbols(module.definitions)
    defined = {s.name for s in symbols if s.public and "." not in s.name}
    handed = exports(tree, listed, defined, module.names_used)
    return FileFacts(
        language="python",
        ast=digest(*structure, *younger.text),
        doc=digest(*module.docs),
        interface=digest(*sorted(interface), *told(handed), *younger.text),
        symbols=symbols,
        imports=tuple(dict.fromkeys(_with_uses(module.imports, handed, listed, module.names_used))),
        summary=one_line_docstring(doc),
        lines=count_lines(data),
        exports=handed,
    )


def _with_uses(
    imports: Iterable[Import], handed: Iterable[Export], listed: set[str] | None, used: set[str]
) -> Iterator[Import]:
    """The imports, with what is imported only to be handed on."""
    given = {(e.target, e.level, e.origin) for e in handed if e.target or e.level}
    for item in imports:
        only = item.names and all(
            (item.target, item.level, "" if name == "*" else name) in given and name not in used
            for name in item.names
        )
        yield replace(item, use="export") if only and not item.use else item


def _symbols(definitions: list[_Definition]) -> tuple[Symbol, ...]:
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


def _overload(definition: _Definition, found: dict[str, Symbol], digests: dict[str, list[str]]) -> None:
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


def _imported(new: NewFile) -> tuple[str, ...]:
    return (new.folder or new.stem,) if new.stem == "__init__" else (new.stem,)


LANGUAGES = (
    Language(
        name="python",
        suffixes=("py", "pyi", "pyw"),
        parse=parse,
        family="python",
        resolver="python:PythonImports",
        chars_per_token=4.3,
        visibility="The names of `__all__`, else those that do not begin with an underscore.",
        generated=("_pb2.py", "_pb2.pyi", "_pb2_grpc.py"),
        manifests=("*.toml",),
        might_import=_imported,
    ),
)
