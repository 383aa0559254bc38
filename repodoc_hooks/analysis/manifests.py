"""Package manifests (package.json, Cargo.toml, pyproject.toml ...) as plain tables."""

from __future__ import annotations

import json
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
