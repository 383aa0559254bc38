"""The `opencode` on this machine: is it there, which version, and did it turn out to be none that we can drive.

Asking takes up to 0.7 s, so the answer is kept for as long as the program is the same file.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from pathlib import Path
from typing import Any

from msgspec import Struct

from repodoc_hooks.backends.opencode_handshake import version_problem
from repodoc_hooks.backends.programs import shown, version_of
from repodoc_hooks.private import keep_file, read_json

_FILE = "opencode-program.json"
_KEPT = 600.0  # seconds for which a server that could not be driven is not started again


class Program(Struct, frozen=True):
    """`version` is () when it does not report one; `problem` says why it cannot be used, "" if it can."""

    version: tuple[int, ...] = ()
    problem: str = ""


def missing(command: str) -> str:
    """What to say where the program is not installed."""
    return f"{command} is not on PATH; install OpenCode (npm install -g opencode-ai)"


def find(command: str, state_dir: Path) -> Program:
    """The program that a command starts."""
    path = shutil.which(command)
    if path is None:
        return Program(problem=missing(command))
    identity = _identity(path)
    kept = _read(state_dir)
    if kept.get("identity") == identity:
        version = tuple(int(number) for number in kept.get("version", ()))
        refused = str(kept.get("problem", "")) if time.time() < float(kept.get("until", 0.0)) else ""
        return Program(version, refused or (version_problem(version) if version else ""))
    version = version_of(path) or ()
    _write(state_dir, {"identity": identity, "version": version})
    return Program(version, version_problem(version) if version else "")


def refuse(command: str, state_dir: Path, problem: str) -> str:
    """Keep for a while that the server of this program cannot be driven; what to say of it."""
    path = shutil.which(command)
    if path is None:
        return missing(command)
    version = find(command, state_dir).version
    told = f"OpenCode {shown(version)} ({command}) cannot be driven: {problem}"
    kept = {"version": version, "problem": told, "until": time.time() + _KEPT}
    _write(state_dir, {"identity": _identity(path), **kept})
    return told


def _identity(path: str) -> list[object]:
    real = Path(path).resolve()
    about = real.stat()
    return [str(real), about.st_size, about.st_mtime_ns]


def _read(state_dir: Path) -> dict[str, Any]:
    data = read_json(state_dir / _FILE)
    return data if isinstance(data, dict) else {}


def _write(state_dir: Path, data: dict[str, object]) -> None:
    with contextlib.suppress(OSError):
        keep_file(state_dir / _FILE, json.dumps(data).encode())
