"""What a subject defines, holds and hands on, as sentences of names: where nothing says what it is for."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from repodoc_hooks.analysis.languages import language_of
from repodoc_hooks.analysis.naming import ENTRIES, PROGRAMS, TYPES
from repodoc_hooks.expressions import expression
from repodoc_hooks.sections.task import SectionTask

_FUNCTIONS = ("function", "method")
_DUNDER = expression(r"__\w+__\Z")  # `__version__` says nothing of what a package is for
_UNDERSCORE = expression(r"(?:.*[.:])?_")
_NAMED = 5
_WITHOUT = {"generated": "Generated code.", "unread": "Its code could not be read."}
"""What files are that define nothing anybody reads of."""


def contents(task: SectionTask) -> list[str]:
    """`Defines A, B and others.`, `Holds the parts.`, or why there is nothing of the kind."""
    parts = _mappings(task.context.get("parts"))
    names = _names(_mappings(task.context.get("symbols")))
    if names == ["main"] and not parts:
        return ["A program."]
    held = _parts([str(part["id"]) for part in parts if part.get("id")])
    defined = [f"Defines {listed(names)}."] if names else []
    if len(parts) == 1 and len(names) < 2 and (summary := str(parts[0].get("summary", ""))):
        return [summary.partition("\n")[0], *defined]
    holds = [f"Holds {listed(held)}."] if held else []
    return (defined + holds if len(names) > len(held) else holds + defined) or [_otherwise(task)]


def listed(names: Sequence[str]) -> str:
    """Names as words: `a`, `b` and `c`; of many the first ones."""
    shown = [f"`{name}`" for name in names[:_NAMED]]
    shown += ["others"] if len(names) > _NAMED else []
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _names(symbols: Sequence[Mapping[str, Any]]) -> list[str]:
    """The types with the most members, else the functions, else the rest; functions beside few types as well.

    Names that begin with `_` are named only where there are no others.
    """
    members: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for symbol in symbols:
        name = str(symbol["name"])
        members[name] = max(members.get(name, 0), int(symbol.get("members", 0)))
        kinds.setdefault(name, str(symbol["kind"]))
    for said in (_DUNDER, _UNDERSCORE):
        kinds = {name: kind for name, kind in kinds.items() if not said.match(name)} or kinds
    types = [name for name, kind in kinds.items() if kind in TYPES or kind == "module"]
    functions = _sorted(name for name, kind in kinds.items() if kind in _FUNCTIONS)
    if not types:
        return functions or _sorted(kinds)
    largest = sorted(types, key=lambda name: (-members[name], name.casefold(), name))[:_NAMED]
    return _sorted(largest) + [name for name in types if name not in largest] + functions


def _otherwise(task: SectionTask) -> str:
    """What to say of files without public names."""
    if handed := [str(name) for name in task.context.get("handed_on") or ()]:
        return f"Re-exports {listed(handed)}."
    if owners := [str(name) for name in task.context.get("members_of") or ()]:
        return f"Members of {listed(owners)}."
    files = [file.path for file in task.files if file.new is not None or not file.old]
    if not files:
        return "Holds no source."
    without = task.context.get("without") or {}
    reasons = {without.get(path, "") for path in files}
    if len(reasons) == 1 and (told := _WITHOUT.get(reasons.pop())):
        return told
    run = task.context.get("programs") or ()
    if any(path in run or posixpath.basename(path).partition(".")[0] in PROGRAMS for path in files):
        return "A program."
    defining = [path for path in files if path not in without]
    held = defining or [path for path in files if without[path] == "empty"]
    inside = _sorted(name for name in set(map(_stem, held)) if name)
    alone = language_of(task.component) is not None or not inside
    code = "Code without public names" if defining else "Code without definitions"
    return f"{code}." if alone else f"{code}: {listed(inside)}."


def _parts(ids: Sequence[str]) -> list[str]:
    """Short names of parts; directories of one name are called by where their paths part."""
    names = {id_: _stem(id_) for id_ in ids}
    alike = Counter(name for name in names.values() if name.endswith("/"))
    shared = len(posixpath.commonpath([posixpath.dirname(id_) for id_ in ids])) if ids else 0
    for id_, name in names.items():
        if alike[name] > 1:
            names[id_] = id_[shared:].strip("/").partition("/")[0] + "/"
    return [name for name in dict.fromkeys(names.values()) if name]


def _stem(id_: str) -> str:
    """A file without its suffix, "" for one that stands for its directory; a directory with a slash."""
    name = posixpath.basename(id_)
    if language_of(id_) is None:
        return f"{name}/"
    stem = name.partition(".")[0]
    return "" if stem in ENTRIES else stem


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (name.casefold(), name))


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, Sequence) else []
