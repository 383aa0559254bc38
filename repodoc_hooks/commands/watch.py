"""Keep the pages in the work tree current while you type; nothing is staged. Ctrl-C ends it.

Facts and the repository's own words follow each time a file is saved; models are asked only with --prose.
"""

from __future__ import annotations

import argparse
import time

from repodoc_hooks.commands._shared import open_git
from repodoc_hooks.errors import EXIT_OK, RepodocError, UsageError
from repodoc_hooks.reports.console import paint, tell
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.formatting import listed

_NAMED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc watch`."""
    parser.add_argument("--prose", action="store_true", help="ask the configured models, too")


def run(args: argparse.Namespace) -> int:
    """Watch until interrupted."""
    import sys
    import threading

    git = open_git(args)
    try:
        import watchfiles  # noqa: F401 - whether it is there
    except ImportError:
        from repodoc_hooks.extras import install_command

        raise UsageError("watching is not installed", fix=f"run: {install_command('watch')}") from None
    from repodoc_hooks.events import EventBus
    from repodoc_hooks.pipeline.run_report import RunReport
    from repodoc_hooks.pipeline.workspace import new_run_id
    from repodoc_hooks.reports.observe import graceful
    from repodoc_hooks.watcher import Refresher, watch

    stop, color = threading.Event(), paint(sys.stderr)

    def done(paths: tuple[str, ...], result: RunReport | RepodocError) -> None:
        what = listed([printable(path) for path in paths], _NAMED) or "at the start"
        nothing = "no page shows it" if paths else "every page is current"
        tell(f"{color(time.strftime('%H:%M:%S'), 'dim')} {what}: {_words(result, nothing)}")

    bus = EventBus(new_run_id())
    refresher = Refresher(git, stop, backend="auto" if args.prose else "none", done=done)
    bus.subscribe(refresher)
    with graceful(stop):
        watch(git, refresher, bus, stop, lambda: tell(f"watching {git.top}; Ctrl-C ends it"))
    return EXIT_OK


def _words(result: object, nothing: str) -> str:
    from repodoc_hooks.pipeline.run_report import RunReport

    if not isinstance(result, RunReport):
        return printable(str(result))
    pages = [printable(page.path) for page in result.written]
    return f"{listed(pages, _NAMED)} ({result.seconds:.2f} s)" if pages else nothing
