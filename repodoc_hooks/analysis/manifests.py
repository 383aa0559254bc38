"""Package manifests (package.json, Cargo.toml, pyproject.toml ...): as plain tables, and what they mean for imports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1024)
def table(path: str, data: bytes) -> dict[str, Any]:
    """The top-level table of a JSON or TOML manifest, empty if it cannot be read. Not to be changed: it is shared."""
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


def project(path: str, data: bytes) -> dict[str, Any]:
    """The table of a manifest that holds the package's name and description."""
    content = table(path, data)
    if path.endswith("Cargo.toml"):
        found = content.get("package")
    elif path.endswith("pyproject.toml"):
        tool = content.get("tool")
        found = content.get("project") or (tool.get("poetry") if isinstance(tool, dict) else None)
    else:
        return content
    return found if isinstance(found, dict) else {}


_JAVASCRIPT = frozenset({"javascript", "typescript", "tsx"})
_READERS = {
    "package.json": _JAVASCRIPT,
    "pnpm-workspace.yaml": _JAVASCRIPT,
    "lerna.json": _JAVASCRIPT,
    "go.mod": frozenset({"go"}),
    "go.work": frozenset({"go"}),
    "Cargo.toml": frozenset({"rust"}),
    "composer.json": frozenset({"php"}),
}
_PACKAGE_KEYS = ("name", "main", "module", "source", "types", "typings", "exports", "imports", "workspaces")


def read_by(path: str) -> frozenset[str]:
    """The languages whose imports a file decides upon, by its name; none for most files."""
    name = path.rpartition("/")[2]
    if name.startswith(("tsconfig", "jsconfig")) and name.endswith(".json"):
        return _JAVASCRIPT
    return _READERS.get(name, frozenset())


def import_rules(path: str, data: bytes) -> str:
    """What a manifest says of the meaning of imports, as text; versions of other people's packages are not in it."""
    name, content = path.rpartition("/")[2], table(path, data)
    if name == "package.json":
        told: Any = {key: content[key] for key in _PACKAGE_KEYS if key in content}
    elif name == "composer.json":
        told = [content.get("autoload"), content.get("autoload-dev")]
    elif name == "Cargo.toml":
        told = [project(path, data).get("name"), content.get("lib"), content.get("bin")]
        told += [content.get("workspace"), [*_local_crates(content)]]
    else:
        told = [" ".join(line.split()) for line in data.decode("utf-8", "replace").splitlines()]
    return json.dumps(told, sort_keys=True, default=str)


def _local_crates(content: dict[str, Any]) -> Iterator[Any]:
    """Dependencies that live in this repository, by path or by way of the workspace."""
    targets = content.get("target")
    tables = [content, *(targets.values() if isinstance(targets, dict) else ())]
    for each in tables:
        for kind in ("dependencies", "dev-dependencies", "build-dependencies"):
            named = each.get(kind) if isinstance(each, dict) else None
            for name, value in named.items() if isinstance(named, dict) else ():
                if isinstance(value, dict) and ("path" in value or "workspace" in value):
                    yield [name, value.get("path"), value.get("workspace")]
