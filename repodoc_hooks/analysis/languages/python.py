"""Python, through the standard library's `ast`.

Hashes are over the syntax tree in a form that does not vary between interpreter versions; comments and
formatting are not in a tree, and strings that stand alone (docstrings) are taken out of it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Export, FileFacts, Import, exported
from repodoc_hooks.analysis.languages.python_all import Listed, listed
from repodoc_hooks.analysis.languages.python_comments import comments
from repodoc_hooks.analysis.languages.python_constructors import constructors
from repodoc_hooks.analysis.languages.python_exports import exports, type_only, visible
from repodoc_hooks.analysis.languages.python_reader import Reader, folded
from repodoc_hooks.analysis.languages.python_source import one_line_docstring
from repodoc_hooks.analysis.languages.python_structure import Walk
from repodoc_hooks.analysis.languages.python_syntax import FILE_NAME, Younger, read, read_in_part
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import count_lines, decode, digest, normal_bytes, text_facts

warnings.filterwarnings("ignore", module=FILE_NAME)  # invalid escapes are their authors' business

_BEYOND_REPAIR = (SyntaxError, ValueError, RecursionError, MemoryError)
_HOOKS = frozenset({"__getattr__", "__dir__"})
"""Functions that a module has for the interpreter."""


def parse(data: bytes) -> FileFacts:
    """Facts of a Python file; without those of its statements that are no Python, and of its text alone if too many
    are none."""
    data = normal_bytes(data)
    rows: Sequence[tuple[int, int]] = ()
    try:
        try:
            tree, younger = read(data)
        except (UnicodeDecodeError, SyntaxError, LookupError):
            tree, younger, rows = read_in_part(decode(data))
    except _BEYOND_REPAIR:
        return text_facts("python", data)
    return _facts(data, tree, younger, rows)


def _facts(data: bytes, tree: ast.Module, younger: Younger, rows: Sequence[tuple[int, int]]) -> FileFacts:
    lines = data.split(b"\n") if rows else []
    lost = [" ".join(decode(b"\n".join(lines[first : last + 1])).split()) for first, last in rows]
    named = listed(tree) if b"__all__" in data else None
    walk = Walk(type_only(tree) if b"TYPE_CHECKING" in data else ())
    described = comments(data)
    reader = Reader(younger, constructors(data, tree), walk, described)
    structure = reader.read(tree.body, "", _shown if named is None else named.names.__contains__)
    walk.names_used |= younger.names
    doc = ast.get_docstring(tree, clean=False) or ""
    interface = {d.interface for d in reader.definitions if d.symbol.public}
    symbols = folded(reader.definitions)
    defined = {s.name for s in symbols if s.public and "." not in s.name}
    lazy = any(word in data for word in (b"__getattr__", b"sys.modules[", b"globals()", b"vars().update"))
    handed = exports(tree, named, defined, walk.names_used, lazy=lazy)
    imports = [*walk.imports, *_looked_up(walk.imports, handed)]
    return FileFacts(
        language="python",
        ast=digest(*structure, *younger.text, *lost),
        doc=digest(*walk.docs, *described, *lost),
        interface=digest(*sorted(interface), *exported(handed), *younger.text, *lost),
        symbols=symbols,
        imports=tuple(dict.fromkeys(_with_uses(imports, handed, named, walk.names_used))),
        summary=one_line_docstring(doc),
        lines=count_lines(data),
        exports=handed,
        unread=tuple((first + 1, last + 1) for first, last in rows),
    )


def _shown(name: str) -> bool:
    """Whether a name of a module is public where no list says so."""
    return visible(name) and name not in _HOOKS


def _looked_up(imports: Sequence[Import], handed: Iterable[Export]) -> Iterator[Import]:
    """The imports of names that are looked up when somebody asks for them, by a table of the module."""
    known = {(i.target, i.level) for i in imports}
    for e in handed:
        if (e.target or e.level) and e.origin and not {(e.target, e.level), ("", e.level)} & known:
            yield Import(e.target, (e.origin,), e.level)


def _with_uses(
    imports: Iterable[Import], handed: Iterable[Export], named: Listed | None, used: set[str]
) -> Iterator[Import]:
    """The imports, with what is imported only to be handed on."""
    given = {(e.target, e.level, e.origin) for e in handed if e.target or e.level}
    stars = named is not None and any(not e.target and not e.level for e in handed)
    for item in imports:
        only = (stars and item.names == ("*",)) or (
            item.names
            and all(
                (item.target, item.level, "" if name == "*" else name) in given and name not in used
                for name in item.names
            )
        )
        yield replace(item, use="export") if only and not item.use else item


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
        manifests=("*.toml", "*requirements.txt", "*setup.cfg"),
        might_import=_imported,
    ),
)
