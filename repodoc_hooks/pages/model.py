"""A page as data: regions, stamps and debts."""

from __future__ import annotations

from dataclasses import dataclass, field

HEADER = "header"


@dataclass(frozen=True, slots=True)
class FileStamp:
    """The state of a source file that a page describes: 12 digits of its blob OID, and its hashes."""

    path: str
    blob: str
    ast: str
    doc: str
    interface: str


@dataclass(frozen=True, slots=True)
class DependencyStamp:
    """A file outside the component that the component imports, and the interface hash it was described with.

    One entry per imported file rather than per component: a hash over a whole component would conflict
    whenever two branches touch two of its files.
    """

    path: str
    interface: str


@dataclass(frozen=True, slots=True, order=True)
class Debt:
    """A section has not seen the present state of a file (or, in the index, of a component's summary)."""

    section: str
    path: str


@dataclass(frozen=True, slots=True)
class Region:
    """The text between two markers, without them; `line` is the 1-based line of the begin marker."""

    section: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class Stamps:
    """The comment at the foot of a page.

    `outputs` maps a prose section to the checksums of its lines as we wrote them, in their order and without
    repetition; `authors` to the backend that did. `manifests` (in the index) maps the files that decide what
    imports mean to a hash of what they say of it. `extra` holds entries of a newer version, kept as they are.
    `ordered` is False when files do not stand in their order: a textual merge put two branches' additions into
    one gap the wrong way round, and the regions above want rendering again.
    `component` tells whose page it is, so that it can follow a rename. `templates` is the version of
    prompts and templates: a field of its own, because raising it makes no page stale.
    """

    component: str = ""
    templates: str = ""
    files: dict[str, FileStamp] = field(default_factory=dict)
    dependencies: dict[str, DependencyStamp] = field(default_factory=dict)
    debts: frozenset[Debt] = frozenset()
    outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    manifests: dict[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    ordered: bool = True

    def owed(self, section: str) -> frozenset[str]:
        """What a section has not seen: paths, or component ids for the overview."""
        return frozenset(debt.path for debt in self.debts if debt.section == section)


@dataclass(frozen=True, slots=True)
class Page:
    """A page read from a snapshot. `text` is the whole of it; `stamps` is empty if it has none."""

    path: str
    text: str
    regions: dict[str, Region]
    stamps: Stamps
