"""Rust: public is what says `pub`; members of a public trait are public; `pub(crate)` is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Grammar, Source

if TYPE_CHECKING:
    from tree_sitter import Node

_ATTRIBUTES = frozenset({"attribute_item", "inner_attribute_item"})
_TYPES = {"struct_item": "struct", "enum_item": "enum", "union_item": "struct", "trait_item": "trait"}
_FUNCTIONS = frozenset({"function_item", "function_signature_item"})
_ELSEWHERE = frozenset(
    {"std", "core", "alloc", "bool", "char", "str", "f32", "f64", "usize", "isize"}
    | {f"{sign}{bits}" for sign in "iu" for bits in (8, 16, 32, 64, 128)}
)
_PATHS = """
(scoped_identifier) @path
(scoped_type_identifier) @path
"""


def _load() -> Any:
    import tree_sitter_rust

    return tree_sitter_rust.language()


class _Reader:
    """Reads the items of a file; modules inside it qualify what they hold."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Outline(doc=_inner_doc(source))
        self._attributes = _attributes_by_item(source)

    def read(self) -> Outline:
        """The outline of the file."""
        self._items(self.source.root, "", public=True)
        self.out.imports += self._paths()
        return self.out

    def _items(self, parent: Node, prefix: str, *, public: bool) -> None:
        for node, doc in self.source.members(parent, _ATTRIBUTES):
            self._item(node, doc, prefix, public=public)

    def _item(self, node: Node, doc: str, prefix: str, *, public: bool) -> None:
        source, out = self.source, self.out
        own = _visibility(source, node)
        shown = public and own == "pub"
        kind = node.type
        name = prefix + source.text(node.child_by_field_name("name"))
        if kind == "use_declaration":
            argument = node.child_by_field_name("argument")
            if argument is not None:
                out.imports += (Import(path, kind="use") for path in _use_paths(source, argument, ""))
            if shown:
                out.interface.append(prefix + squeeze(source.text(node)))
        elif kind == "extern_crate_declaration":
            out.imports.append(Import(source.text(node.child_by_field_name("name")), kind="use"))
        elif kind == "mod_item":
            self._module(node, doc, name, prefix, public=shown)
        elif kind in _FUNCTIONS:
            body = node.child_by_field_name("body")
            out.definitions.append(
                Definition(name, "function", node, source.signature(node, body), doc, shown)
            )
        elif kind in _TYPES:
            self._type(node, doc, name, public=shown)
        elif kind == "impl_item":
            self._impl(node, prefix, public=public)
        elif kind in ("const_item", "static_item"):
            value = node.child_by_field_name("value")
            text = squeeze(source.text(value))
            signature = source.signature(node, value if len(text) > 60 else None)
            out.definitions.append(Definition(name, "constant", node, signature, doc, shown, text))
        elif kind == "type_item":
            out.definitions.append(Definition(name, "type", node, source.signature(node), doc, shown))
        elif kind == "macro_definition":
            exported = any("macro_export" in text for text in self._attributes.get(node.id, ()))
            arms = squeeze(" ".join(source.text(n.child_by_field_name("left")) for n in node.named_children))
            signature = f"macro_rules! {name.removeprefix(prefix)}"
            out.definitions.append(
                Definition(name.removeprefix(prefix), "macro", node, signature, doc, exported, arms)
            )
        elif kind == "foreign_mod_item":
            body = node.child_by_field_name("body")
            if body is not None:
                self._items(body, prefix, public=public)

    def _module(self, node: Node, doc: str, name: str, prefix: str, *, public: bool) -> None:
        body = node.child_by_field_name("body")
        attributes = self._attributes.get(node.id, ())
        if body is None:
            path = next((a.split('"')[1] for a in attributes if a.startswith("#[path") and '"' in a), "")
            self.out.imports.append(Import(name.replace(".", "::"), (path,) if path else (), kind="mod"))
        if any("cfg(test)" in a for a in attributes):
            return
        if public:
            signature = self.source.signature(node, body)
            self.out.definitions.append(Definition(name, "module", node, signature, doc))
        if body is not None:
            self._items(body, name + ".", public=public)

    def _type(self, node: Node, doc: str, name: str, *, public: bool) -> None:
        source, out = self.source, self.out
        kind = _TYPES[node.type]
        body = node.child_by_field_name("body")
        tuple_like = body is not None and body.type == "ordered_field_declaration_list"
        signature = source.signature(node, None if tuple_like else body)
        out.definitions.append(Definition(name, kind, node, signature, doc, public))
        out.interface += (
            f"{name} {squeeze(text)}"
            for text in self._attributes.get(node.id, ())
            if "derive" in text and public
        )
        for member, about in source.members(body, _ATTRIBUTES) if body is not None else ():
            label = f"{name}.{source.text(member.child_by_field_name('name'))}"
            if member.type == "field_declaration":
                shown = public and _visibility(source, member) == "pub"
                out.definitions.append(
                    Definition(label, "property", member, source.signature(member), about, shown)
                )
            elif member.type == "enum_variant":
                out.definitions.append(
                    Definition(label, "constant", member, source.signature(member), about, public)
                )
            elif kind == "trait":
                self._associated(member, label, about, public=public)

    def _associated(self, node: Node, name: str, doc: str, *, public: bool) -> None:
        source = self.source
        if node.type in _FUNCTIONS:
            signature = source.signature(node, node.child_by_field_name("body"))
            self.out.definitions.append(Definition(name, "method", node, signature, doc, public))
        elif node.type in ("const_item", "associated_type", "type_item"):
            kind = "constant" if node.type == "const_item" else "type"
            self.out.definitions.append(Definition(name, kind, node, source.signature(node), doc, public))

    def _impl(self, node: Node, prefix: str, *, public: bool) -> None:
        """Methods of a type; what implements a trait is part of the interface by its head alone."""
        source = self.source
        words = re.findall(r"[A-Za-z_]\w*", source.text(node.child_by_field_name("type")).split("<")[0])
        owner = words[-1] if words else "impl"
        trait = node.child_by_field_name("trait")
        body = node.child_by_field_name("body")
        if trait is not None:
            self.out.interface.append(squeeze(source.signature(node, body)))
        for member, doc in source.members(body, _ATTRIBUTES) if body is not None else ():
            shown = public and trait is None and _visibility(source, member) == "pub"
            name = f"{prefix}{owner}.{source.text(member.child_by_field_name('name'))}"
            self._associated(member, name, doc, public=shown)

    def _paths(self) -> Iterator[Import]:
        """Paths such as `crate::a::f()` that are used without a `use`."""
        source = self.source
        covered = 0
        for node in source.captures(_PATHS):
            if node.start_byte < covered:
                continue
            covered = node.end_byte
            text = source.raw(node)
            root, separator, _ = text.partition("::")
            if separator and root[:1].islower() and root not in _ELSEWHERE:
                yield Import(squeeze(text).split("<")[0].rstrip(":"), kind="path")


def _inner_doc(source: Source) -> str:
    """The `//!` lines of the file."""
    lines = []
    for node in source.root.named_children:
        if node.type not in source.grammar.comments:
            if node.type in _ATTRIBUTES:
                continue
            break
        text = source.raw(node).rstrip("\n")
        if text.startswith(("//!", "/*!")):
            lines.append(text.removeprefix("//!").removeprefix("/*!").removesuffix("*/").removeprefix(" "))
    return "\n".join(lines).strip()


def _attributes_by_item(source: Source) -> dict[int, list[str]]:
    """Outer attributes of every item, by node id."""
    found: dict[int, list[str]] = {}
    if b"#[" not in source.data:
        return found
    for node in source.captures("(attribute_item) @attribute"):
        item = node.next_named_sibling
        while item is not None and (item.type == "attribute_item" or item.type in source.grammar.comments):
            item = item.next_named_sibling
        if item is not None:
            found.setdefault(item.id, []).append(source.raw(node))
    return found


def _visibility(source: Source, node: Node) -> str:
    return next((squeeze(source.text(n)) for n in node.children if n.type == "visibility_modifier"), "")


def _use_paths(source: Source, node: Node, prefix: str) -> Iterator[str]:
    """Full paths of a use tree: `a::{b, c::*}` gives `a::b` and `a::c::*`."""
    match node.type:
        case "use_list":
            for child in node.named_children:
                if child.type not in source.grammar.comments:
                    yield from _use_paths(source, child, prefix)
        case "scoped_use_list":
            path, inner = node.child_by_field_name("path"), node.child_by_field_name("list")
            head = prefix + squeeze(source.text(path)) + "::" if path is not None else prefix
            if inner is not None:
                yield from _use_paths(source, inner, head)
        case "use_as_clause":
            path = node.child_by_field_name("path")
            if path is not None:
                yield from _use_paths(source, path, prefix)
        case _:
            yield prefix + squeeze(source.text(node))


GRAMMAR = Grammar(
    name="rust",
    load=_load,
    outline=lambda source: _Reader(source).read(),
    comments=frozenset({"line_comment", "block_comment"}),
    verbatim=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    definitions=frozenset(
        {
            *_TYPES,
            *_FUNCTIONS,
            "const_item",
            "static_item",
            "type_item",
            "associated_type",
            "mod_item",
            "macro_definition",
            "field_declaration",
            "enum_variant",
        }
    ),
)


def _used(new: NewFile) -> tuple[str, ...]:
    if new.stem not in ("mod", "lib", "main"):
        return (new.stem,)
    above = new.directory.rpartition("/")[0].rpartition("/")[2]
    base = above if new.folder == "src" else new.folder
    return (base.replace("-", "_"), base) if "-" in base else (base or "crate",)


LANGUAGES = (
    Language(
        name="rust",
        suffixes=("rs",),
        parse=partial(reading.parse, GRAMMAR),
        resolver="rust:RustImports",
        chars_per_token=5.1,
        visibility="What says `pub` without restriction; members of a public trait.",
        unit="Cargo.toml",
        manifests=("*.toml",),
        might_import=_used,
    ),
)
