"""The plan: which sections do not describe the tree any more, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.model import FileStamp, Page, Stamps

RULES = {
    "RD001": "stale-impl",
    "RD002": "stale-interface",
    "RD003": "stale-dependency",
    "RD004": "missing",
    "RD005": "orphan",
    "RD006": "hand-edited",
    "RD007": "broken-page",
    "RD008": "differs-from-fresh",
    "RD009": "deferred",
    "RD010": "old-templates",
}

FAILING_STATES = frozenset({"stale", "missing", "orphan", "broken"})


@dataclass(frozen=True, slots=True)
class SectionState:
    """One section: `state` is current, stale, missing, orphan, edited, deferred or broken; `line` is 1-based."""

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
    """How a file differs from what its page describes; `words` tell it to a developer."""

    path: str
    kind: Literal["added", "removed", "renamed", "doc", "body", "interface", "resolution"]
    words: tuple[str, ...]
    old: FileStamp | None = None
    imports_changed: bool = True
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DependencyDelta:
    """A file outside the component whose interface, or description of it, differs from what the page knows."""

    path: str
    words: str


@dataclass(frozen=True, slots=True)
class ComponentPlan:
    """The plan of one page. `page` is the page as it stands, found at `moved_from` if its component was renamed."""

    component: Component
    path: str
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


@dataclass(frozen=True, slots=True)
class Plan:
    """Every section of every page of a tree, with its state."""

    tree: str
    components: Mapping[str, ComponentPlan]
    index: tuple[SectionState, ...]
    index_page: Page | None
    orphans: tuple[SectionState, ...]
    messages: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[SectionState, ...]:
        """All sections: the index first, then the components, then the orphans."""
        per_component = (s for plan in self.components.values() for s in plan.sections)
        return (*self.index, *per_component, *self.orphans)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a snapshot, by path; a damaged one is its error."""

    good: Mapping[str, Page]
    damaged: Mapping[str, PageDamaged]
