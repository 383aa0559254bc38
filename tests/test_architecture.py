"""`diagrams/stage_3/backend.mmd` draws the packages as they are, and imports run in one direction."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import repodoc_hooks
from tests.pages.real_mermaid import running

PACKAGE = Path(repodoc_hooks.__file__).parent
DIAGRAM = Path(__file__).parents[1] / "diagrams" / "stage_3" / "backend.mmd"
# Folders of tests that stand for no package: the site, promises of SECURITY.md, cases in a language of their own.
ACROSS_PACKAGES = {"docs", "hostile", "scenarios"}


@cache
def imports(*, for_types: bool = False) -> dict[str, frozenset[str]]:
    """Module -> modules of the package that it imports anywhere; those for type checkers alone count if asked for."""
    files = {_name(file): file for file in PACKAGE.rglob("*.py")}
    found = {}
    for name, file in files.items():
        if name == "repodoc_hooks":
            continue
        targets = set()
        for node in _nodes(ast.parse(file.read_text("utf-8")), for_types):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("repodoc_hooks"):
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    targets.add(whole if whole in files else str(node.module))
        found[name] = frozenset(targets & files.keys() - {name, "repodoc_hooks"})
    return found


def _name(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def _nodes(tree: ast.AST, for_types: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and not for_types and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node, for_types)


def groups() -> dict[str, list[str]]:
    """Node of the diagram -> the modules that it stands for, from its `%% node: pattern ...` lines."""
    lines = re.findall(r"^ *%% (\w+): (.+)$", DIAGRAM.read_text("utf-8"), re.MULTILINE)
    return {node: [f"repodoc_hooks.{pattern}" for pattern in patterns.split()] for node, patterns in lines}


def owner(module: str) -> str:
    """The node that stands for a module: that of the longest pattern."""
    fits = [
        (len(pattern), node)
        for node, patterns in groups().items()
        for pattern in patterns
        if fnmatchcase(module, pattern)
    ]
    assert fits, f"no node of the diagram stands for {module}"
    return max(fits)[1]


def real() -> set[tuple[str, str]]:
    """Arrows as the code has them; those to the foundation, which everything imports, are not drawn."""
    found = set()
    for module, targets in imports().items():
        found |= {(owner(module), owner(target)) for target in targets if module != target}
    return {(a, b) for a, b in found if a != b and b != "foundation"}


def test_the_diagram_shows_the_imports_between_its_nodes() -> None:
    drawn = set(re.findall(r"^ *(\w+) --> (\w+)$", DIAGRAM.read_text("utf-8"), re.MULTILINE))
    assert drawn == real()


def test_arrows_run_down_only() -> None:
    targets: dict[str, set[str]] = {}
    for source, target in real():
        targets.setdefault(source, set()).add(target)
    TopologicalSorter(targets).prepare()


def test_no_file_imports_itself_by_a_detour() -> None:
    """File by file, with what is imported inside functions and for type checkers alone."""
    TopologicalSorter(imports(for_types=True)).prepare()


def test_the_diagram_parses_in_the_real_mermaid() -> None:
    with running() as mermaid:
        assert mermaid.parse(DIAGRAM.read_text("utf-8")).error == ""


def test_tests_are_laid_out_as_the_package_is() -> None:
    tests = Path(__file__).parent
    folders = {file.parent.relative_to(tests).as_posix() for file in tests.rglob("test_*.py")} - {"."}
    assert [folder for folder in sorted(folders - ACROSS_PACKAGES) if not (PACKAGE / folder).is_dir()] == []
    assert [folder for folder in sorted(folders) if not (tests / folder / "__init__.py").is_file()] == []
