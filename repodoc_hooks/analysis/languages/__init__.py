"""The languages: which one a file is in, and what is known of its content.

Each language is one module with one record (`LANGUAGES`), imported when its first file is parsed. Python goes through
`ast`, the others through tree-sitter's grammar wheels. A new language is a module, its name in `MODULES`, and
`python -m repodoc_hooks.analysis.languages.listing`, which renews the list of file names in
`repodoc_hooks.source_files`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module

from msgspec.structs import replace

from repodoc_hooks.analysis import PARSER_VERSION as PARSER_VERSION
from repodoc_hooks.analysis.environment import variables
from repodoc_hooks.analysis.facts import FileFacts, Symbol
from repodoc_hooks.analysis.languages.record import Language
from repodoc_hooks.analysis.languages.text import digest, is_generated, text_facts
from repodoc_hooks.secret_rules import masked, without_tokens
from repodoc_hooks.source_files import GENERATED, LANGUAGE_BY_SUFFIX, MODULE_BY_LANGUAGE

MODULES = (
    "c",
    "csharp",
    "go",
    "java",
    "javascript",
    "kotlin",
    "php",
    "python",
    "ruby",
    "rust",
    "scala",
    "swift",
)
_LONGEST_LINE = 20_000
_LONGEST_MESSAGE = 200


def language_of(path: str) -> str | None:
    """The language of a file by its name; None when it is no source, or source that a program wrote."""
    name = path.rsplit("/", 1)[-1]
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return None
    language = LANGUAGE_BY_SUFFIX.get(suffix) or LANGUAGE_BY_SUFFIX.get(suffix.lower())
    if language is None or not stem or name.lower().endswith(GENERATED):
        return None
    return language


@cache
def record(language: str) -> Language:
    """The record of a language; of one that is not known an empty one, whose files are hashed as text."""
    module = MODULE_BY_LANGUAGE.get(language)
    if module is None:
        return Language(language, (), lambda data: text_facts(language, data))
    known: tuple[Language, ...] = import_module(f"{__name__}.{module}").LANGUAGES
    return next(each for each in known if each.name == language)


def parse(language: str, data: bytes) -> FileFacts:
    """Facts of one file. Never raises: what cannot be parsed is hashed as text, with `parsed=False`."""
    try:
        facts = text_facts(language, data) if _is_opaque(data) else record(language).parse(data)
    except Exception as error:
        message = " ".join(f"{type(error).__name__}: {error}".split())
        facts = replace(text_facts(language, data), failure=message[:_LONGEST_MESSAGE])
    facts = replace(facts, symbols=tuple(map(without_secrets, facts.symbols)))
    told = (f"{s.name} {s.summary or s.group}" for s in facts.symbols if s.summary or s.group)
    # A string may become documentation, or cease to be, by where it stands alone.
    facts = replace(facts, doc=digest(facts.doc, facts.summary, *told))
    if read := variables(language, data):
        facts = replace(facts, environment=read, ast=digest(facts.ast, *read))
    if not is_generated(data):
        return facts
    return replace(facts, generated=True, interface=digest(facts.interface, "generated"))


def without_secrets(symbol: Symbol) -> Symbol:
    """A definition as it may be printed: a value in it that may be a secret shows as `...`."""
    signature = masked(symbol.signature) if re.search("[\"'`]", symbol.signature) else symbol.signature
    summary = without_tokens(symbol.summary) if symbol.summary else ""
    unchanged = signature == symbol.signature and summary == symbol.summary
    return symbol if unchanged else replace(symbol, signature=signature, summary=summary)


def _is_opaque(data: bytes) -> bool:
    """Binary, or written by a program: nothing in it is meant to be read line by line."""
    if b"\0" in data[:8000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return len(data) > _LONGEST_LINE and max(map(len, data.split(b"\n"))) > _LONGEST_LINE
