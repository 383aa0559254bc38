"""Takes secrets out of text before it is kept or shown."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Mapping

from repodoc_hooks.expressions import expression

HIDDEN = "[hidden]"
_SHAPES = expression(
    r"""
    \b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}                 # OpenAI, Anthropic, Stripe and alike
    | \b(?:gh[pousr]|github_pat|glpat|xox[abposr]|hf|npm|pypi)[_-][A-Za-z0-9_-]{10,}
    | \bAKIA[0-9A-Z]{16}\b
    | \bAIza[0-9A-Za-z_-]{30,}
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*   # JSON Web Tokens
    | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)                 # user:password@ in a URL
    | (?i:(?<=bearer\ )|(?<=basic\ ))[A-Za-z0-9._~+/-]{8,}=*
    | (?i:(?<=password=)|(?<=token=)|(?<=secret=)|(?<=api_key=)|(?<=apikey=)|(?<=key=))[^\s&"']{6,}
    """,
    re.VERBOSE,
)
_SECRET_NAME = expression(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)
_SHORTEST = 8


def redact(text: str, environ: Mapping[str, str] | None = None) -> str:
    """`text` without what has the shape of a secret or is the value of a variable that is named like one.

    `environ` is by default that of this process, looked through once.
    """
    text = _SHAPES.sub(HIDDEN, text)
    for value in _of_this_process() if environ is None else _secrets(environ):
        if value in text:
            text = text.replace(value, HIDDEN)
    return text


def _secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The values to hide, the longest first: one may be part of another."""
    found = {
        value for name, value in environ.items() if len(value) >= _SHORTEST and _SECRET_NAME.search(name)
    }
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


@functools.cache
def _of_this_process() -> tuple[str, ...]:
    return _secrets(os.environ)
