"""The kinds of section: what a page consists of. A new kind is one object here and one template.

Whose page it stands on, who makes it and when, what makes it stale, how its answer looks and which templates word it:
whoever wants to know one of these asks the kind. Kinds stand in the order of a page.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from msgspec import Struct

PageKind = Literal["index", "component", "part", "file"]
Role = Literal[
    "index",
    "component",
    "part",
    "file",
    "root",  # an index that is the page of the top directory's component, too
    "divided",  # parts of it have pages of their own
    "only",  # the one component that there is, or nearly all that there is: the index draws its parts
]
Form = Literal["sentences", "essay", "walkthrough"]
Change = Literal[
    "added",  # a file of the page is new
    "removed",
    "renamed",
    "interface",
    "body",
    "imports",  # a file imports something else than before, so that a picture of its page is another
    "links",  # the same, so that what the page uses of others is another
    "users",  # other components import it than before
    "packages",  # manifests call what it imports otherwise
    "handed",  # users get at other names of an internal file
    "doc",
    "resolution",  # a manifest gives the imports of the page's files another meaning
    "used",  # the interface of a file that the page's files import
    "description",  # what manifest or README say of it
    "member",  # a page below this one came or went
    "summary",  # a page below this one has another summary
    "omitted",  # other source than before is left out
    "meaning",  # a manifest that decides what imports mean
]

_BELOW: frozenset[Change] = frozenset({"member", "summary"})
# A file of another name, the same otherwise, changes nothing that prose of a model says.
_TOLD: frozenset[Change] = _BELOW | {
    "added",
    "removed",
    "interface",
    "body",
    "used",
    "description",
}
# What the repository says of itself stands in documentation, names and manifests: no body says any of it.
_OWN_WORDS: frozenset[Change] = _BELOW | {"added", "removed", "renamed", "interface", "doc", "description"}
_OTHERS: frozenset[Change] = frozenset({"added", "removed", "renamed", "resolution"})


class SectionKind(Struct, frozen=True):
    """One kind of section.

    Attributes:
        name: what markers, stamps and ids of sections call it.
        maker: "analysis", or "prose": a model, an agent or the repository's own words.
        pages: the sorts of page that have it; none for a file of `outputs` and for what only requests ask.
        unless: the sorts of page that have another section in its place.
        template: words it on the page.
        touched_by: the changes after which it has to be made again.
        own_words_touched_by: those after which text from the repository's own words has to be.
        above: it is made from the pages below, and made again with them.
        deep: made after the push, not in the commit.
        rank: urgency in the queue of jobs, the most urgent first.
        prompt: words what a model is asked.
        form: of the answer; an essay may have headings.
        output_tokens: how long the answer may become.
        file: of `outputs`, at the top of the repository.
    """

    name: str
    maker: Literal["analysis", "prose"]
    pages: frozenset[Role] = frozenset()
    template: str = "pages/prose.md.j2"
    touched_by: frozenset[Change] = frozenset()
    own_words_touched_by: frozenset[Change] = frozenset()
    deep: bool = False
    rank: int = 0
    prompt: str = ""
    form: Form = "sentences"
    output_tokens: int = 0
    file: str = ""
    unless: frozenset[Role] = frozenset()
    above: bool = False

    @property
    def heading(self) -> str:
        """What stands above it."""
        return self.name.capitalize()

    @property
    def prose(self) -> bool:
        """A model, an agent or the repository's own words make it, so that people may edit it."""
        return self.maker == "prose"

    def touched(self, change: Change, *, own_words: bool) -> bool:
        """A change makes it stale; `own_words`: its text is from the repository's own words."""
        return change in (self.own_words_touched_by if own_words else self.touched_by)

    def concerned(self, change: Change) -> bool:
        """A change concerns what a person wrote in its place."""
        return change in self.touched_by or change in self.own_words_touched_by


_ALL = (
    SectionKind(
        "summary",
        "prose",
        frozenset({"component", "part", "file"}),
        touched_by=_TOLD,
        own_words_touched_by=_OWN_WORDS,
        rank=1,
        prompt="prompts/summary.j2",
        output_tokens=500,
    ),
    SectionKind(
        "overview",
        "prose",
        frozenset({"index"}),
        touched_by=_TOLD,
        own_words_touched_by=_OWN_WORDS,
        prompt="prompts/overview.j2",
        output_tokens=600,
    ),
    SectionKind(
        "architecture",
        "analysis",
        frozenset({"index", "divided"}),
        "pages/architecture.md.j2",
        frozenset({"member", "meaning", "links", "resolution"}),
        unless=frozenset({"only"}),
        above=True,
    ),
    SectionKind("components", "analysis", frozenset({"index"}), "pages/components.md.j2", _BELOW, above=True),
    SectionKind(
        "surface",
        "analysis",
        frozenset({"component", "root"}),
        "pages/surface.md.j2",
        frozenset({"added", "removed", "renamed", "interface", "doc", "used", "resolution"}),
        above=True,
    ),
    SectionKind("parts", "analysis", frozenset({"divided"}), "pages/parts.md.j2", _BELOW, above=True),
    SectionKind(
        "structure",
        "analysis",
        frozenset({"component", "part", "root"}),
        "pages/structure.md.j2",
        _OTHERS | {"imports", "interface"},
        unless=frozenset({"divided"}),
    ),
    SectionKind(
        "dependencies",
        "analysis",
        frozenset({"component", "part", "file", "root"}),
        "pages/dependencies.md.j2",
        _OTHERS | {"links", "users", "packages"},
        above=True,
    ),
    SectionKind(
        "api",
        "analysis",
        frozenset({"component", "part", "file", "root"}),
        "pages/api.md.j2",
        # It is written more densely the more pages below the page has to list.
        frozenset({"added", "removed", "renamed", "interface", "doc", "handed", "member"}),
    ),
    SectionKind(
        "design",
        "prose",
        frozenset({"component", "root"}),
        touched_by=_TOLD,
        own_words_touched_by=_OWN_WORDS,
        deep=True,
        rank=2,
        prompt="prompts/design.j2",
        form="essay",
        output_tokens=1200,
    ),
    SectionKind(
        "walkthrough",
        "prose",
        frozenset({"component", "root"}),
        "pages/walkthrough.md.j2",
        _TOLD,
        _OWN_WORDS,
        deep=True,
        rank=3,
        prompt="prompts/walkthrough.j2",
        form="walkthrough",
        output_tokens=1500,
    ),
    SectionKind("omitted", "analysis", frozenset({"index"}), "pages/omitted.md.j2", frozenset({"omitted"})),
    SectionKind("llms", "analysis", template="pages/llms.md.j2", file="llms.txt"),
    SectionKind("agents", "analysis", template="pages/agents.md.j2", file="AGENTS.md"),
    # Notes on some files of a component that is too large for one request; on no page.
    SectionKind("part", "prose", prompt="prompts/part.j2", output_tokens=400),
)

KINDS = {kind.name: kind for kind in _ALL}

LOCAL_SECTIONS = tuple(kind.name for kind in _ALL if kind.pages and not kind.prose)
PROSE_SECTIONS = tuple(kind.name for kind in _ALL if kind.pages and kind.prose)
DEEP_SECTIONS = tuple(kind.name for kind in _ALL if kind.deep)
QUICK_SECTIONS = tuple(name for name in PROSE_SECTIONS if name not in DEEP_SECTIONS)
OUTPUT_SECTIONS = {kind.file: kind.name for kind in _ALL if kind.file}
PAGE_ORDER = tuple(kind.name for kind in _ALL if kind.pages)


def on_page(roles: frozenset[Role], deep: Collection[str] = DEEP_SECTIONS) -> tuple[SectionKind, ...]:
    """The kinds of section of a page, by all that the page is, in their order; of the deep ones those wanted."""
    return tuple(
        kind
        for kind in _ALL
        if roles & kind.pages and not roles & kind.unless and (not kind.deep or kind.name in deep)
    )


def kind_of(section_id: str) -> SectionKind | None:
    """The kind of a section by its id, `<subject>#<kind>`; None for a kind that is not known."""
    return KINDS.get(section_id.rpartition("#")[2])
