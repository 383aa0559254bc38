"""The optional files for coding agents (`outputs:`), held against the pages that they follow from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.markers import title_of
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.outputs import output_text
from repodoc_hooks.pipeline.plan import PagePlan, SectionState
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import OUTPUT_SECTIONS


class Output(Struct, frozen=True):
    """One file: `old` is None when there is none; `new` is None when `damage` keeps us from writing it."""

    path: str
    old: str | None
    new: str | None
    damage: PageDamaged | None = None

    @property
    def kind(self) -> str:
        """Name of our region in it."""
        return OUTPUT_SECTIONS[self.path]


def outputs(survey: Survey, index: Page, pages: Mapping[str, Page]) -> Iterator[Output]:
    """The configured files as they stand in the tree and as these pages want them."""
    for name in survey.config.outputs:
        entry = survey.entries.get(name)
        old = survey.read(name).decode("utf-8", "surrogateescape") if entry else None
        try:
            if entry and entry.kind != "file":
                fix = "put a file in its place, or take it out of outputs"
                raise PageDamaged("this is no regular file", where=name, fix=fix)
            new = output_text(name, old, title_of(index), index, pages, survey.titles, survey.templates)
            yield Output(name, old, new)
        except PageDamaged as error:
            yield Output(name, old, None, error)


def plan_outputs(survey: Survey, plans: Mapping[str, PagePlan]) -> tuple[SectionState, ...]:
    """The state of the configured files: they follow from the pages as they stand."""
    index = plans[INDEX_ID].page
    if index is None or not survey.config.outputs:
        return ()
    pages = {
        id_: plan.page for id_, plan in sorted(plans.items()) if id_ != INDEX_ID and plan.page is not None
    }
    return tuple(_state(file) for file in outputs(survey, index, pages))


def _state(file: Output) -> SectionState:
    because: tuple[str, ...] = ()
    state, rule = "current", ""
    if file.damage is not None:
        state, rule, because = "broken", "RD007", (file.damage.what,)
    elif file.old is None:
        state, rule, because = "missing", "RD004", ("there is no such file yet",)
    elif file.old != file.new:
        state, rule, because = "stale", "RD003", ("the pages changed",)
    return SectionState(f"{INDEX_ID}#{file.kind}", INDEX_ID, file.kind, file.path, 1, state, rule, because)
