"""The commands that a Ruby gem installs, as its `.gemspec` declares them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from repodoc_hooks.analysis.resolution.tree import join, parent
from repodoc_hooks.expressions import expression

_EXECUTABLES = expression(rb"\.executables?\s*(?:\+?=|<<|\.push\b\(?)\s*(?P<value>[^\n]*(?:,\s*\n[^\n]*)*)")
_BINDIR = expression(rb"\.bindir\s*=\s*[\"']([^\"'\n]+)[\"']")
_WORDS = expression(rb"%[wiWI][\[({<|!]([^\])}>|!]*)")
_NAME = expression(rb"[\"']([\w.-]+)[\"']")
_COMPUTED = expression(rb"grep|Dir|git|glob|map|files", re.IGNORECASE)
_FOLDER = expression(rb"\b(exe|bin)\b")


def gem_commands(
    read: Callable[[str], bytes], files: Collection[str], directory: str
) -> Iterator[tuple[str, str]]:
    """Commands with their files ("" where there is none), of the gem in a directory; `files` are all that there are."""
    for path in sorted(p for p in files if p.endswith(".gemspec") and parent(p) == directory):
        text = read(path)
        declared = _EXECUTABLES.search(text)
        if declared is None:
            continue
        value = declared["value"]
        found = _BINDIR.search(text)
        folder = found[1].decode() if found else "bin"
        if _COMPUTED.search(value):
            named = _FOLDER.search(value)
            folder = named[1].decode() if named and not found else folder
            where = join(directory, folder)
            names = sorted(p.rpartition("/")[2] for p in files if parent(p) == where)
        else:
            words = _WORDS.search(value)
            listed = words[1].split() if words else _NAME.findall(value)
            names = [name.decode() for name in listed]
        for name in names:
            file = join(join(directory, folder), name)
            yield name, file if file in files else ""


def declared_commands(text: bytes) -> str:
    """What a `.gemspec` says of its commands."""
    found = [*_EXECUTABLES.finditer(text), *_BINDIR.finditer(text)]
    return " ".join(" ".join(each[0].decode("utf-8", "replace").split()) for each in found)
