"""What a rule of `repodoc check` means, and what to do about a finding of it."""

from __future__ import annotations

import argparse
import json

from msgspec.structs import asdict

from repodoc_hooks.errors import EXIT_OK, UsageError
from repodoc_hooks.reports.console import emit, paint
from repodoc_hooks.reports.rules import RULES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc explain`."""
    parser.add_argument(
        "rule", nargs="?", metavar="RULE", help="an id or a name: RD001, stale-impl; default: all"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Print one rule, or the list of them."""
    named = args.rule.casefold() if args.rule else ""
    chosen = [rule for rule in RULES.values() if named in ("", rule.id.casefold(), rule.name)]
    if not chosen:
        raise UsageError("there is no such rule", where=args.rule, fix="`repodoc explain` lists them")
    if args.json:
        emit(json.dumps({"schema": 1, "rules": [asdict(rule) for rule in chosen]}, indent=2) + "\n")
    elif named:
        rule, color = chosen[0], paint()
        emit(
            f"{color(f'{rule.id} {rule.name}', 'bold')}\n\n{rule.text} {rule.detail}\n\nWhat to do: {rule.remedy}\n"
        )
    else:
        emit("".join(f"{rule.id}  {rule.name:<20}{rule.text}\n" for rule in chosen))
    return EXIT_OK
