"""Other processes of this machine: who started us, and whether they still run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MAX_DEPTH = 16


@dataclass(frozen=True, slots=True)
class Process:
    """A process at one moment. `started` tells it from a later one with the same number."""

    pid: int
    parent: int
    name: str
    started: str


def look(pid: int) -> Process | None:
    """The process with that number, None if there is none (or only a zombie)."""
    try:
        return _from_proc(pid) if sys.platform == "linux" else _from_ps(pid)
    except (OSError, ValueError, IndexError):
        return None


def ancestors(pid: int | None = None) -> Iterator[Process]:
    """Our parent (or that of `pid`), its parent, and so on."""
    above = os.getppid() if pid is None else pid
    for _ in range(_MAX_DEPTH):
        found = look(above) if above > 1 else None
        if found is None:
            return
        yield found
        above = found.parent


def nearest_git() -> Process | None:
    """The git command that runs us as a hook; None if something else does."""
    return next((process for process in ancestors() if process.name in ("git", "git.exe")), None)


def is_alive(pid: int, started: str) -> bool:
    """Does that very process still run?"""
    found = look(pid)
    return found is not None and found.started == started


def exists(pid: int) -> bool:
    """Is there a process of that number? It may be a later one; `is_alive` knows better, and takes longer."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _from_proc(pid: int) -> Process | None:
    # proc_pid_stat(5): "pid (any name) state ppid ...", the 22nd field is the start in clock ticks
    stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    end = stat.rindex(")")
    fields = stat[end + 2 :].split()
    if fields[0] in "ZX":
        return None
    return Process(pid, int(fields[1]), stat[stat.index("(") + 1 : end], fields[19])


def _from_ps(pid: int) -> Process | None:
    command = ["ps", "-o", "ppid=,stat=,lstart=,comm=", "-p", str(pid)]
    words = subprocess.run(command, capture_output=True, check=False, text=True).stdout.split(maxsplit=7)
    if words[1].startswith("Z"):
        return None
    return Process(pid, int(words[0]), Path(words[7].strip()).name, " ".join(words[2:7]))
