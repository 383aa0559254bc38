"""The languages: which one a file is in, and what is known of its content.

Each language is one small module, imported when its first file is parsed. Python goes through `ast`, the
others through tree-sitter's grammar wheels.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from repodoc_hooks.analysis import PARSER_VERSION as PARSER_VERSION
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages.text import text_facts

if TYPE_CHECKING:
    from repodoc_hooks.analysis.languages.grammar import Grammar

CHARS_PER_TOKEN: dict[str, float] = {
    "c": 3.2,
    "cpp": 3.6,
    "csharp": 5.0,
    "go": 3.6,
    "java": 4.5,
    "javascript": 3.8,
    "kotlin": 4.2,
    "markdown": 4.0,
    "php": 4.2,
    "python": 4.3,
    "ruby": 4.0,
    "rust": 5.1,
    "tsx": 3.7,
    "typescript": 3.9,
}
"""Characters per token by language: medians over real files against the o200k tokenizer."""

_SUFFIXES = {
    "c": "c",
    "h": "c",
    "cc": "cpp",
    "cpp": "cpp",
    "cxx": "cpp",
    "c++": "cpp",
    "hh": "cpp",
    "hpp": "cpp",
    "hxx": "cpp",
    "h++": "cpp",
    "ipp": "cpp",
    "inl": "cpp",
    "tpp": "cpp",
    "cs": "csharp",
    "cjs": "javascript",
    "cts": "typescript",
    "go": "go",
    "java": "java",
    "js": "javascript",
    "jsx": "javascript",
    "kt": "kotlin",
    "kts": "kotlin",
    "mjs": "javascript",
    "mts": "typescript",
    "php": "php",
    "py": "python",
    "pyi": "python",
    "pyw": "python",
    "rb": "ruby",
    "rs": "rust",
    "ts": "typescript",
    "tsx": "tsx",
}
_GENERATED = (
    ".min.js",
    ".bundle.js",
    "_pb2.py",
    "_pb2.pyi",
    "_pb2_grpc.py",
    ".pb.go",
    ".g.cs",
    ".designer.cs",
)

_GRAMMARS = {
    "c": ("c", "C"),
    "cpp": ("c", "CPP"),
    "csharp": ("csharp", "GRAMMAR"),
    "go": ("go", "GRAMMAR"),
    "java": ("java", "GRAMMAR"),
    "javascript": ("javascript", "JAVASCRIPT"),
    "kotlin": ("kotlin", "GRAMMAR"),
    "php": ("php", "GRAMMAR"),
    "ruby": ("ruby", "GRAMMAR"),
    "rust": ("rust", "GRAMMAR"),
    "tsx": ("javascript", "TSX"),
    "typescript": ("javascript", "TYPESCRIPT"),
}
_LONGEST_LINE = 20_000


def language_of(path: str) -> str | None:
    """The language of a file by its name; None when it is no source, or source that a program wrote."""
    name = path.rsplit("/", 1)[-1]
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return None
    language = _SUFFIXES.get(suffix) or _SUFFIXES.get(suffix.lower())
    if language is None or not stem or name.lower().endswith(_GENERATED):
        return None
    return language


def parse(language: str, data: bytes) -> FileFacts:
    """Facts of one file. Never raises: what cannot be parsed is hashed as text, with `parsed=False`."""
    try:
        if _is_opaque(data):
            return text_facts(language, data)
        if language == "python":
            from repodoc_hooks.analysis.languages import python

            return python.parse(data)
        if language in _GRAMMARS:
            from repodoc_hooks.analysis.languages import reading

            return reading.parse(_grammar(language, data), data)
    except Exception:  # noqa: S110 - whatever a parser trips over, the text can still be hashed
        pass
    return text_facts(language, data)


def _grammar(language: str, data: bytes) -> Grammar:
    module_name, attribute = _GRAMMARS[language]
    module = import_module(f"{__name__}.{module_name}")
    if language == "c" and import_module(f"{__name__}.c_text").is_cpp(data):
        attribute = "CPP"
    grammar: Grammar = getattr(module, attribute)
    return grammar


def _is_opaque(data: bytes) -> bool:
    """Binary, or written by a program: nothing in it is meant to be read line by line."""
    if b"\0" in data[:8000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return len(data) > _LONGEST_LINE and max(map(len, data.split(b"\n"))) > _LONGEST_LINE
