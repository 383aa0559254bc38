"""The help of a verb; without one, the list of verbs."""

from __future__ import annotations

import argparse

from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.reports.console import emit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc help`."""
    parser.add_argument("topic", nargs="?", metavar="VERB", help="the verb to explain")


def run(args: argparse.Namespace) -> int:
    """Print what `--help` prints."""
    from repodoc_hooks import cli

    parser = cli.verb_parser(args.topic) if args.topic else cli.build_parser()
    emit(parser.format_help())
    return EXIT_OK
