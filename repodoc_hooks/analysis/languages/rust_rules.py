"""Rust: the rules of the macros that a file defines, and which macros need none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.rust_macros import Rule, rule
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node

WELL_KNOWN = frozenset(
    (
        *(
            "thread_local",
            "compile_error",
            "include",
            "cfg_if",
            "lazy_static",
            "bitflags",
            "println",
            "print",
        ),
        *(
            "assert",
            "assert_eq",
            "assert_ne",
            "debug_assert",
            "concat",
            "env",
            "option_env",
            "global_asm",
            "panic",
        ),
        *(
            "const_assert",
            "static_assert",
            "assert_impl_all",
            "criterion_group",
            "criterion_main",
            "eprintln",
        ),
    )
)
"""Macros of which is known what they make, or that they make nothing that can be named."""


def macro_of(invocation: str) -> str:
    """The name of the macro that an invocation calls, without its path."""
    return squeeze(invocation.partition("!")[0]).rpartition("::")[2]


def rules_in(grammar: Grammar, data: bytes) -> dict[str, list[Rule]]:
    """The macros that a file defines."""
    if b"macro_rules!" not in data:
        return {}
    source = Source(grammar, data, grammar.parser[0].parse(data))
    found = source.captures("(macro_definition) @macro")
    names = (source.text(node.child_by_field_name("name")) for node in found)
    return {name: rules_of(source, node) for name, node in zip(names, found, strict=True)}


def rules_of(source: Source, definition: Node) -> list[Rule]:
    """The rules of one macro."""
    arms = [n for n in definition.named_children if n.type == "macro_rule"]
    sides = [(n.child_by_field_name("left"), n.child_by_field_name("right")) for n in arms]
    return [rule(source.raw(a), source.raw(b)) for a, b in sides if a is not None and b is not None]
