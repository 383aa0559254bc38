"""The components of a tree, and the page that describes each."""

from __future__ import annotations

import argparse
import json

from repodoc_hooks.commands._shared import add_source_arguments, config_of, open_git, source_of
from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.reports.console import emit, paint
from repodoc_hooks.reports.escaping import printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc list`."""
    add_source_arguments(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Print a line a component: id, kind, number of files, page."""
    from repodoc_hooks.incremental_engine import Engine

    git = open_git(args)
    source, rev = source_of(args), args.rev or "HEAD"
    with Engine.open(git, config_of(git, args, source, rev), cached=False) as engine:
        survey = engine.survey(engine.tree(source, rev))
        rows = [
            {
                "id": component.id,
                "title": component.title,
                "kind": component.kind,
                "files": len(component.files),
                "page": survey.page_paths[component.id],
                "written": survey.page_paths[component.id] in survey.entries,
            }
            for component in survey.components.values()
        ]
    if args.json:
        emit(json.dumps({"schema": 1, "components": rows}, indent=2) + "\n")
        return EXIT_OK
    color = paint()
    widths = [max((len(printable(str(row[key]))) for row in rows), default=0) for key in ("id", "kind")]
    for row in rows:
        page = printable(str(row["page"])) if row["written"] else color("no page yet", "yellow")
        name = color(f"{printable(str(row['id'])):<{widths[0]}}", "bold")
        unit = "file " if row["files"] == 1 else "files"
        emit(f"{name}  {row['kind']:<{widths[1]}}  {row['files']:>5} {unit}  {page}\n")
    return EXIT_OK
