"""The packages of a JavaScript repository that are linked to each other: those of workspaces, and their tops."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from repodoc_hooks.analysis.manifests import NPM_DEPENDENCIES, NPM_PATHS
from repodoc_hooks.analysis.patterns import to_regex
from repodoc_hooks.analysis.resolution.tree import Tree, ancestors, join
from repodoc_hooks.expressions import expression

_PNPM = "pnpm-workspace.yaml"
_LISTED = expression(r"^packages:\s*\n((?:[ \t]*(?:-.*|#.*)?\n?)*)", re.MULTILINE)

Json = Callable[[str], dict[str, Any]]


class Workspaces:
    """The packages that are linked to each other; `json` gives the object in a file, {} if there is none."""

    def __init__(self, tree: Tree, json: Json) -> None:
        self._json = json
        self._strict = _PNPM in tree.files
        self._members = _members(tree, json)
        self._named: dict[str, str] = {}
        for directory in self._members:
            name = json(join(directory, "package.json")).get("name")
            if isinstance(name, str) and name:
                self._named.setdefault(name, directory)

    def linked(self, directory: str, name: str) -> str | None:
        """The directory of the package that a name means in a directory: one of a workspace, or one that a dependency
        names by its path.

        A package of a workspace is not meant if what depends on it is of no workspace, nor with pnpm if nothing depends
        on it.
        """
        where = self._named.get(name)
        for above in ancestors(directory):
            manifest = self._json(join(above, "package.json"))
            if where == above and manifest:
                return where
            if (wanted := _wanted(manifest, name)) is None:
                continue
            if wanted.startswith(NPM_PATHS):
                return join(above, wanted.partition(":")[2])
            return where if above in self._members else None
        return None if self._strict else where


def _wanted(manifest: dict[str, Any], name: str) -> str | None:
    """The range of versions in which a package depends on another; None where it does not."""
    for kind in NPM_DEPENDENCIES:
        declared = manifest.get(kind)
        version = declared.get(name) if isinstance(declared, dict) else None
        if isinstance(version, str):
            return version
    return None


def _members(tree: Tree, json: Json) -> dict[str, None]:
    """The directories of the packages of workspaces, and those that stand at a top."""
    directories = {above for d in tree.by_directory for above in ancestors(d)}
    manifests: dict[str, None] = {}
    for top in sorted(d for d in directories if not d or _is_top(tree, json, d)):
        wanted, unwanted = _patterns(tree, json, top)
        manifests[top] = None
        below = (d for d in sorted(directories) if d != top and d.startswith(f"{top}/" if top else ""))
        for directory in below if wanted else ():
            inside = directory[len(top) :].strip("/")
            if any(p.fullmatch(inside) for p in wanted) and not any(p.fullmatch(inside) for p in unwanted):
                manifests[directory] = None
    return manifests


def _is_top(tree: Tree, json: Json, directory: str) -> bool:
    """Whether a directory below the top has workspaces of its own."""
    if join(directory, _PNPM) in tree.files:
        return True
    manifest = join(directory, "package.json")
    return manifest in tree.files and "workspaces" in json(manifest)


def _patterns(tree: Tree, json: Json, top: str) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    wanted: list[re.Pattern[str]] = []
    unwanted: list[re.Pattern[str]] = []
    for pattern in _workspaces(tree, json, top):
        plain = pattern.removeprefix("!").removeprefix("./").rstrip("/")
        (unwanted if pattern.startswith("!") else wanted).append(re.compile(to_regex("/" + plain)))
    return wanted, unwanted


def _workspaces(tree: Tree, json: Json, top: str) -> Iterator[str]:
    workspaces = json(join(top, "package.json")).get("workspaces", ())
    if isinstance(workspaces, dict):
        workspaces = workspaces.get("packages", ())
    yield from (w for w in workspaces if isinstance(w, str))
    listed = _LISTED.search(tree.read(join(top, _PNPM)).decode(errors="replace"))
    for line in listed[1].splitlines() if listed else ():
        entry = line.strip().removeprefix("-").split(" #")[0].strip().strip("'\"")
        if line.strip().startswith("-"):
            yield entry
    lerna = json(join(top, "lerna.json")).get("packages", ()) if not top else ()
    yield from (w for w in lerna if isinstance(w, str))
