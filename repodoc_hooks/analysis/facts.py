"""What is known of one source file: the values that every language module fills in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

import msgspec
from msgspec import Struct


class Symbol(Struct, frozen=True):
    """One definition.

    `name` is qualified inside its file (`Session.send`). `kind` is one of: class, interface, trait, struct,
    enum, type, function, method, property, constant, variable, macro, module. `signature` is one line of
    source as a reader would write it, without body and without decorators that change nothing. `summary` is
    what its docstring or doc comment says first, one line of Markdown without HTML (`<...>` in it is text), "" without
    one. `digest` is the structure hash of the whole
    definition with its body, so that two versions of a file can be compared symbol by symbol. Overloads are
    symbols of one name and several signatures. `internal` are public symbols that are marked as nobody's business
    (`@internal`, `:nodoc:`, `#[doc(hidden)]`, namespaces called `detail`). `group` is what the documentation above
    several definitions at once says first (`const ( ... )` in Go).
    """

    name: str
    kind: str
    signature: str
    summary: str
    public: bool
    digest: str
    internal: bool = False
    group: str = ""


class Import(Struct, frozen=True):
    """One import as written, normalised by its language module.

    `target` is the module, path, package or namespace text; `names` what is taken from it ("*" for all), in Kotlin,
    Scala and PHP, where `target` says that, the name it is given here; `level` the number of
    leading dots of a relative Python import (0 elsewhere); `kind` tells forms apart where a language has several
    ("use", "mod" and "path" in Rust, "quote" and "angle" in C, "require" and "require_relative" in Ruby, "export" for
    what a JavaScript module hands on, "" elsewhere). Kind "package" is the package around that of a file, which
    it sees whole (Scala). Kind "mention" (Java, Kotlin, Scala, C#, Swift, PHP, Ruby) lists in `names` the types that
    the file names without saying where they come from: its own package, or one that it imports whole.
    `use` is what the import is for: "" at run time, "type" (for a type checker or compiler alone), "test", "export"
    (only to hand it on).
    """

    target: str
    names: tuple[str, ...] = ()
    level: int = 0
    kind: str = ""
    use: str = ""


class Export(Struct, frozen=True):
    """A name that a file hands out, as users of the file write it.

    `name` is the outer name, "*" for all public names of `target` under their own. `target` and `level` are those of
    `Import`, "" for what the file defines itself. `origin` is the name there, "" for the module itself (`export * as
    colours`, `from . import colours`). Without any `Export` a file hands out its public top-level symbols. `implied`
    ones are not said to be offered: a Python module imports them and does not use them.
    """

    name: str
    target: str = ""
    origin: str = ""
    level: int = 0
    type_only: bool = False
    implied: bool = False


Standing = Literal["items", "members", "values"]
"""In whose place something stands: declarations, members of a class, values of an enumeration."""


class Unmade(Struct, frozen=True):
    """What a file leaves to macros of other files, or to files put in, to make.

    `text` is the source of it, the bytes `span` of the file (line ends normalised), `lines` the first and last line;
    `kind` in whose place it stands, `owner` the prefix of the names of what is made, `after` the definition before it
    ("" for none), `internal` and `documentation` those of its symbols.
    """

    kind: Standing
    text: str
    span: tuple[int, int]
    lines: tuple[int, int]
    owner: str = ""
    after: str = ""
    internal: bool = False
    documentation: str = ""


class FileFacts(Struct, frozen=True):
    """Facts of one blob under one parser version; nothing in it depends on where in the tree the blob stands.

    Hashes are 12 hexadecimal digits over LF-normalised structure, never over token streams:
    `ast` everything but comments, docstrings and formatting; `doc` docstrings and doc comments (white space
    collapsed); `interface` public symbols and signatures, bases, public constants, re-exports. `package` is
    the package, namespace or module the file declares itself (Go, Java, Kotlin, Scala, C#, PHP), "" elsewhere.
    `parsed` is False when only the text could be hashed (unknown language, syntax errors beyond repair). `unread`
    are the 1-based first and last lines of the parts that could not be read; they give no symbol, and their text
    counts in all three hashes. `failure` is the exception of a language module ("" for none). `generated` files say in
    their header that a program wrote them. `environment` are the environment variables that the file reads by name,
    sorted; they count in `ast`, whatever of the file could be read. `included` are the files that documentation begins
    with, as written: the name of the symbol ("" for the file itself) and the path; `survey` reads them. `unmade` is
    what only macros of other files tell; `survey` makes it.
    """

    language: str
    ast: str
    doc: str
    interface: str
    symbols: tuple[Symbol, ...] = ()
    imports: tuple[Import, ...] = ()
    summary: str = ""
    package: str = ""
    lines: int = 0
    parsed: bool = True
    exports: tuple[Export, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()
    failure: str = ""
    generated: bool = False
    environment: tuple[str, ...] = ()
    included: tuple[tuple[str, str], ...] = ()
    unmade: tuple[Unmade, ...] = ()


def to_json(facts: FileFacts) -> bytes:
    """A JSON object that `from_json` reads back, half of a surrogate pair included."""
    try:
        return msgspec.json.encode(facts)
    except UnicodeEncodeError:
        import json

        return json.dumps(msgspec.to_builtins(facts)).encode()


def from_json(data: bytes) -> FileFacts:
    """The facts that `to_json` wrote.

    Raises:
        ValueError: they have another shape (treat it as a cache miss).
    """
    try:
        return _decoder().decode(data)
    except msgspec.DecodeError:
        import json

        try:
            return msgspec.convert(json.loads(data), FileFacts)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from error


@cache
def _decoder() -> msgspec.json.Decoder[FileFacts]:
    return msgspec.json.Decoder(FileFacts)


def exported(exports: Iterable[Export]) -> list[str]:
    """The lines of the interface that exports stand for."""
    return sorted({f"export {e.name} {e.level} {e.target} {e.origin} {e.type_only}" for e in exports})


class SourceFile(Struct, frozen=True):
    """A source file of a snapshot. `path` is relative to the top, `/`-separated, `os.fsdecode`d."""

    path: str
    blob: str
    language: str


class Component(Struct, frozen=True):
    """A unit of documentation.

    `id` is the directory (`src/click`), "." for the top, or the name given in the configuration; `title` the
    name a reader knows it by, unlike that of any other; `kind` one of the kinds of units in `build_units`; `name` what
    the build calls it ("" for a directory). Files are sorted by path.
    """

    id: str
    title: str
    kind: str
    files: tuple[SourceFile, ...]
    name: str = ""


def line_words(ranges: str) -> str:
    """`line 7` for `7-7`, `lines 2, 4-6` for `2-2,4-6`, which is how stamps have them."""
    shown = []
    for first, last in (each.split("-") for each in ranges.split(",")):
        shown.append(first if first == last else f"{first}-{last}")
    words = ", ".join(shown)
    return f"{'line' if words.isdigit() else 'lines'} {words}"
