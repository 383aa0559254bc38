"""The environment variables that a file reads by name, in the ways of its language."""

from __future__ import annotations

import re
from functools import cache

from repodoc_hooks.expressions import expression

_NAME = r"([A-Za-z_]\w*)"
_QUOTED = rf"""\s*["'`]{_NAME}["'`]"""
_JVM = rf"\bSystem\.getenv\({_QUOTED}"
_SCRIPTED = (
    rf"\bprocess\.env\.{_NAME}",
    rf"\bprocess\.env(?:\?\.)?\[{_QUOTED}",
    rf"\bimport\.meta\.env\.{_NAME}",
    rf"\b(?:Deno|Bun)\.env\.get\({_QUOTED}",
    rf"\bBun\.env\.{_NAME}",
)
_C = (rf"\b(?:secure_)?getenv(?:_s)?\({_QUOTED}",)
_READS: dict[str, tuple[str, ...]] = {
    "python": (
        rf"\benviron(?:b)?(?:\.(?:get|pop|setdefault|__getitem__)\(|\[){_QUOTED}",
        rf"\bgetenvb?\({_QUOTED}",
        rf"""["']{_NAME}["']\s+(?:not\s+)?in\s+(?:os\.)?environ\b""",
    ),
    "javascript": _SCRIPTED,
    "typescript": _SCRIPTED,
    "tsx": _SCRIPTED,
    "rust": (rf"\benv::var(?:_os)?\({_QUOTED}", rf"\b(?:option_)?env!\({_QUOTED}"),
    "go": (rf"\bos\.(?:Getenv|LookupEnv)\({_QUOTED}",),
    "java": (_JVM,),
    "kotlin": (_JVM,),
    "scala": (_JVM, rf"\bsys\.env(?:\.get(?:OrElse)?)?\({_QUOTED}"),
    "csharp": (rf"\bGetEnvironmentVariable\({_QUOTED}",),
    "ruby": (
        rf"\bENV(?:\.fetch\(|\.fetch |\[){_QUOTED}",
        rf"\bENV\.(?:key\?|has_key\?|include\?)\(?{_QUOTED}",
    ),
    "php": (rf"(?i:\bgetenv)\({_QUOTED}", rf"\$_ENV\[{_QUOTED}"),
    "swift": (rf"\benvironment\[{_QUOTED}", *_C),
    "c": _C,
    "cpp": _C,
}
_BUILT_IN = frozenset({"CARGO", "OUT_DIR", "NODE_ENV", "DEV", "PROD", "SSR", "MODE"})
_COMMENT = ("#", "//", "*", "/*", "--")
_DOCSTRING = expression(r"""^[ \t]*[rR]?(\"{3}|'{3}).*?\1""", re.DOTALL | re.MULTILINE)
_WORD = expression(rb"(?i)env")


def variables(language: str, data: bytes) -> tuple[str, ...]:
    """The names of the variables, sorted; those that a compiler or bundler sets by itself are left out."""
    reads = _reads(language)
    if reads is None or _WORD.search(data) is None:
        return ()
    text = data.decode("utf-8", "replace")
    if language == "python":
        text = _DOCSTRING.sub("", text)
    found: set[str] = set()
    for line in text.splitlines():
        if "env" in line.lower() and not line.lstrip().startswith(_COMMENT):
            found.update(name for groups in reads.findall(line) for name in _groups(groups) if name)
    return tuple(sorted(name for name in found if name not in _BUILT_IN and not name.startswith("CARGO_")))


def _groups(found: str | tuple[str, ...]) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else found


@cache
def _reads(language: str) -> re.Pattern[str] | None:
    patterns = _READS.get(language)
    return expression("|".join(patterns)) if patterns else None
