"""Project files of C#: what MSBuild reads of them that decides what source means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from repodoc_hooks.analysis.manifests import local_name, xml
from repodoc_hooks.expressions import expression

_GLOBAL_USING = expression(
    r"^\s*global\s+using\s+(?:static\s+)?(?:@?\w+\s*=\s*)?(?:global::)?([\w.]+)\s*;", re.MULTILINE
)
_HERE = "$(MSBuildThisFileDirectory)"
_PROPERTY = expression(r"^\$\([^)]*\)/*")


def project_references(data: bytes) -> list[str]:
    """The project files that a project references to compile against, as they are written, with `/`.

    What begins with a property (`$(RepoRoot)/src/A.csproj`) keeps it: see `without_property`.
    """
    return [
        path.replace("\\", "/")
        for item in _items(data, "ProjectReference")
        if _told(item, "ReferenceOutputAssembly").lower() != "false"
        for path in item.get("Include", "").split(";")
        if path.strip()
    ]


def without_property(path: str) -> tuple[str, str]:
    """The property that a path begins with ("" for none), and the rest."""
    found = _PROPERTY.match(path)
    return (found[0].rstrip("/"), path[found.end() :]) if found is not None else ("", path)


def is_beside(prefix: str) -> bool:
    """Whether a property means the directory of the file in which it stands."""
    return prefix == _HERE


def project_usings(data: bytes) -> list[str]:
    """The namespaces that a project file opens for all of its source (`<Using Include="..." />`)."""
    return [name for item in _items(data, "Using") if (name := item.get("Include", ""))]


def global_usings(data: bytes) -> list[str]:
    """The namespaces that a C# file opens for its whole project (`global using`, C# 10)."""
    return _GLOBAL_USING.findall(data.decode("utf-8-sig", "replace"))


def _items(data: bytes, name: str) -> Iterator[Any]:
    root = xml(data.lstrip(b"\xef\xbb\xbf"))
    yield from (e for e in (root.iter() if root is not None else ()) if local_name(e) == name)


def _told(item: Any, name: str) -> str:
    """What an item says under a name, as an attribute or an element."""
    inside = (e.text or "" for e in item if local_name(e) == name)
    return str(item.get(name) or next(inside, "")).strip()
