"""Where the files that are not Python stand: inside the package when installed, beside it in a checkout."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_dir() -> Path:
    """The folder of the Jinja templates (pages, diagrams, prompts, ci)."""
    return _folder("_templates", "templates")


def shims_dir() -> Path:
    """The folder of the sh template of the scripts that git runs, and of each hook's own part."""
    return _folder("_shims", "hooks")


def program() -> str:
    """The `repodoc` that belongs to this Python, else the one on PATH."""
    beside = Path(sys.executable).parent / "repodoc"
    if beside.exists():
        return str(beside)
    import shutil

    return shutil.which("repodoc") or "repodoc"


def _folder(shipped: str, source: str) -> Path:
    inside = _PACKAGE / shipped
    return inside if inside.is_dir() else _PACKAGE.parent / source
