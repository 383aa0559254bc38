"""What a component says of itself outside its source: its manifest's `description`, else its README's introduction."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator

from repodoc_hooks.analysis import readme
from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.analysis.manifests import project

NONE = ("", "")
_MANIFESTS = {"Rust crate": "Cargo.toml", "npm package": "package.json", "Python package": "pyproject.toml"}
_ANY = ("package.json", "pyproject.toml", "composer.json")


def description(component: Component, paths: Container[str], read: Callable[[str], bytes]) -> tuple[str, str]:
    """Path of the file that describes a component and its words, two empty strings without one.

    A Python package is also described by the project above it that has its name.

    Args:
        component: one that was found by its directory.
        paths: the files of the snapshot.
        read: gives the bytes of a file.
    """
    directory = "" if component.id == "." else component.id
    own = (_MANIFESTS[component.kind],) if component.kind in _MANIFESTS else _ANY
    for path in (_join(directory, name) for name in own):
        if path in paths and (text := _declared(path, read(path))[1]):
            return path, text
    if component.kind == "Python package":
        above = next((path for path in _above(directory, "pyproject.toml") if path in paths), "")
        name, text = _declared(above, read(above)) if above else NONE
        if text and _normal(name) == _normal(component.title):
            return above, text
    for path in (_join(directory, name) for name in readme.NAMES):
        if path in paths:
            text = readme.introduction(read(path).decode("utf-8", "replace"))
            return (path, text) if text else NONE
    return NONE


def _above(directory: str, name: str) -> Iterator[str]:
    while directory:
        directory = directory.rpartition("/")[0]
        yield _join(directory, name)


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name


def _normal(name: str) -> str:
    """A project's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(path: str, data: bytes) -> tuple[str, str]:
    """Name and description in a manifest, "" for what it lacks."""
    table = project(path, data)
    return _words(table.get("name")), _words(table.get("description"))


def _words(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
