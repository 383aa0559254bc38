"""The headers that builds in C and C++ install."""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_INSTALLED = expression(r"[\w./+-]+\.(?:h|hh|hpp|hxx)\b")
_RULE = expression(r"install|PUBLIC_HEADER|include_HEADERS", re.IGNORECASE)
BUILD_FILES = ("CMakeLists.txt", "Makefile", "Makefile.am", "meson.build")


def installed_headers(data: bytes) -> set[str]:
    """Names of the headers in the install rules of a build file."""
    found: set[str] = set()
    for line in data.decode("utf-8", "replace").splitlines():
        if _RULE.search(line):
            found |= {header.rpartition("/")[2] for header in _INSTALLED.findall(line)}
    return found
