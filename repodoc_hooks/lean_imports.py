"""Imports of other people's packages with less of what these would bring along; used on the way of a commit."""

from __future__ import annotations

import sys


def import_msgspec() -> None:
    """msgspec without `typing_extensions`, which it prefers to `typing` where another package has brought it.

    Both say the same on the versions of Python that we run on; half of msgspec's import is that module's.
    """
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]
