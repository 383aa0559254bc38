"""Rust: what macros of other files make in one."""

from __future__ import annotations

from collections.abc import Mapping

from repodoc_hooks.analysis.facts import Unmade
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.outline import Outline
from repodoc_hooks.analysis.languages.rust_macros import Rule
from repodoc_hooks.analysis.languages.rust_reader import Reader, Scope
from repodoc_hooks.analysis.languages.treesitter import Source


def made(grammar: Grammar, left: Unmade, known: Mapping[str, list[Rule]]) -> Outline:
    """What a file leaves to the macros that are known now."""
    text = left.text if left.kind == "items" else f"impl X {{ {left.text} }}"
    data = f"{text};".encode() if left.kind == "items" and not text.endswith("}") else text.encode()
    source = Source(grammar, data, grammar.parser[0].parse(data))
    reader = Reader(source, known)
    return reader.read_made(left.kind, Scope(left.owner, internal=left.internal))
