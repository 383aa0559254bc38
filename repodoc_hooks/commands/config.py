"""Show the settings that hold here, or the JSON Schema of the configuration or of the event stream."""

from __future__ import annotations

import argparse
import json
import os

from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.reports.console import emit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc config`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|schema")
    show = actions.add_parser("show", help="every setting, with what variables override")
    show.add_argument("--json", action="store_true", help="as JSON instead of YAML")
    schema = actions.add_parser("schema", help="the JSON Schema of .repodoc.yaml")
    schema.add_argument("--events", action="store_true", help="of `repodoc update --stream` instead")
    schema.add_argument("--user", action="store_true", help="of the user's own file instead")


def run(args: argparse.Namespace) -> int:
    """Print settings or schema."""
    if args.action == "schema":
        emit(json.dumps(_schema(args), indent=2) + "\n")
        return EXIT_OK
    config = config_of(open_git(args), args)
    if args.json:
        from msgspec import to_builtins

        emit(json.dumps(to_builtins(config), indent=2) + "\n")
    else:
        from repodoc_hooks.config.places import user_file
        from repodoc_hooks.config.schema import to_yaml

        own = user_file(os.environ)
        emit(to_yaml(config))
        emit(
            "".join(
                f"# {line}\n" for line in (f"of this machine ({own}):", *to_yaml(config, "user").splitlines())
            )
        )
    return EXIT_OK


def _schema(args: argparse.Namespace) -> dict[str, object]:
    if args.events:
        from repodoc_hooks.reports.event_schema import event_schema

        return event_schema()
    from repodoc_hooks.config.schema import schema

    return schema("user" if args.user else "repository")
