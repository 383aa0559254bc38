"""The optional files for coding agents (`outputs:`), held against the pages that they follow from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.markers import title_of
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.outputs import output_text
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import OUTPUT_SECTIONS


@dataclass(frozen=True, slots=True)
class AgentFile:
    """One file: `old` is None when there is none; `new` is None when `damage` keeps us from writing it."""

    path: str
    old: str | None
    new: str | None
    damage: PageDamaged | None = None

    @property
    def kind(self) -> str:
        """Name of our region in it."""
        return OUTPUT_SECTIONS[self.path]


def agent_files(survey: Survey, index: Page, pages: Mapping[str, Page]) -> Iterator[AgentFile]:
    """The configured files as they stand in the tree and as these pages want them."""
    for name in survey.config.outputs:
        entry = survey.entries.get(name)
        old = survey.read(name).decode("utf-8", "surrogateescape") if entry else None
        try:
            if entry and entry.kind != "file":
                fix = "put a file in its place, or take it out of outputs"
                raise PageDamaged("this is no regular file", where=name, fix=fix)
            new = output_text(name, old, title_of(index), index, pages, survey.titles, survey.templates)
            yield AgentFile(name, old, new)
        except PageDamaged as error:
            yield AgentFile(name, old, None, error)
