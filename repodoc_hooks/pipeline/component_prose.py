"""Prose of a component: at hand, asked of a model, or written from docstrings; and what it has not seen."""

from __future__ import annotations

from collections.abc import Sequence

from repodoc_hooks.backends import offline
from repodoc_hooks.events import SectionPlanned
from repodoc_hooks.pages import render
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.page_builder import Draft, Prose
from repodoc_hooks.pipeline.plan import ComponentPlan, SectionState
from repodoc_hooks.pipeline.run_state import Run
from repodoc_hooks.pipeline.section_memory import recall, remember, remember_page
from repodoc_hooks.pipeline.section_outcomes import section_outcome
from repodoc_hooks.sections.kinds import DEEP_SECTIONS
from repodoc_hooks.sections.task import SectionResult, SectionTask


def answer(run: Run, tasks: Sequence[SectionTask]) -> dict[str, SectionResult]:
    """Have tasks answered; never raises for a model's failure."""
    workspace, request = run.workspace, run.request
    if not tasks:
        return {}
    if request.backend == "none":
        return {task.id: SectionResult(task.id, "deferred", "it needs a model") for task in tasks}
    for task in tasks:
        workspace.bus.publish(
            SectionPlanned(
                run_id=run.id, section=task.id, component=task.component, kind=task.kind, reason=task.reason
            )
        )
    if not run.uses_models:
        return {task.id: offline.result(task) for task in tasks}
    from repodoc_hooks.git.checkout import reading_directory
    from repodoc_hooks.models.asking import Asking, Limits
    from repodoc_hooks.models.generation import generate

    asking = Asking(
        config=workspace.config,
        state_dir=workspace.git.state_dir,
        bus=workspace.bus,
        limits=Limits(request.backend, request.max_usd, request.max_tokens),
        deadline=run.deadline,
        stop=workspace.stop,
        templates=run.survey.templates,
    )
    reads = any(task.kind in DEEP_SECTIONS for task in tasks)
    with reading_directory(workspace.git, run.tree, wanted=reads) as directory:
        results = generate(tasks, asking, directory=directory)
    for result in results:
        run.over_budget = run.over_budget or (
            result.action == "deferred" and result.reason.startswith("budget")
        )
        if result.action in ("failed", "deferred"):
            run.say(f"{result.id}: {result.action}: {result.reason}")
    return {result.id: result for result in results}


def settled(run: Run, plan: ComponentPlan, draft: Draft, section: SectionState) -> bool:
    """True when a section needs no question: a person's, current, or its text is at hand."""
    request, old, kind = run.request, draft.old, section.kind
    present = old is not None and kind in old.regions
    if old is not None and is_edited(old, kind) and not (request.force and present):
        if section.state == "edited":
            draft.prose[kind] = _keep_with_debts(plan, old, kind)
            run.finish(section_outcome(draft, kind, "kept", "a person wrote it"))
        return True
    if not (request.all or request.force):
        if section.state == "current" or (
            present and plan.moved_from and not _unseen(plan) and kind not in _owed(plan)
        ):
            return True
        remembered = _recalled(run, section, draft)
        if remembered is not None:
            draft.prose[kind] = remembered
            run.finish(section_outcome(draft, kind, "reused", "its inputs are those of a text at hand"))
            return True
    if kind in DEEP_SECTIONS and not request.deep:
        if old is not None and present:
            draft.prose[kind] = _keep_with_debts(plan, old, kind)
        run.finish(section_outcome(draft, kind, "deferred", "deep sections wait for the job after the push"))
        return True
    return False


def _recalled(run: Run, section: SectionState, draft: Draft) -> Prose | None:
    if not run.uses_models:
        return None
    workspace = run.workspace
    return recall(
        workspace.cache,
        workspace.git.state_dir,
        section.id,
        section.kind,
        draft.stamps,
        run.survey.templates,
    )


def settle(
    run: Run, plan: ComponentPlan, draft: Draft, kind: str, result: SectionResult, task: SectionTask
) -> None:
    """Put a result into its draft; what could not be written keeps the old text, or gets offline text, with debts."""
    cache, old = run.workspace.cache, draft.old
    remember_page(cache, kind, old)
    if result.action == "generated":
        body = render.prose(kind, result.data, result.backend, run.survey.templates)
        draft.prose[kind] = Prose(body, result.backend)
        remember(cache, kind, draft.stamps, body, result.backend)
    elif result.action == "kept" and old is not None:
        draft.prose[kind] = Prose(None, "")
        remember(cache, kind, draft.stamps, old.regions[kind].body, old.stamps.authors.get(kind, ""))
    elif old is not None and kind in old.regions and old.stamps.authors.get(kind) != "offline":
        draft.prose[kind] = _keep_with_debts(plan, old, kind)
    elif kind not in DEEP_SECTIONS:
        everything = frozenset(file.path for file in plan.component.files)
        draft.prose[kind] = offline_prose(run, task, everything)
    if not _same_offline_text(draft, kind, result):
        run.finish(section_outcome(draft, kind, result.action, result.reason or task.reason, result))


def _same_offline_text(draft: Draft, kind: str, result: SectionResult) -> bool:
    """Offline text is made anew at every look; it is worth a word only when it came out otherwise."""
    old, prose = draft.old, draft.prose.get(kind)
    if old is None or prose is None or prose.body is None or result.backend != "offline":
        return False
    return kind in old.regions and old.regions[kind].body == prose.body.strip("\n")


def offline_prose(run: Run, task: SectionTask, owed: frozenset[str]) -> Prose:
    """Text without a model; where one was wanted, it has seen none of what it describes."""
    result = offline.result(task)
    debts = owed if run.workspace.config.asks_models else frozenset()
    body = render.prose(task.kind, result.data, "offline", run.survey.templates)
    return Prose(body, "offline", debts)


def _keep_with_debts(plan: ComponentPlan, old: Page, kind: str) -> Prose:
    return Prose(None, "", old.stamps.owed(kind) | _unseen(plan))


def _owed(plan: ComponentPlan) -> set[str]:
    return {debt.section for debt in plan.stamps.debts}


def _unseen(plan: ComponentPlan) -> set[str]:
    """Paths whose present state prose has not seen."""
    return {d.path for d in plan.deltas if d.kind not in ("renamed", "doc", "resolution")} | {
        d.path for d in plan.dependencies
    }
