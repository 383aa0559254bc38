"""C# beside the lists of public API that projects keep (`PublicAPI.Shipped.txt`, `PublicAPI.Unshipped.txt`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.analysis.languages import parse

_MODIFIERS = re.compile(
    r"^(?:\[\w+\])?~?(?:(?:abstract|static|override|virtual|readonly|const|sealed|new|extern|unsafe|required) )*"
)
_MADE = re.compile(
    r"\.(?:Deconstruct|Equals|GetHashCode|ToString|PrintMembers|EqualityContract|Invoke|operator [!=]=|\S+\$)$"
)
"""Members that the compiler makes."""
_REMOVED = "*REMOVED*"
_PRIMARY = re.compile(r"^[^:(]*\(")
"""The constructor that stands in the head of a type."""


def public_api_agreement(project: Path) -> Agreement:
    """The public names of the projects in a folder that keep lists, types and members with their namespaces."""
    lists = sorted(project.rglob("PublicAPI.*.txt"))
    lines = [*_lines(lists)]
    theirs: set[str] = set()
    implicit: set[str] = set()
    for line in lines:
        name = _name(line)
        parts = name.split(".")
        made = len(parts) > 1 and parts[-1] == parts[-2] and "() -> void" in line
        (implicit if made else theirs).add(name)
    ours = {name for name in _ours(lists) if name in theirs or name not in implicit}
    theirs = {n for n in theirs if n in ours or not (_MADE.search(n) or n.rpartition(".")[2].startswith("~"))}
    return agreement(project.name, "csharp", "names", ((n,) for n in ours), ((n,) for n in theirs))


def _lines(lists: Iterable[Path]) -> Iterator[str]:
    texts = {path: path.read_text("utf-8-sig").splitlines() for path in lists}
    removed = {
        (_project(path), line.strip().removeprefix(_REMOVED))
        for path, lines in texts.items()
        for line in lines
        if line.startswith(_REMOVED)
    }
    for path, lines in texts.items():
        for line in map(str.strip, lines):
            if line and not line.startswith(("#", _REMOVED)) and (_project(path), line) not in removed:
                yield line


def _project(path: Path) -> Path:
    """The folder of the project that a file is of."""
    return next((folder for folder in path.parents if any(folder.glob("*.csproj"))), path.parent)


def _ours(lists: Iterable[Path]) -> Iterator[str]:
    for path in sorted({each for found in lists for each in _project(found).rglob("*.cs")}):
        if not {"obj", "bin"} & set(path.parts):
            facts = parse("csharp", path.read_bytes())
            for symbol in facts.symbols:
                if symbol.public:
                    name = f"{facts.package}.{symbol.name}" if facts.package else symbol.name
                    yield _operator(name)
                    if symbol.kind in ("class", "struct") and _PRIMARY.search(symbol.signature):
                        yield f"{name}.{symbol.name.rpartition('.')[2]}"


def _operator(name: str) -> str:
    return re.sub(r"operator ([\w.<>,?\[\]]+)$", lambda m: "operator " + _target(m[1]), name)


def _target(text: str) -> str:
    """What a conversion gives, without its arguments and without saying that there may be none."""
    return _flat(text).rpartition(".")[2].replace("?", "").replace("!", "")


def _flat(text: str) -> str:
    """Without type arguments."""
    while (shorter := re.sub(r"<[^<>]*>", "", text)) != text:
        text = shorter
    return text


def _name(line: str) -> str:
    """The name that a line of a list is about."""
    head = _MODIFIERS.sub("", line).split(" -> ")[0]
    if found := re.search(r"\.this\[", head):
        return _flat(head[: found.start()]) + ".this[]"
    if found := re.match(r"(.*?)\.(?:implicit|explicit) operator ([^(]+)\(", head):
        return f"{_flat(found[1])}.operator {_target(found[2])}"
    if found := re.match(r"(.*?)\.operator ([^(]+)\(", head):
        return f"{_flat(found[1])}.operator {found[2].strip()}"
    name = _flat(head.partition("(")[0]).split(" = ")[0].strip()
    return re.sub(r"\.(?:get|set|init|add|remove)$", "", name).rstrip("!?")
