"""The commands of a run: scan, analyse the diff, refresh sections and index, write, record. One interface for all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from repodoc_hooks.events import PageWritten, RunFinished, RunStarted
from repodoc_hooks.git import staging
from repodoc_hooks.git.blobs import blob_oid
from repodoc_hooks.pages import markers
from repodoc_hooks.pages.layout import INDEX_ID, page_path
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.component_prose import answer, settle, settled
from repodoc_hooks.pipeline.fast_path import narrow
from repodoc_hooks.pipeline.fingerprints import summary_hash
from repodoc_hooks.pipeline.overview_prose import overview_along, overview_prose
from repodoc_hooks.pipeline.page_builder import (
    draft_component,
    draft_index_stamps,
    finish_component,
    finish_index,
)
from repodoc_hooks.pipeline.plan import ComponentPlan, SectionState
from repodoc_hooks.pipeline.run_request import Request
from repodoc_hooks.pipeline.run_state import Run
from repodoc_hooks.pipeline.section_memory import finished_sections
from repodoc_hooks.pipeline.section_outcomes import change_entry, index_outcome, reason_of, tell_local
from repodoc_hooks.pipeline.section_tasks import component_task, users_of
from repodoc_hooks.pipeline.selection import selected
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.kinds import PROSE_SECTIONS


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
        limit = workspace.config.budget.run.replaced(request.max_usd, request.max_tokens)
        workspace.bus.publish(
            RunStarted(
                run_id=run.id,
                origin=request.origin,
                tree=run.tree,
                backend=run.backend,
                pid=os.getpid(),
                limit_usd=limit.usd,
                limit_tokens=limit.tokens,
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
            run.changes.append(change_entry(plan))
            _tell_unparsed(run, plan)
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
                if s.kind in PROSE_SECTIONS and not settled(run, plan, draft, s)
            ]
        users = users_of(run.survey, run.plan) if run.request.deep else {}
        tasks = [
            component_task(
                run.survey,
                plan,
                section.kind,
                reason_of(section),
                plans=run.plan.components,
                sources=run.uses_models,
                users=users.get(plan.component.id, ()),
            )
            for plan, section in questions
        ]
        along = overview_along(run, tasks)
        results = answer(run, [*tasks, *along])
        run.overview = next((results[task.id] for task in along), None)
        for (plan, section), task in zip(questions, tasks, strict=True):
            settle(run, plan, run.drafts[plan.component.id], section.kind, results[task.id], task)
        for component, draft in run.drafts.items():
            page = run.pages[component] = finish_component(draft)
            tell_local(run, draft)
            if draft.old is None or (page.text, page.path) != (draft.old.text, draft.old.path):
                run.texts[page.path] = _bytes(page)
            if draft.old is not None and draft.old.path != page.path:
                run.texts.setdefault(draft.old.path, None)
        run.survey.forget(run.survey.paths)


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
        prose = overview_prose(run, stamps, pages)
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
                    run.finish(index_outcome(run, kind, "rendered", "the component pages changed"))
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
                outcome = index_outcome(run, file.kind, "rendered", "the pages changed")
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
        if run.request.source == "worktree":
            from repodoc_hooks.pipeline.hand_edits import replaced

            for line in replaced(run.workspace, run.tree, run.texts):
                run.say(line)
        run.written = tuple(
            staging.write_pages(run.workspace.git, run.texts, run.request.apply, base=run.tree)
        )
        if run.request.apply == "index":
            texts = {p.path: run.texts[p.path] for p in run.written if p.outcome in ("written", "removed")}
            run.staged = run.workspace.objects.with_files(
                run.tree,
                {p: None if text is None else blob_oid(run.workspace.git, text) for p, text in texts.items()},
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


def _may_narrow(request: Request) -> bool:
    """Only the hook of a commit has a baseline to start from, and the whole of the plan to carry out."""
    return request.origin == "pre-commit" and not (
        request.paths or request.all or request.force or request.deep
    )


def _tell_unparsed(run: Run, plan: ComponentPlan) -> None:
    """What has been changed into something that is no source says so, because its page now says less."""
    for path in [delta.path for delta in plan.deltas if delta.kind not in ("removed", "resolution")]:
        if path not in run.survey.skipped and not run.survey.facts(path).parsed:
            run.say(f"{path}: it could not be parsed, so its definitions are not on {plan.path}")


def _leave(run: Run, section: SectionState) -> None:
    run.complete = False
    run.say(f"{section.path}:{section.line}: {section.because[0]}; until then the page is left as it is")


def _bytes(page: Page) -> bytes:
    return page.text.encode("utf-8", "surrogateescape")
