"""Sections as the tree that their pages are: the index, components, and what stands below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from msgspec import Struct

from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.reports.check_options import STATES
from repodoc_hooks.sections.kinds import OUTPUT_SECTIONS
from repodoc_hooks.tui.rows import Row, row

_RANKS = {state: rank for rank, state in enumerate(("running", "planned", "broken", *STATES[1:-1]))}
_CURRENT = len(_RANKS) + 1
_SHOWN, _HIDDEN, _NOTHING = "▾", "▸", " "
_NAMED = 3


class Fold(IntEnum):
    """What is shown below a page."""

    CLOSED = 0
    DEFAULT = 1
    """The pages below, and the sections that are neither current nor in the state of the page's own line."""
    OPEN = 2
    """All sections, too."""


class Entry(Struct, frozen=True):
    """A section of the page with the id `page`."""

    id: str
    page: str
    kind: str
    state: str
    because: str = ""


def page_key(page: str) -> str:
    """The key of a page's row; those of sections are their ids."""
    return f"{page}#"


def page_of(key: str) -> str:
    """The id of the page that a row is about."""
    return key.rpartition("#")[0]


class Tree:
    """Pages below those whose directory they stand in, the gravest first; the index is above all."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._sections: dict[str, list[Entry]] = {}
        for entry in entries:
            self._sections.setdefault(entry.page, []).append(entry)
        self._parents = {page: self._parent(page) for page in self._sections}
        self._below: dict[str, list[str]] = {}
        for page, parent in self._parents.items():
            self._below.setdefault(parent, []).append(page)
        self._ranks: dict[str, int] = {}
        for page in sorted(self._sections, key=len, reverse=True):  # those below first
            own = min(map(_rank, self._sections[page]))
            self._ranks[page] = min([own, *(self._ranks[below] for below in self._below.get(page, ()))])
        for pages in self._below.values():
            pages.sort(key=lambda page: (page != INDEX_ID, self._ranks[page], page))

    def _parent(self, page: str) -> str:
        while "/" in page:
            page = page.rpartition("/")[0]
            if page in self._sections:
                return page
        return ""

    def rows(self, folds: Mapping[str, Fold], default: Fold = Fold.DEFAULT) -> list[Row]:
        """The rows that are shown: state, name, reason."""
        found: list[Row] = []
        waiting = [(page, 0) for page in reversed(self._below.get("", ()))]
        while waiting:
            page, depth = waiting.pop()
            fold = folds.get(page, default)
            sections = self._shown_sections(page, fold)
            below = self._below.get(page, ()) if fold > Fold.CLOSED else ()
            found.append(self._page_row(page, depth, fold, shown=bool(sections or below)))
            found += [_section_row(entry, depth + 1) for entry in sections]
            waiting += [(child, depth + 1) for child in reversed(below)]
        return found

    def next_fold(self, page: str, fold: Fold, step: int) -> Fold:
        """One step more or less of what is shown below a page."""
        hides = self._below.get(page) or self._shown_sections(page, Fold.DEFAULT)
        least = Fold.CLOSED if hides else Fold.DEFAULT
        return Fold(max(least, min(Fold.OPEN, fold + step)))

    def _shown_sections(self, page: str, fold: Fold) -> list[Entry]:
        entries = sorted(self._sections[page], key=lambda entry: (_rank(entry), entry.kind))
        if fold is Fold.OPEN:
            return entries
        if fold is Fold.CLOSED:
            return []
        return [entry for entry in entries if entry.state not in ("current", entries[0].state)]

    def _page_row(self, page: str, depth: int, fold: Fold, *, shown: bool) -> Row:
        entries = self._sections[page]
        state, because = min(entries, key=_rank).state, ""
        if fold is Fold.CLOSED:
            state, number = self._state_below(page)
            because = f"{number} below" if number else ""
        elif fold is Fold.DEFAULT and state != "current":
            because = _reason(entries, state)
        mark = _SHOWN if shown else _NOTHING if fold is Fold.OPEN else _HIDDEN
        name = "index" if page == INDEX_ID else page.removeprefix(f"{self._parents[page]}/")
        return row(page_key(page), state, state, f"{'  ' * depth}{mark} {name}", because)

    def _state_below(self, page: str) -> tuple[str, int]:
        """The gravest state of a page and those below it, and how many sections are not current."""
        entries: list[Entry] = []
        waiting = [page]
        while waiting:
            at = waiting.pop()
            entries += self._sections[at]
            waiting += self._below.get(at, ())
        return min(entries, key=_rank).state, sum(entry.state != "current" for entry in entries)


_FILES = {section: name for name, section in OUTPUT_SECTIONS.items()}
"""Kind of a section that stands in a file of its own -> that file."""


def _rank(entry: Entry) -> int:
    return _CURRENT if entry.state == "current" else _RANKS.get(entry.state, _CURRENT - 1)


def _reason(entries: Sequence[Entry], state: str) -> str:
    """Why a page is in a state: the sections that are, unless all are, and their reason if they share one."""
    there = [entry for entry in entries if entry.state == state]
    reasons = {entry.because for entry in there}
    kinds = (
        ", ".join(sorted(entry.kind for entry in there)) if len(there) <= _NAMED else f"{len(there)} sections"
    )
    parts = [kinds] if len(there) < len(entries) or len(reasons) > 1 else []
    parts += reasons if len(reasons) == 1 else ()
    return ": ".join(filter(None, parts))


def _section_row(entry: Entry, depth: int) -> Row:
    return row(
        entry.id,
        entry.state,
        entry.state,
        f"{'  ' * depth}  {_FILES.get(entry.kind, entry.kind)}",
        entry.because,
    )
