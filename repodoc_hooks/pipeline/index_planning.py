"""The index held against the components, the README and the manifests; and the files that follow from it."""

from __future__ import annotations

from collections.abc import Mapping

from repodoc_hooks.analysis import description
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.mermaid import anchored, node_id
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.fingerprints import summary_hash, text_hash
from repodoc_hooks.pipeline.plan import ComponentPlan, SectionState
from repodoc_hooks.pipeline.survey import Survey

_INTRODUCES = " has another introduction"
_NO_LONGER = " introduces it no longer"


def readme_intro(survey: Survey) -> tuple[str, str]:
    """Path of what introduces the repository (the README at the top, else a manifest), and its words."""
    return description.of_repository(survey.entries, survey.read_or_target)


def changed_manifests(survey: Survey, index: Page | None) -> list[str]:
    """Files that decide what imports mean and say something else than when the index was written."""
    old = index.stamps.manifests if index is not None else survey.manifests
    new = survey.manifests
    return sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))


def plan_agent_files(
    survey: Survey, index: Page | None, plans: Mapping[str, ComponentPlan]
) -> tuple[SectionState, ...]:
    """The files of `outputs`: they follow from the pages as they stand."""
    if index is None or not survey.config.outputs:
        return ()
    from repodoc_hooks.pipeline.agent_files import agent_files

    pages = {c: plan.page for c, plan in sorted(plans.items()) if plan.page is not None}
    states = []
    for file in agent_files(survey, index, pages):
        because: tuple[str, ...] = ()
        state, rule = "current", ""
        if file.damage is not None:
            state, rule, because = "broken", "RD007", (file.damage.what,)
        elif file.old is None:
            state, rule, because = "missing", "RD004", ("there is no such file yet",)
        elif file.old != file.new:
            state, rule, because = "stale", "RD003", ("the pages changed",)
        states.append(
            SectionState(f"{INDEX_ID}#{file.kind}", INDEX_ID, file.kind, file.path, 1, state, rule, because)
        )
    return tuple(states)


def plan_index(
    survey: Survey,
    path: str,
    page: Page | None,
    damaged: PageDamaged | None,
    plans: Mapping[str, ComponentPlan],
) -> tuple[SectionState, ...]:
    def state(kind: str, state: str, rule: str = "", because: tuple[str, ...] = ()) -> SectionState:
        line = page.regions[kind].line if page is not None and kind in page.regions else 1
        return SectionState(f"{INDEX_ID}#{kind}", INDEX_ID, kind, path, line, state, rule, because)

    kinds = ("overview", "architecture", "components")
    if damaged is not None:
        return (state("page", "broken", "RD007", (f"{damaged.what}; {damaged.fix}",)),)
    if page is None:
        return tuple(state(kind, "missing", "RD004", ("there is no index yet",)) for kind in kinds)
    changed, members = _index_deltas(survey, page.stamps, plans)
    meanings = tuple(f"{path} changed what imports mean" for path in changed_manifests(survey, page))
    debts = tuple(
        sorted(
            f"it has not seen the summary of {d.path}" for d in page.stamps.debts if d.section == "overview"
        )
    )
    states = []
    for kind in kinds:
        because = (
            members + meanings
            if kind == "architecture"
            else changed
            if kind == "overview"
            else tuple(word for word in changed if not word.endswith((_INTRODUCES, _NO_LONGER)))
        )
        if kind == "architecture" and not because and kind in page.regions:
            drawn = anchored(page.regions[kind].body)
            if drawn and drawn != {node_id(component) for component in plans}:
                because = ("a merge left components in it that are gone, or left some out",)
        if kind not in page.regions:
            states.append(state(kind, "missing", "RD004", ("the page has no such section yet",)))
        elif kind == "overview" and (because or debts) and is_edited(page, kind):
            states.append(
                state(kind, "edited", "RD006", ("a person wrote it and its inputs changed", *because, *debts))
            )
        elif because:
            states.append(state(kind, "stale", "RD003", because))
        elif kind == "overview" and debts:
            states.append(state(kind, "deferred", "RD009", debts))
        else:
            states.append(state(kind, "current"))
    return tuple(states)


def _index_deltas(
    survey: Survey, stamps: Stamps, plans: Mapping[str, ComponentPlan]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What changed for the overview (members and summaries), and the members alone."""
    members = [f"the component {c} is new" for c in plans if c not in stamps.dependencies]
    members += [f"the component {c} is gone" for c in sorted(stamps.dependencies) if c not in plans]
    summaries = [
        f"the summary of {c} changed"
        for c, plan in plans.items()
        if c in stamps.dependencies
        and not plan.broken
        and stamps.dependencies[c].interface != summary_hash(plan.page)
    ]
    name, intro = readme_intro(survey)
    stamp = stamps.files.get(name)
    now = text_hash(intro)
    introduction = [f"{name}{_INTRODUCES}"] if name and (stamp is None or stamp.blob != now) else []
    introduction += [f"{path}{_NO_LONGER}" for path in stamps.files if path != name]
    return tuple(members + summaries + introduction), tuple(members)
