"""Where the files that are not Python stand: inside the package when installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_dir() -> Path:
    """The folder of the Jinja templates (pages, diagrams, prompts, ci)."""
    return _folder("_templates", "templates")


def shims_dir() -> Path:
    """The folder of the sh shims that git runs, one per git hook."""
    return _folder("_shims", "hooks")


def _folder(shipped: str, source: str) -> Path:
    inside = _PACKAGE / shipped
    return inside if inside.is_dir() else _PACKAGE.parent / source
