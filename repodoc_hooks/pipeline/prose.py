"""Prose of a page: at hand, asked of a model, or from the repository's own words; and what it has not seen.

Sections of one pass are asked together. The overview of a repository follows from the summaries: where few of these
change, it is asked along with them, since its answer needs no more than their diff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from repodoc_hooks.backends import offline
from repodoc_hooks.pages import render
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pipeline.announce import section_planned
from repodoc_hooks.pipeline.fingerprints import section_fingerprint
from repodoc_hooks.pipeline.page_builder import Draft, Prose
from repodoc_hooks.pipeline.questions import OpenSection, recalled
from repodoc_hooks.pipeline.run_request import AGENT, Question
from repodoc_hooks.pipeline.run_state import RunState
from repodoc_hooks.pipeline.section_memory import remember, remember_page
from repodoc_hooks.pipeline.section_outcomes import section_outcome
from repodoc_hooks.pipeline.section_tasks import section_task
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.task import SectionResult, SectionTask
from repodoc_hooks.store.claims import ANY, Key

_FEW = 3


def ask(
    run: RunState,
    questions: Sequence[OpenSection],
    on_settled: Callable[[Sequence[tuple[Draft, Mapping[str, Prose]]]], None] | None = None,
) -> None:
    """Put answers into drafts. `on_settled` hears of drafts with an answer when it is there, each with what stands in
    for those that are still to come."""
    waiting = {question.task.id: question for question in questions}

    def take(results: Sequence[SectionResult]) -> None:
        settled: dict[str, Draft] = {}
        answered = []
        for result in results:
            if (question := waiting.pop(result.id, None)) is not None:
                _settle(run, question.draft, question.section.kind, result, question.task)
                settled[question.draft.subject.id] = question.draft
                answered.append(_key(question))
            if question is not None and question.comes_first:
                run.answers[result.id] = result
        run.claims.release(answered)
        if on_settled is not None and settled:
            on_settled([(draft, stand_ins(run, draft, waiting.values())) for draft in settled.values()])

    if run.request.writer is not None:
        take(list(_handed(run, questions).values()))
        return
    take([run.answers[id_] for id_ in list(waiting) if id_ in run.answers])
    open_ = {_key(question): question for question in waiting.values()}
    while open_:
        free = _claimed(run, open_)
        asked = [open_.pop(key) for key in list(open_) if key in free]
        # Meanwhile somebody else may have written it.
        found = [question for question in asked if _came_meanwhile(run, question)]
        for question in found:
            del waiting[question.task.id]
        if on_settled is not None and found:
            on_settled([(each.draft, stand_ins(run, each.draft, waiting.values())) for each in found])
        tasks = [question.task for question in asked if question.task.id in waiting]
        along = [] if open_ else _overview_along(run, tasks)
        results = _answer(run, [*tasks, *along], take if on_settled else _nothing)
        run.answers |= {task.id: results[task.id] for task in along}
        take([results[task.id] for task in tasks if task.id in waiting])
        run.claims.release(free)


def _key(question: OpenSection) -> Key:
    return question.task.id, section_fingerprint(question.section.kind, question.draft.stamps)


def _claimed(run: RunState, questions: Mapping[Key, OpenSection]) -> set[Key]:
    """The questions that are ours to ask now: those that no other process asks, else the first of them to be let go.

    All when time is up: nothing is asked any more then.
    """
    if not run.uses_models or run.request.backend == AGENT or run.workspace.cache is None:
        return set(questions)
    while not (mine := run.claims.take(questions)):
        first, *others = (question.task.id for question in questions.values())
        more = f" and {len(others)} more" if others else ""
        run.say(f"{first}{more}: another process is asking for it; waiting for what it gets", "info")
        if not run.claims.free(questions, run.deadline, run.workspace.stop):
            return set(questions)
    return mine


def _came_meanwhile(run: RunState, question: OpenSection) -> bool:
    """A text for the very same inputs is there by now."""
    if run.request.all or run.request.force or question.comes_first:
        return False
    return recalled(run, question.draft, question.section)


def stand_ins(run: RunState, draft: Draft, questions: Iterable[OpenSection]) -> dict[str, Prose]:
    """By kind of section what stands on a page until its questions are answered."""
    found = {
        question.section.kind: _stand_in(run, draft, question.section.kind, question.task)
        for question in questions
        if question.draft is draft
    }
    return {kind: prose for kind, prose in found.items() if prose is not None}


def _nothing(results: Sequence[SectionResult]) -> None:
    """Nobody waits for single results."""


def _handed(run: RunState, questions: Sequence[OpenSection]) -> dict[str, SectionResult]:
    """What the request's own writer makes of the questions."""
    writer = run.request.writer
    asked = [
        Question(
            each.task, each.draft.subject.path, section_fingerprint(each.section.kind, each.draft.stamps)
        )
        for each in questions
    ]
    results = writer.write(run.survey, asked) if writer is not None and asked else []
    return {result.id: result for result in results}


def _overview_along(run: RunState, tasks: Sequence[SectionTask]) -> list[SectionTask]:
    """The overview's task, to go into the request of the few summaries that change: they are its only inputs.

    Where the summaries are then kept, its answer is dropped: nothing it looks at has changed.
    """
    request = run.request
    summaries = [task for task in tasks if task.kind == "summary"]
    few = 0 < len(summaries) <= _FEW and all(task.old_text for task in summaries)
    alone = not run.uses_models or request.backend == AGENT
    if alone or request.all or request.force or not few:
        return []
    run.widen()
    index = run.plan.index
    if index is None or index.page is None or "overview" not in index.page.regions:
        return []
    if is_edited(index.page, "overview"):
        return []
    if run.workspace.cache is not None and not run.claims.take([(f"{index.subject.id}#overview", ANY)]):
        return []  # it waits for what another process gets
    reason = "rewritten: " + ", ".join(task.component for task in summaries)
    unseen = index.debts_of("overview")
    return [
        section_task(
            run.survey,
            run.plan,
            index,
            "overview",
            reason,
            pages=run.plan.standing,
            sources=True,
            changed=unseen,
        )
    ]


def _answer(
    run: RunState, tasks: Sequence[SectionTask], on_results: Callable[[Sequence[SectionResult]], None]
) -> dict[str, SectionResult]:
    """Have tasks answered; `on_results` gets answers as they come. Never raises for a model's failure."""
    workspace, request = run.workspace, run.request
    if not tasks:
        return {}
    if request.backend in ("none", AGENT):
        why = "it is left to the agent" if request.backend == AGENT else "it needs a model"
        return {task.id: SectionResult(task.id, "deferred", why) for task in tasks}
    for task in tasks:
        section_planned(workspace.bus, task)
    if not run.uses_models:
        return {task.id: offline.result(task) for task in tasks}
    from repodoc_hooks.git.checkout import reading_directory
    from repodoc_hooks.git.grep import names_in
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
        lookup=lambda names: names_in(workspace.git, run.tree, names, workspace.config.docs_dir),
    )
    reads = any(KINDS[task.kind].deep for task in tasks)
    with reading_directory(workspace.git, run.tree, wanted=reads) as directory, run.hearing():
        results = generate(tasks, asking, directory=directory, on_results=on_results)
    run.over_budget |= any(_over_budget(result) for result in results)
    for cause, line in _causes(results):
        if cause not in run.causes:
            run.causes.add(cause)
            run.say(line)
    return {result.id: result for result in results}


def _over_budget(result: SectionResult) -> bool:
    return result.action == "deferred" and result.reason.startswith("budget")


def _causes(results: Sequence[SectionResult]) -> Iterator[tuple[tuple[str, str], str]]:
    """Each cause (what became of a section, and why) for which no model wrote it, with one line about it."""
    found: dict[tuple[str, str], list[str]] = {}
    for result in results:
        if result.action in ("failed", "deferred"):
            found.setdefault((result.action, result.reason), []).append(result.id)
        elif result.backend == offline.NAME:
            found.setdefault(("in the repository's own words", result.reason), []).append(result.id)
    for (what, reason), sections in found.items():
        others = f" and {len(sections) - 1} more" if len(sections) > 1 else ""
        yield (what, reason), f"{sections[0]}{others}: {what}: {reason}"


def _settle(run: RunState, draft: Draft, kind: str, result: SectionResult, task: SectionTask) -> None:
    """Put a result into its draft; what could not be written keeps the old text, or gets offline text, with debts."""
    from repodoc_hooks.prompts import digest

    cache, old = run.workspace.cache, draft.old
    remember_page(cache, kind, old)
    by_model = old is not None and kind in old.regions and old.stamps.authors.get(kind) != offline.NAME
    by_agent = draft.plan.stamps.authors.get(kind, "").startswith(f"{AGENT}:")
    if (run.uses_models or by_agent) and result.backend == offline.NAME and by_model and not _taken_back(run):
        # A model's text is not given up because this machine has no model: another's will go on with it.
        result = SectionResult(result.id, "deferred", result.reason, cost_usd=0.0)
    if result.action == "generated":
        author = f"{AGENT}:{result.model}" if result.backend == AGENT else result.backend
        body = render.prose(kind, result.data, author, run.survey.templates)
        prompt = "" if author == offline.NAME else digest(kind, run.survey.templates)
        draft.prose[kind] = Prose(body, author, prompt=prompt)
        remember(cache, kind, draft.stamps, body, author, prompt)
    elif result.action == "kept" and old is not None:
        prompt = digest(kind, run.survey.templates)
        draft.prose[kind] = Prose(None, "", prompt=prompt)
        remember(cache, kind, draft.stamps, old.regions[kind].body, old.stamps.authors.get(kind, ""), prompt)
    elif (prose := _stand_in(run, draft, kind, task)) is not None:
        draft.prose[kind] = prose
    if not _same_offline_text(draft, kind, result):
        run.finish(section_outcome(draft, kind, result.action, result.reason or task.reason, result))


def _taken_back(run: RunState) -> bool:
    """Somebody asked for the repository's own words, whatever stands there."""
    return run.request.backend == offline.NAME or run.request.force


def _stand_in(run: RunState, draft: Draft, kind: str, task: SectionTask) -> Prose | None:
    """What stands in a section without an answer: the old text, or the repository's own words; None for a deep one."""
    old = draft.old
    if old is not None and kind in old.regions and old.stamps.authors.get(kind) != offline.NAME:
        return Prose(None, "", draft.plan.debts_of(kind))
    return None if KINDS[kind].deep else _own_words(run, draft, task)


def _same_offline_text(draft: Draft, kind: str, result: SectionResult) -> bool:
    """Offline text is made anew at every look; it is worth a word only when it came out otherwise."""
    old, prose = draft.old, draft.prose.get(kind)
    if old is None or prose is None or prose.body is None or result.backend != "offline":
        return False
    return kind in old.regions and old.regions[kind].body == prose.body.strip("\n")


def _own_words(run: RunState, draft: Draft, task: SectionTask) -> Prose:
    """Text without a model; where one was wanted, it has seen none of what it describes."""
    result = offline.result(task)
    everything = frozenset((*draft.subject.files, *draft.subject.parts))
    debts = everything if run.workspace.config.asks_models else frozenset()
    body = render.prose(task.kind, result.data, "offline", run.survey.templates)
    return Prose(body, "offline", debts)
