"""What a component says of itself in its manifest or README."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from repodoc_hooks.analysis.description import NONE, description
from repodoc_hooks.analysis.facts import Component

PYPROJECT = '[project]\nname = "My_Tool"\ndescription = "Does one thing."\n'
POETRY = '[tool.poetry]\nname = "my-tool"\ndescription = "Does one\\n thing."\n'
README = "# A title\n\n![badge](x.svg)\n\nIt is for people who like `short` words.\n"


@pytest.mark.parametrize(
    ("where", "title", "kind", "files", "expected"),
    [
        ("lib", "a", "npm package", {"lib/package.json": '{"description": "A b."}'}, "lib/package.json"),
        (".", "a", "npm package", {"package.json": '{"description": "A b."}'}, "package.json"),
        (".", "a", "npm package", {"lib/package.json": '{"description": "A b."}'}, ""),
        ("c", "a", "Rust crate", {"c/Cargo.toml": '[package]\ndescription = "A b."'}, "c/Cargo.toml"),
        ("c", "a", "Rust crate", {"c/Cargo.toml": "[package]\ndescription.workspace = true"}, ""),
        ("c", "a", "Rust crate", {"c/package.json": '{"description": "A b."}'}, ""),
        ("src/my_tool", "my_tool", "Python package", {"pyproject.toml": PYPROJECT}, "pyproject.toml"),
        ("src/my_tool", "my_tool", "Python package", {"pyproject.toml": POETRY}, "pyproject.toml"),
        ("src/other", "other", "Python package", {"pyproject.toml": PYPROJECT}, ""),
        ("src/my_tool", "my_tool.sub", "Python package", {"pyproject.toml": PYPROJECT}, ""),
        (".", "tools", "directory", {"pyproject.toml": PYPROJECT}, "pyproject.toml"),
        ("go/x", "x", "Go package", {"go/x/README.md": README}, "go/x/README.md"),
        ("go/x", "x", "Go package", {"README.md": README}, ""),
        ("lib", "a", "npm package", {"lib/package.json": "{", "lib/README.md": README}, "lib/README.md"),
        ("lib", "a", "npm package", {"lib/package.json": '{"description": ["a"]}'}, ""),
        ("lib", "a", "npm package", {"lib/README.md": "# Only a title\n"}, ""),
    ],
)
def test_where_the_words_come_from(
    where: str, title: str, kind: str, files: Mapping[str, str], expected: str
) -> None:
    component = Component(where, title, kind, ())
    path, words = description(component, files, lambda path: files[path].encode())
    assert path == expected
    assert (words != "") == (path != "")


def test_words_stand_on_one_line() -> None:
    files = {"p/pyproject.toml": POETRY, "q/README.md": README}

    def told(where: str, kind: str) -> tuple[str, str]:
        return description(Component(where, where, kind, ()), files, lambda path: files[path].encode())

    assert told("p", "Python package") == ("p/pyproject.toml", "Does one thing.")
    assert told("q", "directory") == ("q/README.md", "It is for people who like `short` words.")
    assert told("r", "directory") == NONE
