"""What is installed along on request (`repodoc-hooks[tui]`), and the command that adds it to this very installation.

Where the program was installed from is recorded as PEP 610 has it (packaging.python.org, "Recording the Direct URL
Origin"): no package index is assumed to have it.
"""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

NAME = "repodoc-hooks"
_UV_RECEIPT = "uv-receipt.toml"
_PIPX_RECORD = "pipx_metadata.json"


def install_command(extra: str) -> str:
    """What a user types to have an extra in the environment that this program runs in."""
    try:
        installed = distribution(NAME)
    except PackageNotFoundError:
        return f"pip install '{NAME}[{extra}]'"
    home = Path(sys.prefix)
    if (home / _UV_RECEIPT).is_file():
        return f"uv tool install --force {shlex.quote(_requirement(installed, {extra, *_uv_extras(home)}))}"
    wanted = " ".join(map(shlex.quote, requirements(installed, extra)))
    if (home / _PIPX_RECORD).is_file():
        return f"pipx inject {NAME} {wanted}"
    python = shlex.quote(sys.executable)
    if find_spec("pip") is None:
        return f"uv pip install --python {python} {wanted}"
    return f"{python} -m pip install {wanted}"


def requirements(installed: Distribution, extra: str) -> list[str]:
    """The packages that an extra stands for, as pip takes them."""
    mark = f"extra == '{extra}'"
    given = (line.replace('"', "'").partition(";") for line in installed.requires or ())
    return [wanted.strip() for wanted, _, marker in given if mark in marker] or [f"{NAME}[{extra}]"]


def _requirement(installed: Distribution, extras: set[str]) -> str:
    """The program from where it came, with these extras."""
    name = f"{NAME}[{','.join(sorted(extras))}]"
    try:
        record = json.loads(installed.read_text("direct_url.json") or "")
        url = str(record["url"])
        vcs = record.get("vcs_info")
        return f"{name} @ {vcs['vcs']}+{url}@{vcs['commit_id']}" if vcs else f"{name} @ {url}"
    except (ValueError, TypeError, KeyError):
        return name


def _uv_extras(home: Path) -> set[str]:
    """The extras that `uv tool install` was asked for; it forgets them with the next."""
    import tomllib

    try:
        wanted = tomllib.loads((home / _UV_RECEIPT).read_text())["tool"]["requirements"]
        return {extra for each in wanted if each["name"] == NAME for extra in each.get("extras", ())}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
