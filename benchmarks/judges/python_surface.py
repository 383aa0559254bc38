"""What users can import from Python packages, module by module, beside griffe's idea of what is public.

python -m benchmarks.judges.python_surface [--show] PACKAGE...

A PACKAGE is a directory with `__init__.py`. Names that griffe knows and that come from outside the package are compared
by name like others. Signatures and first words of documentation are compared for the names that both have.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.analysis.components import discover
from repodoc_hooks.analysis.entry_points import SurfaceReader
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.analysis.languages.python_exports import visible
from repodoc_hooks.config import Config

_SHOWN = 12
_CODE = re.compile(r"(?:^[^\n]*:\s*)?^```.*?^```", re.MULTILINE | re.DOTALL)
"""An example, with the line that leads to it."""
_OF_THE_MODULE = frozenset({"__all__", "__getattr__", "__dir__"})


def surface_agreements(package: Path) -> Iterator[Agreement]:
    """Names by module, and which of them are documented."""
    package = package.resolve()
    ours = _ours(package)
    theirs = _theirs(package)
    yield agreement(package.name, "python", "surface", ours, theirs)
    both = ours.keys() & theirs.keys()
    yield agreement(
        package.name,
        "python",
        "documented",
        [key for key in both if ours[key] and theirs[key] is not None],
        [key for key in both if theirs[key]],
    )


def _ours(package: Path) -> dict[tuple[str, str], bool]:
    """(module, name) -> whether it is documented."""
    top = package.parent
    files = [*package.rglob("*.py"), *package.rglob("*.pyi")]
    paths = sorted(path.relative_to(top).as_posix() for path in files)
    facts: dict[str, FileFacts] = {path: parse("python", (top / path).read_bytes()) for path in paths}

    def read(path: str) -> bytes:
        return (top / path).read_bytes() if path in facts else b""

    found = discover([(path, path) for path in paths], Config(), read)
    resolver = Resolver({*paths}, read, None, facts.__getitem__, {*paths})
    reader = SurfaceReader({*paths}, read, resolver, facts.__getitem__)
    return {
        (entry.name, name.name): bool(name.summary)
        for component in found.components.values()
        for entry in reader.surface(component).entries
        for name in entry.names
        if not entry.name.startswith(("command ", "console script "))
    }


def _theirs(package: Path) -> dict[tuple[str, str], bool | None]:
    """The same, None for names that griffe does not follow to a definition."""
    import griffe

    root = griffe.load(
        package.name, search_paths=[str(package.parent)], resolve_aliases=True, resolve_external=False
    )
    found: dict[tuple[str, str], bool | None] = {}
    waiting: list[Any] = [root]
    while waiting:
        module = waiting.pop()
        for name, member in module.members.items():
            if not member.is_alias and member.is_module:
                if not name.startswith("_"):
                    waiting.append(member)
                if name not in (module.exports or ()):
                    continue
            if member.is_public and name not in _OF_THE_MODULE:
                found[module.path, name] = _is_documented(member)
        for name in {*map(str, module.exports or ()), *_imported_again(module)}:
            found.setdefault((module.path, name), _is_documented(module.members.get(name)))
    return found


def _imported_again(module: Any) -> Iterator[str]:
    """`from a import b as b`, which type checkers take for an offer and griffe does not."""
    if module.filepath.suffix in (".py", ".pyi"):
        for node in ast.walk(ast.parse(module.filepath.read_bytes())):
            if isinstance(node, ast.ImportFrom):
                yield from (
                    alias.name for alias in node.names if alias.asname == alias.name and visible(alias.name)
                )


def _is_documented(member: Any) -> bool | None:
    if member is None:
        return None
    try:
        words = member.docstring.value.strip() if member.docstring else _comment(member)
        words = _CODE.sub("", words).strip()
        return bool(words) and not words.startswith((":", ".."))  # fields and directives alone say nothing
    except Exception:  # an alias that griffe cannot follow
        return None


def _comment(member: Any) -> str:
    """The comment that documents a value (`#: ...`), which griffe does not read."""
    target = member.final_target if member.is_alias else member
    if not target.is_attribute or not target.lineno:
        return ""
    lines = target.filepath.read_text(encoding="utf-8").split("\n")
    beside = lines[target.lineno - 2 : target.endlineno]
    return next((line.partition("#:")[2] for line in beside if "#:" in line), "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreements of the packages given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judges.python_surface")
    parser.add_argument("packages", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args(arguments)
    for package in options.packages:
        for found in surface_agreements(package):
            for line in found.lines(_SHOWN if options.show else 0):
                print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
