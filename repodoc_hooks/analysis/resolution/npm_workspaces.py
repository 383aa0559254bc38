"""The packages of a JavaScript repository by name: those of its workspaces, and those that stand at a top."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from repodoc_hooks.analysis.patterns import to_regex
from repodoc_hooks.analysis.resolution.tree import Tree, ancestors, join
from repodoc_hooks.expressions import expression

_PNPM = "pnpm-workspace.yaml"
_LISTED = expression(r"^packages:\s*\n((?:[ \t]*(?:-.*|#.*)?\n?)*)", re.MULTILINE)

Json = Callable[[str], dict[str, Any]]


def packages(tree: Tree, json: Json) -> dict[str, str]:
    """Directories of packages by name; `json` gives the object in a file, {} if there is none."""
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
    found: dict[str, str] = {}
    for directory in manifests:
        name = json(join(directory, "package.json")).get("name")
        if isinstance(name, str) and name:
            found.setdefault(name, directory)
    return found


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
