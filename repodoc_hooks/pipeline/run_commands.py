"""The commands of a run: scan, analyse the diff, refresh sections and index, write, record. One interface for all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from repodoc_hooks.backends import offline
from repodoc_hooks.backends.base import Deadline, SectionResult, SectionTask
from repodoc_hooks.errors import UsageError
from repodoc_hooks.events import PageWritten, RunFinished, RunStarted, SectionPlanned
from repodoc_hooks.git import staging
from repodoc_hooks.pages import markers, render
from repodoc_hooks.pages.layout import INDEX_ID, page_path
from repodoc_hooks.pages.model import DEEP_SECTIONS, PROSE_SECTIONS, Page, Stamps
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.fingerprints import section_fingerprint, summary_hash
from repodoc_hooks.pipeline.narrowing import narrow
from repodoc_hooks.pipeline.page_builder import (
    Draft,
    Prose,
    draft_component,
    draft_index_stamps,
    finish_component,
    finish_index,
)
from repodoc_hooks.pipeline.plan import ComponentPlan, Plan, SectionState
from repodoc_hooks.pipeline.run_report import ChangeEntry, SectionOutcome
from repodoc_hooks.pipeline.run_request import Request
from repodoc_hooks.pipeline.run_state import Run
from repodoc_hooks.pipeline.section_memory import finished_sections, recall, remember, remember_page
from repodoc_hooks.pipeline.section_tasks import component_task, overview_task, users_of

_FEW = 3


class Command(Protocol):
    """One step of a run; what later steps need goes into `run`."""

    def execute(self, run: Run) -> None:
        """Do the step."""
        ...


class Scan:
    """Snapshot: the tree to describe."""

    def execute(self, run: Run) -> None:
        """Fill in the tree."""
        workspace, request = run.workspace, run.request
        if request.deadline is not None:
            run.deadline = Deadline.after(request.deadline)
        run.tree = workspace.tree(request.source, request.rev)
        workspace.bus.publish(
            RunStarted(
                run_id=run.id, origin=request.origin, tree=run.tree, backend=run.backend, pid=os.getpid()
            )
        )


class AnalyseDiff:
    """Plan: which pages have to be written anew, and all of them that needs no model."""

    def execute(self, run: Run) -> None:
        """Fill in plan and drafts."""
        ready = finished_sections(run.workspace.git.state_dir)
        narrowed = narrow(run.workspace, run.tree) if _may_narrow(run.request) and not ready else None
        if narrowed is not None:
            run.survey, run.plan = narrowed
        else:
            run.plan = run.workspace.plan(run.survey)
        for plan in selected(run.plan, run.request, ready):
            if plan.broken:
                _leave(run, plan.sections[0])
                continue
            run.drafts[plan.component.id] = draft_component(run.survey, plan)
            run.changes.append(_change(plan))
        if run.plan.index and run.plan.index[0].state == "broken":
            _leave(run, run.plan.index[0])
        for path, skipped in sorted(run.survey.skipped.items()):
            run.say(f"{path}: not read: {skipped.reason}", "info")


class RefreshSections:
    """Prose of the components, asked of a model or written from docstrings; then the text of their pages."""

    def execute(self, run: Run) -> None:
        """Fill in pages."""
        questions: list[tuple[ComponentPlan, SectionState]] = []
        for component, draft in run.drafts.items():
            plan = run.plan.components[component]
            questions += [
                (plan, s)
                for s in plan.sections
                if s.kind in PROSE_SECTIONS and not _settled(run, plan, draft, s)
            ]
        users = users_of(run.survey, run.plan) if run.request.deep else {}
        tasks = [
            component_task(
                run.survey,
                plan,
                section.kind,
                _reason(section),
                sources=run.uses_models,
                users=users.get(plan.component.id, ()),
            )
            for plan, section in questions
        ]
        along = _overview_along(run, tasks)
        results = answer(run, [*tasks, *along])
        run.overview = next((results[task.id] for task in along), None)
        for (plan, section), task in zip(questions, tasks, strict=True):
            _settle(run, plan, run.drafts[plan.component.id], section.kind, results[task.id], task)
        for component, draft in run.drafts.items():
            page = run.pages[component] = finish_component(draft)
            _tell_local(run, draft)
            if draft.old is None or (page.text, page.path) != (draft.old.text, draft.old.path):
                run.texts[page.path] = _bytes(page)
            if draft.old is not None and draft.old.path != page.path:
                run.texts.setdefault(draft.old.path, None)
        run.survey.forget(list(run.survey.paths))


class RefreshIndex:
    """The index: its local sections from the component pages, its overview when summaries changed."""

    def execute(self, run: Run) -> None:
        """Add the index, and take away pages whose component is gone."""
        if run.survey.part is not None:
            if all(summary_hash(page) == summary_hash(run.drafts[c].old) for c, page in run.pages.items()):
                return
            run.widen()
        plan = run.plan
        broken = plan.index_page is not None and any(p.broken for p in plan.components.values())
        if (
            broken or plan.index[0].state == "broken"
        ):  # without a page that is only damaged, it would say less
            return
        path = page_path(run.workspace.config, INDEX_ID)
        pages = {
            c: p.page for c, p in plan.components.items() if p.page is not None and not p.moved_from
        } | run.pages
        pages = {component: pages[component] for component in sorted(pages)}
        stamps = draft_index_stamps(run.survey, plan, pages)
        prose = _overview(run, stamps, pages)
        page = finish_index(run.survey, plan, path, run.workspace.title(run.plan), pages, stamps, prose)
        run.pages[INDEX_ID] = page
        old = plan.index_page
        if old is None or page.text != old.text:
            run.texts[path] = _bytes(page)
            for kind in ("architecture", "components"):
                if (
                    old is None
                    or kind not in old.regions
                    or old.regions[kind].body != page.regions[kind].body
                ):
                    run.finish(_index_outcome(run, kind, "rendered", "the component pages changed"))
        self._refresh_agent_files(run, page, pages)
        if not run.request.paths:
            self._remove_orphans(run)

    def _refresh_agent_files(self, run: Run, index: Page, pages: Mapping[str, Page]) -> None:
        if not run.workspace.config.outputs:
            return
        from repodoc_hooks.pipeline.agent_files import agent_files

        for file in agent_files(run.survey, index, pages):
            if file.new is None:
                run.say(str(file.damage))
            elif file.new != file.old:
                run.texts[file.path] = file.new.encode("utf-8", "surrogateescape")
                outcome = _index_outcome(run, file.kind, "rendered", "the pages changed")
                run.finish(replace(outcome, path=file.path))

    def _remove_orphans(self, run: Run) -> None:
        pages = run.workspace.pages(run.survey).good if run.plan.orphans else {}
        for orphan in run.plan.orphans:
            if orphan.path in run.texts:
                continue
            if _is_written_on(pages[orphan.path]):
                run.complete = False
                what = "its component is gone, but people wrote on the page; move their text, then delete it"
                run.say(f"{orphan.path}: {what}")
            else:
                run.texts[orphan.path] = None


def _is_written_on(page: Page) -> bool:
    """People wrote on the page, outside our regions or in them."""
    return bool(markers.human_text(page).strip()) or any(is_edited(page, kind) for kind in PROSE_SECTIONS)


class WritePages:
    """Pages into index and work tree, all or none."""

    def execute(self, run: Run) -> None:
        """Fill in what became of each page."""
        if run.request.apply == "none" or not run.texts:
            return
        run.written = tuple(
            staging.write_pages(run.workspace.git, run.texts, run.request.apply, base=run.tree)
        )
        for page in run.written:
            run.workspace.bus.publish(
                PageWritten(run_id=run.id, path=page.path, outcome=page.outcome, message=page.message)
            )
            if page.message:
                run.say(f"{page.path}: {page.message}")


class Record:
    """The end of the run, told to the observers."""

    def execute(self, run: Run) -> None:
        """Publish the end."""
        report = run.report()
        run.workspace.bus.publish(
            RunFinished(
                run_id=run.id,
                exit=report.exit,
                seconds=report.seconds,
                tokens=report.tokens.as_json(),
                cost_usd=report.cost_usd,
            )
        )


PIPELINE: tuple[Command, ...] = (
    Scan(),
    AnalyseDiff(),
    RefreshSections(),
    RefreshIndex(),
    WritePages(),
    Record(),
)


def selected(plan: Plan, request: Request, ready: frozenset[str] = frozenset()) -> list[ComponentPlan]:
    """The components whose pages the run has to write; `ready` are sections whose text waits in the store.

    Raises:
        UsageError: a path belongs to no component.
    """
    chosen = list(plan.components.values())
    if request.paths:
        index = plan.index[0].path
        for path in request.paths:
            if path.rstrip("/") != index and not any(_belongs(path, p) for p in chosen):
                raise UsageError(
                    "no component has it", where=path, fix="`repodoc plan --all` lists the components"
                )
        chosen = [p for p in chosen if any(_belongs(path, p) for path in request.paths)]
    if request.all or request.force:
        return chosen
    return [p for p in chosen if p.stale or p.broken or any(_wants(s, request, ready) for s in p.sections)]


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
    from repodoc_hooks.models.generation import generate

    reads = any(task.kind in DEEP_SECTIONS for task in tasks)
    with reading_directory(workspace.git, run.tree, wanted=reads) as directory:
        results = generate(
            tasks,
            config=workspace.config,
            state_dir=workspace.git.state_dir,
            bus=workspace.bus,
            deadline=run.deadline,
            stop=workspace.stop,
            backend=request.backend,
            max_usd=request.max_usd,
            max_tokens=request.max_tokens,
            directory=directory,
        )
    for result in results:
        run.over_budget = run.over_budget or (
            result.action == "deferred" and result.reason.startswith("budget")
        )
        if result.action in ("failed", "deferred"):
            run.say(f"{result.id}: {result.action}: {result.reason}")
    return {result.id: result for result in results}


def _settled(run: Run, plan: ComponentPlan, draft: Draft, section: SectionState) -> bool:
    """True when a section needs no question: a person's, current, or its text is at hand."""
    request, old, kind = run.request, draft.old, section.kind
    present = old is not None and kind in old.regions
    if old is not None and is_edited(old, kind) and not (request.force and present):
        if section.state == "edited":
            draft.prose[kind] = _keep_with_debts(plan, old, kind)
            run.finish(_outcome(draft, kind, "kept", "a person wrote it"))
        return True
    if not (request.all or request.force):
        if section.state == "current" or (
            present and plan.moved_from and not _unseen(plan) and kind not in _owed(plan)
        ):
            return True
        remembered = _recalled(run, section, draft)
        if remembered is not None:
            draft.prose[kind] = remembered
            run.finish(_outcome(draft, kind, "reused", "its inputs are those of a text at hand"))
            return True
    if kind in DEEP_SECTIONS and not request.deep:
        if old is not None and present:
            draft.prose[kind] = _keep_with_debts(plan, old, kind)
        run.finish(_outcome(draft, kind, "deferred", "deep sections wait for the job after the push"))
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
        workspace.config.templates,
    )


def _settle(
    run: Run, plan: ComponentPlan, draft: Draft, kind: str, result: SectionResult, task: SectionTask
) -> None:
    """Put a result into its draft; what could not be written keeps the old text, or gets offline text, with debts."""
    cache, old = run.workspace.cache, draft.old
    remember_page(cache, kind, old)
    if result.action == "generated":
        body = render.prose(kind, result.data, result.backend, run.workspace.config.templates)
        draft.prose[kind] = Prose(body, result.backend)
        remember(cache, kind, draft.stamps, body, result.backend)
    elif result.action == "kept" and old is not None:
        draft.prose[kind] = Prose(None, "")
        remember(cache, kind, draft.stamps, old.regions[kind].body, old.stamps.authors.get(kind, ""))
    elif old is not None and kind in old.regions and old.stamps.authors.get(kind) != "offline":
        draft.prose[kind] = _keep_with_debts(plan, old, kind)
    elif kind not in DEEP_SECTIONS:
        everything = frozenset(file.path for file in plan.component.files)
        draft.prose[kind] = _offline(run, task, everything)
    if not _same_offline_text(draft, kind, result):
        run.finish(_outcome(draft, kind, result.action, result.reason or task.reason, result))


def _same_offline_text(draft: Draft, kind: str, result: SectionResult) -> bool:
    """Offline text is made anew at every look; it is worth a word only when it came out otherwise."""
    old, prose = draft.old, draft.prose.get(kind)
    if old is None or prose is None or prose.body is None or result.backend != "offline":
        return False
    return kind in old.regions and old.regions[kind].body == prose.body.strip("\n")


def _overview_along(run: Run, tasks: Sequence[SectionTask]) -> list[SectionTask]:
    """The overview's task, to go into the request of the few summaries that change: they are its only inputs.

    It is answered from the same diff. Where the summaries are then kept, its answer is dropped: nothing it looks
    at has changed.
    """
    request = run.request
    summaries = [task for task in tasks if task.kind == "summary" and task.old_text]
    if not run.uses_models or request.all or request.force or not 0 < len(summaries) <= _FEW:
        return []
    run.widen()
    page = run.plan.index_page
    if page is None or "overview" not in page.regions or is_edited(page, "overview"):
        return []
    pages = {c: p.page for c, p in run.plan.components.items() if p.page is not None}
    reason = "rewritten: " + ", ".join(task.component for task in summaries)
    return [overview_task(run.survey, run.plan, pages, run.workspace.title(run.plan), reason, changed=())]


def _overview(run: Run, stamps: Stamps, pages: Mapping[str, Page]) -> dict[str, Prose]:
    """The overview's new text, if it needs one."""
    old, request = run.plan.index_page, run.request
    present = old is not None and "overview" in old.regions
    debts = frozenset(d.path for d in old.stamps.debts if d.section == "overview") if old else frozenset()
    unseen = _unseen_by_overview(old, stamps) | debts
    if present and not unseen and not request.all and not request.force:
        if run.overview is not None:
            run.finish(_index_outcome(run, "overview", "kept", "no summary changed", run.overview))
        return {}
    if old is not None and present and is_edited(old, "overview") and not request.force:
        run.finish(_index_outcome(run, "overview", "kept", "a person wrote it"))
        return {"overview": Prose(None, "", unseen)}
    section = next(s for s in run.plan.index if s.kind == "overview")
    templates = run.workspace.config.templates
    reason, name = _reason(section, "summaries changed"), run.workspace.title(run.plan)
    whole = overview_task(run.survey, run.plan, pages, name, reason)
    everything = not present or request.all or request.force or not run.uses_models
    task = whole if everything else overview_task(run.survey, run.plan, pages, name, reason, changed=unseen)
    result = run.overview
    answered = result is not None and result.action in ("generated", "kept")
    if run.uses_models and not (answered or request.all or request.force):
        found = recall(
            run.workspace.cache, run.workspace.git.state_dir, task.id, "overview", stamps, templates
        )
        if found is not None:
            run.finish(_index_outcome(run, "overview", "reused", "its inputs are those of a text at hand"))
            return {"overview": found}
    result = result or answer(run, [task])[task.id]
    remember_page(run.workspace.cache, "overview", old)
    run.finish(_index_outcome(run, "overview", result.action, result.reason or task.reason, result))
    if result.action == "generated":
        body = render.prose("overview", result.data, result.backend, templates)
        remember(run.workspace.cache, "overview", stamps, body, result.backend)
        return {"overview": Prose(body, result.backend)}
    if result.action == "kept":
        return {"overview": Prose(None, "")}
    if old is not None and present and old.stamps.authors.get("overview") != "offline":
        return {"overview": Prose(None, "", unseen)}
    return {"overview": _offline(run, whole, frozenset(pages))}


def _offline(run: Run, task: SectionTask, owed: frozenset[str]) -> Prose:
    """Text without a model; where one was wanted, it has seen none of what it describes."""
    result = offline.result(task)
    debts = owed if run.workspace.config.asks_models else frozenset()
    body = render.prose(task.kind, result.data, "offline", run.workspace.config.templates)
    return Prose(body, "offline", debts)


def _keep_with_debts(plan: ComponentPlan, old: Page, kind: str) -> Prose:
    owed = {debt.path for debt in old.stamps.debts if debt.section == kind}
    return Prose(None, "", frozenset(_unseen(plan) | owed))


def _owed(plan: ComponentPlan) -> set[str]:
    return {debt.section for debt in plan.stamps.debts}


def _unseen(plan: ComponentPlan) -> set[str]:
    """Paths whose present state prose has not seen."""
    return {d.path for d in plan.deltas if d.kind not in ("renamed", "doc", "resolution")} | {
        d.path for d in plan.dependencies
    }


def _unseen_by_overview(old: Page | None, stamps: Stamps) -> frozenset[str]:
    before = {} if old is None else {**old.stamps.dependencies, **old.stamps.files}
    after = {**stamps.dependencies, **stamps.files}
    return frozenset(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _wants(section: SectionState, request: Request, ready: frozenset[str]) -> bool:
    """A section that lags is tried again, but not by a hook whose commit has nothing to do with it."""
    if section.id in ready:
        return True
    if section.state != "deferred" or request.origin == "pre-commit":
        return False
    return section.kind not in DEEP_SECTIONS or request.deep


def _belongs(path: str, plan: ComponentPlan) -> bool:
    path = path.rstrip("/") or "."
    return path in (plan.component.id, plan.path) or any(file.path == path for file in plan.component.files)


def _may_narrow(request: Request) -> bool:
    """Only the hook of a commit has a baseline to start from, and the whole of the plan to carry out."""
    return request.origin == "pre-commit" and not (
        request.paths or request.all or request.force or request.deep
    )


def _leave(run: Run, section: SectionState) -> None:
    run.complete = False
    run.say(f"{section.path}:{section.line}: {section.because[0]}; until then the page is left as it is")


def _tell_local(run: Run, draft: Draft) -> None:
    """Outcomes of the sections that analysis makes: those that changed, or all that were asked for."""
    cause = "; ".join(_causes(run.plan.components[draft.component.id]))
    for kind, body in draft.regions.items():
        same = (
            draft.old is not None
            and kind in draft.old.regions
            and draft.old.regions[kind].body == body.strip("\n")
        )
        if not same or run.request.all:
            run.finish(_outcome(draft, kind, "reused" if same else "rendered", cause))


def _causes(plan: ComponentPlan) -> list[str]:
    words = [word for delta in plan.deltas for word in delta.words] + [
        delta.words for delta in plan.dependencies
    ]
    return words or sorted({word for section in plan.sections for word in section.because})


def _change(plan: ComponentPlan) -> ChangeEntry:
    stale = tuple(section.kind for section in plan.sections if section.state != "current")
    return ChangeEntry(
        plan.component.id,
        plan.path,
        stale,
        tuple(_causes(plan)),
        tuple(name for delta in plan.deltas for name in delta.added),
        tuple(name for delta in plan.deltas for name in delta.removed),
        tuple(name for delta in plan.deltas for name in delta.changed),
    )


def _reason(section: SectionState, otherwise: str = "asked for") -> str:
    return "; ".join(section.because) or otherwise


def _outcome(
    draft: Draft, kind: str, action: str, reason: str, result: SectionResult | None = None
) -> SectionOutcome:
    fingerprint = section_fingerprint(kind, draft.stamps) if kind in PROSE_SECTIONS else ""
    section = f"{draft.component.id}#{kind}"
    outcome = SectionOutcome(
        section, draft.component.id, kind, draft.path, action, reason, fingerprint=fingerprint
    )
    return outcome if result is None else outcome.paid(result)


def _index_outcome(
    run: Run, kind: str, action: str, reason: str, result: SectionResult | None = None
) -> SectionOutcome:
    path = page_path(run.workspace.config, INDEX_ID)
    outcome = SectionOutcome(f"{INDEX_ID}#{kind}", INDEX_ID, kind, path, action, reason)
    return outcome if result is None else outcome.paid(result)


def _bytes(page: Page) -> bytes:
    return page.text.encode("utf-8", "surrogateescape")
