"""Whether a list of what components hand out, as it stands on a page, says of a file what it should.

For the short way of a commit, which knows the file before and after, but not what else the list is made from. When in
doubt it does not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.naming import TYPES
from repodoc_hooks.expressions import expression

_LISTED = expression(r"\[?`([^`\n]+)`(?:\]\(([^)\n]*)\))?")
"""A name in a list, and where its link leads."""
_NESTED = frozenset({*TYPES, "module"})


def told(facts: FileFacts) -> dict[str, tuple[str, str]]:
    """Public names of a file, with what a list of them says of each; "" is the file itself."""
    return {"": ("", facts.summary), **{s.name: (s.kind, s.summary) for s in facts.symbols if s.public}}


def names(facts: FileFacts) -> set[str]:
    """Those of them that a list may have: all but the members of types."""
    modules = {s.name for s in facts.symbols if s.kind == "module"}
    return {
        s.name
        for s in facts.symbols
        if s.public and ("." not in s.name or s.kind in _NESTED or s.name.rpartition(".")[0] in modules)
    }


def lists_the_same(
    body: str, path: str, link: str, before: FileFacts, after: FileFacts, beside: Mapping[str, FileFacts]
) -> bool:
    """The list names nothing of the file `path` that is told otherwise now.

    It may call what a page defines by another name, of which nothing is known here: `link` leads to that page, and
    `beside` are all files on it.
    """
    old, new = told(before), told(after)
    otherwise = {_last(name) for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    if old[""] != new[""]:
        otherwise.add(_last(posixpath.splitext(path.removesuffix("/__init__.py"))[0]))
    own = {_last(symbol.name) for facts in beside.values() for symbol in facts.symbols}
    for name, target in _LISTED.findall(body):
        renamed = _last(name) not in own and not any(f"{each}/".startswith(f"{name}/") for each in beside)
        if _last(name) in otherwise or (target.partition("#")[0] == link and renamed):
            return False
    return True


def _last(name: str) -> str:
    """The last word of a name: `Pool` of `net::Pool`, `net.Pool` and `net/Pool`."""
    return re.split(r"[.:/]", name)[-1]
