"""Run a program and note how much processor time it took, apart from what it started.

`python own_time.py LOG VERB ...` is repodoc; `python -I -S own_time.py LOG --git PROGRAM ARGUMENT ...` runs git. A line
of LOG is a JSON list: what ran ("repodoc", or git's command) and its seconds.
"""

import json
import os
import resource
import sys


def note(log: str, name: str, usage: resource.struct_rusage) -> None:
    """Add a line to the log; several processes may do so at once."""
    line = json.dumps([name, usage.ru_utime + usage.ru_stime]) + "\n"
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, line.encode())
    os.close(file)


def git(log: str, program: str, args: list[str]) -> int:
    """Run git, and note what it and all that it waited for took."""
    process = os.posix_spawn(program, [program, *args], os.environ)
    _, status, usage = os.wait4(process, 0)
    verbs = (arg for arg, before in zip(args, ["", *args], strict=False) if before not in ("-c", "-C"))
    verb = next((arg for arg in verbs if not arg.startswith("-")), "")
    note(log, verb, usage)
    return max(os.waitstatus_to_exitcode(status), -1)


def repodoc(log: str, args: list[str]) -> int:
    """Be repodoc."""
    from repodoc_hooks.cli import main

    sys.argv = ["repodoc", *args]
    try:
        return main(args)
    finally:
        note(log, "repodoc", resource.getrusage(resource.RUSAGE_SELF))


if __name__ == "__main__":
    log, *rest = sys.argv[1:]
    sys.exit(git(log, rest[1], rest[2:]) if rest[:1] == ["--git"] else repodoc(log, rest))
