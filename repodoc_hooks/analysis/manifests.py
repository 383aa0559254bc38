"""Manifests of builds (package.json, Cargo.toml, pom.xml ...): as plain tables, and what they mean for imports."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from repodoc_hooks.expressions import expression

MAX_BYTES = 2_000_000
"""Of a manifest that somebody has written; a larger one counts as one that cannot be read."""
NPM_DEPENDENCIES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
NPM_PATHS = ("file:", "link:", "portal:")
"""How the version of a dependency begins that names a path."""


@lru_cache(maxsize=1024)
def table(path: str, data: bytes) -> dict[str, Any]:
    """The top-level table of a JSON or TOML manifest, empty if it cannot be read. Not to be changed: it is shared."""
    if len(data) > MAX_BYTES:
        return {}
    try:
        text = data.decode()
        if path.endswith(".json"):
            content = json.loads(text)
        else:
            import tomllib

            content = tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def xml(data: bytes) -> Any:
    """The root element of an XML manifest, None if it cannot be read. Entities are not expanded."""
    if len(data) > MAX_BYTES or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return None
    from xml.etree import ElementTree

    try:
        return ElementTree.fromstring(data)  # noqa: S314 - without a DTD there is nothing to expand
    except (ElementTree.ParseError, ValueError, LookupError):
        return None


def local_name(element: Any) -> str:
    """The name of an XML element without its namespace."""
    return str(element.tag).rpartition("}")[2]


_SBT_DIRECTORY = expression(r'\bin\b\s*(?:\(\s*)?file\s*\(\s*"([^"\n]+)"')
_SBT_PROJECT = expression(
    r"\blazy\s+val\s+(\w+|`[^`\n]+`)\s*=\s*(?:\(\s*)?(?:project|crossProject\s*\([^)]*\))(?!\w)(?!\s*(?:\.\s*)?in\b)"
)
_SBT_NAME = expression(r'\bname\s*:=\s*"([^"\n]+)"')
_SBT_BUILD_NAME = expression(
    r'^(?:ThisBuild\s*/\s*)?name\s*(?:in\s+ThisBuild\s*)?:=\s*"([^"\n]+)"', re.MULTILINE
)
_SBT_VALUE = expression(r"\blazy\s+val\b")
_SBT_AT_THE_TOP = expression(r'\bin\b\s*(?:\(\s*)?file\s*\(\s*"\.?"\s*\)')
_SWIFT_TARGET = expression(r"\.(?:target|executableTarget|macro|plugin)\s*\(")
_SWIFT_NAME = expression(r'\bname\s*:\s*"([^"\n]+)"')
_SWIFT_PATH = expression(r'\bpath\s*:\s*"([^"\n]+)"')
_SWIFT_PACKAGE = expression(r'\bPackage\s*\(\s*name\s*:\s*"([^"\n]+)"')
_LONGEST_TARGET = 20_000


def sbt_directories(data: bytes) -> list[str]:
    """The directories, relative to that of the `build.sbt`, of its projects (sbt, "Multi-project builds").

    A project without `in file("...")` stands in the directory of its own name.
    """
    text = data.decode("utf-8", "replace")
    named = _SBT_DIRECTORY.findall(text)
    own = [name.strip("`") for name in _SBT_PROJECT.findall(text)]
    return [path for path in (*named, *own) if path not in (".", "")]


def sbt_name(data: bytes) -> str:
    """The name that a `build.sbt` gives its build, "" for none."""
    found = _SBT_NAME.search(data.decode("utf-8", "replace"))
    return found[1] if found else ""


def sbt_build_name(data: bytes) -> str:
    """The name that a `build.sbt` gives the build as a whole, not one of its projects, "" for none."""
    text = data.decode("utf-8", "replace")
    root = next((project for project in _SBT_VALUE.split(text)[1:] if _SBT_AT_THE_TOP.search(project)), "")
    found = _SBT_BUILD_NAME.search(text) or _SBT_NAME.search(root)
    return found[1] if found else ""


def swift_targets(data: bytes) -> dict[str, str]:
    """The targets of a `Package.swift` with the path of their source, "" where it is the usual one.

    Tests are none (swift-package-manager, PackageDescription).
    """
    text = data.decode("utf-8", "replace")
    found: dict[str, str] = {}
    for target in _SWIFT_TARGET.finditer(text):
        arguments = _outermost(text, target.end())
        if name := _SWIFT_NAME.search(arguments):
            path = _SWIFT_PATH.search(arguments)
            found[name[1]] = (path[1].strip("./") if path else "") or found.get(name[1], "")
    return found


def swift_name(data: bytes) -> str:
    """The name of the package that a `Package.swift` declares, "" for none."""
    found = _SWIFT_PACKAGE.search(data.decode("utf-8", "replace"))
    return found[1] if found else ""


def _outermost(text: str, start: int) -> str:
    """What stands between a bracket that opens before `start` and its end, without what nested ones hold."""
    depth, kept = 1, []
    for char in text[start : start + _LONGEST_TARGET]:
        depth += (char in "([{") - (char in ")]}")
        if not depth:
            break
        if depth == 1:
            kept.append(char)
    return "".join(kept)
