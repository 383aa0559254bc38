"""Three-way merge of a page whose text does not merge: region by region, and the stamps entry by entry.

Nothing is generated here, since while git merges, the code around is still that of one side. What both sides
changed is marked as stale or owed, and the next commit or `repodoc update` makes it anew. Only people's own
text can be left in conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages import stamps as stamps_of
from repodoc_hooks.pages.markers import parse_page, pieces
from repodoc_hooks.pages.model import OWED, Debt, Page, Stamps
from repodoc_hooks.sections.kinds import PROSE_SECTIONS

MergeText = Callable[[str, str, str], tuple[str, bool]]
"""(ours, base, theirs) to the merged text, and whether a conflict stands in it."""

_Value = TypeVar("_Value")
_STAMPS = "stamps"


def merge_pages(base: str, ours: str, theirs: str, merge_text: MergeText) -> tuple[str, bool]:
    """The merged page, and whether a conflict is left in it. Damaged pages merge as plain text."""
    text, conflict = merge_text(ours, base, theirs)
    if not conflict:
        return text, False
    try:
        before = parse_page("base", base) if base else Page("base", "", {}, Stamps())
        merge = _Merge(before, parse_page("ours", ours), parse_page("theirs", theirs), merge_text)
    except PageDamaged:
        return text, True
    return merge.result()


class _Merge:
    """One merge; regions first, since what becomes of them decides about debts."""

    def __init__(self, base: Page, ours: Page, theirs: Page, merge_text: MergeText) -> None:
        self.base = base
        self.ours = ours
        self.theirs = theirs
        self.merge_text = merge_text
        self.conflict = False
        self.stamps = _merge_stamps(self.base.stamps, ours.stamps, theirs.stamps)

    def result(self) -> tuple[str, bool]:
        """The page's text, and whether people's text in it conflicts."""
        sections = dict.fromkeys([*self.ours.regions, *self.theirs.regions])
        texts = {section: self._region(section) for section in sections}
        frame, conflict = self._frame()
        eol = "\r\n" if "\r\n" in self.ours.text else "\n"
        texts[_STAMPS] = stamps_of.format_stamps(self.stamps).replace("\n", eol) + eol
        for section, text in texts.items():
            frame = frame.replace(_placeholder(section), text)
        return frame, conflict or self.conflict

    def _frame(self) -> tuple[str, bool]:
        """People's text around the regions, which are one line each."""
        base, ours, theirs = (_skeleton(page) for page in (self.base, self.ours, self.theirs))
        if theirs in (base, ours):
            return ours, False
        if ours == base:
            return theirs, False
        return self.merge_text(ours, base, theirs)

    def _region(self, section: str) -> str:
        """The text of one region with its markers; stamps and debts follow what is chosen."""
        base, ours, theirs = (_inner(page, section) for page in (self.base, self.ours, self.theirs))
        if theirs in (base, ours):
            return ours
        if ours == base:
            self._follow(section, self.theirs.stamps)
            return theirs
        if section in PROSE_SECTIONS:
            return self._prose(section, base, ours, theirs)
        text, conflict = self.merge_text(ours, base, theirs)
        if conflict:
            if section != OWED:  # that follows from the debts, which are merged one by one
                self._forget_theirs()
            return ours
        return text

    def _prose(self, section: str, base: str, ours: str, theirs: str) -> str:
        """Both sides have a new text: a person's goes before a model's, ours before theirs."""
        mine, other = (stamps_of.is_edited(page, section) for page in (self.ours, self.theirs))
        if mine and other:
            text, conflict = self.merge_text(ours, base, theirs)
            self.conflict = self.conflict or conflict
            return text
        kept, left = (self.theirs, self.ours) if other else (self.ours, self.theirs)
        self._follow(section, kept.stamps)
        owed = {Debt(section, key) for key in _changed(self.base.stamps, left.stamps)}
        owed |= {debt for debt in kept.stamps.debts if debt.section == section}
        self.stamps = replace(self.stamps, debts=self.stamps.debts | owed)
        return theirs if other else ours

    def _follow(self, section: str, chosen: Stamps) -> None:
        """Checksums and author of a region come from the side that its text comes from."""
        self.stamps = replace(
            self.stamps,
            outputs=_with(self.stamps.outputs, section, chosen.outputs.get(section)),
            authors=_with(self.stamps.authors, section, chosen.authors.get(section)),
        )

    def _forget_theirs(self) -> None:
        """Drop the stamps of what the other side changed: the page then reads as stale."""
        gone = _changed(self.base.stamps, self.theirs.stamps)
        self.stamps = replace(
            self.stamps,
            files={key: stamp for key, stamp in self.stamps.files.items() if key not in gone},
            dependencies={key: stamp for key, stamp in self.stamps.dependencies.items() if key not in gone},
            summaries={key: hash_ for key, hash_ in self.stamps.summaries.items() if key not in gone},
            words={key: hash_ for key, hash_ in self.stamps.words.items() if key not in gone},
        )


def _merge_stamps(base: Stamps, ours: Stamps, theirs: Stamps) -> Stamps:
    return Stamps(
        component=_one(base.component, ours.component, theirs.component, ours.component),
        templates=_one(base.templates, ours.templates, theirs.templates, ours.templates),
        files=_entries(base.files, ours.files, theirs.files),
        dependencies=_entries(base.dependencies, ours.dependencies, theirs.dependencies),
        summaries=_entries(base.summaries, ours.summaries, theirs.summaries),
        words=_entries(base.words, ours.words, theirs.words),
        manifests=_entries(base.manifests, ours.manifests, theirs.manifests),
        debts=_set(base.debts, ours.debts, theirs.debts),
        outputs=_entries(base.outputs, ours.outputs, theirs.outputs, ours.outputs),
        authors=_entries(base.authors, ours.authors, theirs.authors, ours.authors),
        unread=_entries(base.unread, ours.unread, theirs.unread, ours.unread),
        extra=tuple(sorted(_set(frozenset(base.extra), frozenset(ours.extra), frozenset(theirs.extra)))),
    )


def _one(base: _Value, ours: _Value, theirs: _Value, otherwise: _Value) -> _Value:
    """The three-way merge of one value."""
    if ours == theirs or theirs == base:
        return ours
    return theirs if ours == base else otherwise


def _entries(
    base: Mapping[str, _Value],
    ours: Mapping[str, _Value],
    theirs: Mapping[str, _Value],
    otherwise: Mapping[str, _Value] | None = None,
) -> dict[str, _Value]:
    """Entry by entry; what both sides changed differently is taken from `otherwise`, or dropped."""
    merged = {}
    for key in {**ours, **theirs}:
        value = _one(base.get(key), ours.get(key), theirs.get(key), (otherwise or {}).get(key))
        if value is not None:
            merged[key] = value
    return merged


def _set(base: frozenset[_Value], ours: frozenset[_Value], theirs: frozenset[_Value]) -> frozenset[_Value]:
    return (ours & theirs) | (ours - base) | (theirs - base)


def _changed(base: Stamps, side: Stamps) -> frozenset[str]:
    """What a side has described anew: files, dependencies, summaries, words."""
    before, after = (_described(stamps) for stamps in (base, side))
    return frozenset(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _described(stamps: Stamps) -> dict[str, object]:
    return {**stamps.files, **stamps.dependencies, **stamps.summaries, **stamps.words}


def _with(items: Mapping[str, _Value], key: str, value: _Value | None) -> dict[str, _Value]:
    rest = {name: item for name, item in items.items() if name != key}
    return rest if value is None else {**rest, key: value}


def _inner(page: Page, section: str) -> str:
    """A region with its markers, "" if the page has none."""
    return next((text for name, text in pieces(page) if name == section), "")


def _skeleton(page: Page) -> str:
    return "".join(_placeholder(section) if section else text for section, text in pieces(page))


def _placeholder(section: str) -> str:
    return f"\x01repodoc:{section}\x01\n"
