"""C and C++: headers offer what they declare, sources their functions that are not `static`."""

from __future__ import annotations

from functools import partial
from typing import Any

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.c_macros import mask, skeleton
from repodoc_hooks.analysis.languages.c_reader import TYPES, outline
from repodoc_hooks.analysis.languages.c_text import is_cpp
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import normal_bytes


def _load_c() -> Any:
    import tree_sitter_c

    return tree_sitter_c.language()


def _load_cpp() -> Any:
    import tree_sitter_cpp

    return tree_sitter_cpp.language()


def _grammar(name: str, load: Any) -> Grammar:
    return Grammar(
        name=name,
        load=load,
        outline=outline,
        markup="doxygen",
        comments=frozenset({"comment"}),
        verbatim=frozenset({"string_literal", "raw_string_literal", "char_literal", "system_lib_string"}),
        definitions=frozenset(
            {
                *TYPES,
                "function_definition",
                "declaration",
                "field_declaration",
                "type_definition",
                "alias_declaration",
                "template_declaration",
                "enumerator",
                "preproc_def",
                "preproc_function_def",
            }
        ),
        trailing_commas=False,
        mask=mask,
        conditionals=True,
        behind=(b"/**<", b"/*!<", b"///<", b"//!<"),
        described=frozenset({"field_declaration", "enumerator"}),
    )


C = _grammar("c", _load_c)
CPP = _grammar("cpp", _load_cpp)


def _parse_c(data: bytes) -> FileFacts:
    """Headers of C++ are called `.h`, too."""
    return reading.parse(CPP if is_cpp(skeleton(normal_bytes(data))) else C, data)


def _included(new: NewFile) -> tuple[str, ...]:
    return (new.name,)


LANGUAGES = (
    Language(
        name="c",
        suffixes=("c", "h"),
        parse=_parse_c,
        resolver="files:CImports",
        maker="c_macros:CMacros",
        manifests=("*CMakeLists.txt", "*configure.ac", "*Makefile", "*Makefile.am", "*meson.build"),
        chars_per_token=3.2,
        visibility="What a header declares, and the functions of a source file that are not `static`.",
        might_import=_included,
    ),
    Language(
        name="cpp",
        suffixes=("cc", "cpp", "cxx", "c++", "hh", "hpp", "hxx", "h++", "ipp", "inl", "tpp"),
        separator="::",
        parse=partial(reading.parse, CPP),
        resolver="files:CImports",
        maker="c_macros:CMacros",
        chars_per_token=3.6,
        visibility="What a header declares, members of classes that are not private.",
        might_import=_included,
    ),
)
