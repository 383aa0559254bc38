"""What C# files name, read without a parser: identifiers beside the types that open namespaces declare.

There is no C# compiler that can be installed by name from the registries that these benchmarks use. This is the rule
of the language for simple names, on text alone: comments and strings are cut out, `namespace`, `using` and type
declarations found by expressions, a name of one type that can be meant is a reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|"""+.*?"""+|\$?@?\$?"(?:\\.|""|[^"\\])*"|\'(?:\\.|[^\'\\])+\'', re.DOTALL
)
_HELD = re.compile(r"(?<!\{)\{([^{}]+)\}")
_NAMESPACE = re.compile(r"\bnamespace\s+([\w.]+)")
_USING = re.compile(r"\busing\s+(?:static\s+)?(?:(\w+)\s*=\s*)?(?:global::)?([\w.]+)\s*;")
_GLOBAL = re.compile(r"\bglobal\s+using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?([\w.]+)\s*;")
_PROJECT_USING = re.compile(r"<Using\s+Include=\"([\w.]+)\"")
_TYPE = re.compile(
    r"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(\w+)|\bdelegate\s+[\w<>\[\],.?\s]+?\s(\w+)\s*[<(]"
)
_WORD = re.compile(r"(?<![\w.])@?([A-Z]\w*)|(?<!\w)global::([\w.]+)|(?<=[\w>)?]\.)([A-Z]\w*)")


def references(top: Path, files: Sequence[str], needs: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    """The files (from, to) of which one names a type that the other declares, and that can mean no other."""
    texts = {path: _plain((top / path).read_text("utf-8-sig", "replace")) for path in files}
    declared: dict[tuple[str, str], set[str]] = {}
    for path, text in texts.items():
        namespace = _NAMESPACE.search(text)
        for name in _outer_types(text):
            declared.setdefault((namespace[1] if namespace else "", name), set()).add(path)
    opened_by: dict[str, set[str]] = {project: set() for project in needs}
    for path, text in texts.items():
        if (project := project_of(path, needs)) is not None:
            opened_by[project] |= {found[1] for found in _GLOBAL.finditer(text)}
    for project in needs:
        for manifest in (top / project).glob("*.csproj"):
            opened_by[project] |= {*_PROJECT_USING.findall(manifest.read_text("utf-8-sig"))}
    for path, text in texts.items():
        own = project_of(path, needs)
        namespaces = {found[2] for found in _USING.finditer(text)} | opened_by.get(own or "", set())
        for found in _NAMESPACE.finditer(text):
            parts = found[1].split(".")
            namespaces |= {".".join(parts[: n + 1]) for n in range(len(parts))}
        namespaces.add("")
        words = {found[1] for found in _WORD.finditer(text) if found[1]}
        mine = _declared_here(text)
        reach = {own, *closure(own, needs)} if own is not None else None
        for name in words - mine:
            meant = {
                other
                for namespace in namespaces
                for other in declared.get((namespace, name), ())
                if reach is None or project_of(other, needs) in (*reach, None)
            }
            here = {other for other in meant if project_of(other, needs) == own}
            owned = {other for other in meant if project_of(other, needs) is not None}
            meant = here or owned or meant
            meant = {
                m for m in meant if m.endswith(f"/{name}.cs")
            } or meant  # of the parts of a class the main one
            if meant and path not in meant and len({project_of(other, needs) for other in meant}) == 1:
                yield from ((path, other) for other in meant)


def _plain(text: str) -> str:
    """The text without comments and strings; what interpolated strings hold in braces is kept."""
    return _NOISE.sub(lambda found: "" if found[0][0] == "/" else _inside(found[0]), text)


def _inside(string: str) -> str:
    held = _HELD.findall(string) if "$" in string[:3] else ()
    return '"' + " ".join(re.sub(r":[^:)]*$", "", each) for each in held) + '"'


def _outer_types(text: str) -> Iterator[str]:
    """Types that no other type holds: by the depth of braces below that of the namespace."""
    block = re.search(r"\bnamespace\s+[\w.]+\s*\{", text) is not None
    depth = position = 0
    for found in _TYPE.finditer(text):
        between = text[position : found.start()]
        depth += between.count("{") - between.count("}")
        position = found.start()
        if depth == int(block):
            yield found[1] or found[2]


def _declared_here(text: str) -> set[str]:
    return {found[1] or found[2] for found in _TYPE.finditer(text)}


def project_of(path: str, projects: Mapping[str, set[str]]) -> str | None:
    directory = path.rpartition("/")[0]
    while directory not in projects:
        if not directory:
            return None
        directory = directory.rpartition("/")[0]
    return directory


def closure(project: str, needs: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [project]
    while waiting:
        for other in needs.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen
