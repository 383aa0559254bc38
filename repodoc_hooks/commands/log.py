"""What changed in the documentation, commit by commit, and what it was changed by, from the notes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from repodoc_hooks.commands._shared import open_git
from repodoc_hooks.errors import EXIT_OK, GitError, UsageError
from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.pipeline import manifest
from repodoc_hooks.pipeline.run_report import ChangeEntry
from repodoc_hooks.reports.console import emit, tell
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.update import change_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc log`."""
    parser.add_argument("range", nargs="?", default="HEAD", metavar="RANGE", help="commits, as for git log")
    parser.add_argument("-n", dest="limit", type=int, default=20, metavar="N", help="at most N commits")
    parser.add_argument("--json", action="store_true", help="one JSON object per commit and line")


def run(args: argparse.Namespace) -> int:
    """Print the change log, newest first."""
    if args.limit < 1:
        raise UsageError("it must be at least 1", where="-n", fix="name a number of commits")
    if args.range.startswith("-"):
        raise UsageError(
            "this is no range", where=args.range, fix="write it as for git log; -n N limits the commits"
        )
    git = open_git(args)
    found = list(islice(entries(git, args.range), args.limit))
    if args.json:
        emit("".join(json.dumps({"schema": 1, **entry}) + "\n" for entry in found))
    else:
        emit("\n".join(_text(entry, verbose=args.verbose) for entry in found))
        if not found:
            tell("no commit in this range has a change log; `repodoc notes fetch` brings those of others")
    return EXIT_OK


def entries(git: Git, revisions: str) -> Iterator[dict[str, Any]]:
    """Commits with changes: `commit`, `date`, `subject`, `changes`.

    Raises:
        UsageError: there is no such range.
    """
    try:
        git.run("rev-parse", "--verify", "--quiet", "HEAD")
        out = git.run("log", "-z", "--format=%H%n%cs%n%s", revisions, "--")
    except GitError:
        if not git.line("rev-parse", "--verify", "--quiet", "HEAD"):
            return
        raise UsageError("there is no such range", where=revisions, fix="write it as for git log") from None
    known = dict(_titles(out))
    for note in notes.log(git, revisions):
        changes = manifest.read(note.lines).changes
        if changes:
            date, subject = known[note.commit]
            ordered = sorted(changes, key=lambda change: str(change.get("component")))
            yield {
                "commit": note.commit,
                "date": date,
                "subject": subject,
                "changes": [dict(c) for c in ordered],
            }


def _titles(out: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    for record in filter(None, out.decode("utf-8", "replace").split("\0")):
        commit, date, subject = record.split("\n", 2)
        yield commit, (date, subject)


def _text(entry: Mapping[str, Any], *, verbose: bool) -> str:
    lines = [f"{entry['commit'][:12]} {entry['date']} {printable(entry['subject'])}"]
    for line in entry["changes"]:
        change = _change(line)
        sections = f": {', '.join(map(printable, change.sections))}" if change.sections else ""
        lines.append(f"  {printable(change.component)}{sections}")
        lines += [f"  {part}" for part in change_lines(change, verbose=verbose)]
    return "\n".join(lines) + "\n"


def _change(line: Mapping[str, Any]) -> ChangeEntry:
    def words(name: str) -> tuple[str, ...]:
        value = line.get(name)
        return tuple(map(str, value)) if isinstance(value, list) else ()

    return ChangeEntry(
        str(line.get("component", "")),
        str(line.get("path", "")),
        words("sections"),
        words("cause"),
        words("added"),
        words("removed"),
        words("changed"),
    )
