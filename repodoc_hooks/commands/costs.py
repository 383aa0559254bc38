"""What models cost: tokens, money and time, from the notes on commits, the ledger and the journal of this clone."""

from __future__ import annotations

import argparse
import time

from repodoc_hooks.commands._shared import open_git
from repodoc_hooks.diagnostics.cost_sources import gather
from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.reports.console import emit, tell
from repodoc_hooks.reports.costs import BY, moment, within


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc costs`."""
    parser.add_argument("--since", metavar="DATE", help="from 2026-01-31, today, yesterday or 7d on")
    parser.add_argument("--until", metavar="DATE", help="up to and with that day")
    parser.add_argument(
        "--by", choices=BY, default="day", help="what a line stands for (default: %(default)s)"
    )
    parser.add_argument("--breakdown", action="store_true", help="each line by model, too")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, with OpenTelemetry's names")
    form.add_argument("--html", metavar="FILE", help="as one page with charts")


def run(args: argparse.Namespace) -> int:
    """Gather the rows and print them."""
    from repodoc_hooks.reports import costs_table

    now = time.time()
    since = moment(args.since, now) if args.since else None
    until = moment(args.until, now, end=True) if args.until else None
    git = open_git(args)
    rows = within(gather(git, lambda text: tell(f"repodoc: {text}")), since, until)
    if args.html:
        from repodoc_hooks.reports.html import as_html

        made = time.strftime("Made on %Y-%m-%d %H:%M UTC", time.gmtime(now))
        emit(as_html(rows, git.common_dir.parent.name, made), args.html)
        tell(f"{len(rows):,} rows are in {args.html}")
    elif args.json:
        emit(costs_table.as_json(rows, args.by, breakdown=args.breakdown))
    else:
        emit(costs_table.as_table(rows, args.by, breakdown=args.breakdown))
    return EXIT_OK
