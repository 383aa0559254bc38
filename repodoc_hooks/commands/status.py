"""One screen: are the pages current, what waits, what runs, what was spent, which hooks are in."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict

from repodoc_hooks.analysis.left_out import LeftOut
from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.config import Config
from repodoc_hooks.diagnostics.overview import hook_words, notes_words, queue_counts, recent_runs, spending
from repodoc_hooks.diagnostics.runners import find_runner
from repodoc_hooks.errors import EXIT_OK, RepodocError
from repodoc_hooks.git import jujutsu
from repodoc_hooks.git.install import HookStatus
from repodoc_hooks.git.process import Git
from repodoc_hooks.reports.console import emit
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import count, duration, money, several
from repodoc_hooks.reports.left_out import left_out_words
from repodoc_hooks.reports.run_view import RunView

MAX_RUNNING = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc status`."""
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the state; always exit 0, `repodoc check` is what judges."""
    from repodoc_hooks.git import install
    from repodoc_hooks.pipeline.section_memory import finished_sections

    git = open_git(args)
    config = config_of(git, args)
    pages = _pages(git, config)
    runs = recent_runs(git)
    running = [view for view in runs if view.state == "running"]
    ended = [view for view in runs if view.state != "running"][-1:]
    spent, jobs = spending(git, config), queue_counts(git)
    hooks, notes = install.status(git), notes_words(git)
    if args.json:
        data = {
            "schema": 1,
            "pages": pages,
            "queue": dict(jobs),
            "ready": sorted(finished_sections(git.state_dir)),
            "running": [_run_json(view) for view in running],
            "last": _run_json(ended[0]) if ended else None,
            "spent": [spend.as_json() for spend in spent],
            "hooks": [{"name": h.name, "by": h.by, "owner": h.owner, "current": h.current} for h in hooks],
            "notes": notes,
        }
        emit(json.dumps(data, indent=2) + "\n")
        return EXIT_OK
    lines = [("pages", pages["summary"])]
    if words := left_out_words(LeftOut(**entry) for entry in pages["left_out"]):
        lines.append(("left out", words))
    if pages["unread"]:
        lines.append(("unread", f"{several(len(pages['unread']), 'file')} in whole or in part"))
    waiting = ", ".join(
        f"{number} {state}" for state, number in jobs.items() if number and state != "finished"
    )
    lines.append(("queue", waiting or "empty"))
    if ready := len(finished_sections(git.state_dir)):
        lines.append(
            (
                "ready",
                f"{several(ready, 'section')}: the next commit or `repodoc update` puts them on their pages",
            )
        )
    lines += [("running", _run_words(view)) for view in running[:MAX_RUNNING]] or [("running", "nothing")]
    lines += [("last run", _run_words(view)) for view in ended]
    lines += [(spend.period, spend.words) for spend in spent]
    lines += [("hooks", _hooks(git, hooks)), ("notes", notes)]
    emit("".join(f"{name:<10}{printable(text)}\n" for name, text in lines))
    return EXIT_OK


def _hooks(git: Git, hooks: Sequence[HookStatus]) -> str:
    if jujutsu.owned_index(git.env):
        return f"jj runs none; {jujutsu.ADVICE}"
    words = hook_words(hooks, find_runner(git, hooks))
    return f"{words}; jj runs none" if jujutsu.takes_new_files(git.top, git.env) else words


def _pages(git: Git, config: Config) -> dict[str, Any]:
    """Whether the pages describe the tracked files as they stand, or why nobody can tell."""
    from repodoc_hooks.incremental_engine import Engine
    from repodoc_hooks.reports.verdict import judge, summary_line

    try:
        with Engine.open(git, config, cached=False) as engine:
            survey = engine.survey(engine.tree("worktree"))
            plan = engine.workspace.plan(survey)
    except RepodocError as error:
        return {"current": None, "summary": str(error), "left_out": [], "unread": {}}
    verdict = judge(plan.sections, tree=plan.tree)
    words = "current" if verdict.current else f"stale; run: {verdict.hint}"
    return {
        "current": verdict.current,
        "summary": f"{words} ({summary_line(verdict)})",
        "left_out": [asdict(entry) for entry in survey.left_out],
        "unread": dict(sorted(item for page in plan.pages.values() for item in page.stamps.unread.items())),
    }


def _run_words(view: RunView) -> str:
    done = sum(section.done for section in view.sections.values())
    sections = f"{done} of {several(len(view.sections), 'section')}" if view.sections else "nothing to write"
    parts = [view.origin or "?", view.state, sections]
    if view.total_tokens:
        parts.append(f"{count(view.total_tokens)} tokens, {money(view.cost_usd)}")
    parts.append(duration(view.seconds if view.exit is not None else max(0.0, time.time() - view.started)))
    return ", ".join(parts)


def _run_json(view: RunView) -> dict[str, Any]:
    return {
        "run_id": view.run_id,
        "origin": view.origin,
        "state": view.state,
        "pid": view.pid,
        "started": view.started,
        "sections": {section.id: section.state for section in view.sections.values()},
        "tokens": view.tokens,
        "cost_usd": view.cost_usd,
        "exit": view.exit,
    }
