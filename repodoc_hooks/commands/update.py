"""Make the pages current: rewrite the sections that the plan names, and no others."""

from __future__ import annotations

import argparse
import sys

from repodoc_hooks.commands._observe import observed
from repodoc_hooks.commands._shared import (
    add_source_arguments,
    config_of,
    emit,
    open_git,
    repository_paths,
    source_of,
    tell,
)
from repodoc_hooks.errors import UsageError
from repodoc_hooks.git.process import Git

BACKENDS = ("auto", "opencode", "claude", "offline", "none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc update`."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="components, source files or pages; default: all stale")
    add_source_arguments(parser)
    add_engine_arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--json", action="store_true", help="the result as JSON on stdout")
    parser.add_argument("--stream", action="store_true", help="events as NDJSON on stdout, as they happen")
    parser.add_argument("--progress", choices=("auto", "plain", "json", "none"), default="auto")
    parser.add_argument("--commit", action="store_true", help="put the pages into a commit of their own")
    parser.add_argument("--branch", metavar="NAME", help="with --commit: on this branch instead of the present one")
    parser.add_argument("--push", action="store_true", help="with --commit: push it, never by force")
    parser.add_argument("--remote", metavar="NAME", default="origin", help="with --push (default: %(default)s)")


def add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do and how much it may cost; `plan` has the same."""
    parser.add_argument("--all", action="store_true", help="every page, stale or not")
    parser.add_argument("--deep", action="store_true", help="the deferred sections too")
    parser.add_argument("--force", action="store_true", help="take back sections of PATH that people edited")
    parser.add_argument("--backend", choices=BACKENDS, default="auto", help="none: ask no model (default: %(default)s)")
    parser.add_argument("--deadline", type=_positive, metavar="S", help="stop asking models after S seconds")
    parser.add_argument("--max-usd", type=_positive, metavar="N", help="spend at most N US dollars")
    parser.add_argument("--max-tokens", type=_natural, metavar="N", help="spend at most N tokens")


def run(args: argparse.Namespace) -> int:
    """Run the pipeline."""
    from repodoc_hooks.commands import plan
    from repodoc_hooks.git.snapshot import staged_tree
    from repodoc_hooks.git.staging import repair
    from repodoc_hooks.incremental_engine import Engine, Request
    from repodoc_hooks.reports.update import as_json, as_text
    from repodoc_hooks.store import manifest, pending

    if args.dry_run:
        return plan.run(args)
    if args.force and not args.paths:
        raise UsageError("--force needs a PATH", fix="name the component or page to take back")
    if (args.branch or args.push) and not args.commit:
        raise UsageError("--branch and --push go with --commit", fix="add --commit")
    git = open_git(args)
    for path in repair(git):
        tell(f"repodoc: {path}: repaired after a run that was killed")
    source = source_of(args)
    config = config_of(git, args, source, args.rev or "HEAD")
    if args.commit:
        return _publish(git, args)
    if source == "rev":
        raise UsageError("pages of a revision go into a commit", where="--rev", fix="add --commit, or leave out --rev")
    with Engine.open(git, config, bulk=args.all) as engine:
        with observed(engine.workspace, _progress(args), stream=args.stream, color=args.color):
            report = engine.run(
                Request(
                    origin="cli",
                    source=source,
                    paths=repository_paths(git, args.directory, args.paths),
                    deep=args.deep,
                    all=args.all,
                    force=args.force,
                    backend=args.backend,
                    deadline=args.deadline,
                    max_usd=args.max_usd,
                    max_tokens=args.max_tokens,
                    apply="index" if source == "staged" else "worktree",
                )
            )
    if report.sections:
        pending.save(git, report.run_id, staged_tree(git) if source == "staged" else "", manifest.lines(report))
    if args.json:
        emit(as_json(report))
    elif not args.quiet and not args.stream:
        tell(as_text(report, verbose=args.verbose).rstrip())
    return report.exit


def _publish(git: Git, args: argparse.Namespace) -> int:
    from repodoc_hooks.publish import publish

    return publish(git, args)


def _progress(args: argparse.Namespace) -> str:
    """Without a terminal the closing report says it all; with one, the table is live."""
    if args.quiet:
        return "none"
    live = args.progress == "auto" and not (sys.stderr.isatty() and not args.json)
    return "none" if live else str(args.progress)


def _positive(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("it must be more than 0")
    return value


def _natural(text: str) -> int:
    value = int(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("it must be more than 0")
    return value
