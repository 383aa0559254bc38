"""Rust: what `use` declarations take in and hand on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from repodoc_hooks.analysis.facts import Export, Import
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node


_ELSEWHERE = frozenset(
    {"std", "core", "alloc", "bool", "char", "str", "f32", "f64", "usize", "isize"}
    | {f"{sign}{bits}" for sign in "iu" for bits in (8, 16, 32, 64, 128)}
)
_PATHS = """
(scoped_identifier) @path
(scoped_type_identifier) @path
"""

Module = tuple[int, int, str, bool]
"""The bytes at which a module inside a file begins and ends, its name, and whether it is for tests."""


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


def handed_from_modules(source: Source) -> dict[str, set[str]]:
    """The names ("*" for all) that a file hands on from modules, by the module as the top of the file calls it."""
    found: dict[str, set[str]] = {}
    for node in source.root.named_children if b"pub use" in source.data else ():
        if node.type != "use_declaration" or not source.raw(node).startswith("pub use"):
            continue
        for path, _ in used(source, node.child_by_field_name("argument")):
            module, _, name = path.removeprefix("self::").partition("::")
            if name:
                found.setdefault(module, set()).add(name.partition("::")[0])
    return found


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


def paths(source: Source, uses: Collection[int], modules: Sequence[Module]) -> Iterator[Import]:
    """Paths such as `crate::a::f()` that are used without a `use`; `uses` is where those of `use` begin."""
    covered = 0
    for node in source.captures(_PATHS):
        if node.start_byte < covered:
            continue
        covered = node.end_byte
        if node.start_byte in uses:
            continue
        text = source.raw(node)
        root, separator, _ = text.partition("::")
        if separator and root[:1].islower() and root not in _ELSEWHERE:
            holding = [m for m in modules if m[0] <= node.start_byte < m[1]]
            _, _, module, test = holding[-1] if holding else (0, 0, "", False)
            path = from_file(squeeze(text).split("<")[0].rstrip(":"), module)
            yield Import(path, kind="path", use="test" if test else "")
