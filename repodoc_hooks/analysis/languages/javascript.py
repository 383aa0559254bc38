"""JavaScript, TypeScript and TSX: public is what a module exports, by `export` or through `module.exports`.

A script without a module system offers everything at its top level.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.javascript_definitions import KINDS, MEMBERS
from repodoc_hooks.analysis.languages.javascript_flow import with_types
from repodoc_hooks.analysis.languages.javascript_mask import reread
from repodoc_hooks.analysis.languages.javascript_reader import Reader
from repodoc_hooks.analysis.languages.record import Language, NewFile


def _javascript() -> Any:
    import tree_sitter_javascript

    return tree_sitter_javascript.language()


def _typescript() -> Any:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_typescript()


def _tsx() -> Any:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_tsx()


def _with_types(text: bytes) -> tuple[Grammar, bytes] | None:
    masked = with_types(text)
    return (TSX, masked) if masked is not None else None


def _grammar(name: str, load: Any, other: Any = None) -> Grammar:
    return Grammar(
        name=name,
        load=load,
        outline=lambda source: Reader(source).read(),
        markup="jsdoc",
        documentation=("/**",),
        comments=frozenset({"comment", "html_comment", "hash_bang_line"}),
        verbatim=frozenset({"string", "template_string", "regex", "jsx_text"}),
        definitions=frozenset(
            {
                *KINDS,
                *MEMBERS,
                "variable_declarator",
                "assignment_expression",
                "export_statement",
                "pair",
                "enum_assignment",
                "call_expression",
                "required_parameter",
                "optional_parameter",
            }
        ),
        optional=frozenset({";"}),
        plain_quotes=b"\\'\"",
        reread=reread,
        other=other,
    )


JAVASCRIPT = _grammar("javascript", _javascript, _with_types)
TYPESCRIPT = _grammar("typescript", _typescript)
TSX = _grammar("tsx", _tsx)


def _imported(new: NewFile) -> tuple[str, ...]:
    if new.stem != "index":
        return (new.stem,)
    return tuple(dict.fromkeys((new.folder or "index", "index", "'.'", '"."', "'..'", '".."', "./")))


def _language(grammar: Grammar, suffixes: tuple[str, ...], chars_per_token: float) -> Language:
    return Language(
        name=grammar.name,
        suffixes=suffixes,
        parse=partial(reading.parse, grammar),
        family="javascript",
        resolver="javascript:JavaScriptImports",
        chars_per_token=chars_per_token,
        visibility="What a module exports; all of a script.",
        unit="package.json",
        generated=(".min.js", ".bundle.js"),
        manifests=("*.json", "*pnpm-workspace.yaml"),
        might_import=_imported,
    )


LANGUAGES = (
    _language(JAVASCRIPT, ("js", "jsx", "mjs", "cjs"), 3.8),
    _language(TYPESCRIPT, ("ts", "mts", "cts"), 3.9),
    _language(TSX, ("tsx",), 3.7),
)
