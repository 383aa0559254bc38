"""The plan: which sections do not describe the tree any more, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import FileStamp, Page, Stamps
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.sections.kinds import Change

FAILING_STATES = frozenset({"stale", "missing", "orphan", "broken"})


@dataclass(frozen=True, slots=True)
class SectionState:
    """One section: `line` is 1-based.

    `state` is current, stale, missing, orphan, edited, owed (prose of the commit that no model has written yet),
    deferred (made after the push) or broken.
    """

    id: str
    component: str
    kind: str
    path: str
    line: int
    state: str
    rule: str = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileDelta:
    """How a file of a page differs from what the page describes.

    Attributes:
        words: tell it to a developer.
        old: the stamp of the state that the page describes, None for a new file.
        imports_changed: it may import something else than before.
        added, removed, changed: names of symbols.
    """

    path: str
    kind: Change
    words: tuple[str, ...]
    old: FileStamp | None = None
    imports_changed: bool = True
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that it is a change of."""
        return (self.kind, "imports") if self.kind == "body" and self.imports_changed else (self.kind,)


@dataclass(frozen=True, slots=True)
class DependencyDelta:
    """Something outside a page's files that is not as the page knows it.

    `path` is a file, or the id of a subject whose summary the page has.
    """

    path: str
    kind: Change
    words: str


@dataclass(frozen=True, slots=True)
class PagePlan:
    """The plan of one page. `page` is the page as it stands, found at `moved_from` if its subject was renamed."""

    subject: Subject
    page: Page | None
    moved_from: str
    deltas: tuple[FileDelta, ...]
    dependencies: tuple[DependencyDelta, ...]
    sections: tuple[SectionState, ...]

    @property
    def stamps(self) -> Stamps:
        """The stamps of the page, empty ones without a page."""
        return self.page.stamps if self.page else Stamps()

    @property
    def broken(self) -> bool:
        """The page cannot be written."""
        return any(section.state == "broken" for section in self.sections)

    @property
    def stale(self) -> bool:
        """The page has to be written anew."""
        return not self.broken and (
            bool(self.deltas or self.dependencies or self.moved_from)
            or any(section.state in FAILING_STATES for section in self.sections)
        )

    @property
    def unseen(self) -> frozenset[str]:
        """What prose has not seen in its present state: paths, and ids of subjects below."""
        files = {d.path for d in self.deltas if d.kind not in ("renamed", "doc", "resolution")}
        return frozenset(files | {d.path for d in self.dependencies if d.kind != "meaning"})


@dataclass(frozen=True, slots=True)
class Plan:
    """Every section of every page of a tree, with its state.

    Attributes:
        pages: by id of the subject, the index first; a plan of a part of the tree has no index.
        outputs: the files of `outputs`, which follow from the pages.
        orphans: pages whose subject is gone.
    """

    tree: str
    pages: Mapping[str, PagePlan]
    outputs: tuple[SectionState, ...] = ()
    orphans: tuple[SectionState, ...] = ()
    messages: tuple[str, ...] = ()

    @property
    def index(self) -> PagePlan | None:
        """The plan of the index."""
        return self.pages.get(INDEX_ID)

    @property
    def components(self) -> dict[str, PagePlan]:
        """The plans of all pages but the index."""
        return {id_: plan for id_, plan in self.pages.items() if id_ != INDEX_ID}

    @property
    def standing(self) -> dict[str, Page]:
        """The pages as they stand, without the index, by id."""
        return {id_: plan.page for id_, plan in self.components.items() if plan.page is not None}

    @property
    def sections(self) -> tuple[SectionState, ...]:
        """All sections: those of the index first, then the other pages, then the orphans."""
        index = self.index.sections if self.index is not None else ()
        others = (s for plan in self.components.values() for s in plan.sections)
        return (*index, *self.outputs, *others, *self.orphans)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a snapshot, by path; a damaged one is its error."""

    good: Mapping[str, Page]
    damaged: Mapping[str, PageDamaged]
