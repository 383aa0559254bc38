"""Where text goes: results to stdout, lines for people to stderr."""

from __future__ import annotations

import sys
from pathlib import Path


def emit(text: str, output: str | None = None) -> None:
    """A result: to stdout, or to a file as a whole. Bytes that are no UTF-8 are written as escapes."""
    data = text.encode("utf-8", "backslashreplace")
    if output:
        Path(output).write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def tell(text: str = "") -> None:
    """A line for people, on stderr."""
    print(text.encode("utf-8", "backslashreplace").decode(), file=sys.stderr, flush=True)
