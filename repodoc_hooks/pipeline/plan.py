"""The plan: which sections do not describe the tree any more, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import FileStamp, Page, Stamps
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.sections.kinds import Change

_UNTOLD: frozenset[Change] = frozenset({"meaning", "links", "users", "packages", "handed", "omitted"})
FAILING_STATES = frozenset({"stale", "missing", "orphan", "broken"})


class SectionState(Struct, frozen=True):
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


class FileDelta(Struct, frozen=True):
    """How a file of a page differs from what the page describes.

    Attributes:
        words: say it to a developer.
        old: the stamp of the state that the page describes, None for a new file.
        also: what else it is a change of.
        added, removed, changed: names of symbols.
    """

    path: str
    kind: Change
    words: tuple[str, ...]
    old: FileStamp | None = None
    also: frozenset[Change] = frozenset()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def changes(self) -> frozenset[Change]:
        """Everything that it is a change of."""
        return self.also | {self.kind}

    def linking(self) -> FileDelta:
        """The same, of which others see by their imports: the page is written for its stamps, whatever it shows."""
        return replace(self, also=self.also | {"links"})


class DependencyDelta(Struct, frozen=True):
    """Something outside a page's files that is not as the page knows it.

    `path` is a file, or the id of a subject whose summary the page has.
    """

    path: str
    kind: Change
    words: str


class Standing(Struct, frozen=True):
    """What stands in a page's place, and around it.

    Attributes:
        page: as it stands, None without one.
        header: title and way back as they should be, "" where no look is taken at them.
        renamed: subjects that the page may name and that have another title now -> that title.
        moved_from: where it stands, if not at its subject's path.
        damaged: why it cannot be read.
        absorbed: pages of subjects that have none of their own any more; this page takes people's words from them.
        known: the present interface hash of a source file, None when it is gone.
        described: paths of files that pages describe.
        gone: those of them that are in the tree no more.
        new_imports: files that the subject's files import since somebody added them.
        other_imports: others that they import now, or no more, since files came or went.
        rerouted: imported files through which the subject's files get at other files than before.
        found_otherwise: files whose package or names importers go by are other than described, of which pages tell.
        below: the pages of the subject's parts by id, None for one that is not there yet; those that
            cannot be read are left out.
        shows: what comes of changed imports on pages, "imports" or "links" or both; None: it was not looked at.
        users: of a component, the components that import it; None (here and below): as the page has it.
        packages: of a component, the other people's packages that it imports.
        handed: internal files of the page, each with the names that users get at all the same.
    """

    page: Page | None = None
    header: str = ""
    moved_from: str = ""
    damaged: PageDamaged | None = None
    absorbed: tuple[Page, ...] = ()
    known: Callable[[str], str | None] = lambda path: None
    described: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    new_imports: frozenset[str] = frozenset()
    other_imports: frozenset[str] = frozenset()
    rerouted: frozenset[str] = frozenset()
    found_otherwise: frozenset[str] = frozenset()
    below: Mapping[str, Page | None] = field(default_factory=dict)
    shows: frozenset[Change] | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    users: frozenset[str] | None = None
    packages: frozenset[str] | None = None
    handed: Mapping[str, tuple[str, ...]] | None = None


class PagePlan(Struct, frozen=True):
    """The plan of one page: how what stands there differs from its subject, and the state of every section.

    `named` are files that are gone, or other than they were, and of which prose of the page still says the name.
    """

    subject: Subject
    standing: Standing
    deltas: tuple[FileDelta, ...] = ()
    dependencies: tuple[DependencyDelta, ...] = ()
    sections: tuple[SectionState, ...] = ()
    named: frozenset[str] = frozenset()

    @property
    def page(self) -> Page | None:
        """The page as it stands."""
        return self.standing.page

    @property
    def moved_from(self) -> str:
        """Where the page stands, if not at its subject's path."""
        return self.standing.moved_from

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
            bool(self.moved_from or self.standing.absorbed)
            or any(section.state in FAILING_STATES for section in self.sections)
        )

    @property
    def unseen(self) -> frozenset[str]:
        """What prose has not seen in its present state: paths, and ids of subjects below."""
        files = {d.path for d in self.deltas if d.kind not in ("renamed", "doc", "resolution")}
        return frozenset(files | self.named | {d.path for d in self.dependencies if d.kind not in _UNTOLD})

    def debts_of(self, kind: str) -> frozenset[str]:
        """What a section that stays as it is has not seen."""
        return self.unseen | self.stamps.owed(kind)


class Plan(Struct, frozen=True):
    """Every section of every page of a tree, with its state.

    Attributes:
        pages: by id of the subject, each behind those above it; a plan of a part of the tree has the
            index only where that describes changed files itself.
        layout: says that the pages stand where an earlier version had them.
        outputs: the files of `outputs`, which follow from the pages.
        orphans: pages whose subject is gone.
    """

    tree: str
    pages: Mapping[str, PagePlan]
    outputs: tuple[SectionState, ...] = ()
    orphans: tuple[SectionState, ...] = ()
    layout: SectionState | None = None
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
        """All sections: those of the index first, then the other pages, then the orphans.

        Where all pages have to move, that alone counts, and what keeps one from moving.
        """
        index = self.index.sections if self.index is not None else ()
        others = [s for plan in self.components.values() for s in plan.sections]
        if self.layout is not None:
            return (self.layout, *(s for s in (*index, *others) if s.state == "broken"))
        return (*index, *self.outputs, *others, *self.orphans)


class Pages(Struct, frozen=True):
    """The pages of a snapshot, by path; a damaged one is its error."""

    good: Mapping[str, Page]
    damaged: Mapping[str, PageDamaged]
