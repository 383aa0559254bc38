"""The commands that a Python distribution installs, as its manifest declares them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from repodoc_hooks.analysis.manifests import table
from repodoc_hooks.analysis.resolution.tree import join
from repodoc_hooks.analysis.setup_script import names_of, read_script
from repodoc_hooks.expressions import expression

_GROUPS = ("console_scripts", "gui_scripts")
_HEADING = expression(r"\[([\w.-]+)\]\Z")
_ENTRY = expression(r"([\w.-]+)[ \t]*=[ \t]*([\w.]+(?:[ \t]*:[ \t]*[\w.]+)?)")
_SECTION = expression(r"^\[options\.entry_points\][^\n]*\n(?P<body>.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_GROUP = expression(r"^([\w.-]+)[ \t]*=(.*)")


def python_scripts(read: Callable[[str], bytes], directory: str) -> Mapping[str, str] | None:
    """Commands by name, each "module:attribute", of the distribution in a directory; None without one."""
    texts = {name: read(join(directory, name)) for name in ("pyproject.toml", "setup.cfg", "setup.py")}
    if not any(texts.values()):
        return None
    content = table("pyproject.toml", texts["pyproject.toml"])
    project, tool = _dict(content.get("project")), _dict(content.get("tool"))
    entry_points = _dict(project.get("entry-points"))
    found: dict[str, Any] = {}
    for declared in (
        project.get("scripts"),
        project.get("gui-scripts"),
        *(entry_points.get(group) for group in _GROUPS),
        _dict(tool.get("poetry")).get("scripts"),
        _dict(_dict(tool.get("flit")).get("scripts")),
        *(_dict(_dict(tool.get("flit")).get("entrypoints")).get(group) for group in _GROUPS),
    ):
        found |= _dict(declared)
    found |= _configured(texts["setup.cfg"].decode("utf-8", "replace"))
    found |= _called(texts["setup.py"])
    targets = {name: _target(value) for name, value in found.items()}
    return {name: target for name, target in targets.items() if target}


def _target(value: Any) -> str:
    """The target of a command; Poetry has tables, too, and those of type "file" are no code of ours."""
    if isinstance(value, dict):
        value = value.get("callable") or (value.get("type") != "file" and value.get("reference"))
    return "".join(value.split("[")[0].split()) if isinstance(value, str) else ""


def _configured(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a `setup.cfg`."""
    found = _SECTION.search(text)
    group = ""
    for line in found["body"].splitlines() if found else ():
        if heading := _GROUP.match(line):
            group, line = heading[1], heading[2]
        if group in _GROUPS:
            yield from _entries(line)


def _called(data: bytes) -> Iterator[tuple[str, str]]:
    """The commands of a `setup.py`: in a table of lists or texts, or in one text with headings; those lists and texts
    may have names."""
    tree = read_script(data)
    if tree is None:
        return
    names = names_of(tree)
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.keyword) and node.arg == "entry_points" else None
        value = names.get(value.id) if isinstance(value, ast.Name) else value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield from _headed(value.value)
        for key, inner in zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ():
            if isinstance(key, ast.Constant) and key.value in _GROUPS:
                inner = names.get(inner.id, inner) if isinstance(inner, ast.Name) else inner
                for text_ in ast.walk(inner):
                    if isinstance(text_, ast.Constant) and isinstance(text_.value, str):
                        yield from _entries(text_.value)


def _headed(text: str) -> Iterator[tuple[str, str]]:
    group = ""
    for line in map(str.strip, text.splitlines()):
        if heading := _HEADING.match(line):
            group = heading[1]
        elif group in _GROUPS:
            yield from _entries(line)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for line in map(str.strip, text.splitlines() or [text]):
        if (found := _ENTRY.match(line)) is not None:
            yield found[1], found[2]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
