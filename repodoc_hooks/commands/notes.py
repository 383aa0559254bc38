"""The notes that carry metadata of runs: show one, or exchange them with a remote."""

from __future__ import annotations

import argparse

from repodoc_hooks.commands._shared import open_git
from repodoc_hooks.errors import EXIT_OK, GitError, UsageError
from repodoc_hooks.git import notes
from repodoc_hooks.pipeline.manifest import encode
from repodoc_hooks.reports.console import emit, tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc notes`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|push|fetch")
    show = actions.add_parser("show", help="the note of a commit, as JSON Lines")
    show.add_argument("rev", nargs="?", default="HEAD", metavar="REV")
    for name, text in (
        ("push", "give ours to a remote, merged with its own"),
        ("fetch", "merge in a remote's"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("remote", nargs="?", default="origin", metavar="REMOTE")


def run(args: argparse.Namespace) -> int:
    """Show, push or fetch."""
    git = open_git(args)
    if args.action == "show":
        if not git.line("rev-parse", "--verify", "--quiet", f"{args.rev}^{{commit}}"):
            raise UsageError("there is no such commit", where=args.rev, fix="name a commit")
        note = notes.read_nearest(git, args.rev, limit=1)
        if note is None:
            tell(f"{args.rev} has no note; `repodoc log` shows which commits have one")
        else:
            emit("".join(encode(line) + "\n" for line in note.lines))
        return EXIT_OK
    if not git.line("remote", "get-url", args.remote):
        raise UsageError("there is no such remote", where=args.remote, fix="name one of `git remote`")
    problem = notes.push(git, args.remote) if args.action == "push" else notes.fetch(git, args.remote)
    if problem:
        raise GitError(problem, fix="try again, or `git fetch` to see what the remote says")
    if not args.quiet:
        tell(f"notes are in step with {args.remote}")
    return EXIT_OK
