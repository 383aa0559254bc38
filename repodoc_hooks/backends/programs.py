"""Programs of other people: are they there, and in which version."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from repodoc_hooks.expressions import expression
from repodoc_hooks.git.process import foreign_env

_TIMEOUT = 20.0
_ANSI = expression(r"\x1b\[[0-9;?]*[A-Za-z]")
_VERSION = expression(r"(?:^|[\sv])(\d+)\.(\d+)(?:\.(\d+))?", re.MULTILINE)


def version_of(command: str) -> tuple[int, ...] | None:
    """The first dotted number that `command --version` prints; None if it prints none, or is not there.

    It runs in a private home: some programs set up their folders whatever they are asked.
    """
    program = shutil.which(command)
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="repodoc-version-", ignore_cleanup_errors=True) as home:
        try:
            done = subprocess.run(
                [program, "--version"],
                capture_output=True,
                env=private_env(Path(home)),
                cwd=home,
                stdin=subprocess.DEVNULL,
                timeout=_TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    return parse_version((done.stdout + b"\n" + done.stderr).decode("utf-8", "replace"))


def parse_version(text: str) -> tuple[int, ...] | None:
    """The first version in a text: `1.18.33`, `opencode v2.0.15`, also among other lines and colours."""
    found = _VERSION.search(_ANSI.sub("", text))
    return tuple(int(number) for number in found.groups() if number) if found else None


def shown(version: tuple[int, ...]) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))


def private_env(home: Path) -> dict[str, str]:
    """Our environment with every folder of a user's moved under `home`."""
    folders = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR", "HOME")
    return foreign_env() | dict.fromkeys(folders, str(home))
