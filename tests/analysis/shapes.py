"""Small sources with what is public in them, as tables that are read at a glance.

    === what is special in it
    class A { fun b() = 1 }
    --- A, A.b
    A.b = fun b()

Behind `---` stand the names that are public, in order; below it the signatures of some of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from repodoc_hooks.analysis.languages import parse


class Shape(Struct, frozen=True):
    """A source with the names that are public in it, and signatures by name."""

    source: str
    names: tuple[str, ...]
    signatures: dict[str, str]


def blocks(table: str) -> Iterator[tuple[str, str, str]]:
    """Title, what stands above the line that begins with `---`, and what stands from there on."""
    for block in table.split("\n=== ")[1:]:
        title, _, rest = block.partition("\n")
        above, _, below = rest.rpartition("\n---")
        yield title, above + "\n", below.strip("\n ")


def shapes(table: str) -> dict[str, Shape]:
    """The shapes of a table by their titles."""
    found = {}
    for title, source, below in blocks(table):
        names, *signatures = below.split("\n") if below else [""]
        told = dict(line.split(" = ", 1) for line in signatures)
        found[title] = Shape(source, tuple(filter(None, names.strip().split(", "))), told)
    return found


def check(language: str, shape: Shape, *, whole: bool = True) -> None:
    """All of a shape is read as it says; `whole` where nothing may be left unread."""
    found = parse(language, shape.source.encode())
    assert found.failure == ""
    assert tuple(s.name for s in found.symbols if s.public) == shape.names
    told = {s.name: s.signature for s in found.symbols}
    assert {name: told[name] for name in shape.signatures} == shape.signatures
    assert bool(found.unread) is not whole


def check_documentation(language: str, source: str, sentence: str) -> None:
    """What the last definition of a source is said to be; all of the source is read."""
    found = parse(language, source.encode())
    assert found.symbols[-1].summary == sentence
    assert not found.unread


def documented(table: str) -> dict[str, tuple[str, str]]:
    """Comments with the sentence that they come to, by their titles."""
    return {title: (comment, sentence) for title, comment, sentence in blocks(table)}
