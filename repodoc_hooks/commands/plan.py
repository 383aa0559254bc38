"""What `repodoc update` would do, why, and what it would cost."""

from __future__ import annotations

import argparse
import json
from itertools import groupby

from repodoc_hooks.commands._shared import add_engine_arguments, config_of, open_git, request_of, source_of
from repodoc_hooks.pipeline.forecast import Forecast, Step
from repodoc_hooks.reports.console import emit, tell
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import UNKNOWN, count, money, several


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc plan`."""
    add_engine_arguments(parser)
    parser.add_argument("--json", action="store_true", help="the plan as JSON on stdout")


def run(args: argparse.Namespace) -> int:
    """Print the plan."""
    from repodoc_hooks.incremental_engine import Engine

    git = open_git(args)
    source = source_of(args)
    rev = args.rev or "HEAD"
    with Engine.open(git, config_of(git, args, source, rev)) as engine:
        found = engine.forecast(request_of(git, args, source=source, rev=rev))
    emit(_as_json(found) if args.json else _as_text(found.steps))
    for message in () if args.json else found.messages:
        tell(f"note: {message}")
    return 0


def _as_json(found: Forecast) -> str:
    told = {"sections": [step.as_json() for step in found.steps], "messages": list(found.messages)}
    return json.dumps({"schema": 1, **told}, indent=2) + "\n"


_REASONS = 5


def _as_text(steps: list[Step]) -> str:
    if not steps:
        return "nothing to do: every section is current\n"
    lines = []
    for (_, because), group in groupby(steps, lambda step: (step.section.partition("#")[0], step.because)):
        for step in group:
            tokens = f", about {count(step.tokens)} tokens" if step.tokens else ""
            cost = f", {money(step.cost_usd)}" if step.cost_usd else ""
            lines.append(printable(f"{step.section}: {step.how}{tokens}{cost}"))
        lines += [f"  {printable(reason)}" for reason in because[:_REASONS]]
    return "\n".join([*lines, f"{several(len(steps), 'section')} to write{_sums(steps)}"]) + "\n"


def _sums(steps: list[Step]) -> str:
    """What is asked of a model, "" if nothing is."""
    asked = [step for step in steps if step.tokens]
    if not asked:
        return ""
    costs = [step.cost_usd for step in asked if step.cost_usd is not None]
    total = money(sum(costs)) if len(costs) == len(asked) else f"{UNKNOWN} cost"
    return f"; {len(asked)} asked of a model, about {count(sum(s.tokens for s in asked))} tokens, {total}"
