"""What a reader learns of prose that has not seen the present code: a line a section, gone once it is written."""

from __future__ import annotations

import posixpath

from repodoc_hooks.pages.model import Stamps
from repodoc_hooks.pages.text import code
from repodoc_hooks.sections.kinds import PROSE_SECTIONS

_NAMED = 3
_OWN_WORDS = "offline"


def owed(stamps: Stamps) -> str:
    """The lines as Markdown, "" without any; the repository's own words say themselves that no model wrote them."""
    lines = []
    for section in PROSE_SECTIONS:
        unseen = sorted(stamps.owed(section))
        if unseen and stamps.authors.get(section) != _OWN_WORDS:
            lines.append(f"> The {section} has not seen the present {_some(unseen)}.")
    return "\n>\n".join(lines)


def _some(paths: list[str]) -> str:
    """Names of files, or whole ids where two have the same name."""
    ends = [posixpath.basename(path) for path in paths]
    names = ends if len(set(ends)) == len(ends) else paths
    shown = [code(name) for name in names[:_NAMED]]
    if more := len(names) - len(shown):
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
