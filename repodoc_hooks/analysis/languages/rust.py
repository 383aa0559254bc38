"""Rust: public is what says `pub`; members of a public trait are public; `pub(crate)` is not."""

from __future__ import annotations

from functools import partial
from typing import Any

from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.rust_mask import mask
from repodoc_hooks.analysis.languages.rust_reader import FUNCTIONS, TYPES, Reader


def _load() -> Any:
    import tree_sitter_rust

    return tree_sitter_rust.language()


GRAMMAR = Grammar(
    name="rust",
    load=_load,
    outline=lambda source: Reader(source).read(),
    markup="markdown",
    documentation=("///", "//!", "/**", "/*!"),
    comments=frozenset({"line_comment", "block_comment"}),
    verbatim=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    mask=mask,
    definitions=frozenset(
        {
            *TYPES,
            *FUNCTIONS,
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
        separator="::",
        parse=partial(reading.parse, GRAMMAR),
        family="rust",
        resolver="rust:RustImports",
        maker="rust_macros:RustMacros",
        chars_per_token=5.1,
        visibility="What says `pub` without restriction; members of a public trait.",
        unit="Cargo.toml",
        manifests=("*.toml",),
        might_import=_used,
    ),
)
