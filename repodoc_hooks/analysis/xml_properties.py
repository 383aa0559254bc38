"""Properties of builds that are written in XML, by name, with what they take from each other put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from repodoc_hooks.analysis.manifests import local_name, xml
from repodoc_hooks.expressions import expression

Lookup = Callable[[str], str]
"""From a name to its value, "" for one that is not there or depends on something that is not."""

_OF_MAVEN = expression(r"\$\{([^{}]*)\}")
_OF_MSBUILD = expression(r"[$@%]\(([^()]*)\)")
_INHERITED = ("groupId", "version")


def maven_properties(data: bytes) -> Lookup:
    """The properties of a `pom.xml`, and its elements as `project.x` (Maven, "POM Reference", Properties)."""
    root = xml(data)
    values = dict(_of_pom(root)) if root is not None else {}

    def known(name: str) -> str:
        name = name.replace("pom.", "project.", 1) if name.startswith("pom.") else name
        return name if name in values else f"project.{name}"

    return _lookup(values, _OF_MAVEN, known)


def msbuild_properties(file: str, data: bytes) -> Lookup:
    """The properties of a project file of this name, and the usual values of those that follow from it.

    Names are not told apart by case; of values under conditions the first one counts.
    """
    root = xml(data)
    stem = file.rpartition(".")[0]
    values = {"msbuildprojectname": stem, "assemblyname": stem, "rootnamespace": stem}
    values["packageid"] = "$(AssemblyName)"
    groups = [group for group in root if local_name(group) == "PropertyGroup"] if root is not None else []
    own: dict[str, str] = {}
    for element in (each for group in groups for each in group):
        own.setdefault(local_name(element).lower(), element.text or "")
    return _lookup(values | own, _OF_MSBUILD, str.lower)


def maven_artifacts(data: bytes) -> list[str]:
    """The artifacts that a `pom.xml` depends on, in profiles too, those for tests aside."""
    root = xml(data)
    known = maven_properties(data)
    profiles = (profile for each in _children(root, "profiles") for profile in each)
    return [
        maven_value(element, known)
        for owner in (root, *profiles)
        for dependencies in _children(owner, "dependencies")
        for dependency in dependencies
        if not any((e.text or "").strip() == "test" for e in _children(dependency, "scope"))
        for element in _children(dependency, "artifactId")
    ]


def maven_parent(data: bytes) -> tuple[str, str]:
    """The path of the `pom.xml` that another one inherits from, relative to its own, and the artifact expected there.

    ("", "") where there is none (Maven, "POM Reference", Inheritance).
    """
    for parent in _children(xml(data), "parent"):
        path = next(((e.text or "").strip() for e in _children(parent, "relativePath")), "../pom.xml")
        artifact = next(((e.text or "").strip() for e in _children(parent, "artifactId")), "")
        if path:
            return path if path.endswith(".xml") else f"{path}/pom.xml", artifact
    return "", ""


def _children(element: Any, name: str) -> list[Any]:
    """The children of an XML element, or of None, that have a name."""
    return [e for e in (element if element is not None else ()) if local_name(e) == name]


def maven_value(element: Any, known: Lookup) -> str:
    """The text of an element of a `pom.xml`, "" for one that takes in what is not known."""
    return _filled((element.text or "").strip(), _OF_MAVEN, known) or ""


def _filled(text: str, placeholder: re.Pattern[str], known: Lookup) -> str | None:
    """A text with its placeholders put in, None if one is not known."""
    parts: list[str] = []
    at = 0
    for found in placeholder.finditer(text):
        if not (value := known(found[1].strip())):
            return None
        parts += (text[at : found.start()], value)
        at = found.end()
    return "".join((*parts, text[at:]))


def _lookup(values: Mapping[str, str], placeholder: re.Pattern[str], key: Callable[[str], str]) -> Lookup:
    under_way: set[str] = set()

    def known(name: str) -> str:
        wanted = key(name)
        if wanted in under_way:
            return ""
        under_way.add(wanted)
        value = _filled(values.get(wanted, "").strip(), placeholder, known)
        under_way.discard(wanted)
        return value or ""

    return known


def _of_pom(root: Any) -> Iterator[tuple[str, str]]:
    yield "project.name", "${project.artifactId}"
    own = {local_name(each) for each in root}
    for element in root:
        name = local_name(element)
        if name == "properties":
            yield from ((local_name(each), each.text or "") for each in element)
        elif name == "parent":
            for each in element:
                key = local_name(each)
                yield f"project.parent.{key}", each.text or ""
                if key in _INHERITED and key not in own:
                    yield f"project.{key}", each.text or ""
        elif not len(element):
            yield f"project.{name}", element.text or ""
