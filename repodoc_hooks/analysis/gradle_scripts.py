"""Gradle's scripts as text: the projects that they name, the modules that they include, the plugins that they apply."""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

SUFFIXES = (".gradle", ".gradle.kts")
_PROJECT = expression(r"\bproject\s*\(\s*(?:path\s*[=:]\s*)?[\"']:?([^\"']+)[\"']")
_ACCESSOR = expression(r"\bprojects\.([A-Za-z_][\w.]*)")
_INCLUDES = expression(r"\binclude\b\s*\(?((?:\s*,?\s*[\"'][^\"'\n]+[\"'])+)")
_BUILDS = expression(r"\bincludeBuild\b\s*\(?\s*[\"']([^\"'\n]+)[\"']")
_PLACED = expression(
    r"\bproject\s*\(\s*[\"']:?([^\"'\n]+)[\"']\s*\)\s*\.\s*projectDir\s*=[^\n]*?[\"']([^\"'\n]+)[\"']"
)
_PLUGIN = expression(r"\b(?:id\s*\(?\s*|plugin\s*(?::\s*|\(\s*))[\"']([\w.-]+)[\"']")
_QUOTED = expression(r"[\"']([^\"'\n]+)[\"']")
_COMMENT = expression(r"/\*.*?\*/|(?<![:\"'\w])//[^\n]*", re.DOTALL)
_SHARED = expression(r"\b(?:subprojects|allprojects|configure)\b")
_PRECOMPILED = "/src/main/"


def gradle_projects(data: bytes) -> list[str]:
    """The projects that a script depends on, as paths: `":a:b"` is `a/b`, `projects.shopCore` is `shop-core`."""
    text = _text(data)
    named = [path.strip(":").replace(":", "/") for path in _PROJECT.findall(text)]
    return named + [_kebab(part) for accessor in _ACCESSOR.findall(text) for part in _last(accessor)]


def gradle_includes(data: bytes) -> list[str]:
    """The directories, relative to that of the `settings.gradle`, of the modules that it includes."""
    text = _text(data)
    placed = gradle_places(data)
    paths = (path.strip(":") for each in _INCLUDES.findall(text) for path in _QUOTED.findall(each))
    return [placed.get(path, path.replace(":", "/")) for path in paths if path]


def gradle_places(data: bytes) -> dict[str, str]:
    """Modules that a `settings.gradle` puts elsewhere than their path says: `project(":a").projectDir = file("b")`."""
    return {path: where.strip("./") for path, where in _PLACED.findall(_text(data))}


def gradle_builds(data: bytes) -> list[str]:
    """The directories of the builds that a `settings.gradle` includes whole."""
    return _BUILDS.findall(_text(data))


def gradle_plugins(data: bytes) -> list[str]:
    """The plugins that a script applies, by id."""
    return _PLUGIN.findall(_text(data))


def is_shared(data: bytes) -> bool:
    """Whether a script says things of the modules below its own."""
    return _SHARED.search(_text(data)) is not None


def plugin_of(path: str) -> str:
    """The id of the plugin that a script makes ("precompiled script plugins"), "" for a module's own script."""
    if _PRECOMPILED not in f"/{path}" or not path.endswith(SUFFIXES):
        return ""
    return path.rpartition("/")[2].removesuffix(".kts").removesuffix(".gradle")


def _last(accessor: str) -> list[str]:
    """Ends of `projects.shop.shopCore.dependencyProject`: what stands behind a project is a property of it."""
    return accessor.split(".")[-2:]


def _text(data: bytes) -> str:
    return _COMMENT.sub(" ", data.decode("utf-8", "replace"))


def _kebab(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "-" + found[1].lower(), name)
