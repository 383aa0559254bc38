"""Where text goes: results to stdout, lines for people to stderr."""

from __future__ import annotations

import sys
from pathlib import Path

from repodoc_hooks.errors import UsageError


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
    """A line for people, on stderr."""
    print(text.encode("utf-8", "backslashreplace").decode(), file=sys.stderr, flush=True)
