"""The front door: global options, then the verb's own module, imported when it is called."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from repodoc_hooks import __version__, wall_clock
from repodoc_hooks.errors import EXIT_ERROR, EXIT_INTERRUPTED, RepodocError, UsageError
from repodoc_hooks.private import explain
from repodoc_hooks.reports import console

if TYPE_CHECKING:
    import argparse

VERBS = {
    "init": "set up this repository: configuration, hooks, first pages",
    "install": "install the native git hooks",
    "uninstall": "remove them again, byte for byte",
    "update": "make the pages current",
    "plan": "what update would do, why, and what it would cost",
    "check": "are the pages current? (no model, no network)",
    "tasks": "what a coding agent may write, with all that it needs for it",
    "answer": "take a coding agent's answers, checked as a model's are",
    "mcp": "serve the repository to a coding agent over MCP",
    "list": "the components and their pages",
    "watch": "keep the pages in the work tree current while you type",
    "resolve": "finish pages that a merge left in conflict",
    "log": "what changed in the pages, commit by commit",
    "jobs": "the deferred sections: list, run, retry, drop, wait",
    "costs": "tokens, money and time",
    "status": "pages, queue, runs, budget and hooks on one screen",
    "tui": "watch runs, pages, sessions and budgets in the terminal",
    "doctor": "find what is wrong with this set-up, and how to fix it",
    "notes": "the notes that carry metadata: show, push, fetch",
    "server": "the managed OpenCode server: start, stop, status",
    "cache": "the response cache: stats, clear",
    "config": "show the configuration or its schema",
    "explain": "what a rule of check means, and what to do",
    "help": "the help of a verb",
    "completion": "a completion script for bash, zsh, fish or PowerShell",
    "hook": "what git's hooks run",
    "merge-driver": "what git runs to merge a page",
}
PLUMBING = ("hook", "merge-driver")
"""Verbs that git calls; people do not."""

_DEFAULTS = {
    "directory": ".",
    "config_file": None,
    "quiet": False,
    "verbose": False,
    "color": "auto",
    "profile": None,
}


def _parser(prog: str, **settings: Any) -> argparse.ArgumentParser:
    """A parser whose complaint is an error like all others, one line."""
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise UsageError(
                message, where=self.prog.removeprefix("repodoc").strip(), fix=f"see `{self.prog} --help`"
            )

    return Parser(prog=prog, **settings)


def _add_global_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that may stand before the verb or after it; one that is not given leaves no trace."""
    import argparse

    group = parser.add_argument_group("global options")
    given: dict[str, Any] = {"default": argparse.SUPPRESS}
    group.add_argument("-C", dest="directory", metavar="DIR", help="run as if started in DIR", **given)
    group.add_argument(
        "--config", dest="config_file", metavar="FILE", help="read this instead of .repodoc.yaml", **given
    )
    volume = group.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="only errors and findings", **given)
    volume.add_argument(
        "-v", "--verbose", action="store_true", help="more; a trace with an internal error", **given
    )
    group.add_argument("--color", choices=("auto", "always", "never"), help="default: on a terminal", **given)
    group.add_argument("--profile", metavar="FILE", help="write a cProfile of this run to FILE", **given)


def build_parser() -> argparse.ArgumentParser:
    """The parser of everything that stands before the verb."""
    import argparse

    verbs = "\n".join(f"  {verb:<13} {text}" for verb, text in VERBS.items() if verb not in PLUMBING)
    parser = _parser(
        "repodoc",
        usage="repodoc [-C DIR] [--config FILE] [-q|-v] [--color WHEN] VERB ...",
        description="Documentation that lives in the repository and is never stale.",
        epilog=f"verbs:\n{verbs}\n\n`repodoc help VERB` says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_global_arguments(parser)
    parser.add_argument("--version", action="version", version=f"repodoc {__version__}")
    parser.add_argument("verb", metavar="VERB", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def verb_parser(verb: str) -> argparse.ArgumentParser:
    """The parser of what stands behind a verb; `run` in its result is the verb's function.

    Raises:
        UsageError: there is no such verb.
    """
    import argparse

    if verb not in VERBS:
        import difflib

        near = difflib.get_close_matches(verb, VERBS, n=1)
        hint = f"did you mean `repodoc {near[0]}`?" if near else "`repodoc help` lists them"
        raise UsageError(f"there is no verb {verb!r}", fix=hint)
    module = importlib.import_module("repodoc_hooks.commands." + verb.replace("-", "_"))
    parser = _parser(
        f"repodoc {verb}",
        description=module.__doc__,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, width=_columns()),
    )
    module.add_arguments(parser)
    _add_global_arguments(parser)
    parser.set_defaults(run=module.run)
    return parser


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Arguments of one call; `run` in the result is the verb's function.

    Raises:
        UsageError: there is no such verb, or it has no such option.
    """
    import argparse

    if argv and argv[0] in VERBS:  # nothing stands before the verb
        front = argparse.Namespace(verb=argv[0], rest=argv[1:])
    else:
        parser = build_parser()
        front = parser.parse_args(argv)
        if front.verb is None:
            parser.print_help(sys.stderr)
            raise SystemExit(EXIT_ERROR)
    args = verb_parser(front.verb).parse_args(front.rest)
    for name, default in _DEFAULTS.items():
        if not hasattr(args, name):
            setattr(args, name, getattr(front, name, default))
    return args


def whole_parser() -> argparse.ArgumentParser:
    """One parser of everything, for completion scripts and reference pages; a call needs only its verb's."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="repodoc", description="Documentation that lives in the repository and is never stale."
    )
    _add_global_arguments(parser)
    parser.add_argument("--version", action="version", version=f"repodoc {__version__}")
    verbs = parser.add_subparsers(metavar="VERB")
    for verb, text in VERBS.items():
        if verb not in PLUMBING:
            module = importlib.import_module("repodoc_hooks.commands." + verb)
            sub = verbs.add_parser(verb, help=text, description=module.__doc__)
            module.add_arguments(sub)
            _add_global_arguments(sub)
    return parser


def _columns() -> int:
    """The width of help; argparse asks it of shutil, whose import takes longer than most verbs' options."""
    try:
        return max(40, int(os.environ.get("COLUMNS") or os.get_terminal_size().columns) - 2)
    except (OSError, ValueError):
        return 78


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and give its exit code; every error is one line on stderr."""
    if argv is None and sys.getfilesystemencoding() != "utf-8":
        _again_in_utf8()
    alone = argv is None
    argv = sys.argv[1:] if argv is None else argv
    gc.set_threshold(
        50_000, 20, 20
    )  # modules and facts are no garbage: 1.5 % of a commit was to look for some
    verbose = "-v" in argv or "--verbose" in argv
    console.harden()
    try:
        if argv[:1] == ["hook"] and len(argv) > 1 and not argv[1].startswith("-"):
            return _hook(argv[1:], alone=alone)
        args = parse(argv)
        verbose = args.verbose
        console.set_up(quiet=args.quiet, color=args.color)
        if not Path(args.directory).is_dir():
            raise UsageError(
                "there is no such directory", where=args.directory, fix="give an existing one to -C"
            )
        if args.profile:
            return _profiled(args)
        return int(args.run(args))
    except RepodocError as error:
        _complain(str(error), verbose and not isinstance(error, UsageError))
        return error.exit_code
    except KeyboardInterrupt:
        _complain("interrupted", verbose=False)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except (OSError, ImportError, MemoryError) as error:
        _complain(explain(error), verbose)
        return EXIT_ERROR
    except Exception as error:  # the last line of defence: one line, never a traceback
        _complain(f"{explain(error)}; `repodoc -v` shows the trace", verbose)
        return EXIT_ERROR


def _again_in_utf8() -> NoReturn:
    """Start this program again in Python's UTF-8 mode: the names of pages must not depend on somebody's locale."""
    command = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606


def _hook(argv: Sequence[str], *, alone: bool) -> int:
    """What git waits for at every commit: past the option parser, whose import takes longer than such a hook.

    `alone`: the process has nothing else to do. Then it ends without taking itself apart, a fortieth of a commit.
    """
    from repodoc_hooks.hooks import run_hook

    name, *rest = argv
    code = run_hook(name, rest, ".")
    if wall_clock.ran_out():  # threads and processes that still work are waited for by nobody
        wall_clock.leave(code)
    if alone and wall_clock.nobody_else_works():
        console.flush()
        wall_clock.leave(code)
    return code


def _complain(line: str, verbose: bool) -> None:
    if verbose:
        import traceback

        traceback.print_exc()
    console.complain(" ".join(f"repodoc: {line}".split("\n")))


def _profiled(args: argparse.Namespace) -> int:
    import cProfile

    profiler = cProfile.Profile()
    try:
        return int(profiler.runcall(args.run, args))
    finally:
        profiler.dump_stats(args.profile)


if __name__ == "__main__":
    sys.exit(main())
