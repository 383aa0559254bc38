"""Regular expressions that are compiled when they are first used: a hook imports hundreds of them and uses few."""

from __future__ import annotations

import re
from typing import Any, cast, overload


class _Expression:
    """Stands for a compiled expression; each attribute is fetched from it once, so that later uses cost nothing."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._given), name)
        setattr(self, name, value)
        return value


@overload
def expression(pattern: str, flags: int = 0) -> re.Pattern[str]: ...
@overload
def expression(pattern: bytes, flags: int = 0) -> re.Pattern[bytes]: ...
def expression(pattern: str | bytes, flags: int = 0) -> re.Pattern[Any]:
    """What `re.compile` gives, as far as its methods are concerned; an error in it comes with the first use."""
    return cast("re.Pattern[Any]", _Expression(pattern, flags))
