"""Edges beside what builds themselves say: crates beside `cargo metadata`, includes beside Clang's preprocessor.

    python -m benchmarks.judges.edges rust|c WORKSPACE [INCLUDE_DIRECTORY ...]

Rust: an edge is one crate of the workspace using another, at run time (dev-dependencies are none). C and C++: an edge
is one file including another; what another configuration would include (branches of `#if` that are not taken) does not
count, nor what lies outside of the repository.
"""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import language_of, parse

Edge = tuple[str, str]
_RUN_TIME = frozenset({"", "export"})
_FOR_TESTS = re.compile(r"(?:^|/)(?:tests|benches|examples|fuzz)/")
_CPP = re.compile(rb"^\s*(?:namespace|template|class)\b", re.MULTILINE)
_SHOWN = 15


class _Tree:
    """The files that git tracks in a folder, read from its work tree."""

    def __init__(self, top: Path) -> None:
        self.top = top
        listed = subprocess.run(
            ("git", "-C", str(top), "ls-files", "-z"), capture_output=True, check=True
        ).stdout
        names = [name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name]
        self.files = {n for n in names if (top / n).is_file() and not (top / n).is_symlink()}
        self.facts = cache(self._facts)

    def read(self, name: str) -> bytes:
        """The bytes of a file, b"" for none."""
        return (self.top / name).read_bytes() if name in self.files else b""

    def _facts(self, name: str) -> FileFacts:
        return parse(language_of(name) or "", self.read(name))

    def sources(self, *languages: str) -> set[str]:
        """The files in some languages."""
        return {name for name in self.files if language_of(name) in languages}

    def resolver(self, sources: set[str]) -> Resolver:
        """What resolves the imports of some files among themselves."""
        return Resolver(sources, self.read, None, self.facts, self.files)


def crate_agreement(top: Path) -> Agreement:
    """The crates of a workspace that use others at run time, beside those that say so in their manifests."""
    tree = _Tree(top)
    command = ("cargo", "metadata", "--no-deps", "--offline", "--format-version", "1")
    metadata = json.loads(subprocess.run(command, cwd=top, capture_output=True, check=True).stdout)
    crates = {_directory(package["manifest_path"], top): package for package in metadata["packages"]}
    theirs = {edge for directory, package in crates.items() for edge in _declared(directory, package, top)}
    sources = {name for name in tree.sources("rust") if not _FOR_TESTS.search(name)}
    resolver = tree.resolver(tree.sources("rust"))
    ours: set[Edge] = set()
    for name in sources:
        own = _holding(name, crates)
        for target, uses in resolver.resolve(name, tree.facts(name)).items():
            other = _holding(target, crates)
            if own is not None and other not in (None, own) and not _RUN_TIME.isdisjoint(uses):
                ours.add((own, str(other)))
    return agreement(top.name, "rust", "crates", ours, theirs)


def _declared(directory: str, package: dict[str, Any], top: Path) -> Iterable[Edge]:
    for each in package["dependencies"]:
        if each.get("path") and each["kind"] != "dev":
            yield directory, _directory(f"{each['path']}/Cargo.toml", top)


def _directory(manifest: str, top: Path) -> str:
    found = Path(manifest).parent.relative_to(top.resolve()).as_posix()
    return "" if found == "." else found


def _holding(name: str, crates: Iterable[str]) -> str | None:
    """The crate that a file is of."""
    return max((c for c in crates if not c or name.startswith(f"{c}/")), key=len, default=None)


def include_agreement(top: Path, directories: Sequence[str]) -> Agreement:
    """The files that files include, beside what Clang's preprocessor opens for them."""
    tree = _Tree(top.resolve())
    sources = tree.sources("c", "cpp")
    resolver = tree.resolver(sources)
    theirs: set[Edge] = set()
    opened: dict[str, set[str]] = {}
    for name in sorted(sources):
        for parent, path in _opened(tree, name, directories):
            opened.setdefault(parent, set()).add(path)
            inside = posixpath.relpath(path, tree.top) if path.startswith(f"{tree.top}/") else ""
            if inside in sources and parent in sources and inside != parent:
                theirs.add((parent, inside))
    ours: set[Edge] = set()
    for name in sorted(opened):
        if name in sources:
            for item in tree.facts(name).imports:
                tail = "/" + re.sub(r"^(?:\.\.?/)+", "", item.target)
                if any(path.endswith(tail) for path in opened[name]):  # else in a branch that is not taken
                    one = tree.facts(name).__class__("c", "", "", "", imports=(item,))
                    ours.update((name, target) for target in resolver.resolve(name, one))
    return agreement(top.name, "c", "includes", ours, theirs)


def _opened(tree: _Tree, name: str, directories: Sequence[str]) -> Iterable[Edge]:
    """What is opened for a file, each with the file of the repository that includes it ("" for another one)."""
    is_cpp = language_of(name) == "cpp" or _CPP.search(tree.read(name)) is not None
    language = "c++" if is_cpp else "c"
    include = [f"-I{tree.top / directory}" for directory in directories]
    command = ("clang", "-x", language, "-MM", "-MG", "-H", "-w", *include, str(tree.top / name))
    told = subprocess.run(command, capture_output=True, text=True, errors="replace").stderr
    stack = [name]
    for line in told.splitlines():
        found = re.match(r"(\.+) (.*)", line)
        if found is None:
            continue
        path = posixpath.normpath(found[2])
        depth = len(found[1])
        del stack[depth:]
        yield stack[depth - 1], path
        stack.append(posixpath.relpath(path, tree.top) if path.startswith(f"{tree.top}/") else "")


def main(arguments: Sequence[str]) -> int:
    """Print the agreement of one repository."""
    language, folder, *directories = arguments
    top = Path(folder).resolve()
    found = crate_agreement(top) if language == "rust" else include_agreement(top, directories)
    for line in found.lines(_SHOWN):
        print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
