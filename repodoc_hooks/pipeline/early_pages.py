"""The first pages of a large repository, while nearly all of it is still to be read.

Which pages there are follows from every file of a component, and who uses it from every file of all; the index is made
from all pages. But the pages of one component, and an index with the repository's own words, can be made from few
files: so that there is something to read at once. The run makes them anew at its end, and writes what differs then.
"""

from __future__ import annotations

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.subject import Division, subjects
from repodoc_hooks.pipeline.neighbours import with_neighbours
from repodoc_hooks.pipeline.page_planning import plan_page
from repodoc_hooks.pipeline.placing import division_anew
from repodoc_hooks.pipeline.plan import PagePlan, Plan, Standing
from repodoc_hooks.pipeline.survey import Survey

_LARGE = 1000
_MOST_FILES = 100
_INDEXED_WHOLE = frozenset({"csharp", "swift"})
"""An import in these means something only once all files are read."""


def early_plan(survey: Survey, name: str) -> Plan | None:
    """A plan with the pages of one component and the index; None where all pages come soon, or some are there."""
    if len(survey.paths) < _LARGE or survey.pages():
        return None
    component = _first(survey)
    if component is None:
        return None
    divisions: dict[str, Division] = {
        id_: {id_: tuple(file.path for file in each.files)} for id_, each in survey.components.items()
    }
    divisions[component.id] = division_anew(survey, component, ())
    every = subjects(survey.config, survey.components, divisions, name)
    own = [each for each in every.values() if each.component == component.id]
    planned = {
        each.id: plan_page(survey, each, Standing(known=survey.interface, below=dict.fromkeys(each.parts)))
        for each in own
    }
    planned = with_neighbours(survey, planned, ())
    planned[INDEX_ID] = plan_page(
        survey, every[INDEX_ID], Standing(below=dict.fromkeys(every[INDEX_ID].parts))
    )
    others = {id_: PagePlan(each, Standing()) for id_, each in every.items() if id_ not in planned}
    found = {**others, **planned}
    return Plan(survey.tree, {id_: found[id_] for id_ in every})


def _first(survey: Survey) -> Component | None:
    """The largest component that is quickly read, in no other one and with none in it."""
    alone = [
        each
        for each in survey.components.values()
        if each.id != INDEX_ID
        and len(each.files) <= _MOST_FILES
        and _INDEXED_WHOLE.isdisjoint(file.language for file in each.files)
        and not any(
            each.id.startswith(f"{other}/") or other.startswith(f"{each.id}/") for other in survey.components
        )
    ]
    return max(alone, key=lambda each: (len(each.files), each.id), default=None)
