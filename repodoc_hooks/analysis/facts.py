"""What is known of one source file: the dataclasses that every language module fills in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Symbol:
    """One definition.

    `name` is qualified inside its file (`Session.send`). `kind` is one of: class, interface, trait, struct,
    enum, type, function, method, property, constant, variable, macro, module. `signature` is one line of
    source as a reader would write it, without body and without decorators that change nothing. `summary` is
    the first sentence of its docstring or doc comment, "" without one. `digest` is the structure hash of the whole
    definition with its body, so that two versions of a file can be compared symbol by symbol. Overloads are
    symbols of one name and several signatures.
    """

    name: str
    kind: str
    signature: str
    summary: str
    public: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Import:
    """One import as written, normalised by its language module.

    `target` is the module, path, package or namespace text; `names` what is taken from it; `level` the number of
    leading dots of a relative Python import (0 elsewhere); `kind` tells forms apart where a language has several
    ("use", "mod" and "path" in Rust, "quote" and "angle" in C, "require" and "require_relative" in Ruby, "export" for
    what a JavaScript module hands on, "" elsewhere). Kind "mention" (Java, Kotlin, C#, PHP, Ruby) lists in `names` the
    types that the file names without saying where they come from: its own package, or one that it imports whole.
    """

    target: str
    names: tuple[str, ...] = ()
    level: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Facts of one blob under one parser version; nothing in it depends on where in the tree the blob stands.

    Hashes are 12 hexadecimal digits over LF-normalised structure, never over token streams:
    `ast` everything but comments, docstrings and formatting; `doc` docstrings and doc comments (white space
    collapsed); `interface` public symbols and signatures, bases, public constants, re-exports. `package` is
    the package, namespace or module the file declares itself (Go, Java, Kotlin, C#, PHP), "" elsewhere.
    `parsed` is False when only the text could be hashed (unknown language, syntax errors beyond repair).
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

    def as_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        symbols, imports = map(_shallow, self.symbols), map(_shallow, self.imports)
        return {**_shallow(self), "symbols": [*symbols], "imports": [*imports]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> FileFacts:
        """The facts that `as_json` wrote.

        Raises:
            TypeError, KeyError: the object has another shape (treat it as a cache miss).
        """
        symbols = tuple(Symbol(**s) for s in data["symbols"])
        imports = tuple(
            Import(i["target"], tuple(i["names"]), i["level"], i["kind"]) for i in data["imports"]
        )
        return cls(**{**data, "symbols": symbols, "imports": imports})


def _shallow(facts: Symbol | Import | FileFacts) -> dict[str, Any]:
    """The fields as they are; `dataclasses.asdict` copies each, which would be a tenth of a survey."""
    return {name: getattr(facts, name) for name in facts.__slots__}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source file of a snapshot. `path` is relative to the top, `/`-separated, `os.fsdecode`d."""

    path: str
    blob: str
    language: str


@dataclass(frozen=True, slots=True)
class Component:
    """A unit of documentation: one page.

    `id` is the directory (`src/click`), "." for the top, or the name given in the configuration; `title` the
    name a reader knows it by; `kind` is "Python package", "Go package", "Rust crate", "npm package" or
    "directory". Files are sorted by path.
    """

    id: str
    title: str
    kind: str
    files: tuple[SourceFile, ...]
