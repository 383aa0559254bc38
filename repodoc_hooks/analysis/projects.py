"""The package that a manifest declares: its name and description, as its build reads them.

What a value takes from elsewhere in the manifest (`"#{s.description}"`, `${project.name}`, `$(PackageId)`) is put in;
a value that depends on anything else is none, and a manifest whose name is still to be filled in (`{{ name }}`) says
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from repodoc_hooks.analysis import setup_script
from repodoc_hooks.analysis.manifests import MAX_BYTES, table
from repodoc_hooks.analysis.script_strings import Lookup, string_at
from repodoc_hooks.analysis.xml_properties import maven_properties, msbuild_properties
from repodoc_hooks.expressions import expression


class Project(Struct, frozen=True):
    """`description` is its first paragraph on one line; `inherits` says that the workspace above has it (Cargo)."""

    name: str = ""
    description: str = ""
    inherits: bool = False


@lru_cache(maxsize=1024)
def project(path: str, data: bytes) -> Project:
    """What a manifest declares; empty where it declares nothing or cannot be read."""
    if len(data) > MAX_BYTES:
        return Project()
    file = path.rpartition("/")[2]
    reader = next((reader for endings, reader in _READERS if file.endswith(endings)), _of_table)
    name, description, *rest = reader(file, data)
    if _TO_FILL_IN.search(name):
        return Project()
    return Project(name.strip(), _line(description), bool(rest))


_TO_FILL_IN = expression(r"\{[{%]|<%|\$\{|@[A-Z][A-Z_]+@")
_BLANK_OR_LIST = expression(r"\n[ \t]*(?:\r?\n|[-*•+][ \t]|\d+[.)][ \t])")
Declared = tuple[str, str] | tuple[str, str, bool]


def _line(value: str) -> str:
    """The first paragraph of a text on one line, without a list below it."""
    paragraph = _BLANK_OR_LIST.split(value.strip(), maxsplit=1)[0]
    return " ".join((paragraph or value).split())


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


# Tables


def _of_table(file: str, data: bytes) -> Declared:
    """JSON and TOML."""
    content: Any = table(file, data)
    if file == "Cargo.toml":
        content = content.get("package")
    elif file == "pyproject.toml":
        tool = content.get("tool")
        content = content.get("project") or (tool.get("poetry") if isinstance(tool, dict) else None)
    if not isinstance(content, dict):
        return "", ""
    name, words = content.get("name"), content.get("description")
    if isinstance(words, dict) and words.get("workspace") is True:
        return _string(name), "", True
    return _string(name), _string(words)


def workspace_description(data: bytes) -> str | None:
    """The description that a Cargo workspace lends to its members, None from a manifest that is none of a workspace."""
    workspace = table("Cargo.toml", data).get("workspace")
    if not isinstance(workspace, dict):
        return None
    package = workspace.get("package")
    return _line(_string(package.get("description"))) if isinstance(package, dict) else ""


def _of_go(_: str, data: bytes) -> Declared:
    """The last element of the module's path is its name; a major version (`/v2`) is not one (go.dev/ref/mod)."""
    found = re.search(rb'^\s*module\s+"?([^\s"]+)', data, re.MULTILINE)
    parts = [part for part in found[1].decode("utf-8", "replace").split("/") if part] if found else []
    if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    return (parts[-1] if parts else ""), ""


_SECTION = expression(r"^\[metadata\][^\n]*\n(?P<body>.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_OPTION = expression(r"^(name|description)[ \t]*[=:][ \t]*(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_ELSEWHERE = expression(r"\s*(?:attr|file):")


def _of_setup_cfg(_: str, data: bytes) -> Declared:
    section = _SECTION.search(data.decode("utf-8", "replace").replace("\r\n", "\n"))
    found = dict(_OPTION.findall(section["body"])) if section else {}
    values = {key: "" if _ELSEWHERE.match(value) else value for key, value in found.items()}
    return values.get("name", ""), values.get("description", "")


# XML


def _of_pom(_: str, data: bytes) -> Declared:
    known = maven_properties(data)
    return known("project.artifactId"), known("project.description")


def _of_csproj(file: str, data: bytes) -> Declared:
    known = msbuild_properties(file, data)
    return known("PackageId"), known("Description") or known("PackageDescription")


# Scripts

_GEM_FIELD = expression(r"(?:^|[;|])[ \t]*(?:\w+(\.))?(\w+)[ \t]*=(?![=~])[ \t]*", re.MULTILINE)
_GRADLE_FIELD = expression(
    r"^(?:[ \t]*rootProject\.|project\.)?(?P<own>name|description)(?:[ \t]*=(?!=)[ \t]*|[ \t]+(?=[\"']))"
    r"|^[ \t]*(?:(?:const[ \t]+)?val|var|def|String|ext\.)[ \t]*(?P<local>\w+)(?:[ \t]*:[ \t]*String)?[ \t]*=[ \t]*",
    re.MULTILINE,
)


def _of_gemspec(_: str, data: bytes) -> Declared:
    """What is assigned to the specification, whatever it is called there, and to names of the script."""
    text = data.decode("utf-8", "replace")
    places: dict[str, int] = {}
    for found in _GEM_FIELD.finditer(text):
        places.setdefault((found[1] or "") + found[2], found.end())

    def read(name: str, known: Lookup) -> str:
        before, dot, field = name.partition(".")
        at = places.get(dot + field if dot else before)
        return "" if at is None else string_at(text, at, "ruby", known)

    known = _resolved(read)
    return known("s.name"), known("s.summary") or known("s.description")


def _of_gradle(_: str, data: bytes) -> Declared:
    text = data.decode("utf-8", "replace")
    places: dict[str, int] = {}
    for found in _GRADLE_FIELD.finditer(text):
        places.setdefault(found["local"] or f"project.{found['own']}", found.end())

    def read(name: str, known: Lookup) -> str:
        name = name.replace("rootProject.", "project.")
        at = places.get(f"project.{name}" if name in ("name", "description") else name)
        return "" if at is None else string_at(text, at, "gradle", known)

    known = _resolved(read)
    return known("project.name"), known("project.description")


def _resolved(read: Callable[[str, Lookup], str]) -> Lookup:
    """Reads values by name, those that they are made of among them; one that depends on itself is not known."""
    under_way: set[str] = set()

    def known(name: str) -> str:
        if name in under_way:
            return ""
        under_way.add(name)
        value = read(name, known)
        under_way.discard(name)
        return value

    return known


def _of_setup_py(_: str, data: bytes) -> Declared:
    said = setup_script.strings(data)
    return said.get("name", ""), said.get("description", "")


_READERS: tuple[tuple[tuple[str, ...], Callable[[str, bytes], Declared]], ...] = (
    (("pom.xml",), _of_pom),
    ((".csproj", ".props"), _of_csproj),
    ((".gemspec",), _of_gemspec),
    ((".gradle", ".gradle.kts"), _of_gradle),
    (("setup.py",), _of_setup_py),
    (("setup.cfg",), _of_setup_cfg),
    (("go.mod",), _of_go),
)
