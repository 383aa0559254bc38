"""C and C++ beside Clang: what each header declares, with its parameters and whether it is documented.

The Python binding comes with the package `libclang`, which is installed by name before this is run. A header is read on
its own, or, where that gives errors in it, as the file of the folder reads it that includes it with fewest errors. What
another configuration would compile (branches of `#if` that are not taken) does not count, on either side; neither do
lines in which Clang finds errors all the same: what it makes of them is no reference.
"""

from __future__ import annotations

import ctypes
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.analysis.elsewhere import Elsewhere
from repodoc_hooks.analysis.languages import language_of, parse

_HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx"})
_SOURCES = _HEADERS | {".c", ".cc", ".cpp", ".cxx"}
_WORD = re.compile(r"[A-Za-z_]\w*")
_DEFINED = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\(|[ \t]+[^/\s])", re.MULTILINE)
_INCLUDED = re.compile(rb"^[ \t]*#[ \t]*include[ \t]*[\"<][^\">\n]*?([^\"/<>\n]+)[\">]", re.MULTILINE)
_COMMANDS = re.compile(rb"[@\\](?:name\b[^\n]*|[{}])|cppcheck-suppress\b.*|NOLINT\b.*")
_SAID = re.compile(rb"[A-Za-z0-9]")
_MOST_USERS = 12
_ERROR = 3
_NO_BODIES, _KEEP_GOING = 0x40, 0x200
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    """Names of a header to their parameters as written (a set for overloads), and the names that are documented.

    `compiled` are the words of the lines that this configuration compiles, `defined` the macros defined in them, `made`
    the names that macros make, `lost` the types at whose head Clang finds an error."""

    parameters: dict[Key, set[tuple[str, ...]]]
    documented: set[Key]
    compiled: set[str]
    defined: set[str]
    made: set[Key]
    lost: set[str]

    def has_seen(self, key: Key, *, macro: bool) -> bool:
        """Whether a name stands in what this configuration compiles."""
        words = self.defined if macro else self.compiled
        known = key[1].partition(".")[0] not in self.lost and words.issuperset(_WORD.findall(key[1]))
        return key in self.parameters or known


def clang_agreements(folder: Path, includes: list[Path]) -> Iterator[Agreement]:
    """Names, parameters and documented declarations of the headers of a folder, ours beside Clang's."""
    folder = folder.resolve()
    paths = sorted(p for p in folder.rglob("*") if p.suffix in _HEADERS and p.is_file())
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    elsewhere = Elsewhere(files, lambda name: (folder / name).read_bytes() if name in files else b"")
    names: tuple[set[Any], set[Any]] = set(), set()
    shapes: tuple[set[Any], set[Any]] = set(), set()
    spoken: tuple[set[Any], set[Any]] = set(), set()
    users = _users(folder)
    for path in paths:
        ours = _ours(path, elsewhere, folder)
        theirs = _theirs(path, folder, includes, users.get(path.name, []))
        macros = {key for key, found in ours.items() if all(text.startswith("#define") for text, _ in found)}
        ours_seen = {key for key in ours if theirs.has_seen(key, macro=key in macros)}
        names[0].update(ours_seen)
        names[1].update(theirs.parameters)
        for key in ours_seen & theirs.parameters.keys():
            for parameters in theirs.parameters[key]:
                if not any("(" in text for text, _ in ours[key]):
                    continue
                shapes[1].add((*key, ", ".join(parameters)))
                if any(_holds(text, parameters) for text, _ in ours[key]):
                    shapes[0].add((*key, ", ".join(parameters)))
            if any(text.startswith("#define") for text, _ in ours[key]):
                continue  # of which Clang knows no comments
            if key in theirs.made:
                continue
            if any(summary for _, summary in ours[key]):
                spoken[0].add(key)
            if key in theirs.documented:
                spoken[1].add(key)
    label = folder.name, "c++" if any(p.suffix != ".h" or _is_cpp(p) for p in paths) else "c"
    yield agreement(*label, "names", *names)
    yield agreement(*label, "parameters", *shapes)
    yield agreement(*label, "documented", *spoken)


def _holds(signature: str, parameters: tuple[str, ...]) -> bool:
    """Whether a signature has all parameters, in their order."""
    text, position = _squeezed(signature), 0
    for each in parameters:
        position = text.find(_squeezed(each), position)
        if position < 0:
            return False
        position += len(_squeezed(each))
    return True


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _ours(path: Path, elsewhere: Elsewhere, folder: Path) -> dict[Key, list[tuple[str, str]]]:
    found: dict[Key, list[tuple[str, str]]] = {}
    data = path.read_bytes()
    facts = parse(language_of(path.name) or "", data)
    for symbol in elsewhere.complete(path.relative_to(folder).as_posix(), data, facts).symbols:
        if symbol.public:
            name = re.sub(r"<.*?>+(?=\.)|(?<!operator)(?<!operator<)(?<!operator<=)<[^=].*$", "", symbol.name)
            found.setdefault((str(path), name.replace(" ", "")), []).append(
                (symbol.signature, symbol.summary)
            )
    return found


def _users(folder: Path) -> dict[str, list[Path]]:
    """The files of a folder by the names of the headers that they include, headers first."""
    found: dict[str, list[Path]] = {}
    every = (p for p in folder.rglob("*") if p.suffix in _SOURCES and p.is_file())
    for path in sorted(every, key=lambda p: (p.suffix not in _HEADERS, p)):
        for name in dict.fromkeys(_INCLUDED.findall(path.read_bytes())):
            found.setdefault(name.decode("utf-8", "replace"), []).append(path)
    return found


def _read(path: Path, folder: Path, includes: list[Path], users: list[Path]) -> tuple[Any, set[int]]:
    """A header as it reads best, and the lines of it in which Clang still finds errors."""
    cindex: Any = import_module("clang.cindex")
    cpp = path.suffix != ".h" or _is_cpp(path)
    index = cindex.Index.create()
    best: tuple[Any, set[int]] | None = None
    for unit_path in (path, *users[:_MOST_USERS]):
        flags = ["-x", "c++" if cpp else "c", "-std=c++20" if cpp else "-std=c17", "-fparse-all-comments"]
        flags += ["-ferror-limit=0", "-resource-dir", _resources()]
        flags += [f"-iquote{each}" for each in (path.parent, unit_path.parent)]
        flags += [f"-I{each}" for each in (folder, folder / "include", folder.parent, *includes)]
        options = cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD | _NO_BODIES | _KEEP_GOING
        unit = index.parse(str(unit_path), args=flags, options=options)
        if unit_path != path and all(_real(each.include.name) != str(path) for each in unit.get_includes()):
            continue
        errors = {
            d.location.line
            for d in unit.diagnostics
            if d.severity >= _ERROR
            and d.location.file is not None
            and _real(d.location.file.name) == str(path)
        }
        if best is None or len(errors) < len(best[1]):
            best = unit, errors
        if not errors:
            break
    assert best is not None
    return best


@cache
def _real(name: str) -> str:
    return str(Path(name).resolve())


def _theirs(path: Path, folder: Path, includes: list[Path], users: list[Path]) -> _Found:
    cindex: Any = import_module("clang.cindex")

    kinds = cindex.CursorKind
    unit, errors = _read(path, folder, includes, users)
    found = _Found({}, set(), set(), set(), set(), set())
    data = path.read_bytes()
    lines = data.split(b"\n")
    for first, last in _skipped(unit, path):
        lines[first:last] = [b""] * (last - first)
    for line in errors:
        lines[line - 1] = b""
    compiled = b"\n".join(lines)
    found.compiled.update(_WORD.findall(compiled.decode("utf-8", "replace")))
    found.defined.update(name.decode() for name in _DEFINED.findall(compiled))
    functions = (
        kinds.FUNCTION_DECL,
        kinds.CXX_METHOD,
        kinds.CONSTRUCTOR,
        kinds.DESTRUCTOR,
        kinds.FUNCTION_TEMPLATE,
        kinds.CONVERSION_FUNCTION,
    )
    types = (
        kinds.CLASS_DECL,
        kinds.STRUCT_DECL,
        kinds.UNION_DECL,
        kinds.ENUM_DECL,
        kinds.CLASS_TEMPLATE,
        kinds.CLASS_TEMPLATE_PARTIAL_SPECIALIZATION,
    )
    values = (kinds.FIELD_DECL, kinds.VAR_DECL, kinds.ENUM_CONSTANT_DECL)
    aliases = (kinds.TYPEDEF_DECL, kinds.TYPE_ALIAS_DECL, kinds.TYPE_ALIAS_TEMPLATE_DECL, kinds.CONCEPT_DECL)
    scopes = (kinds.NAMESPACE, kinds.LINKAGE_SPEC, kinds.UNEXPOSED_DECL)

    def add(cursor: Any, name: str, parameters: tuple[str, ...] = ()) -> None:
        key = str(path), name.replace(" ", "")
        found.parameters.setdefault(key, set()).add(parameters)
        place = cursor.location.offset
        if not data.startswith(re.sub(r"<.*|~", "", cursor.spelling).split(" ")[0].encode(), place):
            found.made.add(key)  # by a macro, whose comments Clang does not keep apart
        elif cursor.raw_comment and _is_beside(cursor, data):
            found.documented.add(key)

    def walk(parent: Any, prefix: str) -> None:
        for cursor in parent.get_children():
            place = cursor.location.file
            if place is None or _real(place.name) != str(path) or not _shown(cursor, cindex):
                continue
            name = cursor.spelling
            if errors and cursor.kind not in scopes:
                last = cursor.location.line if cursor.kind in types else cursor.extent.end.line
                if not errors.isdisjoint(range(cursor.extent.start.line, last + 1)):
                    found.lost.update({name} if cursor.kind in types else ())
                    continue
            if cursor.kind in scopes:
                if cursor.kind != kinds.NAMESPACE or name:
                    walk(cursor, prefix)
            elif cursor.kind in types:
                if not cursor.is_definition():
                    continue
                unnamed = not name or "(unnamed" in name or "(anonymous" in name or cursor.is_anonymous()
                if not unnamed:
                    name = f"{_outer(cursor, types)}{name}" if not prefix else f"{prefix}{name}"
                    add(cursor, name)
                    walk(cursor, f"{name}.")
                else:
                    fields = [
                        f.spelling for f in parent.get_children() if f.kind in values and _holder(f) == cursor
                    ]
                    if cursor.kind == kinds.ENUM_DECL:
                        fields = []  # whose values are names of what stands around it
                    for inside in fields or [""]:
                        walk(cursor, f"{prefix}{inside}." if inside else prefix)
            elif cursor.kind in functions:
                if cursor.semantic_parent == cursor.lexical_parent or not prefix:
                    texts = tuple(
                        _written(data, a) for a in cursor.get_children() if a.kind == kinds.PARM_DECL
                    )
                    if cursor.semantic_parent.kind in types and not prefix:
                        continue
                    if cursor.kind == kinds.CONVERSION_FUNCTION:
                        name = _conversion(data, cursor)
                    add(cursor, prefix + re.sub(r"(?<!operator)<[^=<].*$", "", name), texts)
            elif cursor.kind == kinds.VAR_DECL and cursor.semantic_parent != cursor.lexical_parent:
                continue  # the value of a member that is declared in its class
            elif cursor.kind in values or (cursor.kind in aliases and name):
                add(cursor, prefix + name)
            elif cursor.kind == kinds.MACRO_DEFINITION and len([*cursor.get_tokens()]) > 1:
                add(cursor, name)

    walk(unit.cursor, "")
    return found


@cache
def _resources() -> str:
    """The folder of the headers that come with a compiler, which the binding lacks."""
    return subprocess.run(
        ("clang", "-print-resource-dir"), capture_output=True, text=True, check=True
    ).stdout.strip()


def _conversion(data: bytes, cursor: Any) -> str:
    """The name of a conversion operator as it is written: Clang's own has the type in another form."""
    text = data[cursor.location.offset : cursor.extent.end.offset].decode("utf-8", "replace")
    return " ".join(text.partition("(")[0].split())


def _outer(cursor: Any, types: tuple[Any, ...]) -> str:
    """The classes around a type that is defined outside of them, each with a dot behind it."""
    above = cursor.semantic_parent
    return f"{_outer(above, types)}{above.spelling}." if above is not None and above.kind in types else ""


def _is_beside(cursor: Any, data: bytes) -> bool:
    """Whether the comment of a declaration stands right above it or on its line: that of a group is Clang's for all
    the values behind it."""
    cindex: Any = import_module("clang.cindex")
    ask = cindex.conf.lib.clang_Cursor_getCommentRange
    ask.restype, ask.argtypes = cindex.SourceRange, (cindex.Cursor,)
    comment = ask(cursor)
    place = comment.start.file
    if place is None or _real(place.name) != _real(cursor.location.file.name):
        return False  # that of a declaration in another file
    start, end = cursor.extent.start.offset, comment.end.offset
    if not _SAID.search(_COMMANDS.sub(b"", data[comment.start.offset : end])):
        return False
    if end > start:
        return True
    between = data[end:start]
    blank = len(re.findall(rb"\n[ \t]*(?=\n)", between))
    kept = data[comment.start.offset :].startswith((b"/**", b"/*!", b"///", b"//!"))
    return not re.search(rb"[,;{}]", between) and blank <= (1 if kept else 0)


def _holder(field: Any) -> Any:
    """The record that a field is of, whatever arrays are around it."""
    kind = field.type
    while kind.get_array_element_type().spelling:
        kind = kind.get_array_element_type()
    return kind.get_declaration()


def _written(data: bytes, parameter: Any) -> str:
    """A parameter as it stands; "" where a macro has a part in it."""
    text = data[parameter.extent.start.offset : parameter.extent.end.offset].decode("utf-8", "replace")
    made = re.fullmatch(r"\w+\(.*\)", text, re.DOTALL) is not None or parameter.spelling not in text
    return "" if made or re.search(r"[;#]|/[*/]", text) else " ".join(text.split())


def _shown(cursor: Any, cindex: Any) -> bool:
    """Whether users see a member; what is no member is seen. A specialisation is what its template is."""
    if cursor.kind == cindex.CursorKind.MACRO_DEFINITION and cursor.location.line == 0:
        return False
    private = cindex.AccessSpecifier.PRIVATE
    return private not in (
        each.access_specifier
        for each in (cursor, cursor.canonical, _template(cursor, cindex))
        if each is not None
    )


def _template(cursor: Any, cindex: Any) -> Any:
    """The template that a specialisation is of, else None."""
    ask = cindex.conf.lib.clang_getSpecializedCursorTemplate
    ask.restype, ask.argtypes = cindex.Cursor, (cindex.Cursor,)
    found = ask(cursor)
    return None if found is None or found.kind.is_invalid() else found


def _is_cpp(path: Path) -> bool:
    return bool(re.search(rb"^\s*(?:namespace|template|class)\b", path.read_bytes(), re.MULTILINE))


def _skipped(unit: Any, path: Path) -> list[tuple[int, int]]:
    """The lines of a file that this configuration does not compile, from the first (0-based) to the one behind."""
    cindex: Any = import_module("clang.cindex")

    class Ranges(ctypes.Structure):
        _fields_ = (("count", ctypes.c_uint), ("ranges", ctypes.POINTER(cindex.SourceRange)))

    ask = cindex.conf.lib.clang_getSkippedRanges
    ask.restype = ctypes.POINTER(Ranges)
    ask.argtypes = (ctypes.c_void_p, cindex.File)
    got = ask(unit, unit.get_file(str(path)))
    if not got:
        return []
    every = (got.contents.ranges[i] for i in range(got.contents.count))
    return [(each.start.line, each.end.line - 1) for each in every]
