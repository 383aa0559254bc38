"""A small world for merge tests: a component whose files branches change, and its page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from repodoc_hooks.analysis.facts import Component, FileFacts, SourceFile, Symbol
from repodoc_hooks.pages import render
from repodoc_hooks.pages.markers import compose
from repodoc_hooks.pages.model import DependencyStamp, FileStamp, Stamps
from repodoc_hooks.sections.kinds import PAGE_ORDER

PAGE = "docs/repodoc/pkg.md"
OUTSIDE = ("lib/a.py", "lib/b.py", "core/c.py", "zoo/d.py")
OWNERS = {path: path.split("/")[0] for path in OUTSIDE}


@dataclass(frozen=True)
class File:
    """What a source file says: its symbols as (class?, name, signature) and the names of what it imports."""

    symbols: tuple[tuple[bool, str, int], ...]
    imports: frozenset[str]


World = Mapping[str, File]


def page(world: World) -> str:
    """The page of the component `pkg` as a fresh rendering gives it."""
    facts = {path: _facts(file) for path, file in world.items()}
    component = Component(
        "pkg", "pkg", "directory", tuple(SourceFile(p, _hash(p), "python") for p in sorted(world))
    )
    imports = {
        path: frozenset(t for t in file.imports if t in world or t in OWNERS) for path, file in world.items()
    }
    outside = {t for found in imports.values() for t in found if t in OWNERS}
    owners = {**OWNERS, **dict.fromkeys(world, "pkg")}
    stamps = Stamps(
        component="pkg",
        templates="1",
        files={
            p: FileStamp(p, _hash(f), _hash(f, "a"), _hash(f, "d"), _hash(f, "i")) for p, f in world.items()
        },
        dependencies={path: DependencyStamp(path, _hash(path)) for path in outside},
    )
    regions = {
        "structure": render.structure(component, facts, imports),
        "dependencies": render.dependencies(component.id, imports, owners, {}),
        "api": render.api(component, facts, PAGE),
    }
    return compose(None, "pkg", regions, stamps, PAGE_ORDER, PAGE)


def _facts(file: File) -> FileFacts:
    symbols = tuple(
        Symbol(
            name,
            "class" if is_class else "function",
            f"{'class' if is_class else 'def'} {name}({'x' * n})",
            "",
            True,
            "",
        )
        for is_class, name, n in file.symbols
    )
    return FileFacts("python", "", "", "", symbols)


def _hash(what: str | File, salt: str = "") -> str:
    text = what if isinstance(what, str) else repr((what.symbols, sorted(what.imports)))
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()[:12]


names = st.sampled_from(("run", "stop", "Session", "Client", "load", "dump"))
symbols = st.lists(
    st.tuples(st.booleans(), names, st.integers(0, 3)), max_size=3, unique_by=lambda s: s[1]
).map(tuple)


def files(paths: tuple[str, ...]) -> st.SearchStrategy[File]:
    """A file that imports some of these paths."""
    return st.builds(File, symbols, st.frozensets(st.sampled_from(paths), max_size=3))
