"""Make the pages current: rewrite the sections that the plan names, and no others."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal

from msgspec.structs import replace

from repodoc_hooks.commands._shared import (
    add_engine_arguments,
    config_of,
    conflicts_first,
    open_git,
    request_of,
    source_of,
)
from repodoc_hooks.config import Limit
from repodoc_hooks.errors import EXIT_STALE, UsageError
from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.git.snapshot import staged_tree
from repodoc_hooks.git.staging import repair
from repodoc_hooks.incremental_engine import Engine
from repodoc_hooks.pipeline import manifest
from repodoc_hooks.pipeline.run_report import RunReport
from repodoc_hooks.reports.console import emit, tell
from repodoc_hooks.reports.observe import observed
from repodoc_hooks.reports.update import as_json, as_text
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.store import pending


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc update`."""
    add_engine_arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--json", action="store_true", help="the result as JSON on stdout")
    parser.add_argument("--stream", action="store_true", help="events as NDJSON on stdout, as they happen")
    parser.add_argument("--progress", choices=("auto", "plain", "json", "none"), default="auto")
    parser.add_argument("--commit", action="store_true", help="put the pages into a commit of their own")
    parser.add_argument(
        "--branch", metavar="NAME", help="with --commit: on this branch instead of the present one"
    )
    parser.add_argument("--push", action="store_true", help="with --commit: push it, never by force")
    parser.add_argument(
        "--remote", metavar="NAME", default="origin", help="with --push (default: %(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    """Run the pipeline."""
    if args.dry_run:
        from repodoc_hooks.commands import plan

        return plan.run(args)
    if args.force and not args.paths:
        raise UsageError("--force needs a PATH", fix="name the component or page to take back")
    if (args.branch or args.push) and not args.commit:
        raise UsageError("--branch and --push go with --commit", fix="add --commit")
    git = open_git(args)
    for path in repair(git):
        tell(f"repodoc: {path}: repaired after a run that was killed")
    if args.commit:
        return _publish(git, args)
    source = source_of(args)
    if source == "rev":
        raise UsageError(
            "pages of a revision go into a commit", where="--rev", fix="add --commit, or leave out --rev"
        )
    apply: Literal["index", "worktree"] = "index" if source == "staged" else "worktree"
    config = config_of(git, args, source)
    if source == "worktree" and (first := conflicts_first(git, config.docs_dir)[0]):
        tell(f"repodoc: {first}; what is between the marks of a conflict is no code")
    with Engine.open(git, config, bulk=args.all) as engine, _watched(engine, args):
        report = engine.run(request_of(git, args, source=source, apply=apply))
    report = _judged(report, args)
    if report.sections:
        tree = staged_tree(git) if source == "staged" else ""
        pending.save(git, report.run_id, tree, manifest.lines(report))
    if args.json:
        emit(as_json(report))
    elif not args.quiet and not args.stream:
        tell(as_text(report, verbose=args.verbose, told=_progress(args) != "none").rstrip())
    return report.exit


def _judged(report: RunReport, args: argparse.Namespace) -> RunReport:
    """The report with its exit code: 1 where something that was asked for is not done.

    That is a damaged page, an orphan that people wrote on, a page that could not be written, or a section that a model
    should have written; not one that waits for the job after the push.
    """
    owed = any(
        section.action in ("failed", "deferred") and (args.deep or not KINDS[section.kind].deep)
        for section in report.sections
    )
    if report.complete and (not owed or args.backend == "none"):
        return report
    return replace(report, exit=report.exit or EXIT_STALE)


def _publish(git: Git, args: argparse.Namespace) -> int:
    """Make the pages of a revision and commit them beside the work tree; made anew when the branch moved meanwhile."""
    from repodoc_hooks.deferred.publish import publish

    reports: list[RunReport] = []

    def make(revision: str) -> Mapping[str, bytes | None]:
        config = config_of(git, args, "rev", revision)
        with Engine.open(git, config) as engine, _watched(engine, args):
            run_ = engine.rehearse(request_of(git, args, source="rev", rev=revision, origin="ci"))
        reports.append(_judged(run_.report(), args))
        return run_.texts

    done = publish(
        git, make, rev=args.rev or "", branch=args.branch or "", push=args.push, remote=args.remote
    )
    if done.commit:
        notes.write(git, done.commit, [line for report in reports for line in manifest.lines(report)])
    if args.json:
        emit(as_json(reports[-1]))
    elif not args.quiet:
        what = f"commit {done.commit[:12]} on {done.branch}" if done.commit else f"{done.branch} is current"
        tell(f"{what}{', pushed' if done.pushed else ''}")
    return reports[-1].exit if reports else 0


def _watched(engine: Engine, args: argparse.Namespace) -> AbstractContextManager[None]:
    return observed(
        engine.workspace, _progress(args), stream=args.stream, color=args.color, limit=_limit(engine, args)
    )


def _limit(engine: Engine, args: argparse.Namespace) -> Limit | None:
    """The run's budget where the command line sets one."""
    if args.max_usd is None and args.max_tokens is None:
        return None
    return engine.workspace.config.budget.run.replaced(args.max_usd, args.max_tokens)


def _progress(args: argparse.Namespace) -> str:
    """Without a terminal the closing report says it all; with one, the table is live."""
    if args.quiet:
        return "none"
    live = args.progress == "auto" and not (sys.stderr.isatty() and not args.json)
    return "none" if live else str(args.progress)
