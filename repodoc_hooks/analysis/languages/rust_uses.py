"""Rust: what `use` declarations take in and hand on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from repodoc_hooks.analysis.facts import Export
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node


class Used(NamedTuple):
    """One path of a `use` tree: `a::{b, c as d, e::*}` gives `a::b`, `a::c` as `d` and `a::e::*`."""

    path: str
    name: str


def used(source: Source, node: Node | None, prefix: str = "") -> Iterator[Used]:
    """Every path of a use tree with the name that it is known by here ("*" for a glob, "_" for none)."""
    if node is None:
        return
    match node.type:
        case "use_list":
            for child in node.named_children:
                if child.type not in source.grammar.comments:
                    yield from used(source, child, prefix)
        case "scoped_use_list":
            path = squeeze(source.text(node.child_by_field_name("path")))
            yield from used(source, node.child_by_field_name("list"), f"{prefix}{path}::" if path else prefix)
        case "use_as_clause":
            path = prefix + squeeze(source.text(node.child_by_field_name("path")))
            yield Used(_plain(path), source.text(node.child_by_field_name("alias")).removeprefix("r#"))
        case _:
            path = _plain(prefix + squeeze(source.text(node)))
            yield Used(path, path.rpartition("::")[2].removeprefix("r#"))


def _plain(path: str) -> str:
    """A path without what means nothing: `a::self` is `a`, `::a` is `a`."""
    return path.removesuffix("::self").removeprefix("::")


def from_file(path: str, module: str) -> str:
    """A path that stands in a module inside a file ("a.b") as the file itself would write it."""
    inside = module.rstrip(".").split(".") if module else []
    head, _, rest = path.partition("::")
    if not inside or head not in ("self", "super"):
        return path
    while head == "super" and inside:
        inside.pop()
        if not rest.startswith("super"):
            head = "self"
            break
        head, _, rest = rest.partition("::")
    return "::".join(filter(None, (head, *(inside if head == "self" else ()), rest)))


def export(use: Used, prefix: str) -> Export | None:
    """What a public `use` hands on; None for a trait that is taken in without a name."""
    if use.name == "_":
        return None
    target, _, origin = use.path.rpartition("::")
    if not target:
        return Export(prefix + use.name, target=origin)
    return Export(prefix + use.name, target, "" if use.name == "*" else origin)
