"""The steps of a run: snapshot, survey, plan, run, write, record. One interface for all.

Each takes what the former have put into the `RunState`, and puts in what later ones need.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import line_words
from repodoc_hooks.backends import offline
from repodoc_hooks.pages import markers
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline import known_current
from repodoc_hooks.pipeline.announce import run_finished, run_started
from repodoc_hooks.pipeline.fast_path import narrow, nearest_current, rules_of
from repodoc_hooks.pipeline.fingerprints import summary_hash
from repodoc_hooks.pipeline.finished_pages import levels, pages_around, put
from repodoc_hooks.pipeline.outputs import outputs
from repodoc_hooks.pipeline.page_builder import Draft, Prose, draft_page
from repodoc_hooks.pipeline.page_planning import plan_page
from repodoc_hooks.pipeline.page_writing import tell_edits_of_commit, write_out
from repodoc_hooks.pipeline.plan import PagePlan, Pages, SectionState
from repodoc_hooks.pipeline.prose import ask, stand_ins
from repodoc_hooks.pipeline.questions import OpenSection, open_questions, waiting_questions
from repodoc_hooks.pipeline.regions import Around
from repodoc_hooks.pipeline.run_report import RunReport, SectionOutcome
from repodoc_hooks.pipeline.run_request import Request
from repodoc_hooks.pipeline.run_state import RunState
from repodoc_hooks.pipeline.section_memory import finished_sections
from repodoc_hooks.pipeline.section_outcomes import change_entry
from repodoc_hooks.pipeline.section_tasks import section_task
from repodoc_hooks.pipeline.selection import selected
from repodoc_hooks.pipeline.settling import settled_page
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.kinds import PROSE_SECTIONS, QUICK_SECTIONS

_TOLD = ("cli", "watch")
_FIRST_PAGES, _PAGES_AT_ONCE = 20, 200


class Step(Protocol):
    """One step of a run."""

    def execute(self, run: RunState) -> None:
        """Do the step."""
        ...


class Snapshot:
    """The tree to describe."""

    def execute(self, run: RunState) -> None:
        """Fill in tree and deadline, and say that the run begins."""
        workspace, request = run.workspace, run.request
        if request.deadline is not None:
            run.deadline = Deadline.after(request.deadline)
        run.tree = workspace.tree(request.source, request.rev)
        run_started(
            workspace.bus,
            workspace.config,
            origin=request.origin,
            tree=run.tree,
            backend=run.backend,
            max_usd=request.max_usd,
            max_tokens=request.max_tokens,
        )


class Survey:
    """What is in the tree: all of it, or what differs from a tree whose pages are known to be current."""

    def execute(self, run: RunState) -> None:
        """Fill in the survey; with a part of the tree its plan, too."""
        run.ready = finished_sections(run.workspace.git.state_dir)
        if run.ready or not _may_narrow(run.request):
            return
        workspace, request = run.workspace, run.request
        base = nearest_current(workspace, request.source, request.rev)
        narrowed = narrow(workspace, base.tree, run.tree) if base is not None else None
        index = narrowed[1].index if narrowed is not None else None
        if narrowed is not None and not (index is not None and index.stale):  # it shows the whole tree
            run.baseline = base
            run.survey, run.plan = narrowed


class Plan:
    """Which pages have to be written anew."""

    def execute(self, run: RunState) -> None:
        """Fill in plan and selection; say what cannot be read or written."""
        if not run.narrow:
            _begin_early(run)
            run.plan = run.workspace.plan(run.survey)
        for message in run.plan.messages if run.request.origin in _TOLD else ():
            run.say(message, "info")
        chosen = selected(run.plan, run.request, run.ready)
        run.selected = tuple(plan for plan in chosen if not plan.broken)
        for plan in (p for p in (*chosen, run.plan.index) if p is not None and p.broken):
            _leave(run, plan.sections[0])
        for plan in (*run.selected, *self._of_the_top(run)):
            run.changes.append(change_entry(plan))
            _report_unparsed(run, plan)

    @staticmethod
    def _of_the_top(run: RunState) -> tuple[PagePlan, ...]:
        """The index, where it describes files itself and these changed."""
        index = run.plan.index
        if (
            index is None
            or index.broken
            or not (index.stale and index.subject.files)
            or index in run.selected
        ):
            return ()
        return (index,)


class Run:
    """The pages' text: first the pages made from source alone, then, upwards, those made from other pages, too.

    Where pages are written as they come, all of them are there before the first request, with what analysis says and
    the repository's own words; an answer is on its page as soon as there is one.
    """

    def execute(self, run: RunState) -> None:
        """Fill in pages and texts."""
        with run.claims:
            self.write_pages(run)
        for path, skipped in sorted(run.survey.skipped.items()):
            run.say(f"{path}: not read: {skipped.reason}", "info")
        run.survey.forget()

    def write_pages(self, run: RunState) -> None:
        """Make the selected pages, and those that follow from them."""
        around = pages_around(run)
        leaves = [plan for plan in run.selected if _stands_alone(run, plan)]
        for plans in _portions(run, leaves):
            drafts = [draft_page(run.survey, plan, around) for plan in plans]
            asked = open_questions(run, drafts, around.pages)
            first = self._write_facts(run, drafts, asked) if run.progressive else []
            self._answer(run, drafts, asked, first)
        if not self._rest_stays(run):
            chosen = _ids(run.selected)
            for level in levels(run.plan):
                around = pages_around(run)
                for plans in _portions(run, level):
                    drafts = self._drafts(run, plans, chosen, around)
                    self._answer(run, drafts, open_questions(run, drafts, around.pages))

    def _write_facts(
        self, run: RunState, drafts: Sequence[Draft], asked: Sequence[OpenSection]
    ) -> list[OpenSection]:
        """Write every page without waiting for an answer; the overview's question if it needs no summary."""
        for draft in drafts:
            put(run, draft, stand_ins(run, draft, asked))
        first: list[OpenSection] = []
        for plans in levels(run.plan):
            around = pages_around(run)
            for draft in self._drafts(run, plans, _ids(run.selected), around):
                waiting = waiting_questions(run, draft, around.pages)
                first += [question for question in waiting if question.comes_first]
                put(run, draft, stand_ins(run, draft, waiting))
        write_out(run)
        return first

    def _answer(
        self,
        run: RunState,
        drafts: Sequence[Draft],
        asked: Sequence[OpenSection],
        first: Sequence[OpenSection] = (),
    ) -> None:
        """Have questions answered, those before all others `first`, and put the pages together."""
        if run.progressive:
            open_ = {question.draft.subject.id for question in asked}
            for draft in drafts:
                if draft.subject.id not in open_:
                    put(run, draft)
            if asked or first:
                write_out(run)

        def settled(answered: Sequence[tuple[Draft, Mapping[str, Prose]]]) -> None:
            for draft, waiting in answered:
                put(run, draft, waiting)
            write_out(run)

        ask(run, [*first, *asked], settled if run.progressive else None)
        for draft in drafts:
            put(run, draft)
        if run.writes_as_it_goes:
            write_out(run)
        run.survey.relieve()

    def _drafts(
        self, run: RunState, plans: Sequence[PagePlan], chosen: Collection[str], around: Around
    ) -> list[Draft]:
        """Pages made from others, where concerned; one not `chosen` only as far as it follows from these."""
        planned = [
            self._planned_anew(run, plan, around) for plan in plans if self._is_concerned(run, plan, chosen)
        ]
        return [
            draft_page(run.survey, plan, around, whole=plan.subject.id in chosen or plan.stale)
            for plan in planned
        ]

    def _is_concerned(self, run: RunState, plan: PagePlan, chosen: Collection[str]) -> bool:
        """The page is to be written, or is made from pages that were; one that cannot be read leaves those above."""
        subject = plan.subject
        if plan.broken or (
            any(run.plan.pages[id_].broken for id_ in subject.parts) and plan.page is not None
        ):
            return False
        below = any(id_ in run.pages for id_ in subject.parts)
        return subject.id in chosen or below or subject.kind == "index"

    def _planned_anew(self, run: RunState, plan: PagePlan, around: Around) -> PagePlan:
        """The plan with the new pages below."""
        if not plan.subject.parts:
            return plan
        below = {id_: page for id_, page in around.pages.items() if id_ in plan.subject.parts}
        planned = plan_page(run.survey, plan.subject, replace(plan.standing, below=below))
        return settled_page(run.survey, run.plan, planned)

    def _rest_stays(self, run: RunState) -> bool:
        """Nothing that pages above show has changed, as far as a part of the tree tells it."""
        if not run.narrow:
            return False
        old = {plan.subject.id: plan.page for plan in run.selected}
        same = all(summary_hash(page) == summary_hash(old[id_]) for id_, page in run.pages.items())
        if same and all(_stands_alone(run, plan) for plan in run.selected):
            return True
        run.widen()
        return False


def _stands_alone(run: RunState, plan: PagePlan) -> bool:
    """The page is made without those below it: it has none, or, of a part of the tree, neither its lists, which stay as
    they are there, nor its own words look at them."""
    if not plan.subject.parts:
        return True
    if not run.narrow or run.uses_models or run.request.writer is not None:
        return False
    asked = [s.kind for s in plan.sections if s.kind in QUICK_SECTIONS and s.state != "current"]
    tasks = (section_task(run.survey, run.plan, plan, kind, "", pages={}, sources=False) for kind in asked)
    return all(offline.is_introduced(task) for task in tasks)


def _ids(plans: Iterable[PagePlan]) -> set[str]:
    return {plan.subject.id for plan in plans}


def _begin_early(run: RunState) -> None:
    """Where somebody waits for the pages of a large repository, write a few before all the others are planned."""
    request = run.request
    if request.paths or request.origin not in _TOLD or run.uses_models or not run.writes_as_it_goes:
        return
    from repodoc_hooks.pipeline.early_pages import early_plan

    plan = early_plan(run.survey, run.workspace.name(run.survey, Pages({}, {})))
    if plan is not None:
        run.plan, run.selected = plan, tuple(each for each in plan.components.values() if each.sections)
        Run().write_pages(run)
        run.pages.clear()  # those that follow are made as if there were none


def _portions(run: RunState, plans: Sequence[PagePlan]) -> Iterable[Sequence[PagePlan]]:
    """Pages that are made, and where that may be written, before the next ones; all at once where a model is asked for
    them, who is asked for many together."""
    if run.uses_models or run.request.writer is not None:
        yield plans
        return
    first, size = 0, _FIRST_PAGES
    while first < len(plans):
        yield plans[first : first + size]
        first, size = first + size, _PAGES_AT_ONCE


class Follow:
    """What follows from the pages: files for agents, and pages whose subject is gone."""

    def execute(self, run: RunState) -> None:
        """Fill in their texts."""
        index = run.pages.get(INDEX_ID)
        if index is None:
            return
        pages = {**run.plan.standing, **run.pages}
        self._refresh_outputs(run, index, {id_: pages[id_] for id_ in sorted(pages) if id_ != INDEX_ID})
        if not run.request.paths:
            self._remove_orphans(run)

    def _refresh_outputs(self, run: RunState, index: Page, pages: Mapping[str, Page]) -> None:
        for file in outputs(run.survey, index, pages):
            if file.new is None:
                run.say(str(file.damage))
            elif file.new != file.old:
                run.texts[file.path] = file.new.encode("utf-8", "surrogateescape")
                run.finish(
                    SectionOutcome(
                        f"{INDEX_ID}#{file.kind}",
                        INDEX_ID,
                        file.kind,
                        file.path,
                        "rendered",
                        "the pages changed",
                    )
                )

    def _remove_orphans(self, run: RunState) -> None:
        pages = run.workspace.pages(run.survey).good if run.plan.orphans else {}
        for orphan in run.plan.orphans:
            if orphan.path in run.texts or orphan.path in run.on_disk:
                continue
            if _is_written_on(pages[orphan.path]):
                run.complete = False
                what = (
                    "what it describes is gone, but people wrote on the page; move their text, then delete it"
                )
                run.say(f"{orphan.path}: {what}")
            else:
                run.texts[orphan.path] = None


def _is_written_on(page: Page) -> bool:
    """People wrote on the page, outside our regions or in them."""
    return bool(markers.human_text(page).strip()) or any(is_edited(page, kind) for kind in PROSE_SECTIONS)


class Write:
    """Pages into index and work tree, all or none."""

    def execute(self, run: RunState) -> None:
        """Fill in what became of each page."""
        if run.request.source == "staged" and run.request.apply == "index":
            tell_edits_of_commit(run)
        write_out(run)


class Record:
    """The end of the run: remembered, and reported to the observers."""

    def execute(self, run: RunState) -> None:
        """Remember a tree that has no stale page now, and say that the run is over."""
        report = run.report()
        if report.complete and run.request.source == "staged" and run.request.apply == "index":
            self._remember(run, report)
        run_finished(
            run.workspace.bus,
            report.exit,
            seconds=report.seconds,
            tokens=report.tokens,
            cost_usd=report.cost_usd,
        )

    def _remember(self, run: RunState, report: RunReport) -> None:
        workspace, request = run.workspace, run.request
        if request.paths:
            return
        settled = all(section.action in ("rendered", "generated", "reused") for section in report.sections)
        settled = settled and not any(page.stamps.unread for page in run.pages.values())
        sections = run.baseline.sections if run.baseline is not None and settled else 0
        rules = rules_of(workspace, request.source, request.rev)
        found = known_current.Current(report.staged, sections)
        known_current.remember(workspace.git.state_dir, rules, workspace.config, found)


PIPELINE: tuple[Step, ...] = (Snapshot(), Survey(), Plan(), Run(), Follow(), Write(), Record())


def _may_narrow(request: Request) -> bool:
    """Only the hook of a commit has the whole of the plan to carry out, and nothing beyond it."""
    return request.origin == "pre-commit" and not (
        request.paths or request.all or request.force or request.deep
    )


def _report_unparsed(run: RunState, plan: PagePlan) -> None:
    """Say what cannot be read since this change, because its page now says less."""
    for path in [delta.path for delta in plan.deltas if delta.kind not in ("removed", "resolution")]:
        if path in run.survey.skipped:
            continue
        facts, where = run.survey.facts(path), f"is not on {plan.subject.path}"
        if not facts.parsed:
            run.say(f"{path}: it could not be parsed, so what it defines {where}")
        elif facts.unread and path not in plan.stamps.unread:
            lines = line_words(",".join(f"{first}-{last}" for first, last in facts.unread))
            run.say(f"{path}: {lines} could not be read, so what is defined there {where}")


def _leave(run: RunState, section: SectionState) -> None:
    run.complete = False
    run.say(f"{section.path}:{section.line}: {section.because[0]}; until then the page is left as it is")
