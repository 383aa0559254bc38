"""A page as data: regions, stamps and debts."""

from __future__ import annotations

from msgspec import Struct, field

HEADER = "header"
OWED = "owed"
"""The region that lists for readers which sections have not seen the present code."""


class FileStamp(Struct, frozen=True):
    """The state of a source file that a page describes: 12 digits of its blob OID, and its hashes."""

    path: str
    blob: str
    ast: str
    doc: str
    interface: str


class DependencyStamp(Struct, frozen=True):
    """A file outside the page whose interface matters to its files, and the interface hash it was described with.

    `through` files are not imported themselves: they define what an imported file hands on. One entry per file
    rather than per component: a hash over a whole component would conflict whenever two branches touch two of its
    files.
    """

    path: str
    interface: str
    through: bool = False


class Debt(Struct, frozen=True, order=True):
    """A section has not seen the present state of a file, or of the summary of a subject below."""

    section: str
    path: str


class Region(Struct, frozen=True):
    """The text between two markers, without them; `line` is the 1-based line of the begin marker."""

    section: str
    body: str
    line: int


class Stamps(Struct, frozen=True):
    """The comment at the foot of a page: which state of the code it describes.

    Attributes:
        component: id of the page's subject, so that the page can follow a rename.
        templates: version of the templates.
        files: the files whose API stands on the page.
        dependencies: files outside that these import.
        summaries: subjects below -> a hash of the summary that the page shows.
        words: manifests and READMEs -> a hash of what they say of the subject.
        included: files that documentation in source begins with -> a hash of them.
        debts: what a section has not seen.
        outputs: prose section -> the checksums of its lines as we wrote them, in their order, without repetition.
        authors: prose section -> the backend that wrote it.
        prompts: prose section -> the version of the prompts that its text was asked for with.
        manifests: in the index, files that decide what imports mean -> a hash of what they say of it.
        unread: files of the page that could not be read -> the lines, `66-600,700-700`, or `all`.
        handed: internal files of the page -> the names in them that users get at all the same, sorted.
        outward: what the page's files import under names that may be those of other people's packages.
        environment: the environment variables that the page's files read.
        users: on the page of a component, the components that import it.
        packages: on the page of a component, the other people's packages that are named there.
        omitted: in the index, the directories of source that no page describes, each with the reason: `tests: tests`.
        extra: entries of a newer version, kept as they are.
        dense: they stand several on a line, since the page would be too long otherwise.
        ordered: False when files do not stand in their order: a textual merge put two branches' additions into one
            gap the wrong way round, and the regions above want rendering again.
    """

    component: str = ""
    templates: str = ""
    files: dict[str, FileStamp] = field(default_factory=dict)
    dependencies: dict[str, DependencyStamp] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    included: dict[str, str] = field(default_factory=dict)
    debts: frozenset[Debt] = frozenset()
    outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    manifests: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    handed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outward: frozenset[str] = frozenset()
    environment: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    omitted: frozenset[str] = frozenset()
    extra: tuple[str, ...] = ()
    dense: bool = False
    ordered: bool = True

    def owed(self, section: str) -> frozenset[str]:
        """What a section has not seen: paths, and ids of subjects below."""
        return frozenset(debt.path for debt in self.debts if debt.section == section)


class Page(Struct, frozen=True):
    """A page read from a snapshot. `text` is the whole of it; `stamps` is empty if it has none."""

    path: str
    text: str
    regions: dict[str, Region]
    stamps: Stamps
