"""From what hooks noted to jobs: which sections of a commit wait for a model, and which results others have."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from repodoc_hooks.deferred.post_push import collect_push_notes, outcome, tracking_ref, unnoticed
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pipeline.config_source import read_config
from repodoc_hooks.pipeline.fingerprints import section_fingerprint
from repodoc_hooks.pipeline.page_builder import draft_stamps
from repodoc_hooks.pipeline.run_state import RunState
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.serialisation import result_from_json, result_to_json
from repodoc_hooks.sections.task import SectionResult
from repodoc_hooks.store.job_model import Job, Order
from repodoc_hooks.store.jobs import JobStore

_NOTES_LOOKED_AT = 50
_NOTE_VERSION = 1


def plan_noted(git: Git, store: JobStore) -> bool:
    """Turn the notes of hooks into jobs; True while a push that one is about is still under way."""
    undecided = False
    collect_push_notes(git, store)
    for note in store.notes.open():
        try:
            if note.kind == "push":
                undecided |= not _push(git, store, note.id, note.body, time.time() - note.created)
                continue
            plan_commit(git, store, note.body["commit"], note.body["branch"], deep=False)
        except (RepodocError, KeyError, TypeError, ValueError) as error:
            print(f"a note of the {note.kind} hook is dropped: {error}", file=sys.stderr)
        store.notes.close(note.id)
    return undecided


def look_for_pushes(git: Git, store: JobStore) -> None:
    """Queue the deep sections of what was pushed with `--no-verify`."""
    for tracking, push in unnoticed(git, lambda ref: store.notes.recall(f"planned {ref}")):
        plan_commit(git, store, push.commit, push.ref, deep=True)
        store.notes.remember(f"planned {tracking}", push.commit)


def plan_commit(
    git: Git, store: JobStore, commit: str, branch: str, *, deep: bool, asked: bool = False
) -> int:
    """Queue what the pages of a commit owe, `deep` with design and walkthrough; how many sections are new.

    Only where the configuration of that commit leaves it to this machine, or somebody `asked`.
    """
    config = read_config(git, "rev", commit)
    if config is None or not config.asks_models:
        return 0
    if not asked and (config.write != "commit" or (deep and config.deep.when != "post-push")):
        return 0
    with Engine.open(git, config) as engine:
        orders = deferred_sections(engine, commit)
    _adopt(git, store, commit, branch, orders)
    if not deep:
        orders = [order for order in orders if not KINDS[_kind(order)].deep]
    return store.enqueue(orders, branch=branch, complete=deep)


def plan_head(git: Git, store: JobStore) -> int:
    """Queue all that the checked-out commit owes, because somebody asked; how many sections are new."""
    commit = git.line("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    branch = git.line("symbolic-ref", "--quiet", "HEAD") or "HEAD"
    return plan_commit(git, store, commit, branch, deep=True, asked=True) if commit else 0


def deferred_sections(engine: Engine, revision: str) -> list[Order]:
    """Every prose section of a commit that waits for a model.

    Found by a run that asks no model and writes nothing, so that the fingerprints are those by which a later
    run looks for the result. The overview waits until no summary is owed: it is written from them.
    """
    request = Request(origin="worker", source="rev", rev=revision, deep=True, backend="none", apply="none")
    run = engine.rehearse(request)
    owed = [found for found in run.outcomes if found.action == "deferred"]
    orders = [Order(o.id, o.fingerprint, run.tree, revision) for o in owed if o.component != INDEX_ID]
    overview = f"{INDEX_ID}#overview"
    if any(found.id == overview for found in owed) and not any(_kind(order) == "summary" for order in orders):
        orders.append(Order(overview, _overview_fingerprint(run), run.tree, revision))
    return orders


def share(git: Git, commit: str, lines: Sequence[Mapping[str, Any]]) -> None:
    """Put lines into the commit's note, and the notes onto the remotes whose notes this clone follows."""
    try:
        notes.write(git, commit, lines)
    except RepodocError as error:
        print(f"the results stay on this machine: {error}", file=sys.stderr)
        return
    for remote in _followed(git):
        if problem := notes.push(git, remote):
            print(problem, file=sys.stderr)


def result_line(job: Job, result: SectionResult) -> dict[str, Any]:
    """A finished section as a line of a note."""
    line = {"v": _NOTE_VERSION, "kind": "result", "section": job.section, "fingerprint": job.fingerprint}
    return {**line, "result": result_to_json(result)}


def _push(git: Git, store: JobStore, note: int, body: Mapping[str, Any], age: float) -> bool:
    """Whether it is known by now what became of a push."""
    moved = outcome(git, body, age)
    if moved is None:
        return False
    for push in moved:
        plan_commit(git, store, push.commit, push.ref, deep=True)
        if tracking := tracking_ref(git, body["remote"], push.ref):
            store.notes.remember(f"planned {tracking}", push.commit)
    store.notes.close(note)
    return True


def _overview_fingerprint(run: RunState) -> str:
    pages = run.plan.standing | {id_: page for id_, page in run.pages.items() if id_ != INDEX_ID}
    assert run.plan.index is not None
    stamps = draft_stamps(run.survey, run.plan.index, {id_: pages[id_] for id_ in sorted(pages)})
    return section_fingerprint("overview", stamps)


def _adopt(git: Git, store: JobStore, commit: str, branch: str, orders: Iterable[Order]) -> None:
    """Take over the results that notes on the last commits have: somebody else has paid for them."""
    wanted = {(order.section, order.fingerprint): order for order in orders}
    if not wanted:
        return
    for remote in _followed(git):
        if problem := notes.fetch(git, remote):
            print(problem, file=sys.stderr)
    for note in notes.log(git, commit):
        if note.distance > _NOTES_LOOKED_AT:
            break
        for line in note.lines:
            order = wanted.get((str(line.get("section")), str(line.get("fingerprint"))))
            if line.get("kind") != "result" or order is None:
                continue
            try:
                store.adopt(order, result_from_json(line["result"]), branch=branch)
            except (KeyError, TypeError, ValueError):
                continue


def _followed(git: Git) -> list[str]:
    """The remotes whose notes this clone fetches."""
    return [remote for remote in git.run("remote").decode().split() if tracking_ref(git, remote, notes.REF)]


def _kind(order: Order) -> str:
    return order.section.rpartition("#")[2]
