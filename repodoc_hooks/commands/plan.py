"""What `repodoc update` would do, why, and what it would cost."""

from __future__ import annotations

import argparse
import json

from repodoc_hooks.commands._shared import (
    add_engine_arguments,
    add_source_arguments,
    config_of,
    open_git,
    repository_paths,
    source_of,
)
from repodoc_hooks.pipeline.forecast import Forecast, Step
from repodoc_hooks.reports.console import emit, tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc plan`."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="components, source files or pages; default: all stale"
    )
    add_source_arguments(parser)
    add_engine_arguments(parser)
    parser.add_argument("--json", action="store_true", help="the plan as JSON on stdout")


def run(args: argparse.Namespace) -> int:
    """Print the plan."""
    from repodoc_hooks.incremental_engine import Engine, Request

    git = open_git(args)
    source = source_of(args)
    rev = args.rev or "HEAD"
    with Engine.open(git, config_of(git, args, source, rev)) as engine:
        request = Request(
            origin="cli",
            source=source,
            rev=rev,
            paths=repository_paths(git, args.directory, args.paths),
            deep=args.deep,
            all=args.all,
            force=args.force,
            backend=args.backend,
        )
        found = engine.forecast(request)
    emit(_as_json(found) if args.json else _as_text(found.steps))
    for message in () if args.json else found.messages:
        tell(f"note: {message}")
    return 0


def _as_json(found: Forecast) -> str:
    told = {"sections": [step.as_json() for step in found.steps], "messages": list(found.messages)}
    return json.dumps({"schema": 1, **told}, indent=2) + "\n"


def _as_text(steps: list[Step]) -> str:
    if not steps:
        return "nothing to do: every section is current\n"
    lines = []
    for step in steps:
        tokens = f", about {step.tokens:,} tokens" if step.tokens else ""
        cost = f", ${step.cost_usd:.4f}" if step.cost_usd else ""
        lines.append(f"{step.section}: {step.how}{tokens}{cost}")
        lines += [f"  {word}" for word in step.because[:5]]
    asked = [step for step in steps if step.tokens]
    costs = [step.cost_usd for step in asked]
    total = "unknown cost" if None in costs else f"${sum(c for c in costs if c is not None):.4f}"
    tail = (
        f"; {len(asked)} asked of a model, about {sum(s.tokens for s in asked):,} tokens, {total}"
        if asked
        else ""
    )
    plural = "section" if len(steps) == 1 else "sections"
    return "\n".join([*lines, f"{len(steps)} {plural} to write{tail}"]) + "\n"
