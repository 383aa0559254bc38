"""Regular expressions that are compiled when they are first used: a hook imports hundreds of them and uses few.

What `re` makes of those that a commit uses is kept, since to make it is a fifth of a commit.
"""

from __future__ import annotations

import re
from typing import Any, cast, overload

_MOST = 1000
_kept: dict[tuple[Any, int], tuple[Any, ...]] | None = None
_fresh: dict[tuple[Any, int], tuple[Any, ...]] = {}


class _Expression:
    """Stands for a compiled expression; each attribute is fetched from it once, so that later uses cost nothing."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._given = pattern, int(flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(_compiled(*self._given), name)
        setattr(self, name, value)
        return value


@overload
def expression(pattern: str, flags: int = 0) -> re.Pattern[str]: ...
@overload
def expression(pattern: bytes, flags: int = 0) -> re.Pattern[bytes]: ...
def expression(pattern: str | bytes, flags: int = 0) -> re.Pattern[Any]:
    """What `re.compile` gives, as far as its methods are concerned; an error in it comes with the first use."""
    return cast("re.Pattern[Any]", _Expression(pattern, flags))


def use_kept() -> None:
    """From now on take what an earlier process has kept."""
    global _kept
    from repodoc_hooks import kept_code

    found = kept_code.load("expressions")
    _kept = found if isinstance(found, dict) else {}


def keep() -> None:
    """Keep what this process had to make; where too many are kept, those of earlier versions, too, begin anew."""
    if _kept is not None and _fresh:
        from repodoc_hooks import kept_code

        fits = len(_kept) + len(_fresh) <= _MOST
        kept_code.keep("expressions", _kept | _fresh if fits else _fresh)


def _compiled(pattern: Any, flags: int) -> re.Pattern[Any]:
    """`re.compile`, without parsing what is kept; wherever `re` is not as it is known here, `re.compile` itself."""
    if _kept is None:
        return re.compile(pattern, flags)
    try:
        import _sre  # type: ignore[import-not-found]

        parts = _kept.get((pattern, flags)) or _fresh.get((pattern, flags))
        if parts is None:
            parts = _fresh[pattern, flags] = _parts(pattern, flags)
        return cast("re.Pattern[Any]", _sre.compile(pattern, *parts))
    except (ImportError, AttributeError, TypeError, RuntimeError, OverflowError):
        return re.compile(pattern, flags)


def _parts(pattern: Any, flags: int) -> tuple[Any, ...]:
    """What `_sre.compile` takes beside the pattern, as `re` makes it."""
    from re import _compiler, _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(pattern, flags)
    code = _compiler._code(parsed, flags)
    names = dict(parsed.state.groupdict)
    groups: list[str | None] = [None] * parsed.state.groups
    for name, number in names.items():
        groups[number] = name
    return (
        int(flags | parsed.state.flags),
        list(map(int, code)),
        parsed.state.groups - 1,
        names,
        tuple(groups),
    )
