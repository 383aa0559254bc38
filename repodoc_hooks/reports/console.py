"""Where text goes: results to stdout, lines for people to stderr; and whether they are in colour."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any, TextIO, cast

from repodoc_hooks.errors import UsageError
from repodoc_hooks.private import replace_file
from repodoc_hooks.reports.color import Paint, ansi, plain, wanted
from repodoc_hooks.reports.escaping import harmless


class _Tolerant:
    """A stream whose reader may be gone: what cannot be written is dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


_settings = {"quiet": False, "color": "auto"}


def set_up(*, quiet: bool = False, color: str = "auto") -> None:
    """What the command line says of all output of this process."""
    _settings.update(quiet=quiet, color=color)


def harden() -> None:
    """See that nothing fails because nobody takes what is said, and that no file of ours becomes somebody's stderr."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if not isinstance(sys.stderr, _Tolerant):
        stream = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        sys.stderr = cast(TextIO, _Tolerant(stream))


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
            _write_result(Path(output), data)
        except OSError as error:
            raise UsageError(
                error.strerror or "cannot be written",
                where=output,
                fix="name a file in a folder that is there",
            ) from error
    else:
        if sys.stdout.isatty():
            data = harmless(text).encode()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _write_result(path: Path, data: bytes) -> None:
    """Replace a regular file, and a link to one, which may be the repository's; write to a device or pipe."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
    else:
        replace_file(path, data, mode=0o666, keep_mode=True)


def flush() -> None:
    """Let go of what was said, where somebody takes it."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()


def tell(text: str = "") -> None:
    """A line for people, on stderr; nothing under `-q`."""
    if not is_quiet():
        complain(text)


def complain(text: str) -> None:
    """A line on stderr, even under `-q`; what nobody takes (a closed pipe, a full disk) is left unsaid.

    Names of a repository are in it: nothing but our own colours reaches a terminal as an order.
    """
    with contextlib.suppress(OSError, ValueError):
        print(harmless(text), file=sys.stderr, flush=True)
