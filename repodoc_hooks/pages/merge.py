"""Three-way merge of a page whose text does not merge: region by region, and the stamps entry by entry.

Nothing is generated here, since while git merges, the code around is still that of one side. What both sides
changed is marked as stale or owed, and the next commit or `repodoc update` makes it anew. Only people's own
text can be left in conflict.

Where one side has all that the other one changed (a commit that was picked before), its page is taken as it is: so
git finds a commit empty that it would find empty without pages. For that the sources that both sides changed are
merged, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages import stamps as stamps_of
from repodoc_hooks.pages.markers import human_text, parse_page, pieces
from repodoc_hooks.pages.mermaid import turned
from repodoc_hooks.pages.model import OWED, Debt, FileStamp, Page, Stamps
from repodoc_hooks.pages.room import MOST_LINES
from repodoc_hooks.sections.kinds import PROSE_SECTIONS

MergeText = Callable[[str, str, str], tuple[str, bool]]
"""(ours, base, theirs) to the merged text, and whether a conflict stands in it."""

MergeBlobs = Callable[[str, str, str], str]
"""Blobs of (ours, base, theirs), as stamps name them, to the one that they merge to; "" for a conflict."""

_Value = TypeVar("_Value")
_STAMPS = "stamps"
_DRAWN = ("architecture", "structure")


def _unknown(ours: str, base: str, theirs: str) -> str:
    return ""


def merge_pages(
    base: str, ours: str, theirs: str, merge_text: MergeText, merge_blobs: MergeBlobs = _unknown
) -> tuple[str, bool]:
    """The merged page, and whether a conflict is left in it. Damaged pages merge as plain text."""
    text, conflict = merge_text(ours, base, theirs)
    if not conflict:
        return _turned(text), False
    try:
        before = parse_page("base", base) if base else Page("base", "", {}, Stamps())
        sides = (before, parse_page("ours", ours), parse_page("theirs", theirs))
        merge = _Merge(
            *sides, merge_text, _News.of(sides[0].stamps, sides[1].stamps, sides[2].stamps, merge_blobs)
        )
    except PageDamaged:
        return text, True
    merged, conflict = merge.result()
    return _turned(merged), conflict


def _turned(text: str) -> str:
    """The page with the arrows of its diagrams where those of new ones would run, which follows from their lines;
    templates of a repository's may let them run where they like."""
    with suppress(PageDamaged):
        page = parse_page("merged", text)
        if page.stamps.templates.isdigit():
            for body in (page.regions[section].body for section in _DRAWN if section in page.regions):
                text = text.replace(body, turned(body), 1)
    return text


def people_wrote_since(base: str, text: str) -> bool:
    """Is there anything of people's on a page that its earlier version has not? True for a damaged one."""
    try:
        before, page = parse_page("base", base) if base else None, parse_page("page", text)
    except PageDamaged:
        return True
    known = set((human_text(before) if before else "").splitlines())
    if any(line.strip() and line not in known for line in human_text(page).splitlines()):
        return True
    edited = [
        section
        for section in page.regions
        if section in PROSE_SECTIONS and stamps_of.is_edited(page, section)
    ]
    return any(before is None or _inner(page, section) != _inner(before, section) for section in edited)


class _News(Struct, frozen=True):
    """What each side has described that the other one has not: files, dependencies, summaries, words.

    Attributes:
        settled: source files that both sides changed, and whose merge is that of one of them -> its stamp.
    """

    ours: frozenset[str]
    theirs: frozenset[str]
    settled: Mapping[str, FileStamp]

    @classmethod
    def of(cls, base: Stamps, ours: Stamps, theirs: Stamps, merge_blobs: MergeBlobs) -> _News:
        """Hold the sides against each other."""
        mine, other = _changed(base, ours), _changed(base, theirs)
        settled = {}
        for path in mine & other & base.files.keys() & ours.files.keys() & theirs.files.keys():
            sides = ours.files[path], theirs.files[path]
            merged = merge_blobs(sides[0].blob, base.files[path].blob, sides[1].blob)
            if chosen := next((stamp for stamp in sides if stamp.blob == merged), None):
                settled[path] = chosen
        same = {key for key in mine & other if _described(ours).get(key) == _described(theirs).get(key)}
        contained = {path for path, stamp in settled.items() if stamp == ours.files[path]}
        return cls(mine - same - (settled.keys() - contained), other - same - contained, settled)


class _Merge:
    """One merge; regions first, since what becomes of them decides about stamps and debts."""

    def __init__(self, base: Page, ours: Page, theirs: Page, merge_text: MergeText, news: _News) -> None:
        self.base = base
        self.ours = ours
        self.theirs = theirs
        self.merge_text = merge_text
        self.news = news
        self.conflict = False
        self.all_ours = True
        self.kept_prose: dict[str, Stamps] = {}
        self.stamps = _merge_stamps(self.base.stamps, ours.stamps, theirs.stamps, news.settled)

    def result(self) -> tuple[str, bool]:
        """The page's text, and whether people's text in it conflicts."""
        sections = dict.fromkeys([*self.ours.regions, *self.theirs.regions])
        texts = {section: self._region(section) for section in sections}
        if self.all_ours:
            self._describe_ours()
        self._owe()
        frame, conflict = self._frame()
        eol = "\r\n" if "\r\n" in self.ours.text else "\n"
        around = sum(text.count("\n") for text in (frame, *texts.values())) - len(texts)
        texts[_STAMPS] = stamps_of.format_stamps(self.stamps, MOST_LINES - around).replace("\n", eol) + eol
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
        """The text of one region with its markers; stamps follow what is chosen."""
        base, ours, theirs = (_inner(page, section) for page in (self.base, self.ours, self.theirs))
        chosen = self._chosen(section, base, ours, theirs)
        self.all_ours = self.all_ours and chosen == ours
        return chosen

    def _chosen(self, section: str, base: str, ours: str, theirs: str) -> str:
        if theirs in (base, ours):
            return ours
        if ours == base:
            self._follow(section, self.theirs.stamps)
            return theirs
        if section in PROSE_SECTIONS:
            return self._prose(section, base, ours, theirs)
        text, conflict = self.merge_text(ours, base, theirs)
        if not conflict:
            return text
        if self.news.theirs and not self.news.ours and _around(self.ours.stamps) == _around(self.base.stamps):
            return theirs
        if section != OWED:  # that follows from the debts, which are merged one by one
            self._forget_theirs()
        return ours

    def _prose(self, section: str, base: str, ours: str, theirs: str) -> str:
        """Both sides have a new text: a person's goes before a model's, then one that has seen all, then ours."""
        mine, other = (stamps_of.is_edited(page, section) for page in (self.ours, self.theirs))
        if mine and other:
            text, conflict = self.merge_text(ours, base, theirs)
            self.conflict = self.conflict or conflict
            return text
        from_theirs = other or (not mine and bool(self.news.theirs) and not self.news.ours)
        kept = self.theirs.stamps if from_theirs else self.ours.stamps
        self._follow(section, kept)
        self.kept_prose[section] = kept
        return theirs if from_theirs else ours

    def _owe(self) -> None:
        """What a kept text has not seen, where the stamps do not say by themselves that it is stale."""
        owed = set()
        now = _described(self.stamps)
        for section, kept in self.kept_prose.items():
            seen = _described(kept)
            others = self.news.theirs if kept is self.ours.stamps else self.news.ours
            owed |= {Debt(section, key) for key in others if now.get(key) != seen.get(key)}
            owed |= {debt for debt in kept.debts if debt.section == section}
        self.stamps = replace(self.stamps, debts=self.stamps.debts | owed)

    def _describe_ours(self) -> None:
        """Every region is as ours has it, so its stamps hold for what both sides changed; merged sources differ from
        them, and read as stale."""
        mine = self.ours.stamps

        def kept(merged: Mapping[str, _Value], ours: Mapping[str, _Value]) -> dict[str, _Value]:
            both = {key: value for key, value in ours.items() if key in both_changed}
            return {**merged, **{key: value for key, value in both.items() if key not in merged}}

        both_changed = _changed(self.base.stamps, mine) & _changed(self.base.stamps, self.theirs.stamps)
        self.stamps = replace(
            self.stamps,
            files=kept(self.stamps.files, mine.files),
            dependencies=kept(self.stamps.dependencies, mine.dependencies),
            summaries=kept(self.stamps.summaries, mine.summaries),
            words=kept(self.stamps.words, mine.words),
            included=kept(self.stamps.included, mine.included),
        )

    def _follow(self, section: str, chosen: Stamps) -> None:
        """Checksums, author and prompts of a region come from the side that its text comes from."""
        self.stamps = replace(
            self.stamps,
            outputs=_with(self.stamps.outputs, section, chosen.outputs.get(section)),
            authors=_with(self.stamps.authors, section, chosen.authors.get(section)),
            prompts=_with(self.stamps.prompts, section, chosen.prompts.get(section)),
        )

    def _forget_theirs(self) -> None:
        """Drop the stamps of what the other side alone has: the page then reads as stale."""
        gone = self.news.theirs
        self.stamps = replace(
            self.stamps,
            files={key: stamp for key, stamp in self.stamps.files.items() if key not in gone},
            dependencies={key: stamp for key, stamp in self.stamps.dependencies.items() if key not in gone},
            summaries={key: hash_ for key, hash_ in self.stamps.summaries.items() if key not in gone},
            words={key: hash_ for key, hash_ in self.stamps.words.items() if key not in gone},
            included={key: hash_ for key, hash_ in self.stamps.included.items() if key not in gone},
            handed=self.ours.stamps.handed,
            users=self.ours.stamps.users,
            packages=self.ours.stamps.packages,
            omitted=self.ours.stamps.omitted,
        )


def _merge_stamps(base: Stamps, ours: Stamps, theirs: Stamps, settled: Mapping[str, FileStamp]) -> Stamps:
    return Stamps(
        component=_one(base.component, ours.component, theirs.component, ours.component),
        templates=_one(base.templates, ours.templates, theirs.templates, ours.templates),
        files=_entries(base.files, ours.files, theirs.files, settled),
        dependencies=_entries(base.dependencies, ours.dependencies, theirs.dependencies),
        summaries=_entries(base.summaries, ours.summaries, theirs.summaries),
        words=_words(base.words, ours.words, theirs.words),
        included=_entries(base.included, ours.included, theirs.included),
        manifests=_entries(base.manifests, ours.manifests, theirs.manifests),
        debts=_set(base.debts, ours.debts, theirs.debts),
        outputs=_entries(base.outputs, ours.outputs, theirs.outputs, ours.outputs),
        authors=_entries(base.authors, ours.authors, theirs.authors, ours.authors),
        prompts=_entries(base.prompts, ours.prompts, theirs.prompts, ours.prompts),
        unread=_entries(base.unread, ours.unread, theirs.unread, ours.unread),
        handed=_entries(base.handed, ours.handed, theirs.handed),
        outward=_set(base.outward, ours.outward, theirs.outward),
        environment=_set(base.environment, ours.environment, theirs.environment),
        users=_set(base.users, ours.users, theirs.users),
        packages=_set(base.packages, ours.packages, theirs.packages),
        omitted=_set(base.omitted, ours.omitted, theirs.omitted),
        dense=ours.dense or theirs.dense,
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


def _words(base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """What READMEs and manifests say. A text is worded after all of them, so where both sides have others (one renamed
    the README, one reworded it) it has seen neither: no stamp says that it has."""
    both = base not in (ours, theirs) and ours != theirs
    return {} if both else _entries(base, ours, theirs)


def _set(base: frozenset[_Value], ours: frozenset[_Value], theirs: frozenset[_Value]) -> frozenset[_Value]:
    return (ours & theirs) | (ours - base) | (theirs - base)


def _changed(base: Stamps, side: Stamps) -> frozenset[str]:
    """What a side has described anew: files, dependencies, summaries, words."""
    before, after = (_described(stamps) for stamps in (base, side))
    return frozenset(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _described(stamps: Stamps) -> dict[str, object]:
    return {**stamps.files, **stamps.dependencies, **stamps.summaries, **stamps.words, **stamps.included}


def _around(stamps: Stamps) -> tuple[object, ...]:
    """What sections show that is neither a file nor words: who uses a component, packages, what is handed on or left
    out."""
    return stamps.users, stamps.packages, stamps.handed, stamps.omitted


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
