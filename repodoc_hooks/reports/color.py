"""Colour for terminals: a handful of ANSI styles (ECMA-48, SGR), or none.

NO_COLOR (no-color.org) and FORCE_COLOR (force-color.org) are followed; `--color` stands above both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TextIO

Style = Literal["bold", "dim", "red", "green", "yellow", "cyan"]
Paint = Callable[[str, Style], str]

_CODES: Mapping[Style, int] = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}


def plain(text: str, style: Style) -> str:
    """The text as it is."""
    return text


def ansi(text: str, style: Style) -> str:
    """The text in a style, for a terminal."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if text else text


def wanted(choice: str, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to colour what goes to a stream; `choice` is auto, always or never."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and environ.get("TERM", "dumb") != "dumb"
