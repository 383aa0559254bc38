"""What Ruby files require, and the constants that they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARED = """
(module name: (_) @name)
(class name: (_) @name)
(assignment left: (constant) @name)
"""
_REQUIRES = ("require", "require_relative", "load", "autoload")
_CALLS = f"""(call !receiver method: (identifier) @name
    (#any-of? @name {" ".join(f'"{word}"' for word in _REQUIRES)})) @call"""
_HERE = expression(r"#\{\s*(?:__dir__|File\.dirname\(__FILE__\))\s*\}/")


def constants(source: Source) -> set[str]:
    """Constants that the file names, with their scopes as written: `Wire::Sender`."""
    declared = {node.id for node in source.captures(_DECLARED)}
    found = set()
    covered = 0
    for node in source.captures("[(scope_resolution) (constant)] @name"):
        if node.start_byte >= covered:
            covered = node.end_byte
            if node.id not in declared:
                found.add(squeeze(source.text(node)))
    return found


def requirements(source: Source) -> Iterator[Import]:
    """What a file requires, wherever it stands."""
    if any(word in source.data for word in (b"require", b"load")):
        for node in source.captures(_CALLS):
            if node.type == "call":
                yield from _required(source, node)


def _required(source: Source, call: Node) -> Iterator[Import]:
    method = source.text(call.child_by_field_name("method"))
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return
    strings = [n for n in arguments.named_children if n.type == "string"]
    target = source.text(strings[-1])[1:-1] if strings else ""
    if here := _HERE.match(target):
        target, method = target[here.end() :], "require_relative"
    if target and "#{" not in target:
        yield Import(target, kind=method)
    elif strings:
        return
    elif "__dir__" in (text := source.text(arguments)) or "__FILE__" in text:
        pieces = text.split('"')[1::2] or text.split("'")[1::2]
        if pieces:
            yield Import("/".join(pieces).replace("#{__dir__}/", "").lstrip("/"), kind="require_relative")
