"""Public names, signatures and documentation of a folder beside what a language's own tool finds declared."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.analysis.facts import Symbol
from repodoc_hooks.analysis.languages import language_of, parse

_HERE = Path(__file__).parent
_TRAILING_COMMA = re.compile(r",(?=[)\]>}])")
_EXTENSION = re.compile(r"^extension.*?(?=(?:inline|override|final)*def)")
_PROSE = re.compile(
    r"^(?:[\s/*#]|\{@inheritdoc\}|:\w+:|@(?:inheritdoc|suppress)\b)*(?:\{@(?!inheritdoc)|(?![\s/*#@:{])\S)",
    re.IGNORECASE,
)
_TOLD = re.compile(r"^[\s/*]*@(?:param|property)[ \t]+(?:[^\n$]*?\$)?(?P<name>\w+)[ \t]+\S", re.MULTILINE)
"""A property that the documentation of its type or constructor tells of."""
_MADE_NAME = re.compile(r"(?:^|\.)given_")
"""What the compiler calls an instance without a name, which parsers do not tell."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a tool or we say of one definition."""

    path: str
    name: str
    kind: str
    signature: str
    documented: bool


def command(language: str, classpath: str = "") -> list[str]:
    """The program that reads paths and prints declarations.

    Args:
        classpath: the jars of the Kotlin compiler (`kotlin-compiler-embeddable` and what it depends on), or those of
            scalameta (`scalameta_2.13`).
    """
    match language:
        case "kotlin":
            return ["java", "-cp", classpath, str(_HERE / "KotlinDeclarations.java")]
        case "go":
            return ["go", "run", str(_HERE / "declarations.go")]
        case "scala":
            return ["java", "-cp", classpath, str(_HERE / "ScalaDeclarations.java")]
        case "java":
            return ["java", str(_HERE / "JavaDeclarations.java")]
        case "ruby":
            return ["ruby", str(_HERE / "declarations.rb")]
        case "php":
            return ["php", str(_HERE / "declarations.php")]
        case _:
            raise ValueError(f"no tool for {language}")


def declaration_agreements(language: str, folder: Path, classpath: str = "") -> Iterator[Agreement]:
    """Names, signatures and documented definitions of a folder, ours beside theirs."""
    folder = folder.resolve()
    scripts = ".kts"  # whose declarations are those of a script
    files = (p for p in folder.rglob("*") if p.is_file() and p.suffix != scripts)
    paths = sorted(str(p) for p in files if language_of(p.name) == language)
    theirs, unreadable = _theirs(language, paths, classpath)
    read = {p for p in paths if p not in unreadable}
    ours = [d for path in sorted(read) for d in _ours(language, path)]
    label = folder.name, language
    yield agreement(*label, "names", *_both(ours, theirs, lambda d: (d.path, d.name, d.kind)))
    known = {(d.path, d.name) for d in ours} & {(d.path, d.name) for d in theirs if d.signature}
    yield agreement(
        *label,
        "signatures",
        *_both(
            [d for d in ours if d.signature and (d.path, d.name) in known],
            [d for d in theirs if d.signature and (d.path, d.name) in known],
            lambda d: (d.path, d.name, d.signature),
        ),
    )
    common = {(d.path, d.name) for d in ours} & {(d.path, d.name) for d in theirs}
    yield agreement(
        *label,
        "documented",
        *_both(
            [d for d in ours if d.documented and (d.path, d.name) in common],
            [d for d in theirs if d.documented and (d.path, d.name) in common],
            lambda d: (d.path, d.name),
        ),
    )


def _both(ours: list[Declaration], theirs: list[Declaration], key: Any) -> tuple[set[Any], set[Any]]:
    return {key(d) for d in ours}, {key(d) for d in theirs}


def _theirs(language: str, paths: list[str], classpath: str) -> tuple[list[Declaration], set[str]]:
    out = subprocess.run(
        command(language, classpath),
        input="\n".join(paths) + "\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    unreadable = {d["path"] for d in found if d["kind"] == "unreadable"}
    shown = [d for d in found if d["kind"] != "unreadable" and d["public"]]
    told = {
        (d["path"], f"{d['name'].removesuffix('.__construct')}.{part['name']}")
        for d in found
        for part in _TOLD.finditer(d.get("doc", ""))
    }
    return [
        _comparable(
            language,
            Declaration(
                d["path"],
                d["name"],
                d["kind"],
                "" if d.get("alias") else d["signature"],
                bool(_PROSE.match(d["doc"]))
                or (d["kind"] == "property" and (d["path"], d["name"].replace("`", "")) in told),
            ),
        )
        for d in shown
    ], unreadable


def _ours(language: str, path: str) -> Iterator[Declaration]:
    for symbol in parse(language, Path(path).read_bytes()).symbols:
        if symbol.public and not (language == "scala" and _MADE_NAME.search(symbol.name)):
            yield _comparable(language, _declaration(path, symbol))


def _declaration(path: str, symbol: Symbol) -> Declaration:
    return Declaration(path, symbol.name, symbol.kind, symbol.signature, bool(symbol.summary))


def _comparable(language: str, d: Declaration) -> Declaration:
    """Without what is but a way of writing: white space, trailing commas, back-ticks, forms of Ruby's attributes."""
    signature = _TRAILING_COMMA.sub("", re.sub(r"[\s`]+", "", d.signature)).rstrip(";{=:,")
    name, kind = d.name.replace("`", ""), d.kind
    if language == "ruby":
        signature = re.sub(r"^def[A-Z]\w*\.", "defself.", signature) if d.signature.startswith("def ") else ""
        if kind in ("property", "function", "method"):
            kind, name = "method", name.removesuffix("=")
    if language == "scala":
        signature = _EXTENSION.sub("", signature) if "def" in signature else ""
    if language == "go":
        kind = "type" if kind in ("struct", "interface", "type") else kind
        signature = signature if kind in ("function", "method") else ""
    if language == "java" and kind in ("constant", "property"):
        signature = ""
    return replace(d, name=name, kind=kind, signature=signature)
