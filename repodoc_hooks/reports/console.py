"""Where text goes: results to stdout, lines for people to stderr; and whether they are in colour."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO

from repodoc_hooks.errors import UsageError
from repodoc_hooks.reports.color import Paint, ansi, plain, wanted

_settings = {"quiet": False, "color": "auto"}


def set_up(*, quiet: bool = False, color: str = "auto") -> None:
    """What the command line says of all output of this process."""
    _settings.update(quiet=quiet, color=color)


def is_quiet() -> bool:
    """Only errors and findings are asked for."""
    return bool(_settings["quiet"])


def paint(stream: TextIO | None = None) -> Paint:
    """How words of a stream (stdout, if none is named) are coloured: `--color`, NO_COLOR, FORCE_COLOR, a terminal."""
    return ansi if wanted(str(_settings["color"]), stream or sys.stdout, os.environ) else plain


def emit(text: str, output: str | None = None) -> None:
    """A result: to stdout, or to a file as a whole. Bytes that are no UTF-8 are written as escapes.

    Raises:
        UsageError: the file cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    if output:
        try:
            Path(output).write_bytes(data)
        except OSError as error:
            raise UsageError(
                error.strerror or "cannot be written",
                where=output,
                fix="name a file in a folder that is there",
            ) from error
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def tell(text: str = "") -> None:
    """A line for people, on stderr; nothing under `-q`."""
    if not is_quiet():
        print(text.encode("utf-8", "backslashreplace").decode(), file=sys.stderr, flush=True)
